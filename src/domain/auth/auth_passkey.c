#include "domain/auth/auth_steps.h"

#include "codec/bytes.h"
#include "domain/auth/passkey.h"
#include "domain/pool/mfa_config.h"

#define CHALLENGE_SIZE 32

lg_status
lg_auth_begin_passkey(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	unsigned char *bytes = lg_new_array(cx, unsigned char, CHALLENGE_SIZE);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_rand_bytes(cx, bytes, CHALLENGE_SIZE);
	auth->session.secret = lg_str_from_bytes(bytes, CHALLENGE_SIZE);

	lg_str challenge, options;
	LG_TRY(lg_base64url_encode(cx, auth->session.secret, &challenge));
	LG_TRY(lg_passkey_request(cx, env, auth->call->pool, auth->user, challenge, &options));
	LG_TRY(lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session));
	return lg_auth_param_add(cx, ret, 1, LG_STR("CREDENTIAL_REQUEST_OPTIONS"), options);
}

/* One write for the Session and the counter: of two answers, or two Sessions, at once one is right. */
static lg_status
commit(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, const struct lg_passkey_used *used)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_passkey_use_in(batch, auth->user, used);
	return lg_auth_session_commit(cx, batch);
}

lg_status
lg_auth_answer_passkey(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct lg_pool *pool = auth->call->pool;
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_WEB_AUTHN, 0));
	lg_str challenge;
	struct lg_passkey_used used;
	LG_TRY(lg_base64url_encode(cx, auth->session.secret, &challenge));
	const lg_status s = lg_passkey_verify(cx, env, pool, auth->user, challenge,
		lg_auth_param(auth, LG_STR("CREDENTIAL")), &used);
	/* Nobody guesses a signature: to lock users out for wrong ones would serve strangers alone. */
	if (s.code == LG_E_MISMATCH) {
		lg_auth_note_wrong_passkey(cx, env, auth);
		LG_TRY(lg_auth_session_miss(cx, env, auth));
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "The passkey could not be verified.");
	}
	LG_TRY(s);
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(commit(cx, env, auth, &used));
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_PASSKEY));
	if (used.user_verified && lg_mfa_config_passkeys_count(pool->settings))
		LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_MFA));
	return lg_auth_next(cx, env, auth, ret);
}
