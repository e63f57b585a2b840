/*
 * bearer.h - requests with a token: the JWT authorizer of HTTP APIs and the user-pool authorizer of REST
 * APIs (spec/api-authorizer.md 1, 2).
 */
#ifndef LG_AUTHORIZER_BEARER_H
#define LG_AUTHORIZER_BEARER_H

#include "authorizer/seen.h"

/* A request on its way to a decision. */
struct lg_authz_call {
	struct lg_env *env;
	struct lg_memo *seen;
	const struct lg_route *route;
	const struct lg_ask *ask;
	bool wait; /* on a worker; otherwise nothing is read or fetched */
};

/*
 * Decide. LG_E_NOT_FOUND: it cannot be decided without waiting. Other failures are our own.
 */
LG_MUST lg_status lg_bearer_decide(
	struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_authz_answer *ret);

/*
 * The only value of the source, absent when there is none, or it is empty. LG_E_REFUSED: it stands twice.
 * `bearer`: without "Bearer ".
 */
LG_MUST lg_status lg_authz_source(struct lg_ctx *cx, const struct lg_authz_call *call,
	const struct lg_token_source *source, bool bearer, lg_str *ret);

#endif
