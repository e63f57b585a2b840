/*
 * identity.h - rows of identity pools and of their identities.
 *
 * An identity pool has a number and keys like a user pool, and its identities lie in the user plane under
 * it: a row of user_head each, with one part that holds its logins. A login is a digest in user_key, so
 * that it belongs to one identity of its pool (docs/decisions/0021).
 */
#ifndef LG_STORE_IDENTITY_H
#define LG_STORE_IDENTITY_H

#include "store/user.h"

struct lg_identity_pool_row {
	int64_t pool; /* random 63 bits */
	lg_str pool_id; /* "us-east-1:76c25234-b041-40f2-8ba4-caf538363b35" */
	int64_t version;
	lg_time created;
	lg_time modified;
	struct lg_rec_identity_pool settings;
};

/* Load the pool's class keys into the keyring and open its settings. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_identity_pool_read(
	struct lg_store *store, struct lg_ctx *cx, lg_str pool_id, struct lg_identity_pool_row *ret);
LG_MUST lg_status lg_store_identity_pool_read_number(
	struct lg_store *store, struct lg_ctx *cx, int64_t pool, struct lg_identity_pool_row *ret);
/* In id order behind `after` (absent = from the start). */
LG_MUST lg_status lg_store_identity_pool_page(struct lg_store *store, struct lg_ctx *cx, lg_str after,
	size_t limit, struct lg_identity_pool_row **ret, size_t *ret_count);
/* How many have an id that begins with `prefix`. */
LG_MUST lg_status lg_store_identity_pool_count(
	struct lg_store *store, struct lg_ctx *cx, lg_str prefix, int64_t *ret);
/* Insert with fresh class keys; draws row->pool when it is 0. A conflict when the id exists. */
void lg_store_identity_pool_insert(struct lg_batch *batch, struct lg_identity_pool_row *row);
/* A conflict unless the stored version is row->version; writes version + 1. */
void lg_store_identity_pool_update(struct lg_batch *batch, const struct lg_identity_pool_row *row);
/* As lg_store_pool_delete: its identities can never be opened again, and go lazily. */
void lg_store_identity_pool_delete(struct lg_batch *batch, const struct lg_identity_pool_row *row);

/* An identity as stored. */
struct lg_identity_row {
	struct lg_user_row head; /* enabled, created, modified, version; no part of a user's */
	bool linked; /* has, or once had, a login: no guest's. Only then are there logins to write */
	struct lg_rec_logins logins;
};

/* One round trip. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_identity_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], struct lg_identity_row *ret);
/* Of a pool, by uid, behind `after` (NULL = from the start). */
LG_MUST lg_status lg_store_identity_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char *after, size_t limit, struct lg_identity_row **ret, size_t *ret_count);
/*
 * A new one's head is made by lg_store_user_prepare. A conflict when the uid is taken. Its logins are
 * claimed separately (lg_store_key_claim).
 */
void lg_store_identity_insert(struct lg_batch *batch, const struct lg_identity_row *row);
/* Write enabled, logins, modified = now, version + 1. A conflict unless the stored version is the row's. */
void lg_store_identity_update(struct lg_batch *batch, const struct lg_identity_row *row);

/* The digest's owner is another one now: a conflict unless it was `from`. */
void lg_store_key_move(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	const unsigned char from[LG_UID_SIZE], const unsigned char to[LG_UID_SIZE]);

#endif
