/*
 * totp.h - an authenticator app, written on its own: codes of RFC 6238 with a base32 secret.
 */
#ifndef LG_TESTS_TOTP_H
#define LG_TESTS_TOTP_H

#include "base/str.h"
#include "base/time.h"

/* Six digits and a NUL; `steps` away from the step of `now`. */
void totp_app_code(lg_str base32, lg_time now, int64_t steps, char ret[7]);

#endif
