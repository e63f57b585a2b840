/*
 * client_token.h - access tokens of app clients themselves: the grant client_credentials (spec/tokens.md 3).
 *
 * GetClientToken and the token endpoint both end here. Nothing is read or written: what a client may ask for
 * is in its snapshot.
 */
#ifndef LG_DOMAIN_CLIENT_TOKEN_H
#define LG_DOMAIN_CLIENT_TOKEN_H

#include "domain/grant/grant.h"

struct lg_client_token {
	lg_str access;
	int64_t expires_in_s;
};

/*
 * For a client that has proved its secret and may use the flow: both are the caller's to check. No `scopes`
 * asked for are all custom scopes of the client; one that its resource server no longer has is left out.
 *
 * LG_E_SCOPE_DOES_NOT_EXIST "Invalid scope requested: <scope>" when the client was not given it, and when
 * nothing is left; failures of PreTokenGeneration (domain/auth/trigger.h), which is told `metadata` (NULL =
 * none). `oauth` is what the token is for and bound to, NULL = neither.
 */
LG_MUST lg_status lg_client_token_issue(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_str_list *scopes, const struct lg_str_map *metadata,
	const struct lg_grant_oauth *oauth, struct lg_client_token *ret);

#endif
