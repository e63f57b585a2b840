/*
 * oauth1.h - the Authorization header of OAuth 1.0a (RFC 5849), HMAC-SHA1: what Twitter wants to be asked
 * with.
 */
#ifndef LG_DOMAIN_OAUTH1_H
#define LG_DOMAIN_OAUTH1_H

#include "base/ctx.h"

struct lg_oauth1 {
	lg_str consumer_key, consumer_secret;
	lg_str token, token_secret;
};

/* `url` has no query. `now` is the real time: the provider compares it with its own. */
LG_MUST lg_status lg_oauth1_authorization(struct lg_ctx *cx, lg_time now, lg_str method, lg_str url,
	const struct lg_oauth1 *keys, lg_str *ret);

/* The same with a given nonce. */
LG_MUST lg_status lg_oauth1_sign(struct lg_ctx *cx, lg_time now, lg_str nonce, lg_str method, lg_str url,
	const struct lg_oauth1 *keys, lg_str *ret);

#endif
