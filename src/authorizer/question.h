/*
 * question.h - what policies are asked about a request: actions and ARNs.
 */
#ifndef LG_AUTHORIZER_QUESTION_H
#define LG_AUTHORIZER_QUESTION_H

#include "authorizer/bearer.h"

#define LG_QUESTIONS_MAX 32

struct lg_question {
	lg_str action;
	lg_str resource;
	bool only_denies; /* another reading of the path: a Deny counts, no Allow is needed */
};

struct lg_questions {
	struct lg_question items[LG_QUESTIONS_MAX];
	size_t count;
};

/* "arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>", the path as it was sent. */
LG_MUST lg_status lg_method_arn(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str *ret);

/*
 * May an API be invoked like this? The path as it was sent is asked about first. Readings of it may have
 * been named in a Deny; and where they lead elsewhere, they need an Allow of their own.
 */
LG_MUST lg_status lg_invoke_questions(
	struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_questions *ret);

#endif
