/*
 * logout.h - the end of a browser's session (spec/oauth-endpoints.md 7; OpenID Connect RP-Initiated
 * Logout 1.0): in Cognito's two forms, by logout_uri or back to the sign-in page, and in the standard one.
 */
#ifndef LG_OAUTH_LOGOUT_H
#define LG_OAUTH_LOGOUT_H

#include "domain/pool/pool.h"

enum lg_logout_form {
	LG_LOGOUT_URI,      /* client_id and logout_uri */
	LG_LOGOUT_AGAIN,    /* client_id and redirect_uri: to sign in again */
	LG_LOGOUT_STANDARD, /* id_token_hint, post_logout_redirect_uri, state */
	LG_LOGOUT_BARE,     /* nothing that says who asks */
};

/* Absent texts were not sent. */
struct lg_oauth_logout {
	enum lg_logout_form form;
	const struct lg_pool *pool;     /* NULL: not known */
	const struct lg_client *client; /* NULL: not known */
	lg_str subject; /* whose session is meant; absent = whoever is signed in */
	lg_str url;     /* one of the client's; absent = a page of ours says that it is done */
	lg_str state;
};

/*
 * Read it, nothing has ended yet. `pool` is that of the host; NULL = the client decides.
 * LG_E_OAUTH_REDIRECT_MISMATCH: an address that is not the client's. LG_E_OAUTH_INVALID_REQUEST: an unknown
 * client, a hint that is not ours, an address without anything that shows who asks, two of a parameter.
 */
LG_MUST lg_status lg_oauth_logout_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_str_map *params, struct lg_oauth_logout *ret);

#endif
