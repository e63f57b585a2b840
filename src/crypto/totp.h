/*
 * totp.h - time-based one-time passwords (RFC 6238): HMAC-SHA-1, 6 digits, steps of 30 seconds.
 */
#ifndef LG_CRYPTO_TOTP_H
#define LG_CRYPTO_TOTP_H

#include "base/ctx.h"

#define LG_TOTP_DIGITS 6
#define LG_TOTP_STEP_MS (30 * LG_SECOND_MS)

int64_t lg_totp_step(lg_time t);

/* The code of one step; the caller wipes it. */
LG_MUST lg_status lg_totp_code(struct lg_ctx *cx, lg_str secret, int64_t step, char ret[LG_TOTP_DIGITS]);

#endif
