/*
 * saml_identity.h - SAML assertions that stand in for AWS credentials (spec/sts-iam.md A2).
 */
#ifndef LG_DOMAIN_SAML_IDENTITY_H
#define LG_DOMAIN_SAML_IDENTITY_H

#include "domain/iam/sts.h"
#include "token/saml_response.h"

/* An assertion is redeemed within this time after it was issued. */
#define LG_SAML_IDENTITY_AGE_S 300

/* The attribute that names roles, in pairs with their providers. */
#define LG_SAML_ROLES LG_STR("https://aws.amazon.com/SAML/Attributes/Role")

struct lg_saml_identity {
	struct lg_web_identity who; /* provider, and condition keys */
	lg_str subject;
	lg_str subject_type;
	lg_str issuer;
	lg_str audience; /* the place that it was sent to */
	lg_str name_qualifier;
	lg_str assertion_id;
	lg_time issued;
	lg_str session_name;
	struct lg_str_map tags;
	struct lg_str_list transitive;
	lg_str source_identity;
	int64_t longest_s; /* what assertion and session at the provider allow */
};

struct lg_saml_claim {
	lg_str role_arn;
	lg_str provider_arn;
	lg_str assertion; /* base64 of a response */
};

/*
 * What a provider that IAM knows says in a response (base64), as its metadata is now; `max_age_s` since it
 * was issued, 0 = as long as it says. LG_E_NOT_FOUND: there is no such provider; otherwise fails as
 * lg_saml_response_verify, and has logged why.
 */
LG_MUST lg_status lg_saml_provider_says(struct lg_ctx *cx, struct lg_env *env, lg_str provider_arn,
	lg_str response, int64_t max_age_s, struct lg_saml_assertion *ret);

/* The role in "role,provider", in either order, white space around them; false: of another provider. */
bool lg_saml_role_of(lg_str value, lg_str provider_arn, lg_str *ret);

/*
 * Verify the assertion for this role. LG_E_INVALID_IDENTITY_TOKEN: it is none, of another provider, for
 * somebody else, for another role, or without a session's name; LG_E_EXPIRED_IDENTITY_TOKEN;
 * LG_E_IDP_REJECTED_CLAIM: the provider says that nobody signed in.
 */
LG_MUST lg_status lg_saml_identity_verify(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_saml_claim *claim, struct lg_saml_identity *ret);

/*
 * Use it up, once for each role, before its credentials are given out. LG_E_INVALID_IDENTITY_TOKEN: it was
 * redeemed before.
 */
LG_MUST lg_status lg_saml_identity_spend(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_saml_claim *claim, const struct lg_saml_identity *identity);

#endif
