/* Operations of app clients: src/domain/pool/client_admin.h. */
#include "gen/ops.h"

#include "domain/pool/client_admin.h"
#include "domain/pool/client_secret.h"
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

lg_status
lg_op_add_user_pool_client_secret(struct lg_req *rq,
	const struct lg_idp_add_user_pool_client_secret_request *in,
	struct lg_idp_add_user_pool_client_secret_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_secret_add(rq->cx, rq->env, pool, in, &out->client_secret_descriptor);
}

lg_status
lg_op_list_user_pool_client_secrets(struct lg_req *rq,
	const struct lg_idp_list_user_pool_client_secrets_request *in,
	struct lg_idp_list_user_pool_client_secrets_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_secret_list(rq->cx, rq->env, pool, in, &out->client_secrets);
}

lg_status
lg_op_delete_user_pool_client_secret(struct lg_req *rq,
	const struct lg_idp_delete_user_pool_client_secret_request *in,
	struct lg_idp_delete_user_pool_client_secret_response *out)
{
	(void)out;
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_client_secret_delete(rq->cx, rq->env, pool, in->client_id, in->client_secret_id);
}
