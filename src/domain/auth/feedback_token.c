#include "domain/auth/auth_event.h"

#include "domain/pool/risk.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("feedback")
#define SHAPE (&lg_shape_rec_feedback_token)
#define LIFE_MS (7 * LG_DAY_MS)

lg_status
lg_feedback_token_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str event_id, lg_str *ret)
{
	const struct lg_rec_feedback_token token = {
		.uid = lg_user_row_uid(&user->row),
		.event_id = event_id,
		.expires = { true, lg_time_add_ms(cx->now, LIFE_MS) },
	};
	return lg_sealed_make(cx, lg_store_keyring(env->store), pool->pool, PURPOSE, SHAPE, &token, ret);
}

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid feedback token.");
}

lg_status
lg_feedback_token_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str username,
	lg_str event_id, lg_str token, struct lg_user **ret)
{
	LG_TRY(lg_protection_require(cx, pool));
	struct lg_rec_feedback_token state = { 0 };
	lg_status s =
		lg_sealed_open(cx, lg_store_keyring(env->store), pool->pool, PURPOSE, token, SHAPE, &state);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);
	if (!lg_str_eq(state.event_id, event_id) || !lg_time_before(cx->now, state.expires.v))
		return invalid(cx);
	s = lg_user_find(cx, env, pool, username, 0, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(s);
	return lg_str_eq(lg_user_row_uid(&(*ret)->row), state.uid) ? LG_OK : invalid(cx);
}
