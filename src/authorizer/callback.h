/*
 * callback.h - somebody else decides: the Lambda authorizer, asked over HTTPS or as a function
 * (spec/api-authorizer.md 4).
 */
#ifndef LG_AUTHORIZER_CALLBACK_H
#define LG_AUTHORIZER_CALLBACK_H

#include "authorizer/question.h"
#include "authorizer/said.h"

/* Decide. LG_E_NOT_FOUND: it cannot be decided without waiting. Other failures are our own. */
LG_MUST lg_status lg_callback_decide(struct lg_ctx *cx, const struct lg_authz_call *call,
	struct lg_memo *cache, struct lg_authz_answer *ret);

#endif
