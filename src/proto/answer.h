/*
 * answer.h - what every answer carries: request id, date, content type, CORS.
 */
#ifndef LG_PROTO_ANSWER_H
#define LG_PROTO_ANSWER_H

#include "domain/env.h"
#include "net/http.h"

/*
 * Status, X-Amzn-RequestId (drawn when the context has none) and Date, which follows the machine's own
 * clock.
 */
void lg_answer_begin(struct lg_env *env, struct lg_ctx *cx, int status, struct lg_http_answer *ret);

/* The body and its type. */
void lg_answer_body(struct lg_http_answer *ret, lg_str content_type, lg_str body);

/* Let pages of any origin read the answer. */
void lg_answer_allow_any_origin(struct lg_http_answer *ret);

/* A whole answer {"message": text}: for what belongs to no AWS protocol. */
void lg_answer_message(
	struct lg_env *env, struct lg_ctx *cx, int status, lg_str text, struct lg_http_answer *ret);

/* 405 with an Allow header. */
void lg_answer_wrong_method(struct lg_env *env, struct lg_ctx *cx, lg_str allow, struct lg_http_answer *ret);

/* `text` fit for a header: printable ASCII, at most 1,024 bytes. LG_E_NO_MEMORY is the only failure. */
LG_MUST lg_status lg_answer_header_text(struct lg_ctx *cx, lg_str text, lg_str *ret);

/*
 * What the client is told of a failure. An error without an AWS code becomes LG_E_INTERNAL, and server
 * faults keep their texts to themselves: those are logged here, once, with place and request id, never
 * with anything that came in.
 */
struct lg_answer_error {
	int code;
	const struct lg_error_info *info;
	lg_str text; /* absent when there is none */
};
struct lg_answer_error lg_answer_error(const struct lg_ctx *cx, int code, lg_str operation);

#endif
