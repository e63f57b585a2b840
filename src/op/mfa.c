#include "op/mfa.h"

#include "domain/auth/auth.h"
#include "domain/auth/first_factor.h"
#include "domain/auth/mfa_totp.h"
#include "domain/pool/mfa_config.h"
#include "domain/user/user_admin.h"
#include "gen/ops.h"
#include "op/req.h"

lg_status
lg_op_mfa_options(struct lg_ctx *cx, const struct lg_rec_mfa *mfa, struct lg_idp_mfa_option_list_type *ret)
{
	if (!mfa->legacy_sms.v)
		return LG_OK;
	struct lg_idp_mfa_option_type *option = lg_new(cx, struct lg_idp_mfa_option_type);
	if (!option)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*option = (struct lg_idp_mfa_option_type){
		.delivery_medium = LG_STR("SMS"),
		.attribute_name = LG_STR("phone_number"),
	};
	*ret = (struct lg_idp_mfa_option_list_type){ .items = option, .count = 1, .has = true };
	return LG_OK;
}

static lg_status
find(struct lg_req *rq, lg_str pool_id, lg_str username, unsigned parts, const struct lg_pool **ret_pool,
	struct lg_user **ret)
{
	LG_TRY(lg_pool_find(rq->cx, rq->env, pool_id, ret_pool));
	return lg_user_find_named(rq->cx, rq->env, *ret_pool, username, parts | LG_PART_MFA, ret);
}

static lg_status
no_proof(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "Either AccessToken or Session is required.");
}

/* ---- what a user has: domain/auth/first_factor.h ---- */

lg_status
lg_op_get_user_auth_factors(struct lg_req *rq, const struct lg_idp_get_user_auth_factors_request *in,
	struct lg_idp_get_user_auth_factors_response *out)
{
	(void)in; /* The access token named the user. */
	const struct lg_user *user = rq->access.user;
	unsigned factors;
	LG_TRY(lg_first_factors(rq->cx, rq->env, rq->access.pool, user, &factors));
	out->username = user->username;
	out->preferred_mfa_setting = user->row.mfa.preferred;
	if (user->row.mfa.enabled.count)
		out->user_mfa_setting_list = user->row.mfa.enabled;
	return lg_first_factor_names(rq->cx, factors, &out->configured_user_auth_factors);
}

lg_status
lg_op_admin_get_user_auth_factors(struct lg_req *rq,
	const struct lg_idp_admin_get_user_auth_factors_request *in,
	struct lg_idp_admin_get_user_auth_factors_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	unsigned factors;
	LG_TRY(find(rq, in->user_pool_id, in->username, LG_PART_CREDENTIAL, &pool, &user));
	LG_TRY(lg_first_factors(rq->cx, rq->env, pool, user, &factors));
	out->username = user->username;
	out->preferred_mfa_setting = user->row.mfa.preferred;
	if (user->row.mfa.enabled.count)
		out->user_mfa_setting_list = user->row.mfa.enabled;
	return lg_first_factor_names(rq->cx, factors, &out->configured_user_auth_factors);
}

/* ---- the pool's settings: domain/pool/mfa_config.h ---- */

lg_status
lg_op_set_user_pool_mfa_config(struct lg_req *rq, const struct lg_idp_set_user_pool_mfa_config_request *in,
	struct lg_idp_set_user_pool_mfa_config_response *out)
{
	return lg_mfa_config_set(rq->cx, rq->env, in, out);
}

lg_status
lg_op_get_user_pool_mfa_config(struct lg_req *rq, const struct lg_idp_get_user_pool_mfa_config_request *in,
	struct lg_idp_get_user_pool_mfa_config_response *out)
{
	return lg_mfa_config_get(rq->cx, rq->env, in->user_pool_id, out);
}

/* ---- authenticator apps: domain/auth/mfa_totp.h, domain/auth/auth.h ---- */

