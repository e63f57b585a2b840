/*
 * find.h - the pool that a signed call names.
 */
#ifndef LG_OP_FIND_H
#define LG_OP_FIND_H

#include "op/req.h"

/*
 * A pool is there only for calls to its own region (DESIGN 2).
 * LG_E_RESOURCE_NOT_FOUND "User pool <id> does not exist."
 */
LG_MUST lg_status lg_op_pool(struct lg_req *rq, lg_str pool_id, const struct lg_pool **ret);

/* The pool and a client of it. LG_E_RESOURCE_NOT_FOUND. */
LG_MUST lg_status lg_op_pool_client(struct lg_req *rq, lg_str pool_id, lg_str client_id, const struct lg_pool **ret_pool,
	const struct lg_client **ret);

#endif
