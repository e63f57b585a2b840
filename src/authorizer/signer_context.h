/*
 * signer_context.h - who signed a request, as API Gateway tells a backend.
 */
#ifndef LG_AUTHORIZER_SIGNER_CONTEXT_H
#define LG_AUTHORIZER_SIGNER_CONTEXT_H

#include "authorizer/bearer.h"
#include "domain/iam/signer.h"

/* Names, and the context: {"iam":...} of an HTTP API, {"identity":...} of a REST API. */
LG_MUST lg_status lg_signer_who(struct lg_ctx *cx, const struct lg_authz_call *call,
	const struct lg_signer *signer, struct lg_authz_who *ret);

#endif
