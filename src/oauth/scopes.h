/*
 * scopes.h - which scopes a user's tokens get (spec/oauth-endpoints.md 3).
 */
#ifndef LG_OAUTH_SCOPES_H
#define LG_OAUTH_SCOPES_H

#include "domain/pool/pool.h"

/*
 * What is asked for, each once, a blank between; all that the client may have when it asks for none. A scope
 * that a resource server no longer has is none. LG_E_OAUTH_INVALID_SCOPE: the client may not have one.
 */
LG_MUST lg_status lg_oauth_scopes(
	struct lg_ctx *cx, const struct lg_client *client, lg_str asked, lg_str *ret);

#endif
