/*
 * mfa_totp.h - the secret of a user's authenticator app (spec/sign-in.md 6.3).
 *
 * It is made pending, shown once, and becomes his with the first right code. `user` is read with
 * LG_PART_MFA; functions that write it fail with LG_E_CONFLICT when he was changed since.
 */
#ifndef LG_DOMAIN_MFA_TOTP_H
#define LG_DOMAIN_MFA_TOTP_H

#include "domain/auth/mfa.h"

/* A code that was right: it is good once, and using it up is what makes it so. */
struct lg_totp_use {
	unsigned char nonce[16];
	lg_time kept;
};
/*
 * LG_E_MISMATCH: wrong, or there is no app (`sealed` is empty). LG_E_SPENT: right, but used. Otherwise the
 * caller puts the use into its batch, which conflicts there when somebody else was faster.
 */
LG_MUST lg_status lg_totp_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str sealed, lg_str code, struct lg_totp_use *ret);
void lg_totp_use_in(struct lg_batch *batch, const struct lg_user *user, const struct lg_totp_use *use);

/* LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND unless the pool has it on. */
LG_MUST lg_status lg_totp_pool_check(struct lg_ctx *cx, const struct lg_pool *pool);
/*
 * Count a try to verify a secret, and check the code. LG_E_TOO_MANY_REQUESTS;
 * LG_E_ENABLE_SOFTWARE_TOKEN_MFA: wrong, or used.
 */
LG_MUST lg_status lg_totp_first_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str sealed, lg_str code, struct lg_totp_use *ret);
LG_MUST lg_status lg_totp_first_used(struct lg_ctx *cx); /* the failure when somebody else was faster */
/* The secret is his from now on, in memory. LG_E_INVALID_PARAMETER for a name that is too long. */
LG_MUST lg_status lg_totp_take(struct lg_ctx *cx, struct lg_user *user, lg_str sealed, lg_str name);

/* A new pending secret, as base32; the one in use stays until it is verified. */
LG_MUST lg_status lg_totp_associate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, lg_str *ret_secret);
/* LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND: nothing is pending. Does not enable it: that is a preference. */
LG_MUST lg_status lg_totp_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, lg_str code, lg_str name);
/* No app any more, nor a preference for it. */
LG_MUST lg_status lg_totp_delete(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user);

#endif
