#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)8 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)
#define ALIGN sizeof(max_align_t)

/*
 * The address sanitizer sees one allocation where an arena has many. It is told which bytes nobody was
 * given, so that most overflows inside an arena are seen, too.
 */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define allow(at, len) __asan_unpoison_memory_region((at), (len))

/* Apart, because gcc takes the bytes for read. */
static __attribute__((noinline)) void
forbid(void *at, size_t len)
{
	__asan_poison_memory_region(at, len);
}
#else
#define allow(at, len) ((void)(at), (void)(len))
#define forbid(at, len) ((void)(at), (void)(len))
#endif

struct block {
	struct block *previous;
	size_t size; /* of `bytes` */
	size_t used;
	max_align_t bytes[];
};

struct lg_arena {
	struct block *newest;
	size_t total; /* bytes taken from the system */
	size_t max;
};

static size_t
round_up(size_t bytes)
{
	return (bytes + ALIGN - 1) & ~(ALIGN - 1);
}

static struct block *
add_block(struct lg_arena *arena, size_t need)
{
	size_t size = arena->newest ? arena->newest->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (arena->total >= arena->max)
		return NULL;
	size_t left = arena->max - arena->total;
	if (size > left)
		size = left;
	if (size < need)
		size = need;
	if (size > left)
		return NULL;

	struct block *block = malloc(sizeof(*block) + size);
	if (!block)
		return NULL;
	block->previous = arena->newest;
	block->size = size;
	block->used = 0;
	forbid(block->bytes, size);
	arena->newest = block;
	arena->total += size;
	return block;
}

static void
drop_newest(struct lg_arena *arena)
{
	struct block *block = arena->newest;
	arena->newest = block->previous;
	arena->total -= block->size;
	allow(block->bytes, block->size);
	explicit_bzero(block->bytes, block->used);
	free(block);
}

lg_status
lg_arena_new(size_t max_bytes, struct lg_arena **ret)
{
	struct lg_arena *arena = malloc(sizeof(*arena));
	if (!arena)
		return LG_STATUS(LG_E_NO_MEMORY);
	*arena = (struct lg_arena){ .max = max_bytes };
	*ret = arena;
	return LG_OK;
}

void
lg_arena_set_max(struct lg_arena *arena, size_t max_bytes)
{
	arena->max = max_bytes;
}

void
lg_arena_free(struct lg_arena *arena)
{
	if (!arena)
		return;
	while (arena->newest)
		drop_newest(arena);
	free(arena);
}

void
lg_arena_freep(struct lg_arena **arena)
{
	lg_arena_free(*arena);
	*arena = NULL;
}

void *
lg_arena_alloc(struct lg_arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX - ALIGN)
		return NULL;
	size_t need = round_up(bytes ? bytes : 1);

	struct block *block = arena->newest;
	if (!block || block->size - block->used < need)
		block = add_block(arena, need);
	if (!block)
		return NULL;

	void *at = (char *)block->bytes + block->used;
	block->used += need;
	allow(at, bytes);
	memset(at, 0, bytes);
	return at;
}

void *
lg_arena_array(struct lg_arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return lg_arena_alloc(arena, count * size);
}

void *
lg_arena_grow(struct lg_arena *arena, void *ptr, size_t old_bytes, size_t new_bytes)
{
	if (new_bytes <= old_bytes)
		return ptr;
	if (new_bytes > SIZE_MAX - ALIGN)
		return NULL;

	struct block *block = arena->newest;
	size_t old_need = round_up(old_bytes ? old_bytes : 1);
	size_t new_need = round_up(new_bytes);
	if (ptr && block && block->used >= old_need
	    && (char *)ptr == (char *)block->bytes + block->used - old_need
	    && block->size - block->used >= new_need - old_need) {
		allow(ptr, new_bytes);
		memset((char *)ptr + old_bytes, 0, new_bytes - old_bytes);
		block->used += new_need - old_need;
		return ptr;
	}

	void *bigger = lg_arena_alloc(arena, new_bytes);
	if (bigger && old_bytes)
		memcpy(bigger, ptr, old_bytes);
	return bigger;
}

struct lg_arena_mark
lg_arena_mark(const struct lg_arena *arena)
{
	struct block *block = arena->newest;
	return (struct lg_arena_mark){ .block = block, .used = block ? block->used : 0 };
}

void
lg_arena_rewind(struct lg_arena *arena, struct lg_arena_mark mark)
{
	while (arena->newest && arena->newest != mark.block)
		drop_newest(arena);
	struct block *block = arena->newest;
	if (block && block->used > mark.used) {
		char *at = (char *)block->bytes + mark.used;
		allow(at, block->used - mark.used);
		explicit_bzero(at, block->used - mark.used);
		forbid(at, block->used - mark.used);
		block->used = mark.used;
	}
}

size_t
lg_arena_used(const struct lg_arena *arena)
{
	size_t used = 0;
	for (const struct block *block = arena->newest; block; block = block->previous)
		used += block->used;
	return used;
}
