#include "crypto/totp.h"

#include <liboath/oath.h>
#include <string.h>

#include "base/secret.h"

int64_t
lg_totp_step(lg_time t)
{
	return t.ms / LG_TOTP_STEP_MS;
}

lg_status
lg_totp_code(struct lg_ctx *cx, lg_str secret, int64_t step, char ret[LG_TOTP_DIGITS])
{
	char code[LG_TOTP_DIGITS + 1];
	const int rc = oath_hotp_generate(secret.ptr, secret.len, (uint64_t)step, LG_TOTP_DIGITS, false,
		OATH_HOTP_DYNAMIC_TRUNCATION, code);
	if (rc != OATH_OK)
		return lg_fail(cx, LG_E_INTERNAL, "time-based code: %s", oath_strerror_name(rc));
	memcpy(ret, code, LG_TOTP_DIGITS);
	lg_wipe(code, sizeof(code));
	return LG_OK;
}
