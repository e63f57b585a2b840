/*
 * session_track.h - sessions are kept account of while the pool tracks them: begun, used, listed, revoked
 * (spec/user-pools.md 3.2).
 *
 * A use is written at most once a minute, unless it comes from another address or device; a rotation, which
 * writes anyway, always notes it.
 */
#ifndef LG_DOMAIN_SESSION_TRACK_H
#define LG_DOMAIN_SESSION_TRACK_H

#include "domain/grant/grant.h"
#include "store/tracking.h"

/* More than a user may have of a pool's token sessions: one read finds all. */
#define LG_SESSIONS_MAX 125

/*
 * A sign-in was granted: its session is written, and the user's least recently used ones beyond the pool's
 * maximum are revoked. Nothing when the pool does not track. LG_E_CONFLICT when the user was disabled,
 * signed out or deleted meanwhile, or the browser session ended that it came through: the sign-in starts
 * again from its read.
 */
LG_MUST lg_status lg_session_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	const unsigned char sid[LG_SID_SIZE], lg_time refresh_expires);

/* What is known of a session by its use now; `due` when it is to be written for its own sake. */
struct lg_session_use {
	bool tracked; /* else all is zero */
	bool due;
	struct lg_rec_tracked_session detail;
};
LG_MUST lg_status lg_session_use(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	const unsigned char *sid, const struct lg_session_row *session, const struct lg_caller *caller,
	struct lg_session_use *ret);

/* Whose sessions, and what asks for them. */
struct lg_session_owner {
	lg_str operation; /* page tokens are good for one */
	const struct lg_pool *pool;
	const struct lg_user *user;
	const unsigned char *current; /* the caller's own session; NULL = he has none */
};

/* LG_E_OPERATION_NOT_ENABLED while the pool does not track. */
LG_MUST lg_status lg_session_tracking_check(struct lg_ctx *cx, const struct lg_pool *pool);

/* Living sessions of clients that there are, last used first, and those of browsers behind them. */
LG_MUST lg_status lg_session_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_session_owner *owner, lg_str next_token, struct lg_idp_sessions_list_type *ret,
	lg_str *ret_token);

/*
 * LG_E_RESOURCE_NOT_FOUND when there is no such session, or no longer; LG_E_INVALID_PARAMETER for the
 * caller's own. `linked`: with a token session the browser session ends that it came through; with a browser
 * session, even one that is over, the token sessions end that came through it, the caller's own among them.
 */
LG_MUST lg_status lg_session_revoke(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_session_owner *owner, lg_str session_id, bool linked);

#endif
