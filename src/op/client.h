/*
 * client.h - the app client of an unsigned call that names a user.
 */
#ifndef LG_OP_CLIENT_H
#define LG_OP_CLIENT_H

#include "domain/message/code.h"
#include "op/req.h"

/*
 * Find the client and its pool, and check the SECRET_HASH over the user name as it was sent (spec/user-
 * pools.md 17).
 */
LG_MUST lg_status lg_op_client(struct lg_req *rq, lg_str client_id, lg_str username, lg_str secret_hash,
	const struct lg_pool **ret_pool, const struct lg_client **ret);

/* Where a code went, as the API says it. */
LG_MUST lg_status lg_op_delivery(struct lg_ctx *cx, const struct lg_delivery *delivery,
	struct lg_idp_code_delivery_details_type **ret);

#endif
