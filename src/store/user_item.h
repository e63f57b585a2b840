/*
 * user_item.h - what a user has several of: devices, passkeys, sign-in events; one sealed record each.
 *
 * The column `name` holds a digest, as in pool_item (docs/decisions/0006): a device key or a credential id
 * is not to be read in a stolen database. Records are sealed under the user's own key and go with him.
 */
#ifndef LG_STORE_USER_ITEM_H
#define LG_STORE_USER_ITEM_H

#include "store/user.h"

struct lg_user_item {
	lg_str kind; /* "device", "passkey", ...; names the record that `shape` describes */
	lg_str name; /* unique for user and kind: a device key, a credential id */
	int64_t version;
	lg_time created;
	void *record; /* of the shape given to the call */
};

/* LG_E_NOT_FOUND. `user` may be a decoy: the same statement, no row. */
LG_MUST lg_status lg_store_user_item_read(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, lg_str kind, lg_str name, const struct lg_shape *shape,
	struct lg_user_item *ret);
/* In the order of the names' digests, which is stable; behind the one named `after` (absent = all). */
LG_MUST lg_status lg_store_user_item_page(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, lg_str kind, lg_str after, size_t limit,
	const struct lg_shape *shape, struct lg_user_item **ret, size_t *ret_count);

/* The newest first, behind the item made at `before` under the name `after` (absent = from the newest). */
LG_MUST lg_status lg_store_user_item_newest(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, lg_str kind, lg_time before, lg_str after, size_t limit,
	const struct lg_shape *shape, struct lg_user_item **ret, size_t *ret_count);

/*
 * A conflict when there is one of this name. Sets version, and created unless it is set. Who must not pass a
 * limit counts first and writes the head in the same batch (lg_store_user_update with no parts): of two that
 * ran at once one conflicts.
 */
void lg_store_user_item_insert(struct lg_batch *batch, const struct lg_user_row *user,
	struct lg_user_item *item, const struct lg_shape *shape);
/* A conflict unless the stored version is item->version; writes version + 1. */
void lg_store_user_item_update(struct lg_batch *batch, const struct lg_user_row *user,
	const struct lg_user_item *item, const struct lg_shape *shape);
/* A conflict when it is gone or changed. */
void lg_store_user_item_delete(struct lg_batch *batch, const struct lg_user_row *user,
	const struct lg_user_item *item);

/* Nothing is written, but a conflict when it is gone: what the batch writes is there only if this is. */
void lg_store_user_item_hold(struct lg_batch *batch, const struct lg_user_row *user,
	const struct lg_user_item *item);

/* Insert, or take the place of the one that has this name; sets version and created as an insert does. */
void lg_store_user_item_put(struct lg_batch *batch, const struct lg_user_row *user,
	struct lg_user_item *item, const struct lg_shape *shape);
/* Delete those made before `before`, and those older than the newest `keep`. */
void lg_store_user_item_prune(struct lg_batch *batch, const struct lg_user_row *user, lg_str kind,
	lg_time before, int64_t keep);

#endif
