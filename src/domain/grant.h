/*
 * grant.h - what a successful sign-in gets: ID, access and refresh token (spec/tokens.md), and what becomes of them.
 */
#ifndef LG_DOMAIN_GRANT_H
#define LG_DOMAIN_GRANT_H

#include "domain/user.h"

/* Everything that goes into the tokens of one issuance. */
struct lg_grant {
	const struct lg_pool *pool;
	const struct lg_client *client;
	const struct lg_user *user; /* with its profile */
	lg_time auth_time;
	lg_str scope;     /* access token; "aws.cognito.signin.user.admin" for API sign-in */
	lg_str event_id;  /* absent = a new one */
	/* of the session: zeroed for a new sign-in */
	unsigned char sid[LG_SID_SIZE];
	bool has_sid;
	int64_t gen;
	int64_t signout_gen;
	lg_time refresh_expires; /* {0} = now + the client's validity */
	bool with_refresh;
};

struct lg_tokens {
	lg_str id, access, refresh; /* refresh absent unless asked for */
	int64_t expires_in_s;       /* of the access token */
};

/* Sign the tokens. One call of the key holder. */
LG_MUST lg_status lg_grant_issue(struct lg_ctx *cx, struct lg_env *env, struct lg_grant *grant, struct lg_tokens *ret);

/*
 * Exchange a refresh token (spec/sign-in.md 9). `rotate` is true for GetTokensFromRefreshToken with rotation on.
 * Failures are Cognito's.
 */
struct lg_refresh_claim {
	lg_str token;
	lg_str device_key; /* absent when none was sent */
	bool rotate;
};
LG_MUST lg_status lg_grant_refresh(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_refresh_claim *claim, struct lg_tokens *ret);
/* The user whom a refresh token belongs to, for SECRET_HASH; LG_E_NOT_AUTHORIZED "Invalid Refresh Token". */
LG_MUST lg_status lg_grant_refresh_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, struct lg_user **ret);
/* RevokeToken (spec/sign-in.md 10). */
LG_MUST lg_status lg_grant_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token);
/* All tokens of the user die: the next sign-out generation. */
LG_MUST lg_status lg_grant_sign_out(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user);

/* An access token, verified: signature, issuer, use, expiry, scope, revocation, sign-out, enabled. */
struct lg_access {
	const struct lg_pool *pool;
	const struct lg_client *client;
	struct lg_user *user; /* profile read, plus `parts` */
	lg_str scope;
	unsigned char sid[LG_SID_SIZE];
	bool has_sid;
	lg_time auth_time;
};
LG_MUST lg_status lg_access_open(struct lg_ctx *cx, struct lg_env *env, lg_str token, lg_str scope, unsigned parts,
	struct lg_access *ret);

#endif
