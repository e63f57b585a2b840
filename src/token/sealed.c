#include "token/sealed.h"

#include "base/secret.h"
#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "crypto/aead.h"

/* base64url of {"cty":"JWT","enc":"A256GCM","alg":"dir"}, and the dots around the empty key part */
#define JWE_HEADER "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0"
#define JWE_PREFIX JWE_HEADER ".."

#define TOKEN_MAX_BYTES (16 * 1024)
#define FORMAT "\1" /* the first byte of the plain form */
#define NONCE_SIZE 12
#define TAG_SIZE 16

/* Versions of the key that a token may have been sealed with. Neither form has room to tell. */
#define MAX_AGES 4

/* What tells one kind of token from another: the label of its key, and the associated data. */
struct kind {
	lg_str label;
	lg_str aad;
};

static lg_status
plain_kind(struct lg_ctx *cx, lg_str purpose, struct kind *ret)
{
	LG_TRY(lg_str_fmt(cx, &ret->label, "token %.*s", LG_FMT(purpose)));
	ret->aad = ret->label;
	return LG_OK;
}

/* RFC 7516, 5.1 step 14: the associated data of a JWE is its header, so the purpose is in the key alone. */
static lg_status
jwe_kind(struct lg_ctx *cx, lg_str purpose, struct kind *ret)
{
	LG_TRY(lg_str_fmt(cx, &ret->label, "jwe %.*s", LG_FMT(purpose)));
	ret->aad = LG_STR(JWE_HEADER);
	return LG_OK;
}

static lg_status
seal(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, const struct kind *kind,
	const struct lg_shape *shape, const void *state, lg_str *ret)
{
	lg_str plain;
	unsigned char key[LG_AEAD_KEY_SIZE];
	LG_TRY(lg_shape_to_cbor(cx, shape, state, &plain));
	LG_TRY(lg_keyring_derive(ring, cx, pool, LG_KEY_CREDENTIAL, kind->label, 0, key));
	lg_status s = lg_aead_seal(cx, lg_str_from_bytes(key, sizeof(key)), kind->aad, plain, ret);
	lg_wipe(key, sizeof(key));
	return s;
}

static lg_status
unseal(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, const struct kind *kind, lg_str sealed,
	const struct lg_shape *shape, void *ret_state)
{
	lg_str plain;
	lg_status opened = LG_STATUS(LG_E_MALFORMED);
	for (unsigned age = 0; age < MAX_AGES && opened.code == LG_E_MALFORMED; age++) {
		unsigned char key[LG_AEAD_KEY_SIZE];
		lg_status s = lg_keyring_derive(ring, cx, pool, LG_KEY_CREDENTIAL, kind->label, age, key);
		if (s.code == LG_E_NOT_FOUND && age > 0)
			break;
		LG_TRY(s);
		opened = lg_aead_open(cx, lg_str_from_bytes(key, sizeof(key)), kind->aad, sealed, &plain);
		lg_wipe(key, sizeof(key));
	}
	LG_TRY(opened);
	return lg_shape_from_cbor(cx, shape, plain, ret_state);
}

static lg_status
not_ours(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "not one of our tokens");
}

lg_status
lg_sealed_make(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose,
	const struct lg_shape *shape, const void *state, lg_str *ret)
{
	struct kind kind;
	lg_str sealed;
	LG_TRY(plain_kind(cx, purpose, &kind));
	LG_TRY(seal(cx, ring, pool, &kind, shape, state, &sealed));
	const lg_str parts[] = { LG_STR(FORMAT), sealed };
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &sealed));
	return lg_base64url_encode(cx, sealed, ret);
}

lg_status
lg_sealed_open(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, lg_str token,
	const struct lg_shape *shape, void *ret_state)
{
	if (token.len > TOKEN_MAX_BYTES)
		return not_ours(cx);
	struct kind kind;
	lg_str sealed;
	LG_TRY(plain_kind(cx, purpose, &kind));
	LG_TRY(lg_base64url_decode(cx, token, &sealed));
	if (!lg_str_starts(sealed, LG_STR(FORMAT)))
		return not_ours(cx);
	sealed = lg_str_slice(sealed, LG_STR(FORMAT).len, sealed.len);
	return unseal(cx, ring, pool, &kind, sealed, shape, ret_state);
}

lg_status
lg_sealed_jwe_make(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose,
	const struct lg_shape *shape, const void *state, lg_str *ret)
{
	struct kind kind;
	lg_str sealed;
	lg_str nonce;
	lg_str text;
	lg_str tag;
	LG_TRY(jwe_kind(cx, purpose, &kind));
	LG_TRY(seal(cx, ring, pool, &kind, shape, state, &sealed));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(sealed, 0, NONCE_SIZE), &nonce));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(sealed, NONCE_SIZE, sealed.len - TAG_SIZE), &text));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(sealed, sealed.len - TAG_SIZE, sealed.len), &tag));
	const lg_str parts[] = { LG_STR(JWE_PREFIX), nonce, LG_STR("."), text, LG_STR("."), tag };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_sealed_jwe_open(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose, lg_str token,
	const struct lg_shape *shape, void *ret_state)
{
	if (token.len > TOKEN_MAX_BYTES || !lg_str_starts(token, LG_STR(JWE_PREFIX)))
		return not_ours(cx);
	lg_str rest = lg_str_slice(token, LG_STR(JWE_PREFIX).len, token.len);
	lg_str parts[3]; /* nonce, ciphertext, tag: as they stand in what lg_aead_seal makes */
	for (size_t i = 0; i < LG_LEN(parts); i++)
		LG_TRY(lg_base64url_decode(cx, lg_str_cut(&rest, '.'), &parts[i]));
	if (lg_str_present(rest) || parts[0].len != NONCE_SIZE || parts[2].len != TAG_SIZE)
		return not_ours(cx);

	struct kind kind;
	lg_str sealed;
	LG_TRY(jwe_kind(cx, purpose, &kind));
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &sealed));
	return unseal(cx, ring, pool, &kind, sealed, shape, ret_state);
}
