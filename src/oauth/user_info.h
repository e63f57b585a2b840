/*
 * user_info.h - what an access token lets its bearer know about the user (OpenID Connect Core, 5.3;
 * spec/oauth-endpoints.md 5).
 */
#ifndef LG_OAUTH_USER_INFO_H
#define LG_OAUTH_USER_INFO_H

#include "oauth/proof.h"

/* How an access token came. */
struct lg_oauth_bearer {
	lg_str text;
	bool dpop; /* by the scheme DPoP, not Bearer */
	struct lg_oauth_proof proof;
};

/*
 * The claims as JSON: texts all of them, as Cognito has it, or of OpenID Connect's types in a strict pool.
 * LG_E_OAUTH_INVALID_REQUEST: no token. LG_E_OAUTH_INVALID_TOKEN: not good any more, without the
 * scope "openid", or without the key that it is bound to; LG_E_OAUTH_INVALID_DPOP.
 */
LG_MUST lg_status lg_oauth_user_info(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_bearer *token, lg_str *ret_json);

#endif
