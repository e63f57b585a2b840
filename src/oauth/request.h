/*
 * request.h - an authorization request (spec/oauth-endpoints.md 3): read, checked, and carried from page to
 * page as its own query string.
 *
 * Every page reads it anew from its address, so nothing that was checked once is believed later. One table
 * (request.c) says which check guards which endpoint, and from where on errors may go to the application.
 */
#ifndef LG_OAUTH_REQUEST_H
#define LG_OAUTH_REQUEST_H

#include "domain/pool/pool.h"
#include "oauth/host.h"

enum lg_oauth_endpoint {
	LG_OAUTH_AUTHORIZE = 1,
	LG_OAUTH_PAGE = 2, /* /login and what follows it */
	LG_OAUTH_PAR = 4,  /* pushed (RFC 9126): the client has proved who it is */
};

/* "prompt" (OpenID Connect Core, 3.1.2.1), a bit each; "none" stands alone. */
enum {
	LG_OAUTH_PROMPT_NONE = 1,
	LG_OAUTH_PROMPT_LOGIN = 2,
	LG_OAUTH_PROMPT_SELECT = 4,
	LG_OAUTH_PROMPT_CONSENT = 8,
};

enum lg_oauth_mode { LG_OAUTH_QUERY, LG_OAUTH_FRAGMENT, LG_OAUTH_FORM_POST };

/* Absent texts were not sent. */
struct lg_oauth_request {
	const struct lg_pool *pool;
	const struct lg_client *client;
	lg_str redirect_uri; /* one of the client's, byte for byte */
	bool implicit; /* response_type=token */
	enum lg_oauth_mode mode;
	lg_str state;
	lg_str scope; /* what is asked for, or all that the client may have; a blank between */
	lg_str nonce;
	lg_str challenge; /* PKCE, S256 */
	lg_str resource; /* RFC 8707 */
	lg_str jkt; /* the code is for whoever has this key (RFC 9449, 10) */
	lg_str hinted; /* sub of id_token_hint: nobody else will do */
	unsigned prompt;
	int64_t max_age_s; /* -1 = any */
	lg_str login_hint, lang, identity_provider, idp_identifier;
	lg_str pushed; /* its request_uri; absent = it came whole */
	lg_str query; /* the request as an application/x-www-form-urlencoded text */
};

/*
 * Read it. `pool` is the one that the host belongs to (lg_oauth_pool_of_host); NULL = the client decides.
 *
 * Fails with an error that has an OAuth name. What was found out until then is in `ret`: when its
 * redirect_uri is set, errors that may (lg_error_info) go there, and state and mode with them.
 */
LG_MUST lg_status lg_oauth_request_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	enum lg_oauth_endpoint endpoint, const struct lg_str_map *params, struct lg_oauth_request *ret);

#endif
