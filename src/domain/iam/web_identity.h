/*
 * web_identity.h - JSON web tokens that stand in for AWS credentials: whose they are, and whether they are
 * good (spec/sts-iam.md A2).
 *
 * Issuers are the identity pools here, our own user pools and any other issuer that IAM knows, and Google.
 * Keys of ours are at hand, those of others are fetched (domain/grant/issuer.h).
 */
#ifndef LG_DOMAIN_WEB_IDENTITY_H
#define LG_DOMAIN_WEB_IDENTITY_H

#include "domain/iam/sts.h"

/* A token that expired a short while ago is taken: clocks differ. */
#define LG_WEB_IDENTITY_GRACE_S 300

struct lg_web_token {
	struct lg_web_identity who; /* provider, and condition keys of the claims */
	lg_str subject;
	lg_str audience;
	struct lg_str_map tags;
	struct lg_str_list transitive;
	lg_str source_identity;
};

/*
 * Verify a token. LG_E_INVALID_IDENTITY_TOKEN: it is none, of an issuer that nobody knows, for somebody
 * else, or its signature is wrong; LG_E_EXPIRED_IDENTITY_TOKEN.
 */
LG_MUST lg_status lg_web_token_verify(
	struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_web_token *ret);

#endif
