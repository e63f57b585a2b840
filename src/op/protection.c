/* Threat protection: src/domain/pool/risk.h, src/domain/auth/auth_event.h. */
#include "gen/ops.h"

#include "domain/auth/auth_event.h"
#include "domain/pool/risk.h"
#include "domain/user/user_admin.h"
#include "op/req.h"

lg_status
lg_op_set_risk_configuration(struct lg_req *rq, const struct lg_idp_set_risk_configuration_request *in,
	struct lg_idp_set_risk_configuration_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_risk_set(rq->cx, rq->env, pool, in, &out->risk_configuration);
}

lg_status
lg_op_describe_risk_configuration(struct lg_req *rq,
	const struct lg_idp_describe_risk_configuration_request *in,
	struct lg_idp_describe_risk_configuration_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_risk_describe(rq->cx, rq->env, pool, in->client_id, &out->risk_configuration);
}

lg_status
lg_op_admin_list_user_auth_events(struct lg_req *rq,
	const struct lg_idp_admin_list_user_auth_events_request *in,
	struct lg_idp_admin_list_user_auth_events_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, 0, &user));
	return lg_auth_event_list(rq->cx, rq->env, pool, user, in, out);
}

lg_status
lg_op_admin_update_auth_event_feedback(struct lg_req *rq,
	const struct lg_idp_admin_update_auth_event_feedback_request *in,
	struct lg_idp_admin_update_auth_event_feedback_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, 0, &user));
	return lg_auth_event_judge(
		rq->cx, rq->env, pool, user, in->event_id, in->feedback_value, LG_STR("Admin"));
}

lg_status
lg_op_update_auth_event_feedback(struct lg_req *rq,
	const struct lg_idp_update_auth_event_feedback_request *in,
	struct lg_idp_update_auth_event_feedback_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_feedback_token_open(
		rq->cx, rq->env, pool, in->username, in->event_id, in->feedback_token, &user));
	return lg_auth_event_judge(
		rq->cx, rq->env, pool, user, in->event_id, in->feedback_value, LG_STR("User"));
}
