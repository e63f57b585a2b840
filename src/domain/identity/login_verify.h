/*
 * login_verify.h - one login of one kind of provider. Inside of domain/identity/login only.
 */
#ifndef LG_DOMAIN_LOGIN_VERIFY_H
#define LG_DOMAIN_LOGIN_VERIFY_H

#include "domain/identity/login.h"
#include "domain/identity/login_names.h"
#include "token/jws.h"

/* What is to be verified. */
struct lg_login_claim {
	struct lg_env *env;
	const struct lg_identity_pool *pool;
	lg_str name; /* in Logins */
	lg_str token;
	bool stand; /* LG_LOGINS_STAND */
};

/* LG_E_NOT_AUTHORIZED "Invalid login token. <why>" */
LG_MUST lg_status lg_login_invalid(struct lg_ctx *cx, const char *why);
/* "Token is not from a supported provider of this identity pool." */
LG_MUST lg_status lg_login_unsupported(struct lg_ctx *cx);
/* LG_E_EXTERNAL_SERVICE; the failure's text before goes to the log. */
LG_MUST lg_status lg_login_unreachable(struct lg_ctx *cx, lg_str provider);

/*
 * An ID token, its claims read but not verified: it is one, its issuer is `issuer`, it has all that it must
 * have.
 */
LG_MUST lg_status lg_login_read_jwt(struct lg_ctx *cx, const struct lg_login_claim *claim,
	const lg_str *issuers, size_t issuer_count, struct lg_jws *ret);
/* Is it for one of these, by azp or by aud? Then which. */
bool lg_login_audience(const json_t *claims, const lg_str *audiences, size_t count, lg_str *ret);
/* Expiry, with grace, and nbf. */
LG_MUST lg_status lg_login_check_times(struct lg_ctx *cx, const json_t *claims);
/* Signed with a key that this issuer publishes. */
LG_MUST lg_status lg_login_verify_foreign(
	struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str issuer, const struct lg_jws *jws);

/* An ID token of one of our user pools. */
LG_MUST lg_status lg_login_of_user_pool(
	struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str pool_id, struct lg_login *ret);
/* Of Google, Apple, Facebook, Amazon, Twitter; `app` is what the identity pool is known as there. */
LG_MUST lg_status lg_login_of_social(struct lg_ctx *cx, const struct lg_login_claim *claim,
	enum lg_social social, lg_str app, struct lg_login *ret);
/* Of a provider that IAM knows. */
LG_MUST lg_status lg_login_of_oidc(
	struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str arn, struct lg_login *ret);
/* Of one whose response is the token; its attributes are the claims. */
LG_MUST lg_status lg_login_of_saml(
	struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str arn, struct lg_login *ret);

#endif
