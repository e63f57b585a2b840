/* Tags of pools: src/domain/pool/pool_tags.h. */
#include "gen/ops.h"

#include "domain/pool/pool_tags.h"
#include "op/req.h"

lg_status
lg_op_tag_resource(struct lg_req *rq, const struct lg_idp_tag_resource_request *in,
	struct lg_idp_tag_resource_response *out)
{
	(void)out;
	return lg_pool_tags_add(rq->cx, rq->env, in->resource_arn, &in->tags);
}

lg_status
lg_op_untag_resource(struct lg_req *rq, const struct lg_idp_untag_resource_request *in,
	struct lg_idp_untag_resource_response *out)
{
	(void)out;
	return lg_pool_tags_remove(rq->cx, rq->env, in->resource_arn, &in->tag_keys);
}

lg_status
lg_op_list_tags_for_resource(struct lg_req *rq, const struct lg_idp_list_tags_for_resource_request *in,
	struct lg_idp_list_tags_for_resource_response *out)
{
	return lg_pool_tags_list(rq->cx, rq->env, in->resource_arn, &out->tags);
}
