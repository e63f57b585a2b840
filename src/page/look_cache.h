/*
 * look_cache.h - kits in memory, found by what they are of. Thread-safe.
 */
#ifndef LG_PAGE_LOOK_CACHE_H
#define LG_PAGE_LOOK_CACHE_H

#include "page/look_kit.h"

/* Beyond it, what was not asked for the longest goes. */
#define LG_LOOKS_MAX_BYTES ((size_t)32 << 20)

struct lg_looks;

LG_MUST lg_status lg_looks_new(size_t max_bytes, struct lg_looks **ret);
void lg_looks_free(struct lg_looks *looks);

/*
 * The kit, kept or made now; it lives until the request ends. Without a cache each is made anew.
 * LG_E_RESOURCE_NOT_FOUND for a style that is not there.
 */
LG_MUST lg_status lg_looks_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_look_of *of,
	const struct lg_look_kit **ret);

size_t lg_looks_bytes(struct lg_looks *looks);

#endif
