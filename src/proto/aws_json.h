/*
 * aws_json.h - AWS JSON 1.1: user pools and identity pools (spec/user-pools.md 1).
 */
#ifndef LG_PROTO_AWS_JSON_H
#define LG_PROTO_AWS_JSON_H

#include "domain/env.h"
#include "gen/ops.h"
#include "net/http.h"

/* The operation that X-Amz-Target names; NULL when there is none. */
const struct lg_operation *lg_aws_json_operation(const struct lg_http_req *req);

/* Answer a POST to "/". */
void lg_aws_json_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

/* An error answer in this protocol; `operation` may be NULL. */
void lg_aws_json_error(struct lg_env *env, struct lg_ctx *cx, const struct lg_operation *operation, int code,
	struct lg_http_answer *ret);

#endif
