/*
 * call.h - one call of an operation, after its input was read and before its answer is written: the steps
 * that every protocol shares, in the order of DESIGN 2: signature, validation, permission, 501 without a
 * handler, handler.
 */
#ifndef LG_PROTO_CALL_H
#define LG_PROTO_CALL_H

#include "gen/ops.h"
#include "net/http.h"
#include "op/req.h"

struct lg_call {
	struct lg_env *env;
	const struct lg_http_req *req;
	const struct lg_operation *operation;
	lg_str service; /* what a signature must be scoped to */
	void *in; /* struct of operation->in */
	void *out; /* struct of operation->out, zeroed; NULL when the operation has none */
	lg_str denial; /* why policies denied it, sealed (domain/iam/authorize_message.h); else absent */
};

/* The structs of an operation, zeroed. LG_E_NO_MEMORY is the only failure. */
LG_MUST lg_status lg_call_prepare(struct lg_ctx *cx, struct lg_call *call);

/*
 * Run it. Fails as the handler does, or with LG_E_INVALID_PARAMETER (user pools) or LG_E_VALIDATION (the
 * other APIs) for a broken constraint, LG_E_NOT_IMPLEMENTED, LG_E_FORBIDDEN for a signed call from a
 * foreign web page (development), LG_E_RESOURCE_NOT_FOUND for a pool of another region than the
 * signature's, and as domain/iam/signer.h and lg_access_open say.
 */
LG_MUST lg_status lg_call_run(struct lg_ctx *cx, struct lg_call *call);

/* May a page of any origin read the answer? Everything but signed operations in development. */
bool lg_call_allows_any_origin(const struct lg_env *env, const struct lg_operation *operation);

/* The denial of a call as a header, when there is one. */
void lg_call_put_denial(const struct lg_call *call, struct lg_http_answer *answer);

#endif
