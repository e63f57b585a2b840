/*
 * login.h - Logins: who somebody is at providers, proven by a token of each (spec/identity-pools.md 3).
 */
#ifndef LG_DOMAIN_LOGIN_H
#define LG_DOMAIN_LOGIN_H

#include "codec/json.h"
#include "domain/identity/identity_pool.h"

/* Of a token that expired a short while ago: clocks differ. */
#define LG_LOGIN_GRACE_MS (5 * LG_MINUTE_MS)
#define LG_LOGIN_USER_ID_MAX 2048

/* The claim of a SAML login that tells who it is: an attribute, or the NameID. */
#define LG_LOGIN_SAML_NAME_ID LG_STR("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier")

struct lg_login {
	lg_str provider; /* as identities show it, and as amr does */
	lg_str scope; /* with user_id it is unique in an identity pool */
	lg_str user_id;
	lg_str proof; /* how amr tells it in full: "<provider>:CognitoSignIn:<sub>" */
	lg_str mapping; /* its key in RoleMappings */
	lg_str map; /* its name among the maps of principal tags */
	lg_str audience; /* whom its token is for */
	bool user_pool; /* of one of our own user pools */
	bool saml; /* of a SAML provider: attributes are its claims */
	bool developer; /* named by the developer's backend: there is no token */
	const json_t *claims; /* of the token, or made up of what the provider told; NULL = none */
};

struct lg_logins {
	struct lg_login *items;
	size_t count;
};

enum lg_logins_use {
	LG_LOGINS_PLAIN = 0,
	LG_LOGINS_STAND =
		1, /* ask those user pools that want it whether the user still stands by the token */
	LG_LOGINS_DEVELOPER = 2, /* the developer's provider may be among them */
};

/*
 * Verify all; one that fails, fails the call. LG_E_NOT_AUTHORIZED with the texts of 3.1,
 * LG_E_INVALID_PARAMETER for the developer's provider where it has no place, LG_E_EXTERNAL_SERVICE when a
 * provider cannot be reached, LG_E_RESOURCE_CONFLICT when two of them are different users of one provider.
 */
LG_MUST lg_status lg_logins_verify(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity_pool *pool, const struct lg_str_map *logins, unsigned use,
	struct lg_logins *ret);

/* A login that the developer's backend names. */
LG_MUST lg_status lg_login_developer(
	struct lg_ctx *cx, const struct lg_identity_pool *pool, lg_str user_id, struct lg_login *ret);

#endif
