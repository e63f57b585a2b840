#include "op/find.h"

lg_status
lg_op_pool(struct lg_req *rq, lg_str pool_id, const struct lg_pool **ret)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, pool_id, &pool));
	if (!lg_str_eq(pool->region, rq->region))
		return lg_fail(rq->cx, LG_E_RESOURCE_NOT_FOUND, "User pool %.*s does not exist.", LG_FMT(pool_id));
	*ret = pool;
	return LG_OK;
}

lg_status
lg_op_pool_client(struct lg_req *rq, lg_str pool_id, lg_str client_id, const struct lg_pool **ret_pool,
	const struct lg_client **ret)
{
	LG_TRY(lg_op_pool(rq, pool_id, ret_pool));
	return lg_client_find_in(rq->cx, rq->env, *ret_pool, client_id, ret);
}
