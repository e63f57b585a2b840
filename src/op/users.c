/* Lists of users: src/domain/user/user_list.h. */
#include "gen/ops.h"

#include "domain/user/user_list.h"
#include "op/req.h"

lg_status
lg_op_list_users(struct lg_req *rq, const struct lg_idp_list_users_request *in,
	struct lg_idp_list_users_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_user_list(rq->cx, rq->env, pool, in, out);
}
