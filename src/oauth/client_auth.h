/*
 * client_auth.h - who a client of the token, revocation, introspection and push endpoints is
 * (RFC 6749, 2.3).
 */
#ifndef LG_OAUTH_CLIENT_AUTH_H
#define LG_OAUTH_CLIENT_AUTH_H

#include "domain/pool/pool.h"

/* What came with a request. */
struct lg_oauth_credentials {
	lg_str host; /* the Host header */
	lg_str authorization; /* the header; absent = none */
	const struct lg_str_map *params; /* of the body; no name stands twice */
};

struct lg_oauth_client {
	const struct lg_pool *pool;
	const struct lg_client *client;
	bool proved; /* it knows its secret, or has its key; a public client proves nothing */
};

/*
 * By HTTP Basic, by client_id and client_secret in the body, or by a token that it signed: one of them, and
 * all ids agree. A client with a secret or a key must use it. LG_E_OAUTH_INVALID_REQUEST: no client_id.
 * LG_E_OAUTH_INVALID_CLIENT: unknown, wrong, or more than one way at once.
 */
LG_MUST lg_status lg_oauth_client_find(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_credentials *credentials, struct lg_oauth_client *ret);

#endif
