/* Terms of use and privacy policies: src/domain/pool/terms.h. */
#include "gen/ops.h"

#include "domain/pool/terms.h"
#include "op/req.h"

lg_status
lg_op_create_terms(struct lg_req *rq, const struct lg_idp_create_terms_request *in,
	struct lg_idp_create_terms_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_terms_create(rq->cx, rq->env, pool, in, &out->terms);
}

lg_status
lg_op_describe_terms(struct lg_req *rq, const struct lg_idp_describe_terms_request *in,
	struct lg_idp_describe_terms_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_terms_describe(rq->cx, rq->env, pool, in->terms_id, &out->terms);
}

lg_status
lg_op_describe_terms_by_client(struct lg_req *rq, const struct lg_idp_describe_terms_by_client_request *in,
	struct lg_idp_describe_terms_by_client_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_terms_of_client(rq->cx, rq->env, pool, in->client_id, in->terms_name, &out->terms);
}

lg_status
lg_op_update_terms(struct lg_req *rq, const struct lg_idp_update_terms_request *in,
	struct lg_idp_update_terms_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_terms_update(rq->cx, rq->env, pool, in, &out->terms);
}

lg_status
lg_op_delete_terms(struct lg_req *rq, const struct lg_idp_delete_terms_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_terms_delete(rq->cx, rq->env, pool, in->terms_id);
}

lg_status
lg_op_list_terms(struct lg_req *rq, const struct lg_idp_list_terms_request *in,
	struct lg_idp_list_terms_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_terms_list(rq->cx, rq->env, pool, in, out);
}
