/*
 * claims.h - claims of a token as API Gateway hands them to a backend, and who they say it is.
 */
#ifndef LG_AUTHORIZER_CLAIMS_H
#define LG_AUTHORIZER_CLAIMS_H

#include "authorizer/answer.h"
#include "codec/json.h"

/* Those of the claims "scope" and "scp", in order. */
LG_MUST lg_status lg_claims_scopes(struct lg_ctx *cx, const json_t *claims, struct lg_str_list *ret);

/* Names, scopes, groups, and the context: {"jwt":...}, or {"claims":...} of a REST API. */
LG_MUST lg_status lg_claims_who(struct lg_ctx *cx, const struct lg_route *route, const json_t *claims,
	const struct lg_str_list *scopes, struct lg_authz_who *ret);

#endif
