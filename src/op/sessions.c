/* Sessions of users: domain/session_config.h. */
#include "gen/ops.h"

#include "domain/session_config.h"
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
