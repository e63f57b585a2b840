/*
 * seen.h - tokens that were verified for a route a short while ago, and what was answered.
 *
 * A token is known by its SHA-256, never by itself. What is found counts until its time; whether the token
 * has been revoked is asked at every use, where a route wants that.
 */
#ifndef LG_AUTHORIZER_SEEN_H
#define LG_AUTHORIZER_SEEN_H

#include "authorizer/answer.h"
#include "base/memo.h"
#include "crypto/hash.h"
#include "domain/grant/id_token.h"

/* A verdict counts for so long (spec/api-authorizer.md 12). */
#define LG_SEEN_MS (60 * LG_SECOND_MS)

struct lg_seen_token {
	size_t route; /* set by lg_seen_put */
	lg_time until;
	/* of a pool of ours; empty: of another issuer */
	lg_str pool_id;
	int64_t pool_version;
	bool has_session; /* `session` can be asked about */
	struct lg_token_session session;
	lg_str values[LG_AUTHZ_HEADERS];
};

extern const struct lg_memo_form lg_seen_form;

/* LG_E_NOT_FOUND when it is not there, or its time is over. Texts are copies in the request's arena. */
LG_MUST lg_status lg_seen_get(struct lg_ctx *cx, struct lg_memo *seen,
	const unsigned char digest[LG_SHA256_SIZE], size_t route, struct lg_seen_token *ret);
void lg_seen_put(struct lg_memo *seen, const unsigned char digest[LG_SHA256_SIZE], size_t route,
	const struct lg_seen_token *token);

#endif
