/* Operations of user pools: src/domain/pool/pool_admin.h. */
#include "gen/ops.h"

#include "domain/pool/pool_admin.h"
#include "op/req.h"

lg_status
lg_op_create_user_pool(struct lg_req *rq, const struct lg_idp_create_user_pool_request *in,
	struct lg_idp_create_user_pool_response *out)
{
	return lg_pool_create(rq->cx, rq->env, rq->region, in, LG_STR_NONE, &out->user_pool);
}

lg_status
lg_op_describe_user_pool(struct lg_req *rq, const struct lg_idp_describe_user_pool_request *in,
	struct lg_idp_describe_user_pool_response *out)
{
	return lg_pool_describe(rq->cx, rq->env, in->user_pool_id, &out->user_pool);
}

lg_status
lg_op_update_user_pool(struct lg_req *rq, const struct lg_idp_update_user_pool_request *in,
	struct lg_idp_update_user_pool_response *out)
{
	(void)out;
	return lg_pool_update(rq->cx, rq->env, in);
}

lg_status
lg_op_delete_user_pool(struct lg_req *rq, const struct lg_idp_delete_user_pool_request *in)
{
	return lg_pool_delete(rq->cx, rq->env, in->user_pool_id);
}

lg_status
lg_op_list_user_pools(struct lg_req *rq, const struct lg_idp_list_user_pools_request *in,
	struct lg_idp_list_user_pools_response *out)
{
	return lg_pool_list(rq->cx, rq->env, rq->region, in, out);
}

lg_status
lg_op_add_custom_attributes(struct lg_req *rq, const struct lg_idp_add_custom_attributes_request *in,
	struct lg_idp_add_custom_attributes_response *out)
{
	(void)out;
	return lg_pool_add_attributes(rq->cx, rq->env, in);
}
