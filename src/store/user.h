/*
 * user.h - rows of users: head, parts, keys, search digests, groups.
 */
#ifndef LG_STORE_USER_H
#define LG_STORE_USER_H

#include "gen/rec_types.h"
#include "store/store.h"

/* user_head.status; the numbers are stored. */
enum lg_user_status {
	LG_USER_UNCONFIRMED = 1,
	LG_USER_CONFIRMED = 2,
	LG_USER_FORCE_CHANGE_PASSWORD = 3,
	LG_USER_RESET_REQUIRED = 4,
	LG_USER_EXTERNAL_PROVIDER = 5,
	LG_USER_ARCHIVED = 6,
	LG_USER_COMPROMISED = 7,
	LG_USER_UNKNOWN = 8,
};

/* Parts of a user, each one sealed record. A bit set tells which to read. */
enum lg_user_part {
	LG_PART_PROFILE = 1,    /* struct lg_rec_profile */
	LG_PART_CREDENTIAL = 2, /* struct lg_rec_credential */
	LG_PART_MFA = 4,        /* struct lg_rec_mfa */
	LG_PART_HISTORY = 8,    /* struct lg_rec_history */
};

/* A user as stored. Absent parts are zeroed records. */
struct lg_user_row {
	int64_t pool;
	unsigned char uid[LG_UID_SIZE];
	int64_t version;
	enum lg_user_status status;
	bool enabled;
	int64_t signout_gen;
	lg_time signout;
	lg_time created;
	lg_time modified;
	bool in_groups; /* false: he is in none, so nobody need ask; a page of users does not look */
	lg_str key; /* the user's own key, opened; what his parts are sealed with */
	int64_t key_version;
	lg_str wrapped_key;
	unsigned parts; /* which of the records below were read and are there */
	struct lg_rec_profile profile;
	struct lg_rec_credential credential;
	struct lg_rec_mfa mfa;
	struct lg_rec_history history;
};

lg_str lg_user_row_uid(const struct lg_user_row *row);

/* One round trip. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_user_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], unsigned parts, struct lg_user_row *ret);

/* The same with the session's row in the same round trip; `sid` as in store/guard.h. */
struct lg_session_row;
LG_MUST lg_status lg_store_user_read_session(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], unsigned parts, const unsigned char *sid,
	struct lg_user_row *ret, struct lg_session_row *ret_session);

/* Whose key is this digest? LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_key_find(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char digest[16], enum lg_key_kind *ret_kind, unsigned char ret_uid[LG_UID_SIZE]);

/*
 * A new row with a fresh user key: fills uid when it is zero, key, wrapped_key, version, times. Writes
 * nothing.
 */
LG_MUST lg_status lg_store_user_prepare(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	struct lg_user_row *row);

/* Head and the parts named in row->parts. A conflict when the uid is taken. */
void lg_store_user_insert(struct lg_batch *batch, const struct lg_user_row *row);

/*
 * Write status, enabled, signout_gen, signout, modified = now, version + 1, and the parts named in `parts`.
 * A conflict unless the stored version is row->version.
 */
void lg_store_user_update(struct lg_batch *batch, const struct lg_user_row *row, unsigned parts);

/* Every row of the user in the user plane, and a row in `erased`. Keys are released separately. */
void lg_store_user_delete(struct lg_batch *batch, const struct lg_user_row *row);

/*
 * Claim: a conflict when the digest is taken by anybody, this user included. Release: a conflict unless it
 * is his.
 */
void lg_store_key_claim(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	enum lg_key_kind kind, const unsigned char uid[LG_UID_SIZE]);
void lg_store_key_release(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	const unsigned char uid[LG_UID_SIZE]);

/*
 * Of keys that the user may have, or not yet. Ensure: a conflict when it is another's. Drop: whether it is
 * there or not, but his.
 */
void lg_store_key_ensure(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	enum lg_key_kind kind, const unsigned char uid[LG_UID_SIZE]);
void lg_store_key_drop(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	const unsigned char uid[LG_UID_SIZE]);
/* A conflict unless he is as he was read; nothing is written. */
void lg_store_user_guard(struct lg_batch *batch, const struct lg_user_row *row);

/* ---- search (DATA 7) ---- */

struct lg_find_digest {
	int kind;       /* domain's table of search kinds */
	int64_t digest; /* 8 bytes of lg_store_digest */
};
/* Replace the user's search rows. */
void lg_store_find_set(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	const struct lg_find_digest *digests, size_t count);

struct lg_user_page {
	struct lg_user_row *rows; /* head and profile, by uid */
	size_t count;
};
/* Users with this digest, uid above `after` (NULL = from the start). */
LG_MUST lg_status lg_store_find_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, int kind,
	int64_t digest, const unsigned char *after, size_t limit, struct lg_user_page *ret);
/* All users, by uid. */
LG_MUST lg_status lg_store_user_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char *after, size_t limit, struct lg_user_page *ret);
/* Exact to 10,000, sampled above (DATA 7). */
LG_MUST lg_status lg_store_user_estimate(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	int64_t *ret);

/* ---- membership in groups; `group` is the 16-byte id of the group's pool_item ---- */

/* twice is once */
void lg_store_group_add(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	lg_str group);
void lg_store_group_remove(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	lg_str group);
/*
 * A user's groups as items, by name: one join with pool_item, which is a reference table, on (pool, id); at
 * most 1,000.
 * Groups that were deleted are not among them.
 */
struct lg_item_row; /* store/config.h */
LG_MUST lg_status lg_store_groups_of_user(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], const struct lg_shape *shape, struct lg_item_row **ret,
	size_t *ret_count);
/* Members by uid, head and profile. */
LG_MUST lg_status lg_store_group_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str group,
	const unsigned char *after, size_t limit, struct lg_user_page *ret);

#endif
