/*
 * event.h - what a callback is told of a request: the events of Lambda authorizers
 * (spec/api-authorizer.md 4).
 */
#ifndef LG_AUTHORIZER_EVENT_H
#define LG_AUTHORIZER_EVENT_H

#include "authorizer/question.h"

/*
 * `sources` are the values of the authorizer's identity sources. What is not UTF-8 is left out.
 */
LG_MUST lg_status lg_event_write(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str method_arn,
	const lg_str *sources, size_t source_count, lg_str *ret);

#endif
