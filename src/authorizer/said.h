/*
 * said.h - what callbacks have said a short while ago. Thread-safe.
 *
 * An answer is known by the digest of what the client showed (its identity source), not of the path: the
 * policy in it is asked about each path anew.
 */
#ifndef LG_AUTHORIZER_SAID_H
#define LG_AUTHORIZER_SAID_H

#include "base/ctx.h"
#include "crypto/hash.h"

#define LG_SAID_SLOTS 1024
/* Texts of an answer together: API Gateway's limit. */
#define LG_SAID_TEXT 8192

struct lg_said {
	lg_time until;
	bool simple; /* `allowed` decides; otherwise the policy does */
	bool allowed;
	lg_str principal;
	lg_str policy; /* a document */
	lg_str context; /* a JSON object */
};

struct lg_said_cache;

LG_MUST lg_status lg_said_new(struct lg_said_cache **ret);
void lg_said_free(struct lg_said_cache *cache);

/* LG_E_NOT_FOUND when it is not there, or its time is over. Texts are copies in the request's arena. */
LG_MUST lg_status lg_said_get(struct lg_ctx *cx, struct lg_said_cache *cache,
	const unsigned char digest[LG_SHA256_SIZE], struct lg_said *ret);
void lg_said_put(
	struct lg_said_cache *cache, const unsigned char digest[LG_SHA256_SIZE], const struct lg_said *said);

#endif
