/*
 * decide.h - may this request pass? The route decides who says so.
 */
#ifndef LG_AUTHORIZER_DECIDE_H
#define LG_AUTHORIZER_DECIDE_H

#include "authorizer/bearer.h"
#include "authorizer/said.h"

/* Everything that decisions are made of; it outlives them. */
struct lg_authorizers {
	const struct lg_rules *rules;
	struct lg_memo *seen;
	struct lg_memo *said;
};

LG_MUST lg_status lg_authorizers_new(const struct lg_rules *rules, struct lg_authorizers *ret);
void lg_authorizers_done(struct lg_authorizers *authorizers);

/*
 * Decide. `wait` is false on the I/O thread: then LG_E_NOT_FOUND says that something has to be waited for.
 * Other failures are our own, and nobody passes.
 */
LG_MUST lg_status lg_authz_decide(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_authorizers *authorizers, const struct lg_ask *ask, bool wait,
	struct lg_authz_answer *ret);

/* Might the decision wait for somebody else's server? */
bool lg_authz_goes_out(
	struct lg_ctx *cx, const struct lg_authorizers *authorizers, const struct lg_ask *ask);

#endif
