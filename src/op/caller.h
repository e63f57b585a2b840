/*
 * caller.h - where a call comes from (domain/caller.h): by its connection, or by what a backend says about
 * the person it calls for.
 */
#ifndef LG_OP_CALLER_H
#define LG_OP_CALLER_H

#include "op/req.h"

struct lg_caller lg_op_caller(const struct lg_req *rq);

/* A client with a secret may say whom it calls for (EnablePropagateAdditionalUserContextData). */
struct lg_caller lg_op_caller_of_client(const struct lg_req *rq, const struct lg_client *client,
	const struct lg_idp_user_context_data_type *context);

/* ContextData of a signed call. */
struct lg_caller lg_op_caller_of_admin(const struct lg_req *rq,
	const struct lg_idp_context_data_type *context);

#endif
