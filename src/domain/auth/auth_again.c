#include "domain/auth/auth_steps.h"

static lg_status
open_again(struct lg_ctx *cx, struct lg_env *env, struct lg_auth_call *call, struct lg_auth *auth)
{
	LG_TRY(lg_auth_hosted_client(cx, call));
	*auth = (struct lg_auth){ .call = call };
	LG_TRY(lg_auth_session_open_unnamed(cx, env, auth, call->challenge, 0));
	if (!lg_auth_has_first(auth))
		return LG_OK;
	LG_TRY(lg_auth_account_check(cx, auth));
	return lg_auth_mfa_check(cx, auth, call->challenge);
}

/* The former Session goes when the new one is there: a message that can't be sent leaves it as it was. */
lg_status
lg_auth_resend(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call, struct lg_auth_step *ret)
{
	struct lg_auth_call own = *call;
	struct lg_auth auth;
	LG_TRY(open_again(cx, env, &own, &auth));
	ret->challenge = call->challenge;
	if (auth.session.setup.v)
		LG_TRY(lg_auth_begin_email_setup(cx, env, &auth, auth.session.to, ret));
	else
		LG_TRY(lg_auth_begin_otp(cx, env, &auth, ret));
	LG_TRY(lg_auth_tell_page(cx, &auth, ret));
	return lg_auth_session_spend(cx, env, &auth);
}

lg_status
lg_auth_other(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call, struct lg_auth_step *ret)
{
	struct lg_auth_call own = *call;
	struct lg_auth auth;
	LG_TRY(open_again(cx, env, &own, &auth));
	LG_TRY(lg_auth_tell_page(cx, &auth, ret));
	if (!lg_auth_has_first(&auth) || auth.session.setup.v || ret->available.count < 2)
		return lg_auth_session_invalid(cx);
	ret->challenge = LG_IDP_CHALLENGE_NAME_TYPE_SELECT_MFA_TYPE;
	return lg_auth_begin_select_mfa(cx, env, &auth, ret);
}
