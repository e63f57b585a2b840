/*
 * objects.h - requests to an object store (S3) as questions to policies: actions and ARNs, and the condition
 * keys that go with them.
 *
 * What is not known here is not asked, and does not pass.
 */
#ifndef LG_AUTHORIZER_OBJECTS_H
#define LG_AUTHORIZER_OBJECTS_H

#include "authorizer/question.h"
#include "policy/context.h"
#include "token/sigv4.h"

/* All have to be allowed. LG_E_REFUSED with a text for the log: the request is none that is known. */
LG_MUST lg_status lg_objects_questions(struct lg_ctx *cx, const struct lg_authorizer *authorizer,
	const struct lg_ask *ask, struct lg_questions *ret);

/* "s3:prefix", "s3:x-amz-acl" and the like. */
LG_MUST lg_status lg_objects_context(struct lg_ctx *cx, const struct lg_ask *ask,
	const struct lg_sigv4_claim *claim, lg_time now, struct lg_policy_context *context);

#endif
