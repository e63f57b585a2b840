/*
 * mfa.h - the second factors of a user: which he has, which are enabled, which he prefers
 * (spec/sign-in.md 6.1).
 *
 * Methods are named as challenges are: SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP. `user` is read with
 * LG_PART_MFA; functions that write it fail with LG_E_CONFLICT when he was changed since.
 */
#ifndef LG_DOMAIN_MFA_H
#define LG_DOMAIN_MFA_H

#include "domain/user/user.h"

#define LG_MFA_METHODS 3
struct lg_mfa_method {
	lg_str name;
	lg_str attribute; /* where codes go; absent = an app makes them */
	lg_str recovery;  /* the mechanism of AccountRecoverySetting that goes there, too */
};
extern const struct lg_mfa_method lg_mfa_methods[LG_MFA_METHODS];

/* The one whose codes go to this attribute; NULL when none do. */
const struct lg_mfa_method *lg_mfa_method_of(lg_str attribute);
bool lg_mfa_enabled(const struct lg_user *user, lg_str method); /* the legacy form of SMS counts */
/* Has he what it takes: the address, the secret? */
bool lg_mfa_ready(const struct lg_user *user, const struct lg_mfa_method *method);

/*
 * Has he enabled anything that holds him to it? What the pool has off is ignored, as in Cognito; a kind that
 * we do not know, and one whose address is gone, are not.
 */
bool lg_mfa_held(const struct lg_pool *pool, const struct lg_user *user);

/* In memory; the caller writes the part. */
LG_MUST lg_status lg_mfa_enable(struct lg_ctx *cx, struct lg_user *user, lg_str method, bool preferred);
void lg_mfa_disable(struct lg_user *user, lg_str method);

/* What SetUserMFAPreference says of each method; what is not said stays as it is. */
struct lg_mfa_wish {
	struct lg_opt_bool enabled, preferred;
};
struct lg_mfa_wishes {
	struct lg_mfa_wish methods[LG_MFA_METHODS]; /* in the order of lg_mfa_methods */
	struct lg_opt_bool passkeys;
};
/* LG_E_INVALID_PARAMETER: contradictory, or without what the method needs. */
LG_MUST lg_status lg_mfa_prefer(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, const struct lg_mfa_wishes *wishes);

/* SetUserSettings: SMS to phone_number, or nothing. LG_E_INVALID_PARAMETER. */
LG_MUST lg_status lg_mfa_settings(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user,
	const struct lg_idp_mfa_option_list_type *options);

#endif
