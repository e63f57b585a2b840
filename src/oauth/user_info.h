/*
 * user_info.h - what an access token lets its bearer know about the user (OpenID Connect Core, 5.3;
 * spec/oauth-endpoints.md 5).
 */
#ifndef LG_OAUTH_USER_INFO_H
#define LG_OAUTH_USER_INFO_H

#include "domain/env.h"

/*
 * The claims as JSON: texts all of them, as Cognito has it, or of OpenID Connect's types in a strict pool.
 * LG_E_OAUTH_INVALID_REQUEST: no token. LG_E_OAUTH_INVALID_TOKEN: not good any more, or without the scope
 * "openid".
 */
LG_MUST lg_status lg_oauth_user_info(struct lg_ctx *cx, struct lg_env *env, lg_str token, lg_str *ret_json);

#endif
