#include "domain/auth/auth_steps.h"

lg_status
lg_auth_start_refresh(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct lg_auth_call *call = auth->call;
	lg_str hash = lg_auth_param(auth, LG_STR("SECRET_HASH"));
	LG_TRY(lg_secret_hash_present(cx, call->client, hash));

	struct lg_refresh *refresh;
	lg_str token = lg_auth_param(auth, LG_STR("REFRESH_TOKEN"));
	LG_TRY(lg_refresh_open(cx, env, call->pool, call->client, token, &refresh));
	/* The request names no user: the hash is over his real name. */
	LG_TRY(lg_secret_hash_check(cx, env, call->client, LG_STR_NONE, lg_refresh_user(refresh), hash));
	LG_TRY(lg_refresh_redeem(cx, env, refresh, lg_auth_param(auth, LG_STR("DEVICE_KEY")), &call->caller,
		NULL, &ret->tokens));
	ret->done = true;
	return LG_OK;
}
