/*
 * said.h - what callbacks have said a short while ago.
 *
 * An answer is known by the digest of what the client showed (its identity source), not of the path: the
 * policy in it is asked about each path anew.
 */
#ifndef LG_AUTHORIZER_SAID_H
#define LG_AUTHORIZER_SAID_H

#include "base/memo.h"
#include "crypto/hash.h"

struct lg_said {
	lg_time until;
	bool simple; /* `allowed` decides; otherwise the policy does */
	bool allowed;
	lg_str principal;
	lg_str policy; /* a document */
	lg_str context; /* a JSON object */
};

extern const struct lg_memo_form lg_said_form;

/* LG_E_NOT_FOUND when it is not there, or its time is over. */
LG_MUST lg_status lg_said_get(struct lg_ctx *cx, struct lg_memo *cache,
	const unsigned char digest[LG_SHA256_SIZE], struct lg_said *ret);

#endif
