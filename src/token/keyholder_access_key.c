#include "token/keyholder.h"

#include "base/secret.h"
#include "codec/bytes.h"
#include "token/keyholder_impl.h"
#include "token/sigv4.h"

#define SECRET_SIZE 30 /* 40 characters of base64 */

/* Moved to another key's id, it does not open. */
static lg_status
key_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret)
{
	return lg_str_concat(cx, (const lg_str[]){ LG_STR("access key|"), owner.uid }, 2, ret);
}

lg_status
lg_keyholder_access_key_make(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	lg_str *ret_sealed, lg_str *ret_secret)
{
	unsigned char bytes[SECRET_SIZE];
	lg_str aad, text, sealed;
	LG_TRY(key_aad(cx, owner, &aad));
	lg_rand_bytes(cx, bytes, sizeof(bytes));
	const lg_status s = lg_base64_encode(cx, lg_str_from_bytes(bytes, sizeof(bytes)), &text);
	lg_wipe(bytes, sizeof(bytes));
	LG_TRY(s);
	LG_TRY(lg_keyring_seal(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, text, &sealed));
	*ret_sealed = sealed;
	*ret_secret = text;
	return LG_OK;
}

lg_status
lg_keyholder_sigv4_check(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	lg_str sealed, const struct lg_sigv4_claim *claim, lg_str string_to_sign)
{
	lg_str aad, secret;
	LG_TRY(key_aad(cx, owner, &aad));
	LG_TRY(lg_keyring_open(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, sealed, &secret));
	return lg_sigv4_compare(cx, claim, secret, string_to_sign);
}