lg_status
lg_op_associate_software_token(struct lg_req *rq, const struct lg_idp_associate_software_token_request *in,
	struct lg_idp_associate_software_token_response *out)
{
	if (lg_str_present(in->access_token))
		return lg_totp_associate(
			rq->cx, rq->env, rq->access.pool, rq->access.user, &out->secret_code);
	if (!lg_str_present(in->session))
		return no_proof(rq->cx);
	return lg_auth_totp_associate(rq->cx, rq->env, false, in->session, &out->secret_code, &out->session);
}

lg_status
lg_op_verify_software_token(struct lg_req *rq, const struct lg_idp_verify_software_token_request *in,
	struct lg_idp_verify_software_token_response *out)
{
	if (!lg_str_present(in->access_token) && !lg_str_present(in->session))
		return no_proof(rq->cx);
	if (lg_str_present(in->access_token))
		LG_TRY(lg_totp_verify(rq->cx, rq->env, rq->access.pool, rq->access.user, in->user_code,
			in->friendly_device_name));
	else
		LG_TRY(lg_auth_totp_verify(rq->cx, rq->env, false, in->session, in->user_code,
			in->friendly_device_name, &out->session));
	out->status = LG_IDP_VERIFY_SOFTWARE_TOKEN_RESPONSE_TYPE_SUCCESS;
	return LG_OK;
}

lg_status
lg_op_admin_delete_software_token(struct lg_req *rq,
	const struct lg_idp_admin_delete_software_token_request *in,
	struct lg_idp_admin_delete_software_token_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find(rq, in->user_pool_id, in->username, 0, &pool, &user));
	return lg_totp_delete(rq->cx, rq->env, user);
}

/* ---- preferences: domain/auth/mfa.h ---- */

/* Two requests have the same members in types of their own. */
#define WISH(settings)                                                                            \
	{ (settings) ? (settings)->enabled : (struct lg_opt_bool){ 0 },                           \
		(settings) ? (settings)->preferred_mfa : (struct lg_opt_bool){ 0 } }
#define WISHES(in)                                                                                \
	{ .methods = { WISH((in)->sms_mfa_settings), WISH((in)->software_token_mfa_settings),     \
		  WISH((in)->email_mfa_settings) },                                               \
		.passkeys = (in)->web_authn_mfa_settings ? (in)->web_authn_mfa_settings->enabled  \
							 : (struct lg_opt_bool){ 0 } }

lg_status
lg_op_set_user_mfa_preference(struct lg_req *rq, const struct lg_idp_set_user_mfa_preference_request *in,
	struct lg_idp_set_user_mfa_preference_response *out)
{
	(void)out;
	const struct lg_mfa_wishes wishes = WISHES(in);
	return lg_mfa_prefer(rq->cx, rq->env, rq->access.pool, rq->access.user, &wishes);
}

lg_status
lg_op_admin_set_user_mfa_preference(struct lg_req *rq,
	const struct lg_idp_admin_set_user_mfa_preference_request *in,
	struct lg_idp_admin_set_user_mfa_preference_response *out)
{
	(void)out;
	const struct lg_mfa_wishes wishes = WISHES(in);
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find(rq, in->user_pool_id, in->username, 0, &pool, &user));
	return lg_mfa_prefer(rq->cx, rq->env, pool, user, &wishes);
}

lg_status
lg_op_set_user_settings(struct lg_req *rq, const struct lg_idp_set_user_settings_request *in,
	struct lg_idp_set_user_settings_response *out)
{
	(void)out;
	return lg_mfa_settings(rq->cx, rq->env, rq->access.user, &in->mfa_options);
}

lg_status
lg_op_admin_set_user_settings(struct lg_req *rq, const struct lg_idp_admin_set_user_settings_request *in,
	struct lg_idp_admin_set_user_settings_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find(rq, in->user_pool_id, in->username, 0, &pool, &user));
	return lg_mfa_settings(rq->cx, rq->env, user, &in->mfa_options);
}
