/*
 * refresh.h - what opening a refresh token found. Included by domain/grant/refresh.c and revoke.c only.
 */
#ifndef LG_DOMAIN_REFRESH_H
#define LG_DOMAIN_REFRESH_H

#include "domain/grant/grant.h"
#include "store/tracking.h"

struct lg_refresh {
	const struct lg_pool *pool;
	const struct lg_client *client;
	struct lg_rec_refresh_token token;
	struct lg_user *user;
	struct lg_session_row session;
	struct lg_grant_oauth oauth; /* of a token of the authorization server */
	lg_str narrowed; /* scopes of the access token; absent = all */
	lg_str proved; /* thumbprint of the key that the caller has; absent = none */
};

static inline lg_time
lg_session_row_expires(const struct lg_rec_refresh_token *token)
{
	return lg_time_add_ms(token->expires.v, LG_SESSION_REST_MS);
}

/* Open the token only. LG_E_MALFORMED when it is not ours, of another pool or client. */
LG_MUST lg_status lg_refresh_token_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, struct lg_rec_refresh_token *ret);

#endif
