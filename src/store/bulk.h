/*
 * bulk.h - a pool's users with all that is theirs, many at a time: for archives, and for work on every user.
 *
 * Pages are read one after the other, so what changes meanwhile may be seen or not.
 */
#ifndef LG_STORE_BULK_H
#define LG_STORE_BULK_H

#include "store/config.h"
#include "store/user.h"

struct lg_bulk_user {
	struct lg_user_row row; /* with every part */
	lg_str *groups; /* ids; some may be of groups that were deleted */
	size_t group_count;
};
/* By uid, behind `after` (NULL = from the start). */
LG_MUST lg_status lg_store_bulk_users(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char *after, size_t limit, struct lg_bulk_user **ret, size_t *ret_count);

/* A device or passkey. */
struct lg_bulk_item {
	size_t user; /* index in the page of users */
	lg_str kind;
	lg_str name;
	lg_time created;
	lg_str record; /* CBOR, by the kind's shape */
};
/* Where reading goes on; zeroed at the start of a page of users. */
struct lg_bulk_place {
	unsigned char uid[LG_UID_SIZE];
	char kind[32];
	char column[64];
};
/* Those of a page of users, in their order, at most `limit`; fewer are the last. `place` moves on. */
LG_MUST lg_status lg_store_bulk_items(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_bulk_user *users, size_t user_count, struct lg_bulk_place *place, size_t limit,
	struct lg_bulk_item **ret, size_t *ret_count);

/* The greatest uid of the pool. LG_E_NOT_FOUND: it has no users. */
LG_MUST lg_status lg_store_bulk_last(
	struct lg_store *store, struct lg_ctx *cx, int64_t pool, unsigned char ret_uid[LG_UID_SIZE]);

/* Whose it is, also of a pool that is being imported. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_client_pool(
	struct lg_store *store, struct lg_ctx *cx, lg_str client_id, int64_t *ret_pool);
LG_MUST lg_status lg_store_domain_pool(
	struct lg_store *store, struct lg_ctx *cx, lg_str host, int64_t *ret_pool);

#endif
