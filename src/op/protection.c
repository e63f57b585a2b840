/* Threat protection: src/domain/risk.h. */
#include "gen/ops.h"

#include "domain/risk.h"
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
