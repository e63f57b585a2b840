#include "domain/grant/refresh.h"

#include "domain/grant/browser_list.h"
#include "token/jws.h"

/* The newest token of a family ends it, and so does the first one; one in between is dead by itself. */
static bool
ends_family(const struct lg_rec_refresh_token *token, const struct lg_session_row *session, lg_time now)
{
	int64_t newest = session->there ? session->gen : 0;
	if (token->gen.v == 0 || token->gen.v >= newest)
		return true;
	/* Inside its grace it still works, so it has to end here and now. */
	return token->gen.v == newest - 1 && lg_time_before(now, session->grace_until);
}

/* The browser session that the token came through, if it is there still. */
static lg_status
revoke_browser(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_rec_refresh_token *token)
{
	struct lg_user *user;
	if (!lg_str_present(token->browser))
		return LG_OK;
	lg_status s = lg_user_find_uid(cx, env, pool, (const unsigned char *)token->uid.ptr, 0, &user);
	if (!lg_failed(s))
		s = lg_browser_revoke(cx, env, user, token->browser);
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

lg_status
lg_grant_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, bool linked)
{
	if (!client->revocable)
		return lg_fail(cx, LG_E_UNSUPPORTED_OPERATION,
			"Token revocation is not enabled for this client.");

	struct lg_rec_refresh_token read;
	lg_status s = lg_refresh_token_read(cx, env, pool, client, token, &read);
	if (s.code == LG_E_MALFORMED) {
		struct lg_jws jws;
		s = lg_jws_parse(cx, token, &jws);
		if (!lg_failed(s))
			return lg_fail(cx, LG_E_UNSUPPORTED_TOKEN_TYPE,
				"Only refresh tokens can be revoked.");
		return s.code == LG_E_MALFORMED ? LG_OK : s;
	}
	LG_TRY(s);

	const unsigned char *uid = (const unsigned char *)read.uid.ptr;
	const unsigned char *sid = (const unsigned char *)read.sid.ptr;
	struct lg_session_row session;
	LG_TRY(lg_store_session_read(env->store, cx, pool->pool, uid, sid, &session));
	if (session.revoked || !ends_family(&read, &session, cx->now))
		return LG_OK;

	if (linked)
		LG_TRY(revoke_browser(cx, env, pool, &read));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_session_revoke(batch, pool->pool, uid, sid, client->id, lg_session_row_expires(&read));
	return lg_store_commit(batch);
}

lg_status
lg_grant_sign_out(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user)
{
	struct lg_user_row row = user->row;
	row.signout_gen++;
	row.signout = cx->now;

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &row, 0);
	lg_store_session_end_all(batch, &row);
	return lg_store_commit(batch);
}
