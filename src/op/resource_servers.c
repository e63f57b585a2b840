/* Resource servers and their scopes: src/domain/pool/resource_server.h. */
#include "gen/ops.h"

#include "domain/pool/resource_server.h"
#include "op/req.h"

lg_status
lg_op_create_resource_server(struct lg_req *rq, const struct lg_idp_create_resource_server_request *in,
	struct lg_idp_create_resource_server_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_resource_server_create(rq->cx, rq->env, pool, in, &out->resource_server);
}

lg_status
lg_op_describe_resource_server(struct lg_req *rq, const struct lg_idp_describe_resource_server_request *in,
	struct lg_idp_describe_resource_server_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_resource_server_read(rq->cx, rq->env, pool, in->identifier, &out->resource_server);
}

lg_status
lg_op_update_resource_server(struct lg_req *rq, const struct lg_idp_update_resource_server_request *in,
	struct lg_idp_update_resource_server_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_resource_server_update(rq->cx, rq->env, pool, in, &out->resource_server);
}

lg_status
lg_op_delete_resource_server(struct lg_req *rq, const struct lg_idp_delete_resource_server_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_resource_server_delete(rq->cx, rq->env, pool, in->identifier);
}

lg_status
lg_op_list_resource_servers(struct lg_req *rq, const struct lg_idp_list_resource_servers_request *in,
	struct lg_idp_list_resource_servers_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_resource_server_list(rq->cx, rq->env, pool, in, out);
}
