/*
 * aws_query.h - AWS Query: STS and IAM (spec/sts-iam.md A1, D). A form comes in, XML goes out.
 */
#ifndef LG_PROTO_AWS_QUERY_H
#define LG_PROTO_AWS_QUERY_H

#include "domain/env.h"
#include "gen/ops.h"
#include "net/http.h"

/* Does it look like a call of this protocol: a form, or GET with Action in the query string? */
bool lg_aws_query_is(const struct lg_http_req *req);

/*
 * The operation of such a request, found in its text without reading all of it; NULL when it names none.
 */
const struct lg_operation *lg_aws_query_operation(const struct lg_http_req *req);

void lg_aws_query_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

#endif
