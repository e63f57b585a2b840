/*
 * first_factor.h - by what a user may begin a sign-in without a fixed order (spec/sign-in.md 3): what the
 * pool allows, as far as he has it.
 */
#ifndef LG_DOMAIN_FIRST_FACTOR_H
#define LG_DOMAIN_FIRST_FACTOR_H

#include "domain/user/user.h"

/* A set of these is an unsigned. */
enum lg_first_factor {
	LG_FIRST_PASSWORD = 1 << 0, /* in plain form or by SRP */
	LG_FIRST_EMAIL_OTP = 1 << 1,
	LG_FIRST_SMS_OTP = 1 << 2,
	LG_FIRST_WEB_AUTHN = 1 << 3,
};

/*
 * What he has set up and his pool allows; federated users have nothing here. `user` is read with profile and
 * credential. Of a decoy: what lg_decoy_dress gave it, for the same work.
 */
LG_MUST lg_status lg_first_factors(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, unsigned *ret);
/* The same as ConfiguredUserAuthFactors names them. */
LG_MUST lg_status lg_first_factor_names(struct lg_ctx *cx, unsigned factors, struct lg_str_list *ret);

/*
 * Those of them that may begin a sign-in now: who must show a second factor, or has one, begins with his
 * password, or with a passkey that counts as both. `user` is read with its MFA.
 */
unsigned lg_first_factors_offered(const struct lg_pool *pool, const struct lg_user *user, unsigned factors);

/* May a new user of this pool with these attributes do without a password? */
bool lg_needs_no_password(const struct lg_pool *pool, const struct lg_user *user);

/*
 * Give a decoy factors and addresses that a user of this name in this pool might have: stable for the name,
 * as various as users are. The address in `name`, if it is one, is the decoy's.
 */
LG_MUST lg_status lg_decoy_dress(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, struct lg_user *decoy);

#endif
