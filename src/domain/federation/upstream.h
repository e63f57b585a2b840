/*
 * upstream.h - an identity provider as this server is its client (spec/federation.md 2, 5, 6).
 *
 * One row of a table says how each type of provider is spoken to: whether it proves who somebody is by an ID
 * token (OpenID Connect) or tells it at an address of its own (OAuth 2), and how we prove who we are. SAML
 * has no row: its providers are not offered.
 *
 * Everything that comes from a provider is read with limits of size and time, through the guarded fetcher;
 * whom we ask was configured by the pool's owner, or told by the document of an issuer that he configured.
 */
#ifndef LG_DOMAIN_UPSTREAM_H
#define LG_DOMAIN_UPSTREAM_H

#include "codec/json.h"
#include "domain/pool/pool.h"

#define LG_UPSTREAM_TIMEOUT_MS 5000 /* of one request */
#define LG_UPSTREAM_SKEW_MS LG_MINUTE_MS /* between two clocks */

/* How a type of provider is spoken to. */
struct lg_upstream_kind {
	lg_str type;
	bool openid;        /* it says who somebody is in an ID token; others do at attributes_url */
	bool form_post;     /* it answers by a form */
	bool hints;         /* it is told login_hint and prompt */
	bool bare_issuer;   /* "iss" may lack its scheme */
	bool signed_secret; /* our secret is a token that we sign (Apple) */
	bool names_fields;  /* attributes_url ends with the names of what is wanted */
};

/* Where a provider is, found out when somebody is sent there. Absent texts: it has no such place. */
struct lg_upstream_places {
	lg_str issuer;    /* absent for OAuth 2 */
	lg_str authorize; /* only for the way there */
	lg_str token;
	lg_str user_info;
	lg_str jwks;
	bool pkce;        /* S256 */
	bool basic;       /* our secret goes into a header */
	bool says_issuer; /* its answers have "iss" (RFC 9207) */
};

struct lg_upstream {
	const struct lg_upstream_kind *kind;
	const struct lg_pool *pool;
	lg_str name;
	const struct lg_idp_identity_provider_type *type; /* details with all secrets */
	lg_str client_id; /* of ours, there */
	lg_str subject; /* the claim that says who somebody is */
	struct lg_upstream_places places;
};

/* NULL: none that people are sent to. */
const struct lg_upstream_kind *lg_upstream_kind(lg_str type);

/* The provider of this name, without its places. LG_E_NOT_FOUND: not there, or of no such kind. */
LG_MUST lg_status lg_upstream_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, struct lg_upstream *ret);

/*
 * Find its places: what its issuer tells, or, where that cannot be had, what the pool's owner wrote down.
 * LG_E_OAUTH_INVALID_REQUEST.
 */
LG_MUST lg_status lg_upstream_find_places(struct lg_ctx *cx, struct lg_env *env, struct lg_upstream *up);

/* What goes with somebody who is sent there. */
struct lg_upstream_request {
	lg_str redirect_uri;
	lg_str state;
	lg_str nonce;     /* for an ID token */
	lg_str verifier;  /* PKCE */
	lg_str login_hint, prompt; /* absent = none; handed on to who wants them */
};
LG_MUST lg_status lg_upstream_address(struct lg_ctx *cx, const struct lg_upstream *up,
	const struct lg_upstream_request *request, lg_str *ret_url);

/* What a provider says about somebody. */
struct lg_upstream_person {
	lg_str subject;
	lg_str id_token, access_token, refresh_token;
	json_t *tokens;    /* the answer of the token endpoint */
	json_t *claims;    /* of the ID token; NULL without one */
	json_t *user_info; /* NULL = not asked */
	json_t *form;      /* what Apple's form says beside, which nobody vouches for: names only; or NULL */
};

/*
 * Redeem a code: tokens, the ID token verified, then the attributes. `request` is that of the way there.
 * LG_E_OAUTH_INVALID_REQUEST with a text that tells the application what is wrong, and never a value; the
 * log tells the operator more.
 */
LG_MUST lg_status lg_upstream_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	const struct lg_upstream_request *request, lg_str code, struct lg_upstream_person *ret);

/*
 * A source attribute as a text; absent when it was not sent. Lists are "[a, b]" with each value form-encoded
 * (spec/federation.md 3.1). The tokens themselves are attributes, too.
 */
LG_MUST lg_status lg_upstream_claim(
	struct lg_ctx *cx, const struct lg_upstream_person *person, lg_str name, lg_str *ret);

#endif
