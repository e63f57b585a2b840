/*
 * introspect.h - what a token is good for, told to an application of the same pool (RFC 7662).
 */
#ifndef LG_OAUTH_INTROSPECT_H
#define LG_OAUTH_INTROSPECT_H

#include "oauth/client_auth.h"

/*
 * JSON about an access token of the pool, or a refresh token of the caller's own: {"active":false} for
 * anything else. LG_E_OAUTH_INVALID_CLIENT: who asks has not proved who it is. LG_E_OAUTH_INVALID_REQUEST:
 * no token.
 */
LG_MUST lg_status lg_oauth_introspect(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_client *by, const struct lg_str_map *params, lg_str *ret_json);

#endif
