#include "domain/auth/auth_steps.h"

/* What such a Session answers: no challenge of the API. */
#define SIGN_UP LG_STR("SIGN_UP")

lg_status
lg_auth_sign_up_session(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user, lg_str *ret)
{
	const struct lg_auth_call call = { .pool = pool, .client = client, .hosted = client->hosted };
	struct lg_auth auth = { .call = &call, .user = user, .flow = LG_STR("USER_AUTH") };
	*ret = LG_STR_NONE;
	if (!client->hosted && !lg_client_allows_flow(client, LG_STR("ALLOW_USER_AUTH")))
		return LG_OK;
	LG_TRY(lg_auth_done_add(cx, &auth, LG_AUTH_SIGN_UP));
	return lg_auth_session_make(cx, env, &auth, SIGN_UP, ret);
}

lg_status
lg_auth_sign_up_session_spend(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch,
	const struct lg_pool *pool, const struct lg_client *client, struct lg_user *user, lg_str session)
{
	const struct lg_auth_call call = {
		.pool = pool, .client = client, .session = session, .hosted = client->hosted };
	struct lg_auth auth = { .call = &call, .user = user };
	if (lg_str_empty(session))
		return LG_OK;
	LG_TRY(lg_auth_session_read(cx, env, &call, SIGN_UP, &auth.session));
	if (!lg_str_eq(auth.session.uid, lg_user_row_uid(&user->row)))
		return lg_auth_session_invalid(cx);
	if (!lg_time_before(cx->now, auth.session.expires.v))
		return LG_OK;
	LG_TRY(lg_auth_session_unused(cx, env, &call, &auth.session));
	lg_auth_session_spend_in(batch, &auth);
	return LG_OK;
}

lg_status
lg_auth_after_sign_up(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, SIGN_UP, 0));
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(lg_auth_session_spend(cx, env, auth));
	return lg_auth_next(cx, env, auth, ret);
}
