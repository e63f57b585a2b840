#include "token/keyholder.h"

#include "base/secret.h"
#include "codec/bytes.h"
#include "crypto/totp.h"
#include "token/keyholder_impl.h"

#define SECRET_SIZE 32
#define DRIFT 1 /* steps to either side (spec/sign-in.md 6.3) */

/* As with a password: moved to another user's row, it does not open. */
lg_status
lg_totp_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret)
{
	lg_str head;
	LG_TRY(lg_str_fmt(cx, &head, "totp|%lld|", (long long)owner.pool));
	const lg_str parts[] = { head, owner.uid };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_keyholder_totp_make(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	lg_str *ret_sealed, lg_str *ret_base32)
{
	unsigned char bytes[SECRET_SIZE];
	lg_str aad, sealed = LG_STR_NONE, text = LG_STR_NONE;
	LG_TRY(lg_totp_aad(cx, owner, &aad));
	lg_rand_bytes(cx, bytes, sizeof(bytes));
	const lg_str secret = lg_str_from_bytes(bytes, sizeof(bytes));
	lg_status s = lg_keyring_seal(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, secret, &sealed);
	if (!lg_failed(s))
		s = lg_base32_encode(cx, secret, &text);
	lg_wipe(bytes, sizeof(bytes));
	LG_TRY(s);
	*ret_sealed = sealed;
	*ret_base32 = text;
	return LG_OK;
}

lg_status
lg_keyholder_totp_check(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, lg_str sealed,
	lg_str code, int64_t *ret_step)
{
	lg_str aad, secret;
	LG_TRY(lg_totp_aad(cx, owner, &aad));
	LG_TRY(lg_keyring_open(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, sealed, &secret));

	/* All of them are computed and compared, whichever it is. */
	const int64_t now = lg_totp_step(cx->now);
	int64_t found = -1;
	for (int64_t step = now - DRIFT; step <= now + DRIFT; step++) {
		char expected[LG_TOTP_DIGITS];
		LG_TRY(lg_totp_code(cx, secret, step, expected));
		if (lg_ct_eq(lg_str_from_bytes(expected, sizeof(expected)), code))
			found = step;
		lg_wipe(expected, sizeof(expected));
	}
	if (found < 0)
		return lg_fail(cx, LG_E_MISMATCH, "wrong time-based code");
	*ret_step = found;
	return LG_OK;
}
