#include "domain/auth/auth_steps.h"

#include "domain/auth/mfa_totp.h"

#define TAG_USE 2

lg_status
lg_auth_begin_totp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const lg_str name = auth->user->row.mfa.totp_name;
	LG_TRY(lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session));
	/* DefineAuthChallenge may ask somebody who has proven nothing. */
	if (lg_str_present(name) && lg_auth_has_first(auth))
		LG_TRY(lg_auth_param_add(cx, ret, 2, LG_STR("FRIENDLY_DEVICE_NAME"), name));
	return lg_auth_param_add(cx, ret, 2, LG_STR("USER_ID_FOR_SRP"), auth->user->username);
}

static lg_status
used(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_EXPIRED_CODE, "Your software token has already been used once.");
}

/* Session and step are used up together: of many right answers one is taken. */
static lg_status
spend(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, const struct lg_totp_use *use)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_totp_use_in(batch, auth->user, use);
	lg_batch_tag(batch, TAG_USE);
	const lg_status s = lg_auth_session_commit(cx, batch);
	return s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_USE ? used(cx) : s;
}

/* LG_E_MISMATCH: wrong, and counted. */
static lg_status
answer_app(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str sealed, lg_str code)
{
	struct lg_totp_use use;
	const lg_status checked = lg_totp_check(cx, env, auth->user, sealed, code, &use);
	/* A code that somebody saw being used is a guess like any other. */
	const bool was_used = checked.code == LG_E_SPENT;
	const lg_status s = lg_auth_factor_judge(
		cx, env, auth, was_used ? LG_STATUS(LG_E_MISMATCH) : checked);
	if (s.code == LG_E_MISMATCH && was_used)
		return used(cx);
	LG_TRY(s);
	LG_TRY(lg_auth_account_check(cx, auth));
	return spend(cx, env, auth, &use);
}

lg_status
lg_auth_answer_totp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, auth->call->challenge, 0));
	const lg_str sealed = auth->user->row.mfa.totp;
	if (lg_str_empty(sealed) && !lg_auth_hides(auth))
		return lg_fail_default(cx, LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND);
	LG_TRY(lg_auth_mfa_check(cx, auth, auth->call->challenge));

	const lg_str code = lg_auth_param(auth, LG_STR("SOFTWARE_TOKEN_MFA_CODE"));
	lg_status s = lg_auth_recover(cx, env, auth, code);
	if (s.code == LG_E_NOT_FOUND)
		s = answer_app(cx, env, auth, sealed, code);
	if (s.code == LG_E_MISMATCH)
		return lg_fail(cx, LG_E_CODE_MISMATCH, "Invalid code received for user");
	LG_TRY(s);
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_MFA));
	return lg_auth_next(cx, env, auth, ret);
}
