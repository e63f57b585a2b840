#include "domain/grant/session_track.h"

#include "domain/grant/browser_list.h"
#include "domain/grant/session_id.h"

/* A use that is this close to the former one is not worth a write. */
#define USE_MS LG_MINUTE_MS

lg_status
lg_session_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	const unsigned char sid[LG_SID_SIZE], lg_time refresh_expires)
{
	if (!grant->pool->tracks_sessions)
		return LG_OK;
	struct lg_rec_tracked_session detail = {
		.created = { true, cx->now },
		.last_ip = grant->caller.ip,
		.device_key = grant->device_key,
		.browser = grant->browser,
	};
	LG_TRY(lg_caller_device_type(cx, &grant->caller, &detail.device_type));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_session_track(batch, &grant->user->row, sid, grant->client->id,
		lg_time_add_ms(refresh_expires, LG_SESSION_REST_MS), grant->pool->max_sessions, &detail);
	/* Whoever ends a browser session with what came through it deletes first and looks then. */
	if (grant->browser_item)
		lg_store_user_item_hold(batch, &grant->user->row, grant->browser_item);
	return lg_store_commit(batch);
}

lg_status
lg_session_use(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	const unsigned char *sid, const struct lg_session_row *session, const struct lg_caller *caller,
	struct lg_session_use *ret)
{
	struct lg_session_use use = { .tracked = pool->tracks_sessions && session->tracked };
	if (use.tracked) {
		struct lg_rec_tracked_session was;
		LG_TRY(lg_store_session_detail(cx, &user->row, sid, session, &was));
		use.detail = was;
		use.detail.last_ip = caller->ip;
		LG_TRY(lg_caller_device_type(cx, caller, &use.detail.device_type));
		use.due = !lg_time_before(cx->now, lg_time_add_ms(session->active, USE_MS))
			|| !lg_str_eq(use.detail.last_ip, was.last_ip)
			|| !lg_str_eq(use.detail.device_type, was.device_type);
	}
	*ret = use;
	return LG_OK;
}

lg_status
lg_session_tracking_check(struct lg_ctx *cx, const struct lg_pool *pool)
{
	if (pool->tracks_sessions)
		return LG_OK;
	return lg_fail(cx, LG_E_OPERATION_NOT_ENABLED, "Session tracking is not enabled for user pool %.*s.",
		LG_FMT(pool->id));
}

/* ---- the end of one ---- */

static lg_status
read_all(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner,
	struct lg_tracked_session **ret, size_t *ret_count)
{
	return lg_store_session_page(
		env->store, cx, &owner->user->row, NULL, LG_SESSIONS_MAX, ret, ret_count);
}

static lg_status
ignore_absence(lg_status s)
{
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

/* The browser session first: when this stops half way, the call can be made again. */
static lg_status
revoke_tokens(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner,
	const unsigned char sid[LG_SID_SIZE], bool linked)
{
	struct lg_tracked_session *sessions;
	size_t count = 0;
	if (owner->current && lg_bytes_eq(sid, owner->current, LG_SID_SIZE))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"The session that makes the call can't revoke itself; RevokeToken does.");
	if (linked)
		LG_TRY(read_all(cx, env, owner, &sessions, &count));
	for (size_t i = 0; i < count; i++) {
		const lg_str browser = sessions[i].detail.browser;
		if (lg_str_present(browser) && lg_bytes_eq(sessions[i].sid, sid, LG_SID_SIZE))
			LG_TRY(ignore_absence(lg_browser_revoke(cx, env, owner->user, browser)));
	}
	return lg_store_session_end(env->store, cx, &owner->user->row, sid);
}

/* It is gone before anybody looks what came through it, so nothing comes behind that. */
static lg_status
revoke_browser(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner, lg_str id, bool linked)
{
	struct lg_tracked_session *sessions;
	size_t count = 0;
	lg_status found = lg_browser_revoke(cx, env, owner->user, id);
	LG_TRY(ignore_absence(found));
	if (linked)
		LG_TRY(read_all(cx, env, owner, &sessions, &count));
	for (size_t i = 0; i < count; i++) {
		if (!lg_str_eq(sessions[i].detail.browser, id))
			continue;
		LG_TRY(ignore_absence(
			lg_store_session_end(env->store, cx, &owner->user->row, sessions[i].sid)));
		found = LG_OK;
	}
	return found;
}

lg_status
lg_session_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner,
	lg_str session_id, bool linked)
{
	unsigned char sid[LG_SID_SIZE];
	lg_status s = lg_session_name_open(cx, env, owner->pool->pool, session_id, sid);
	if (s.code == LG_E_MALFORMED)
		s = revoke_browser(cx, env, owner, session_id, linked);
	else if (!lg_failed(s))
		s = revoke_tokens(cx, env, owner, sid, linked);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Session does not exist.");
	return s;
}
