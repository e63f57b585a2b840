/*
 * auth.h - tokens in the form of the API's AuthenticationResult.
 */
#ifndef LG_OP_AUTH_H
#define LG_OP_AUTH_H

#include "op/req.h"

LG_MUST lg_status lg_op_auth_result(struct lg_ctx *cx, const struct lg_tokens *tokens,
	struct lg_idp_authentication_result_type **ret);

#endif
