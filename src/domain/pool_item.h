/*
 * pool_item.h - one item of a pool read and written, for modules that keep one record a name.
 */
#ifndef LG_DOMAIN_POOL_ITEM_H
#define LG_DOMAIN_POOL_ITEM_H

#include "domain/env.h"
#include "store/config.h"

/* The item of this name. One that is not there has version 0 and a zeroed record, ready to be filled. */
LG_MUST lg_status lg_pool_item_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str kind,
	lg_str name, const struct lg_shape *shape, struct lg_item_row *ret);

/*
 * Insert when the version is 0, else write what has that version still. Sets the times of the row as they
 * are stored. LG_E_CONFLICT: somebody was faster.
 */
LG_MUST lg_status lg_pool_item_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row, const struct lg_shape *shape);

/* Nothing to do when the version is 0. */
LG_MUST lg_status lg_pool_item_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row);

/* A fresh id for an item that the API names by a version 4 UUID. */
LG_MUST lg_status lg_pool_item_draw_uuid(struct lg_ctx *cx, lg_str *ret);
/* The item's id in that form. */
LG_MUST lg_status lg_pool_item_uuid(struct lg_ctx *cx, const struct lg_item_row *row, lg_str *ret);

#endif
