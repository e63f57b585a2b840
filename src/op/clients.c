/* Operations of app clients: src/domain/client_admin.h. */
#include "gen/ops.h"

#include "domain/client_admin.h"
#include "op/req.h"

lg_status
lg_op_create_user_pool_client(struct lg_req *rq, const struct lg_idp_create_user_pool_client_request *in,
	struct lg_idp_create_user_pool_client_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_create(rq->cx, rq->env, pool, in, LG_STR_NONE, &out->user_pool_client);
}

lg_status
lg_op_describe_user_pool_client(struct lg_req *rq, const struct lg_idp_describe_user_pool_client_request *in,
	struct lg_idp_describe_user_pool_client_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_describe(rq->cx, rq->env, pool, in->client_id, &out->user_pool_client);
}

lg_status
lg_op_update_user_pool_client(struct lg_req *rq, const struct lg_idp_update_user_pool_client_request *in,
	struct lg_idp_update_user_pool_client_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_update(rq->cx, rq->env, pool, in, &out->user_pool_client);
}

lg_status
lg_op_delete_user_pool_client(struct lg_req *rq, const struct lg_idp_delete_user_pool_client_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_delete(rq->cx, rq->env, pool, in->client_id);
}

lg_status
lg_op_list_user_pool_clients(struct lg_req *rq, const struct lg_idp_list_user_pool_clients_request *in,
	struct lg_idp_list_user_pool_clients_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_list(rq->cx, rq->env, pool, in, out);
}
