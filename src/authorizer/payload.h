/*
 * payload.h - what a signature says about a body that is not here (spec/api-authorizer.md 11).
 *
 * Nothing passes with a body that nobody has bound to the signature, unless the route says so.
 */
#ifndef LG_AUTHORIZER_PAYLOAD_H
#define LG_AUTHORIZER_PAYLOAD_H

#include "authorizer/bearer.h"
#include "token/sigv4.h"

struct lg_payload {
	lg_str body; /* what to hash; absent when `hash` stands for it */
	lg_str hash; /* for the canonical request; absent: made of `body` */
	lg_str to_check; /* what the body must hash to, which nobody has compared; absent = nothing */
};

/* LG_E_INVALID_SIGNATURE with a text that tells the client's developer what is missing. */
LG_MUST lg_status lg_payload_of(struct lg_ctx *cx, const struct lg_authz_call *call,
	const struct lg_sigv4_claim *claim, struct lg_payload *ret);

#endif
