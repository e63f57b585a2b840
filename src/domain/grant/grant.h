/*
 * grant.h - what a successful sign-in gets, and what becomes of it: ID, access and refresh tokens
 * (spec/tokens.md).
 *
 * A sign-in is a session, named by 12 random bytes that refresh and access tokens carry. The store has no
 * row about it until it is rotated or revoked, unless the pool tracks sessions (DATA 6).
 */
#ifndef LG_DOMAIN_GRANT_H
#define LG_DOMAIN_GRANT_H

#include "domain/caller.h"
#include "domain/user/user.h"

#define LG_SCOPE_USER_ADMIN LG_STR("aws.cognito.signin.user.admin")

/* What tokens of the authorization server say beside those of the API (spec/tokens.md 2, 3). */
struct lg_grant_oauth {
	lg_str nonce;    /* of the ID token; absent = none, here and below */
	lg_str resource; /* "aud" of the access token (RFC 8707) */
	lg_str jkt;      /* thumbprint of the key that the tokens are bound to (RFC 9449, 6.1) */
};

/* Everything that goes into the tokens of one issuance. */
struct lg_grant {
	const struct lg_pool *pool;
	const struct lg_client *client;
	const struct lg_user *user; /* with its profile */
	lg_time auth_time;
	lg_str scope;     /* access token; LG_SCOPE_USER_ADMIN for API sign-in */
	lg_str all_scopes; /* of the refresh token; absent = the same */
	const struct lg_grant_oauth *oauth; /* NULL: of the API, with all attributes and an ID token */
	lg_str event_id;  /* absent = a new one, of lg_event_id_make */
	lg_str device_key; /* absent = none */
	struct lg_caller caller; /* of a new sign-in */
	lg_str browser; /* id of the browser session that it came through; absent = none */
	/* That session, which has to be there still when this one begins; NULL = nobody minds */
	const struct lg_user_item *browser_item;
	/* for PreTokenGeneration */
	lg_str occasion; /* "Authentication": what its triggerSource ends with */
	const struct lg_str_map *metadata; /* ClientMetadata; NULL = none */
	const struct lg_token_changes *changes; /* token_changes.h; lg_grant_issue asks when NULL */
	/* of the session: left zero for a new sign-in */
	unsigned char sid[LG_SID_SIZE];
	bool has_sid;
	bool begins; /* with has_sid: of a session that was named before, and begins now */
	int64_t gen;
	lg_time refresh_expires; /* {0} = now + the client's validity */
	bool with_refresh;
};

struct lg_tokens {
	lg_str id;      /* absent without the scope "openid" */
	lg_str access;
	lg_str refresh; /* absent unless asked for */
	int64_t expires_in_s;       /* of the access token */
};

/*
 * Ask PreTokenGeneration now, for who writes something before the tokens are there: it may fail. The user's
 * groups are read with it.
 */
LG_MUST lg_status lg_grant_ask(struct lg_ctx *cx, struct lg_env *env, struct lg_grant *grant);

/*
 * Sign the tokens: two reads of the store at most, one call of the key holder. A new sign-in with a refresh
 * token begins a session (domain/grant/session_track.h), with its LG_E_CONFLICT.
 */
LG_MUST lg_status lg_grant_issue(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	struct lg_tokens *ret);

/*
 * The identifier of an authentication event: a UUID that hides the user's sign-out generation, by which the
 * access tokens of clients without revocation (they have no origin_jti) are checked.
 */
LG_MUST lg_status lg_event_id_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str *ret);

/*
 * A refresh token with its user and session, read in one round trip. Nothing is decided yet, so that
 * SECRET_HASH can be checked first. LG_E_NOT_AUTHORIZED "Invalid Refresh Token" when it is not ours or
 * another client's; LG_E_USER_NOT_FOUND.
 */
struct lg_refresh;
LG_MUST lg_status lg_refresh_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, struct lg_refresh **ret);
const struct lg_user *lg_refresh_user(const struct lg_refresh *refresh);
/*
 * The caller has the key of this thumbprint: a token that is bound to it is redeemed by him alone, and what
 * one that is not bound gives will be.
 */
void lg_refresh_prove(struct lg_refresh *refresh, lg_str jkt);
/* The access token is to be for this (RFC 8707, 2.2). False: the grant is for something else. */
bool lg_refresh_aim(struct lg_refresh *refresh, lg_str resource);
/* Is it of the authorization server? And its scopes; absent for a token of the API. */
bool lg_refresh_of_oauth(const struct lg_refresh *refresh, lg_str *ret_scope);
/* Ask for less: `scope` is a part of what was granted, for the access token alone (RFC 6749, 6). */
void lg_refresh_narrow(struct lg_refresh *refresh, lg_str scope);

/* Would it be redeemed now, by who has what it is bound to? Nothing changes. LG_E_NOT_AUTHORIZED. */
LG_MUST lg_status lg_refresh_stands(
	struct lg_ctx *cx, struct lg_env *env, struct lg_refresh *refresh, lg_time *ret_expires);

/*
 * New tokens for it (spec/sign-in.md 9); with a new refresh token when the client rotates them. A generation
 * that was replaced gets LG_E_REFRESH_TOKEN_REUSE after its grace, and the family ends with it unless the
 * pool only refuses. `device_key` is absent when none was sent;
 * `metadata` is for PreTokenGeneration, NULL when it is told none.
 */
LG_MUST lg_status lg_refresh_redeem(struct lg_ctx *cx, struct lg_env *env, struct lg_refresh *refresh,
	lg_str device_key, const struct lg_caller *caller, const struct lg_str_map *metadata,
	struct lg_tokens *ret);

/*
 * RevokeToken (spec/sign-in.md 10): LG_E_UNSUPPORTED_OPERATION when the client's tokens cannot be revoked,
 * LG_E_UNSUPPORTED_TOKEN_TYPE for an ID or access token. What is no token of this client is revoked already.
 * `linked`: the browser session that it came through ends, too.
 */
LG_MUST lg_status lg_grant_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, bool linked);
/* All tokens of the user die: the next sign-out generation. LG_E_CONFLICT when his row changed meanwhile. */
LG_MUST lg_status lg_grant_sign_out(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user);

/* An access token, verified: signature, issuer, use, expiry, scope, revocation, sign-out, enabled. */
struct lg_access {
	const struct lg_pool *pool;
	const struct lg_client *client;
	struct lg_user *user; /* profile read, plus `parts` */
	lg_str scope;
	lg_str device_key; /* empty = none */
	lg_str jkt; /* thumbprint of the key that its bearer must have; absent = none */
	unsigned char sid[LG_SID_SIZE];
	bool has_sid;
	lg_time auth_time;
};
/*
 * `scope` absent: any. One verification, one round trip. LG_E_NOT_AUTHORIZED with the texts of
 * spec/sign-in.md 10, and for a token that is bound to a key; LG_E_USER_NOT_FOUND.
 */
LG_MUST lg_status lg_access_open(struct lg_ctx *cx, struct lg_env *env, lg_str token, lg_str scope,
	unsigned parts, struct lg_access *ret);

/* The same, with any scope; whether the bearer has the key of `ret->jkt` is the caller's to judge. */
LG_MUST lg_status lg_access_open_bound(
	struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_access *ret);

#endif
