/*
 * assertion.h - private_key_jwt: a client proves who it is with a token that it signed (RFC 7523, 3;
 * docs/decisions/0040 for where its key is).
 */
#ifndef LG_OAUTH_ASSERTION_H
#define LG_OAUTH_ASSERTION_H

#include "domain/pool/pool.h"

#define LG_OAUTH_ASSERTION_TYPE LG_STR("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
#define LG_OAUTH_ASSERTION_MAX_S 3600 /* how far its expiry may lie ahead */

/* The client that it names, nothing verified; absent when it is no token. */
LG_MUST lg_status lg_oauth_assertion_client(struct lg_ctx *cx, lg_str assertion, lg_str *ret);

/*
 * Is it this client's, for this pool, now, and for the first time? Its audience is the pool's issuer and
 * nothing else. LG_E_OAUTH_INVALID_CLIENT.
 */
LG_MUST lg_status lg_oauth_assertion_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str assertion);

#endif
