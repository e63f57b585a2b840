/*
 * look_kit.h - a look made ready: what pages say about it, its style sheet and its pictures, in memory.
 *
 * Made from the store once and kept, so that a page costs the same whatever pictures its style has. A kit is
 * as old as the snapshot of its pool: any write of the pool's configuration makes a new one (DATA 8).
 */
#ifndef LG_PAGE_LOOK_KIT_H
#define LG_PAGE_LOOK_KIT_H

#include "page/look.h"

/* A sheet or a picture, under an address that has its digest in it. */
struct lg_look_file {
	lg_str name;   /* "style.css", "FORM_LOGO-LIGHT" */
	lg_str digest; /* the first characters of it */
	lg_str type;
	lg_str bytes;
};

#define LG_LOOK_FILES 48

struct lg_look_kit {
	struct lg_look look; /* but for what belongs to the client that asks */
	struct lg_look_file files[LG_LOOK_FILES];
	size_t file_count;

	/* the cache's own (page/look_cache.h) */
	struct lg_arena *arena;
	lg_str key;
	uint64_t serial; /* of the pool's snapshot */
	uint64_t used;
	size_t bytes;
	unsigned refs;
};

/* What a kit is of: a client, or a style of the pool's that is looked at before it is used. */
struct lg_look_of {
	const struct lg_pool *pool;
	lg_str key; /* in addresses: a client's id, or "POOL:STYLE" */
};

/* Of an address. LG_E_RESOURCE_NOT_FOUND. */
LG_MUST lg_status lg_look_of_key(
	struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_look_of *ret);
LG_MUST lg_status lg_look_of_preview(
	struct lg_ctx *cx, const struct lg_pool *pool, lg_str style, struct lg_look_of *ret);

/* Read and make one in the request's memory. LG_E_RESOURCE_NOT_FOUND for a style that is not there. */
LG_MUST lg_status lg_look_kit_make(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_look_of *of, struct lg_look_kit **ret);

/* "/_pages/look/" */
#define LG_LOOK_ROOT LG_STR("/_pages/look/")
#define LG_LOOK_SHEET LG_STR("style.css")

#endif
