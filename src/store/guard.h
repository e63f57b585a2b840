/*
 * guard.h - what may happen once, a few times, or until some time: spent tokens, codes, failures, sessions
 * (DATA 6).
 */
#ifndef LG_STORE_GUARD_H
#define LG_STORE_GUARD_H

#include "store/user.h"

/* ---- spent: one row a nonce ---- */

/*
 * Use a nonce: LG_E_SPENT when it was used `max_uses` times already. One conditional statement, committed.
 */
LG_MUST lg_status lg_store_spend(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], lg_str nonce, int64_t max_uses, lg_time expires);
/*
 * Use up whatever is left: LG_E_SPENT when nothing is. A right answer does it, after wrong ones used
 * lg_store_spend; one statement, so that of two right answers one succeeds.
 */
LG_MUST lg_status lg_store_spend_rest(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], lg_str nonce, int64_t max_uses, lg_time expires);
/* The same as part of a batch: a conflict when used up. */
void lg_store_spend_rest_in(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	lg_str nonce, int64_t max_uses, lg_time expires);
/* How often a nonce was used; 0 when it has no row. */
LG_MUST lg_status lg_store_spent_uses(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], lg_str nonce, int64_t *ret);

/* ---- throttle: failures of one kind for one user ---- */

struct lg_throttle {
	int64_t fails; /* 0 when there is no row */
	lg_time until; /* the row counts until then */
};
LG_MUST lg_status lg_store_throttle_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], int kind, struct lg_throttle *ret);
/* Count one event in a window: LG_E_BUDGET when `max` were counted before `until` passed. */
LG_MUST lg_status lg_store_throttle_count(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], int kind, int64_t max, lg_time until, int64_t *ret_fails);
/*
 * Replace what was seen by what is now: LG_E_CONFLICT when somebody was faster. No failures are no row, so
 * `now.fails` 0 removes it.
 */
LG_MUST lg_status lg_store_throttle_swap(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], int kind, struct lg_throttle seen, struct lg_throttle now);
void lg_store_throttle_clear(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	int kind);

/* ---- codes: at most one of a purpose a user ---- */

struct lg_code_row {
	unsigned char mac[32];
	int64_t tries;
	lg_time expires;
	struct lg_rec_code detail; /* where it went, what it is for */
};
/* Puts, replacing a former one. */
void lg_store_code_put(struct lg_batch *batch, const struct lg_user_row *user, lg_str purpose,
	const struct lg_code_row *code);
LG_MUST lg_status lg_store_code_read(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, lg_str purpose, struct lg_code_row *ret); /* LG_E_NOT_FOUND */
/* Count a wrong answer: LG_E_BUDGET when `max_tries` were counted already or the code was replaced. */
LG_MUST lg_status lg_store_code_miss(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, lg_str purpose, const struct lg_code_row *seen, int64_t max_tries);
/* Redeem: deletes the row; a conflict unless it still has this MAC and tries < max_tries. */
void lg_store_code_redeem(struct lg_batch *batch, const struct lg_user_row *user, lg_str purpose,
	const struct lg_code_row *seen, int64_t max_tries);
/* none is fine */
void lg_store_code_drop(struct lg_batch *batch, const struct lg_user_row *user, lg_str purpose);

/* ---- sessions: no row = generation 0, live ---- */

#define LG_SID_SIZE 12 /* with a sign-out generation of 4 bytes it fills one cipher block, the origin_jti */

struct lg_session_row {
	bool there;
	int64_t gen;
	lg_time grace_until;
	bool revoked;
	bool tracked; /* store/tracking.h */
	lg_time active;
	lg_str sealed;
};
LG_MUST lg_status lg_store_session_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], const unsigned char sid[LG_SID_SIZE],
	struct lg_session_row *ret);
/* Revoke, writing the row if there is none; it is tracked no longer. Never a conflict. */
void lg_store_session_revoke(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	const unsigned char sid[LG_SID_SIZE], lg_str client_id, lg_time expires);
/*
 * gen -> gen + 1, atomically: LG_E_SPENT when `gen` is no longer the newest, or the session is revoked, or
 * the user is disabled or signed out since (`signout_gen`). `detail` notes its use in the same statement, of
 * a session that is tracked; NULL = not.
 */
struct lg_rotation {
	const unsigned char *sid;
	lg_str client_id;
	int64_t gen;
	lg_time grace_until;
	lg_time expires;
	int64_t signout_gen;
	const struct lg_rec_tracked_session *detail;
};
LG_MUST lg_status lg_store_session_rotate(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, const struct lg_rotation *rotation);

/*
 * Remove rows whose time is over from spent, session, codes and throttle, about `limit` of each: rows of one
 * millisecond go together. Sessions stay a day longer, for the access tokens of their last refresh.
 */
LG_MUST lg_status lg_store_sweep(struct lg_store *store, struct lg_ctx *cx, int64_t limit,
	int64_t *ret_removed);

#endif
