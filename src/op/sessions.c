/* Sessions of users: domain/grant/session_config.h, domain/grant/session_track.h. */
#include "gen/ops.h"

#include "domain/grant/session_config.h"
#include "domain/grant/session_track.h"
#include "domain/user/user_admin.h"
#include "op/req.h"

lg_status
lg_op_set_user_pool_session_configuration(struct lg_req *rq,
	const struct lg_idp_set_user_pool_session_configuration_request *in,
	struct lg_idp_set_user_pool_session_configuration_response *out)
{
	return lg_session_config_set(rq->cx, rq->env, in, out);
}

lg_status
lg_op_get_user_pool_session_configuration(struct lg_req *rq,
	const struct lg_idp_get_user_pool_session_configuration_request *in,
	struct lg_idp_get_user_pool_session_configuration_response *out)
{
	return lg_session_config_get(rq->cx, rq->env, in->user_pool_id, out);
}

lg_status
lg_op_set_user_pool_client_session_configuration(struct lg_req *rq,
	const struct lg_idp_set_user_pool_client_session_configuration_request *in,
	struct lg_idp_set_user_pool_client_session_configuration_response *out)
{
	return lg_session_config_set_client(rq->cx, rq->env, in, out);
}

lg_status
lg_op_get_user_pool_client_session_configuration(struct lg_req *rq,
	const struct lg_idp_get_user_pool_client_session_configuration_request *in,
	struct lg_idp_get_user_pool_client_session_configuration_response *out)
{
	return lg_session_config_get_client(rq->cx, rq->env, in->user_pool_id, in->client_id, out);
}

/* The user whose access token it is. */
static lg_status
own(struct lg_req *rq, lg_str operation, struct lg_session_owner *ret)
{
	const struct lg_access *access = &rq->access;
	*ret = (struct lg_session_owner){ operation, access->pool, access->user,
		access->has_sid ? access->sid : NULL };
	return lg_session_tracking_check(rq->cx, access->pool);
}

/* The user whom an administrator names. */
static lg_status
named(struct lg_req *rq, lg_str operation, lg_str pool_id, lg_str username, struct lg_session_owner *ret)
{
	struct lg_user *user;
	*ret = (struct lg_session_owner){ .operation = operation };
	LG_TRY(lg_pool_find(rq->cx, rq->env, pool_id, &ret->pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, ret->pool, username, 0, &user));
	ret->user = user;
	return lg_session_tracking_check(rq->cx, ret->pool);
}

lg_status
lg_op_list_user_sessions(struct lg_req *rq, const struct lg_idp_list_user_sessions_request *in,
	struct lg_idp_list_user_sessions_response *out)
{
	struct lg_session_owner owner;
	LG_TRY(own(rq, LG_STR("ListUserSessions"), &owner));
	return lg_session_list(rq->cx, rq->env, &owner, in->next_token, &out->sessions, &out->next_token);
}

lg_status
lg_op_admin_list_user_sessions(struct lg_req *rq, const struct lg_idp_admin_list_user_sessions_request *in,
	struct lg_idp_admin_list_user_sessions_response *out)
{
	struct lg_session_owner owner;
	LG_TRY(named(rq, LG_STR("AdminListUserSessions"), in->user_pool_id, in->username, &owner));
	return lg_session_list(rq->cx, rq->env, &owner, in->next_token, &out->sessions, &out->next_token);
}

static bool
is_linked(lg_str wish)
{
	return lg_str_eq(wish, LG_IDP_REVOKE_ASSOCIATED_SESSIONS_TYPE_LINKED);
}

lg_status
lg_op_revoke_user_session(struct lg_req *rq, const struct lg_idp_revoke_user_session_request *in,
	struct lg_idp_revoke_user_session_response *out)
{
	(void)out;

	struct lg_session_owner owner;
	LG_TRY(own(rq, LG_STR("RevokeUserSession"), &owner));
	return lg_session_revoke(
		rq->cx, rq->env, &owner, in->session_id, is_linked(in->revoke_associated_sessions));
}

lg_status
lg_op_admin_revoke_user_session(struct lg_req *rq, const struct lg_idp_admin_revoke_user_session_request *in,
	struct lg_idp_admin_revoke_user_session_response *out)
{
	(void)out;

	struct lg_session_owner owner;
	LG_TRY(named(rq, LG_STR("AdminRevokeUserSession"), in->user_pool_id, in->username, &owner));
	return lg_session_revoke(
		rq->cx, rq->env, &owner, in->session_id, is_linked(in->revoke_associated_sessions));
}
