#include "op/client.h"

#include "domain/auth/auth.h"

lg_status
lg_op_client(struct lg_req *rq, lg_str client_id, lg_str username, lg_str secret_hash,
	const struct lg_pool **ret_pool, const struct lg_client **ret)
{
	LG_TRY(lg_client_find(rq->cx, rq->env, client_id, ret_pool, ret));
	return lg_secret_hash_check(rq->cx, rq->env, *ret, username, NULL, secret_hash);
}

lg_status
lg_op_delivery(struct lg_ctx *cx, const struct lg_delivery *delivery,
	struct lg_idp_code_delivery_details_type **ret)
{
	struct lg_idp_code_delivery_details_type *details =
		lg_new(cx, struct lg_idp_code_delivery_details_type);
	if (!details)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_delivery_details(delivery, details);
	*ret = details;
	return LG_OK;
}
