/*
 * tracking.h - sessions that are tracked: counted, listed, and ended one by one (spec/user-pools.md 3.2).
 *
 * Such a session has its row from the sign-in on, with the time of its last use in clear, which orders them,
 * and everything about the person sealed. The row stays when the session has ended, as that is what ends its
 * tokens; what was sealed goes.
 */
#ifndef LG_STORE_TRACKING_H
#define LG_STORE_TRACKING_H

#include "store/guard.h"

/* A row stays this long behind the end of its refresh token: its last access token lives a day at most. */
#define LG_SESSION_REST_MS (LG_DAY_MS + LG_HOUR_MS)

/*
 * Add a session, used now, and end the least recently used ones beyond `max`, this one counted. However
 * many sign-ins run at once, there are never more. `expires` is the row's end. A conflict when the user is
 * gone or disabled, or was signed out since he was read.
 */
void lg_store_session_track(struct lg_batch *batch, const struct lg_user_row *user,
	const unsigned char sid[LG_SID_SIZE], lg_str client_id, lg_time expires, int64_t max,
	const struct lg_rec_tracked_session *detail);

/* What is kept of a session that was read as tracked. */
LG_MUST lg_status lg_store_session_detail(struct lg_ctx *cx, const struct lg_user_row *user,
	const unsigned char sid[LG_SID_SIZE], const struct lg_session_row *session,
	struct lg_rec_tracked_session *ret);

/* It is used now. Nothing happens when it has ended or was used later than now. */
LG_MUST lg_status lg_store_session_touch(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, const unsigned char sid[LG_SID_SIZE],
	const struct lg_rec_tracked_session *detail);

struct lg_tracked_session {
	unsigned char sid[LG_SID_SIZE];
	lg_str client_id;
	lg_time active;
	struct lg_rec_tracked_session detail;
};
/* The living ones, last used first, behind `after` (NULL = from the start). */
LG_MUST lg_status lg_store_session_page(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, const struct lg_tracked_session *after, size_t limit,
	struct lg_tracked_session **ret, size_t *ret_count);

/* End one. LG_E_NOT_FOUND when it is not tracked or over. */
LG_MUST lg_status lg_store_session_end(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_user_row *user, const unsigned char sid[LG_SID_SIZE]);
/* End all: for a sign-out everywhere. The batch has written the user's head before, which orders the two. */
void lg_store_session_end_all(struct lg_batch *batch, const struct lg_user_row *user);

#endif
