/* Domains of user pools: src/domain/pool/domain.h. */
#include "gen/ops.h"

#include "domain/pool/domain.h"
#include "op/req.h"

lg_status
lg_op_create_user_pool_domain(struct lg_req *rq, const struct lg_idp_create_user_pool_domain_request *in,
	struct lg_idp_create_user_pool_domain_response *out)
{
	return lg_domain_create(rq->cx, rq->env, in, out);
}

lg_status
lg_op_describe_user_pool_domain(struct lg_req *rq, const struct lg_idp_describe_user_pool_domain_request *in,
	struct lg_idp_describe_user_pool_domain_response *out)
{
	return lg_domain_describe(rq->cx, rq->env, rq->region, in->domain, &out->domain_description);
}

lg_status
lg_op_update_user_pool_domain(struct lg_req *rq, const struct lg_idp_update_user_pool_domain_request *in,
	struct lg_idp_update_user_pool_domain_response *out)
{
	return lg_domain_update(rq->cx, rq->env, in, out);
}

lg_status
lg_op_delete_user_pool_domain(struct lg_req *rq, const struct lg_idp_delete_user_pool_domain_request *in,
	struct lg_idp_delete_user_pool_domain_response *out)
{
	(void)out;
	return lg_domain_delete(rq->cx, rq->env, in->user_pool_id, in->domain);
}
