#include "domain/auth/auth_steps.h"

#include "domain/auth/mfa_totp.h"
#include "domain/pool/schema.h"

#define MFA_SETUP LG_IDP_CHALLENGE_NAME_TYPE_MFA_SETUP
#define SOFTWARE_TOKEN LG_IDP_CHALLENGE_NAME_TYPE_SOFTWARE_TOKEN_MFA
#define EMAIL_OTP LG_IDP_CHALLENGE_NAME_TYPE_EMAIL_OTP
#define TAG_USE 2

lg_status
lg_auth_begin_mfa_setup(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	struct lg_auth_mfa mfa;
	lg_str list;
	lg_auth_mfa_decide(auth, &mfa);
	LG_TRY(lg_auth_json_list(cx, &mfa.setup, &list));
	auth->session.setup = (struct lg_opt_bool){ true, true };
	LG_TRY(lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session));
	LG_TRY(lg_auth_param_add(cx, ret, 2, LG_STR("MFAS_CAN_SETUP"), list));
	return lg_auth_param_add(cx, ret, 2, LG_STR("USER_ID_FOR_SRP"), auth->user->username);
}

/* ---- by e-mail ---- */

/* The user's own address, or, if he has none, one that he could give himself. */
static lg_status
check_address(struct lg_ctx *cx, const struct lg_auth *auth, lg_str address, lg_str *ret)
{
	const struct lg_pool *pool = auth->call->pool;
	const lg_str own = lg_user_attribute(auth->user, LG_STR("email"));
	if (lg_str_empty(own)) {
		struct lg_idp_attribute_type sent = { .name = LG_STR("email"), .value = address };
		const struct lg_idp_attribute_list_type list = { .items = &sent, .count = 1, .has = true };
		*ret = address;
		return lg_schema_check(
			cx, pool, auth->call->client, LG_WRITE_USER, auth->user, &list, false);
	}
	lg_str mine, theirs;
	LG_TRY(lg_name_canonical(cx, pool, LG_KEY_EMAIL, own, &mine));
	LG_TRY(lg_name_canonical(cx, pool, LG_KEY_EMAIL, address, &theirs));
	if (!lg_str_eq(mine, theirs))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The user has another email.");
	*ret = own;
	return LG_OK;
}

static lg_status
set_up_email(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str address,
	struct lg_auth_step *ret)
{
	lg_str to;
	LG_TRY(lg_auth_mfa_check(cx, auth, EMAIL_OTP));
	LG_TRY(check_address(cx, auth, address, &to));
	LG_TRY(lg_auth_session_spend(cx, env, auth));
	ret->challenge = EMAIL_OTP;
	return lg_auth_begin_email_setup(cx, env, auth, to, ret);
}

lg_status
lg_auth_answer_mfa_setup(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, MFA_SETUP, 0));
	LG_TRY(lg_auth_account_check(cx, auth));
	if (lg_auth_has_done(auth, LG_AUTH_MFA)) {
		LG_TRY(lg_auth_session_spend(cx, env, auth));
		auth->session.setup = (struct lg_opt_bool){ 0 };
		return lg_auth_next(cx, env, auth, ret);
	}
	/* Amplify writes the one, documents the other. */
	lg_str address = lg_auth_param(auth, LG_STR("EMAIL"));
	if (lg_str_empty(address))
		address = lg_auth_param(auth, LG_STR("email"));
	if (!lg_str_empty(address))
		return set_up_email(cx, env, auth, address, ret);
	return lg_fail_default(cx, LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND);
}

/* ---- by an app: AssociateSoftwareToken, VerifySoftwareToken ---- */

/* A password was proven, and an app may be set up still: he has no second factor, not even since. */
static lg_status
open_setup(struct lg_ctx *cx, struct lg_env *env, struct lg_auth_call *call, struct lg_auth *auth)
{
	LG_TRY(lg_auth_session_client(cx, env, call->session, &call->pool, &call->client));
	LG_TRY(lg_auth_hosted_client(cx, call));
	*auth = (struct lg_auth){ .call = call };
	LG_TRY(lg_auth_session_open_unnamed(cx, env, auth, MFA_SETUP, 0));
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(lg_totp_pool_check(cx, call->pool));
	return lg_auth_mfa_check(cx, auth, SOFTWARE_TOKEN);
}

lg_status
lg_auth_totp_associate(struct lg_ctx *cx, struct lg_env *env, bool hosted, lg_str session,
	lg_str *ret_secret, lg_str *ret_session)
{
	struct lg_auth_call call = { .session = session, .hosted = hosted };
	struct lg_auth auth;
	LG_TRY(open_setup(cx, env, &call, &auth));
	LG_TRY(lg_auth_session_spend(cx, env, &auth));
	LG_TRY(lg_keyholder_totp_make(env->keys, cx, lg_user_owner(auth.user), &auth.session.secret,
		ret_secret));
	return lg_auth_session_make(cx, env, &auth, MFA_SETUP, ret_session);
}

/* The app is his second factor at once, whether or not MFA_SETUP is answered (spec/sign-in.md 6.3). */
static lg_status
take(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str name, const struct lg_totp_use *use)
{
	struct lg_user *user = auth->user;
	struct lg_batch *batch;
	LG_TRY(lg_totp_take(cx, user, auth->session.secret, name));
	LG_TRY(lg_mfa_enable(cx, user, SOFTWARE_TOKEN, true));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_totp_use_in(batch, user, use);
	lg_batch_tag(batch, TAG_USE);
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	const lg_status s = lg_auth_session_commit(cx, batch);
	return s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_USE ? lg_totp_first_used(cx) : s;
}

lg_status
lg_auth_totp_verify(struct lg_ctx *cx, struct lg_env *env, bool hosted, lg_str session, lg_str code,
	lg_str name, lg_str *ret_session)
{
	struct lg_auth_call call = { .session = session, .hosted = hosted };
	struct lg_auth auth;
	struct lg_totp_use use;
	LG_TRY(open_setup(cx, env, &call, &auth));
	if (lg_str_empty(auth.session.secret))
		return lg_fail(cx, LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND,
			"No software token waits for its verification.");
	LG_TRY(lg_totp_first_code(cx, env, auth.user, auth.session.secret, code, &use));
	LG_TRY(take(cx, env, &auth, name, &use));
	LG_TRY(lg_auth_done_add(cx, &auth, LG_AUTH_MFA));
	auth.session.secret = LG_STR_NONE;
	return lg_auth_session_make(cx, env, &auth, MFA_SETUP, ret_session);
}
