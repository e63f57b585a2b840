/*
 * login_names.h - what the names of providers mean, in a pool's settings and in Logins
 * (spec/identity-pools.md 3).
 */
#ifndef LG_DOMAIN_LOGIN_NAMES_H
#define LG_DOMAIN_LOGIN_NAMES_H

#include "domain/env.h"

enum lg_social {
	LG_SOCIAL_NONE,
	LG_SOCIAL_GOOGLE,
	LG_SOCIAL_FACEBOOK,
	LG_SOCIAL_AMAZON,
	LG_SOCIAL_APPLE,
	LG_SOCIAL_TWITTER,
	LG_SOCIAL_DIGITS, /* its service has ended; a pool may still name it */
};

/* The tokens of our identity pools as a provider. */
#define LG_LOGIN_OWN LG_STR("cognito-identity.amazonaws.com")

/* A key of SupportedLoginProviders; LG_SOCIAL_NONE for any other. */
enum lg_social lg_login_social(lg_str name);

/*
 * The user pool in "cognito-idp.<region>.amazonaws.com/<pool>", or behind our own host's name in place of
 * Amazon's; a view, absent when it is no such name.
 */
lg_str lg_login_user_pool(const struct lg_settings *settings, lg_str name);

/* The first of these spellings, under which everything about the user pool's users is kept. */
LG_MUST lg_status lg_login_user_pool_name(struct lg_ctx *cx, lg_str pool_id, lg_str *ret);

/* A provider's name in one spelling: that of a user pool is the one above, others are as they are. */
LG_MUST lg_status lg_login_provider(
	struct lg_ctx *cx, const struct lg_settings *settings, lg_str name, lg_str *ret);

/* "<user pool's name>:<client id>" taken apart: the user pool, absent when it is none, and the client. */
lg_str lg_login_user_pool_client(const struct lg_settings *settings, lg_str key, lg_str *ret_client_id);
/* The key of a role mapping in one spelling. */
LG_MUST lg_status lg_login_mapping_key(
	struct lg_ctx *cx, const struct lg_settings *settings, lg_str key, lg_str *ret);

/*
 * What stands behind "arn:aws:iam::<account>:<kind>/", kind being "oidc-provider" or "saml-provider"; absent
 * when the ARN is not of this form, or of another account.
 */
lg_str lg_login_iam_provider(const struct lg_settings *settings, lg_str kind, lg_str arn);

/* A URL without its scheme, as issuers are named in Logins. */
lg_str lg_login_without_scheme(lg_str url);

#endif
