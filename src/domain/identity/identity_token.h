/*
 * identity_token.h - the tokens of identity pools: who somebody is there, for STS and for whoever else asks
 * (spec/identity-pools.md 7).
 */
#ifndef LG_DOMAIN_IDENTITY_TOKEN_H
#define LG_DOMAIN_IDENTITY_TOKEN_H

#include "domain/identity/identity.h"

/* What condition keys of our tokens begin with, whatever the issuer is called. */
#define LG_IDENTITY_PROVIDER LG_STR("cognito-identity.amazonaws.com")

struct lg_identity_claims {
	lg_str sub; /* the identity's id */
	lg_str aud; /* its pool's */
	struct lg_str_list amr; /* "unauthenticated", or "authenticated" and two for each login */
	struct lg_str_map tags; /* of the session */
	lg_time issued;
	lg_time expires;
};

/* Is this "iss" ours, in either spelling? */
bool lg_identity_is_issuer(const struct lg_settings *settings, lg_str issuer);
/* The one that we write. */
lg_str lg_identity_issuer(const struct lg_settings *settings);

/* What a token tells about the logins of this call; none = a guest's. */
LG_MUST lg_status lg_identity_amr(
	struct lg_ctx *cx, const struct lg_logins *logins, struct lg_str_list *ret);
bool lg_identity_is_authenticated(const struct lg_identity_claims *claims);

LG_MUST lg_status lg_identity_token_make(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity_pool *pool, const struct lg_identity_claims *claims, lg_str *ret);

/*
 * Take one apart. LG_E_MALFORMED: it is none of ours; LG_E_MISMATCH: its signature is wrong. When it expires
 * is the caller's to judge, and whether pool and identity still exist.
 */
LG_MUST lg_status lg_identity_token_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_identity_claims *ret);

/*
 * The one login that is a token of ours, for this identity: what a developer's user has.
 * LG_E_NOT_AUTHORIZED: it is another's, a guest's, expired, not ours, or not alone.
 */
LG_MUST lg_status lg_identity_own_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity *identity, const struct lg_str_map *logins, struct lg_identity_claims *ret);

#endif
