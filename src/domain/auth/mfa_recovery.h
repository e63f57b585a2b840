/*
 * mfa_recovery.h - recovery codes: ten words on paper, each of which stands for a second factor once
 * (docs/decisions/0013). Of pools with the tag lifeguard:mfa.recovery_codes only.
 *
 * Stored are MACs. `user` is read with LG_PART_MFA.
 */
#ifndef LG_DOMAIN_MFA_RECOVERY_H
#define LG_DOMAIN_MFA_RECOVERY_H

#include "domain/auth/mfa.h"

/* Does GetUserAttributeVerificationCode ask for them by this name? */
bool lg_recovery_codes_asked(const struct lg_pool *pool, lg_str attribute);
/*
 * Ten fresh codes with blanks between them; former ones are void. LG_E_LIMIT_EXCEEDED;
 * LG_E_INVALID_PARAMETER for a user without a second factor. LG_E_CONFLICT when he was changed since.
 */
LG_MUST lg_status lg_recovery_codes_make(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user,
	lg_str *ret);

/* Which one is it? LG_E_NOT_FOUND: it has not even the form of one. LG_E_MISMATCH. */
LG_MUST lg_status lg_recovery_code_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str code, size_t *ret);
/* Take it out, in memory; the caller writes the part. */
void lg_recovery_code_drop(struct lg_user *user, size_t at);

#endif
