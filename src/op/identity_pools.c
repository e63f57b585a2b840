/* Identity pools: src/domain/identity/identity_pool_admin.h, identity_roles.h, principal_map.h. */
#include "gen/ops.h"

#include "domain/identity/identity_pool_admin.h"
#include "domain/identity/identity_pool_tags.h"
#include "domain/identity/identity_roles.h"
#include "domain/identity/principal_map.h"
#include "op/req.h"

lg_status
lg_op_create_identity_pool(struct lg_req *rq, const struct lg_ci_create_identity_pool_input *in,
	struct lg_ci_identity_pool *out)
{
	return lg_identity_pool_create(rq->cx, rq->env, rq->region, in, out);
}

lg_status
lg_op_describe_identity_pool(struct lg_req *rq, const struct lg_ci_describe_identity_pool_input *in,
	struct lg_ci_identity_pool *out)
{
	return lg_identity_pool_describe(rq->cx, rq->env, in->identity_pool_id, out);
}

lg_status
lg_op_update_identity_pool(
	struct lg_req *rq, const struct lg_ci_identity_pool *in, struct lg_ci_identity_pool *out)
{
	return lg_identity_pool_update(rq->cx, rq->env, in, out);
}

lg_status
lg_op_delete_identity_pool(struct lg_req *rq, const struct lg_ci_delete_identity_pool_input *in)
{
	return lg_identity_pool_delete(rq->cx, rq->env, in->identity_pool_id);
}

lg_status
lg_op_list_identity_pools(struct lg_req *rq, const struct lg_ci_list_identity_pools_input *in,
	struct lg_ci_list_identity_pools_response *out)
{
	return lg_identity_pool_list(rq->cx, rq->env, rq->region, in, out);
}

lg_status
lg_op_identity_tag_resource(struct lg_req *rq, const struct lg_ci_tag_resource_input *in,
	struct lg_ci_tag_resource_response *out)
{
	(void)out;
	return lg_identity_pool_tags_add(rq->cx, rq->env, in->resource_arn, &in->tags);
}

lg_status
lg_op_identity_untag_resource(struct lg_req *rq, const struct lg_ci_untag_resource_input *in,
	struct lg_ci_untag_resource_response *out)
{
	(void)out;
	return lg_identity_pool_tags_remove(rq->cx, rq->env, in->resource_arn, &in->tag_keys);
}

lg_status
lg_op_identity_list_tags_for_resource(struct lg_req *rq, const struct lg_ci_list_tags_for_resource_input *in,
	struct lg_ci_list_tags_for_resource_response *out)
{
	return lg_identity_pool_tags_list(rq->cx, rq->env, in->resource_arn, &out->tags);
}

lg_status
lg_op_set_identity_pool_roles(struct lg_req *rq, const struct lg_ci_set_identity_pool_roles_input *in)
{
	return lg_identity_roles_set(rq->cx, rq->env, in);
}

lg_status
lg_op_get_identity_pool_roles(struct lg_req *rq, const struct lg_ci_get_identity_pool_roles_input *in,
	struct lg_ci_get_identity_pool_roles_response *out)
{
	return lg_identity_roles_get(rq->cx, rq->env, in->identity_pool_id, out);
}

lg_status
lg_op_set_principal_tag_attribute_map(struct lg_req *rq,
	const struct lg_ci_set_principal_tag_attribute_map_input *in,
	struct lg_ci_set_principal_tag_attribute_map_response *out)
{
	return lg_principal_map_set(rq->cx, rq->env, in, out);
}

lg_status
lg_op_get_principal_tag_attribute_map(struct lg_req *rq,
	const struct lg_ci_get_principal_tag_attribute_map_input *in,
	struct lg_ci_get_principal_tag_attribute_map_response *out)
{
	return lg_principal_map_get(rq->cx, rq->env, in->identity_pool_id, in->identity_provider_name, out);
}
