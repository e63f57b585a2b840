/*
 * signed.h - requests with an AWS signature: the IAM authorizer, for an API (execute-api) and for an object
 * store (s3) (spec/api-authorizer.md 3).
 */
#ifndef LG_AUTHORIZER_SIGNED_H
#define LG_AUTHORIZER_SIGNED_H

#include "authorizer/bearer.h"

/* Decide; always waits. Failures are our own. */
LG_MUST lg_status lg_signed_decide(
	struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_authz_answer *ret);

#endif
