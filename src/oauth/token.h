/*
 * token.h - the token endpoint's grants (spec/oauth-endpoints.md 4): one row of a table each.
 */
#ifndef LG_OAUTH_TOKEN_H
#define LG_OAUTH_TOKEN_H

#include "domain/grant/grant.h"
#include "oauth/client_auth.h"

struct lg_oauth_token_call {
	struct lg_oauth_client by;
	const struct lg_str_map *params; /* of the body; no name stands twice */
	lg_str jkt; /* thumbprint of the key that a DPoP proof showed; absent = none */
	struct lg_caller caller;
};

struct lg_oauth_tokens {
	lg_str id, access, refresh; /* absent = none; `access` is always there */
	int64_t expires_in_s;
	bool dpop; /* token_type is DPoP, not Bearer */
};

/*
 * LG_E_OAUTH_INVALID_REQUEST, _INVALID_GRANT, _UNAUTHORIZED_CLIENT, _UNSUPPORTED_GRANT, _INVALID_SCOPE,
 * _INVALID_TARGET.
 */
LG_MUST lg_status lg_oauth_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_token_call *call, struct lg_oauth_tokens *ret);

/*
 * The end of a session by its refresh token (RFC 7009; spec/oauth-endpoints.md 6). What is no token of this
 * client is revoked already. LG_E_OAUTH_INVALID_REQUEST: no token, or the client's cannot be revoked;
 * LG_E_UNSUPPORTED_TOKEN_TYPE: an ID or access token.
 */
LG_MUST lg_status lg_oauth_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_client *by,
	const struct lg_str_map *params);

#endif
