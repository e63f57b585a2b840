/*
 * lockout.h - guesses are few, however many run at once (spec/user-pools.md 9.1, DATA 6).
 *
 * Decide after verifying: a wrong guess is answered "wrong" only if its count was written; a right one
 * counts only if a read made after the check still finds budget.
 */
#ifndef LG_DOMAIN_LOCKOUT_H
#define LG_DOMAIN_LOCKOUT_H

#include "domain/user/user.h"

/* throttle.kind; the numbers are stored. */
enum lg_throttle_kind {
	LG_THROTTLE_PASSWORD = 1,     /* five free failures, then 2^(n-5) seconds, at most 900 */
	LG_THROTTLE_MFA = 2,          /* the same scheme */
	LG_THROTTLE_DEVICE = 3,       /* the same: proofs of remembered devices */
	LG_THROTTLE_OTP = 4,          /* the same: codes in the place of a password */
	/* hourly budgets (spec/user-pools.md 7.1) */
	LG_THROTTLE_RESEND = 10,      /* 5 */
	LG_THROTTLE_CONFIRM = 11,     /* 15 */
	LG_THROTTLE_ATTRIBUTE_CODE = 12,   /* 5 */
	LG_THROTTLE_ATTRIBUTE_VERIFY = 13, /* 15 */
	LG_THROTTLE_CHANGE_PASSWORD = 14,  /* 5 */
	LG_THROTTLE_FORGOT = 15,      /* 20, ForgotPassword and ConfirmForgotPassword together */
	/* codes sent at sign-in; apart, because anybody may ask for a first factor of anybody */
	LG_THROTTLE_OTP_SENT = 16,    /* 20 */
	LG_THROTTLE_MFA_SENT = 17,    /* 20 */
	LG_THROTTLE_TOTP_VERIFY = 18, /* 15 */
	LG_THROTTLE_PASSKEY_NOTED = 19, /* 20: wrong assertions that are kept as events */
	/* of no user: oauth/device.h counts them by address, and by device */
	LG_THROTTLE_USER_CODE = 20,
	LG_THROTTLE_DEVICE_POLL = 21,
};

/*
 * Called with the result of a check, LG_OK or LG_E_MISMATCH. Returns LG_OK for a right guess within budget,
 * LG_E_MISMATCH for a wrong one that was counted, LG_E_NOT_AUTHORIZED "Password attempts exceeded"
 * otherwise. Any other status passes through. Unknown users are counted under their decoy.
 */
LG_MUST lg_status lg_lockout_decide(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	enum lg_throttle_kind kind, lg_status checked);

/* One event of an hourly budget: LG_E_LIMIT_EXCEEDED with the default text when it is used up. */
LG_MUST lg_status lg_budget_take(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	enum lg_throttle_kind kind);

#endif
