/*
 * explain.h - why policies refused something, in a line for the operator's log.
 */
#ifndef LG_AUTHORIZER_EXPLAIN_H
#define LG_AUTHORIZER_EXPLAIN_H

#include "policy/evaluate.h"

/* IAM's text, and which statement of which policy, or which condition on which value, decided. */
LG_MUST lg_status lg_explain_denial(struct lg_ctx *cx, const struct lg_policy_request *request,
	const struct lg_policy_verdict *verdict, lg_str *ret);

#endif
