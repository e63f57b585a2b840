/* What administrators do to one user: src/domain/user/user_admin.h. */
#include "gen/ops.h"

#include "domain/user/user_admin.h"
#include "domain/user/user_scan.h"
#include "op/mfa.h"
#include "op/req.h"

lg_status
lg_op_admin_create_user(struct lg_req *rq, const struct lg_idp_admin_create_user_request *in,
	struct lg_idp_admin_create_user_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_create_admin(rq->cx, rq->env, pool, in, NULL, &user));
	out->user = lg_new(rq->cx, struct lg_idp_user_type);
	if (!out->user)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	return lg_user_type(rq->cx, pool, user, NULL, out->user);
}

lg_status
lg_op_admin_get_user(struct lg_req *rq, const struct lg_idp_admin_get_user_request *in,
	struct lg_idp_admin_get_user_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, LG_PART_MFA, &user));
	out->username = user->username;
	out->user_create_date = (struct lg_opt_time){ true, user->row.created };
	out->user_last_modified_date = (struct lg_opt_time){ true, user->row.modified };
	out->enabled = (struct lg_opt_bool){ true, user->row.enabled };
	out->user_status = lg_user_status_name(user->row.status);
	out->preferred_mfa_setting = user->row.mfa.preferred;
	if (user->row.mfa.enabled.count)
		out->user_mfa_setting_list = user->row.mfa.enabled;
	LG_TRY(lg_op_mfa_options(rq->cx, &user->row.mfa, &out->mfa_options));
	return lg_user_attribute_list(rq->cx, pool, NULL, user, &out->user_attributes);
}

lg_status
lg_op_admin_update_user_attributes(struct lg_req *rq,
	const struct lg_idp_admin_update_user_attributes_request *in,
	struct lg_idp_admin_update_user_attributes_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_update_admin(rq->cx, rq->env, pool, in->username, &in->user_attributes,
		&in->client_metadata);
}

lg_status
lg_op_admin_delete_user_attributes(struct lg_req *rq,
	const struct lg_idp_admin_delete_user_attributes_request *in,
	struct lg_idp_admin_delete_user_attributes_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_delete_attributes_admin(
		rq->cx, rq->env, pool, in->username, &in->user_attribute_names);
}

lg_status
lg_op_admin_delete_user(struct lg_req *rq, const struct lg_idp_admin_delete_user_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_delete_admin(rq->cx, rq->env, pool, in->username);
}

lg_status
lg_op_admin_set_user_password(struct lg_req *rq, const struct lg_idp_admin_set_user_password_request *in,
	struct lg_idp_admin_set_user_password_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_set_password_admin(
		rq->cx, rq->env, pool, in->username, in->password, in->permanent.v);
}

lg_status
lg_op_admin_reset_user_password(struct lg_req *rq, const struct lg_idp_admin_reset_user_password_request *in,
	struct lg_idp_admin_reset_user_password_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_reset_password_admin(
		rq->cx, rq->env, pool, in->username, &in->client_metadata);
}

lg_status
lg_op_admin_confirm_sign_up(struct lg_req *rq, const struct lg_idp_admin_confirm_sign_up_request *in,
	struct lg_idp_admin_confirm_sign_up_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_confirm_admin(rq->cx, rq->env, pool, in->username, &in->client_metadata);
}

lg_status
lg_op_admin_enable_user(struct lg_req *rq, const struct lg_idp_admin_enable_user_request *in,
	struct lg_idp_admin_enable_user_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_enable_admin(rq->cx, rq->env, pool, in->username, true);
}

lg_status
lg_op_admin_disable_user(struct lg_req *rq, const struct lg_idp_admin_disable_user_request *in,
	struct lg_idp_admin_disable_user_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_enable_admin(rq->cx, rq->env, pool, in->username, false);
}
