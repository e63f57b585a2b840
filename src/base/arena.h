/*
 * arena.h - memory of one request or one long-lived snapshot: freed, and wiped, as a whole.
 *
 * An arena has a maximum; an allocation beyond it fails like exhausted memory. It belongs to one
 * thread at a time.
 */
#ifndef LG_BASE_ARENA_H
#define LG_BASE_ARENA_H

#include <stddef.h>

#include "base/status.h"

#define LG_ARENA_MAX_DEFAULT ((size_t)16 << 20)

struct lg_arena;

/* A place to which an arena can be rewound. */
struct lg_arena_mark {
	void *block;
	size_t used;
};

LG_MUST lg_status lg_arena_new(size_t max_bytes, struct lg_arena **ret);
/* Another maximum from now on. */
void lg_arena_set_max(struct lg_arena *arena, size_t max_bytes);
void lg_arena_free(struct lg_arena *arena); /* NULL is fine */
void lg_arena_freep(struct lg_arena **arena);

/* Zeroed memory, aligned for any type; NULL when the maximum or the machine is exhausted. */
void *lg_arena_alloc(struct lg_arena *arena, size_t bytes);

/* Like calloc: NULL on overflow, too. */
void *lg_arena_array(struct lg_arena *arena, size_t count, size_t size);

/*
 * Make the block at `ptr`, of `old_bytes`, as large as `new_bytes`. The newest block grows in place;
 * any other is copied.
 */
void *lg_arena_grow(struct lg_arena *arena, void *ptr, size_t old_bytes, size_t new_bytes);

/* Everything allocated since the mark is wiped and gone. */
struct lg_arena_mark lg_arena_mark(const struct lg_arena *arena);
void lg_arena_rewind(struct lg_arena *arena, struct lg_arena_mark mark);

size_t lg_arena_used(const struct lg_arena *arena);

#endif
