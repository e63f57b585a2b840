/* Identity providers of user pools: src/domain/pool/identity_provider.h, src/domain/user/provider_link.h. */
#include "gen/ops.h"

#include "domain/pool/identity_provider.h"
#include "domain/user/provider_link.h"
#include "op/req.h"

lg_status
lg_op_create_identity_provider(struct lg_req *rq, const struct lg_idp_create_identity_provider_request *in,
	struct lg_idp_create_identity_provider_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_create(rq->cx, rq->env, pool, in, &out->identity_provider);
}

lg_status
lg_op_describe_identity_provider(struct lg_req *rq,
	const struct lg_idp_describe_identity_provider_request *in,
	struct lg_idp_describe_identity_provider_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_read(rq->cx, rq->env, pool, in->provider_name, &out->identity_provider);
}

lg_status
lg_op_get_identity_provider_by_identifier(struct lg_req *rq,
	const struct lg_idp_get_identity_provider_by_identifier_request *in,
	struct lg_idp_get_identity_provider_by_identifier_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_read_by_identifier(
		rq->cx, rq->env, pool, in->idp_identifier, &out->identity_provider);
}

lg_status
lg_op_update_identity_provider(struct lg_req *rq, const struct lg_idp_update_identity_provider_request *in,
	struct lg_idp_update_identity_provider_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_update(rq->cx, rq->env, pool, in, &out->identity_provider);
}

lg_status
lg_op_delete_identity_provider(struct lg_req *rq, const struct lg_idp_delete_identity_provider_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_delete(rq->cx, rq->env, pool, in->provider_name);
}

lg_status
lg_op_list_identity_providers(struct lg_req *rq, const struct lg_idp_list_identity_providers_request *in,
	struct lg_idp_list_identity_providers_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_list(rq->cx, rq->env, pool, in, out);
}

lg_status
lg_op_admin_link_provider_for_user(struct lg_req *rq,
	const struct lg_idp_admin_link_provider_for_user_request *in,
	struct lg_idp_admin_link_provider_for_user_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_link(rq->cx, rq->env, pool, in);
}

lg_status
lg_op_admin_disable_provider_for_user(struct lg_req *rq,
	const struct lg_idp_admin_disable_provider_for_user_request *in,
	struct lg_idp_admin_disable_provider_for_user_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_provider_disable(rq->cx, rq->env, pool, in);
}
