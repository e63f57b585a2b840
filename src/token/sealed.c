#include "token/sealed.h"

#include "codec/bytes.h"
#include "codec/shape_io.h"

/* base64url of {"cty":"JWT","enc":"A256GCM","alg":"dir"} and the dots around the empty key part */
#define JWE_PREFIX "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0.."
#define TOKEN_MAX_BYTES (16 * 1024)
#define NONCE 12
#define TAG 16
#define RING_HEAD 5 /* what a keyring puts in front: format and key version */

/* What a token is bound to beside its key. */
static lg_status
bind(struct lg_ctx *cx, lg_str purpose, int64_t pool, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "token|%.*s|%lld", LG_FMT(purpose), (long long)pool);
}

static lg_status
seal(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, const struct lg_shape *shape,
	const void *state, lg_str *ret)
{
	lg_str aad, plain;
	LG_TRY(bind(cx, purpose, pool, &aad));
	LG_TRY(lg_shape_to_cbor(cx, shape, state, &plain));
	return lg_keyring_seal(ring, cx, pool, LG_KEY_CREDENTIAL, aad, plain, ret);
}

static lg_status
unseal(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, lg_str sealed,
	const struct lg_shape *shape, void *ret_state)
{
	lg_str aad, plain;
	LG_TRY(bind(cx, purpose, pool, &aad));
	lg_status s = lg_keyring_open(ring, cx, pool, LG_KEY_CREDENTIAL, aad, sealed, &plain);
	if (s.code == LG_E_NOT_FOUND) /* a key version that was never ours, or is gone */
		return lg_fail(cx, LG_E_MALFORMED, "token of an unknown key");
	LG_TRY(s);
	return lg_shape_from_cbor(cx, shape, plain, ret_state);
}

lg_status
lg_sealed_make(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, const struct lg_shape *shape,
	const void *state, lg_str *ret)
{
	lg_str sealed;
	LG_TRY(seal(cx, ring, pool, purpose, shape, state, &sealed));
	return lg_base64url_encode(cx, sealed, ret);
}

lg_status
lg_sealed_open(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, lg_str token,
	const struct lg_shape *shape, void *ret_state)
{
	lg_str sealed;
	if (token.len > TOKEN_MAX_BYTES)
		return lg_fail(cx, LG_E_MALFORMED, "token is too long");
	LG_TRY(lg_base64url_decode(cx, token, &sealed));
	return unseal(cx, ring, pool, purpose, sealed, shape, ret_state);
}

/*
 * The three parts behind the prefix are nonce, ciphertext and tag of what lg_keyring_seal made; the keyring's head goes
 * in front of the nonce, where a reader of a JWE expects random bytes. Nobody but us opens it.
 */
lg_status
lg_sealed_jwe_make(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, const struct lg_shape *shape,
	const void *state, lg_str *ret)
{
	lg_str sealed, nonce, text, tag;
	LG_TRY(seal(cx, ring, pool, purpose, shape, state, &sealed));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(sealed, 0, RING_HEAD + NONCE), &nonce));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(sealed, RING_HEAD + NONCE, sealed.len - TAG), &text));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(sealed, sealed.len - TAG, sealed.len), &tag));
	lg_str parts[] = { LG_STR(JWE_PREFIX), nonce, LG_STR("."), text, LG_STR("."), tag };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_sealed_jwe_open(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, lg_str token,
	const struct lg_shape *shape, void *ret_state)
{
	if (token.len > TOKEN_MAX_BYTES || !lg_str_starts(token, LG_STR(JWE_PREFIX)))
		return lg_fail(cx, LG_E_MALFORMED, "not one of our refresh tokens");
	lg_str rest = lg_str_slice(token, sizeof(JWE_PREFIX) - 1, token.len), parts[3];
	for (size_t i = 0; i < LG_LEN(parts); i++)
		LG_TRY(lg_base64url_decode(cx, lg_str_cut(&rest, '.'), &parts[i]));
	if (lg_str_present(rest) || parts[0].len != RING_HEAD + NONCE || parts[2].len != TAG)
		return lg_fail(cx, LG_E_MALFORMED, "not one of our refresh tokens");
	lg_str sealed;
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &sealed));
	return unseal(cx, ring, pool, purpose, sealed, shape, ret_state);
}
