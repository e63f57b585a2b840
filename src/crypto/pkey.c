#include "crypto/pkey.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "codec/bytes.h"
#include "crypto/fetched.h"

#define RSA_BITS 2048
#define RSA_BITS_MAX 4096
#define P256_SIZE 32

struct lg_pkey {
	EVP_PKEY *evp;
	enum lg_alg alg;
	struct lg_arena *arena;
};

static const lg_str alg_names[] = {
	[LG_ALG_RS256] = LG_STR_INIT("RS256"), [LG_ALG_ES256] = LG_STR_INIT("ES256")
};

lg_status
lg_alg_from_name(lg_str name, enum lg_alg *ret)
{
	for (size_t i = 0; i < LG_LEN(alg_names); i++) {
		if (lg_str_eq(alg_names[i], name)) {
			*ret = (enum lg_alg)i;
			return LG_OK;
		}
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

lg_str
lg_alg_name(enum lg_alg alg)
{
	return alg_names[alg];
}

/* What `struct lg_pkey` needs, and not a page of its own for each of thousands. */
#define ARENA_BYTES 64

/* Is the key what its algorithm says, of a size that we accept, its point on the curve? */
static bool
fits(EVP_PKEY *evp, enum lg_alg alg)
{
	if (alg == LG_ALG_RS256) {
		BIGNUM *e = NULL;
		int bits = EVP_PKEY_get_bits(evp);
		bool ok = EVP_PKEY_is_a(evp, "RSA") && bits >= RSA_BITS && bits <= RSA_BITS_MAX &&
			  bits % 8 == 0 && EVP_PKEY_get_bn_param(evp, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
			  BN_is_word(e, RSA_F4);
		BN_free(e);
		return ok;
	}
	char curve[32] = "";
	if (!EVP_PKEY_is_a(evp, "EC") || EVP_PKEY_get_group_name(evp, curve, sizeof(curve), NULL) != 1 ||
		strcmp(curve, "prime256v1") != 0)
		return false;
	EVP_PKEY_CTX *check = EVP_PKEY_CTX_new(evp, NULL);
	bool ok = check && EVP_PKEY_public_check(check) == 1;
	EVP_PKEY_CTX_free(check);
	return ok;
}

/* Takes the EVP key over; NULL is one that could not be read. */
static lg_status
wrap(struct lg_ctx *cx, EVP_PKEY *evp, enum lg_alg alg, struct lg_pkey **ret)
{
	if (!evp || !fits(evp, alg)) {
		EVP_PKEY_free(evp);
		return lg_fail(cx, LG_E_MALFORMED, "unusable key");
	}
	struct lg_arena *arena = NULL;
	struct lg_pkey *key = NULL;
	if (!lg_failed(lg_arena_new(ARENA_BYTES, &arena)))
		key = lg_arena_alloc(arena, sizeof(*key));
	if (!key) {
		EVP_PKEY_free(evp);
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	*key = (struct lg_pkey){ .evp = evp, .alg = alg, .arena = arena };
	*ret = key;
	return LG_OK;
}

lg_status
lg_pkey_generate(struct lg_ctx *cx, enum lg_alg alg, struct lg_pkey **ret)
{
	EVP_PKEY *evp = alg == LG_ALG_RS256 ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
	if (!evp)
		return lg_fail(cx, LG_E_INTERNAL, "no key could be made");
	return wrap(cx, evp, alg, ret);
}

static lg_status
copy_der(struct lg_ctx *cx, unsigned char *der, int len, lg_str *ret)
{
	if (len <= 0)
		return lg_fail(cx, LG_E_INTERNAL, "key cannot be written");
	lg_status s = lg_str_dup(cx, lg_str_from_bytes(der, (size_t)len), ret);
	OPENSSL_clear_free(der, (size_t)len);
	return s;
}

lg_status
lg_pkey_private_der(struct lg_ctx *cx, const struct lg_pkey *key, lg_str *ret)
{
	unsigned char *der = NULL;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->evp);
	int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	PKCS8_PRIV_KEY_INFO_free(info);
	return copy_der(cx, der, len, ret);
}

lg_status
lg_pkey_public_der(struct lg_ctx *cx, const struct lg_pkey *key, lg_str *ret)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key->evp, &der);
	return copy_der(cx, der, len, ret);
}

/* All of `der`, or NULL: bytes behind a key are no part of it. */
static EVP_PKEY *
whole(EVP_PKEY *evp, const unsigned char *end, lg_str der)
{
	if (evp && end == (const unsigned char *)der.ptr + der.len)
		return evp;
	EVP_PKEY_free(evp);
	return NULL;
}

lg_status
lg_pkey_from_private_der(struct lg_ctx *cx, lg_str der, enum lg_alg alg, struct lg_pkey **ret)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der.len);
	EVP_PKEY *evp = info ? EVP_PKCS82PKEY(info) : NULL;
	PKCS8_PRIV_KEY_INFO_free(info);
	return wrap(cx, whole(evp, at, der), alg, ret);
}

lg_status
lg_pkey_from_public_der(struct lg_ctx *cx, lg_str der, enum lg_alg alg, struct lg_pkey **ret)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	EVP_PKEY *evp = d2i_PUBKEY(NULL, &at, (long)der.len);
	return wrap(cx, whole(evp, at, der), alg, ret);
}

void
lg_pkey_free(struct lg_pkey *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->evp);
	lg_arena_free(key->arena);
}

void
lg_pkey_freep(struct lg_pkey **key)
{
	lg_pkey_free(*key);
	*key = NULL;
}

/* DER SEQUENCE { r, s } -> r || s of 64 bytes (RFC 7518, 3.4) */
static bool
join_ecdsa(const unsigned char *der, size_t len, unsigned char ret[2 * P256_SIZE])
{
	const unsigned char *at = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, P256_SIZE) == P256_SIZE &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + P256_SIZE, P256_SIZE) == P256_SIZE;
	ECDSA_SIG_free(sig);
	return ok;
}

lg_status
lg_pkey_sign(struct lg_ctx *cx, struct lg_pkey *key, lg_str message, lg_str *ret)
{
	cx->work.signatures++;
	unsigned char made[RSA_BITS_MAX / 8];
	size_t len = sizeof(made);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestSignInit(md, NULL, lg_fetched()->sha256, NULL, key->evp) == 1 &&
		  EVP_DigestSign(md, made, &len, (const unsigned char *)message.ptr, message.len) == 1;
	EVP_MD_CTX_free(md);
	if (!ok)
		return lg_fail(cx, LG_E_INTERNAL, "signing failed");
	if (key->alg == LG_ALG_RS256)
		return lg_str_dup(cx, lg_str_from_bytes(made, len), ret);
	unsigned char joined[2 * P256_SIZE];
	if (!join_ecdsa(made, len, joined))
		return lg_fail(cx, LG_E_INTERNAL, "signing failed");
	return lg_str_dup(cx, lg_str_from_bytes(joined, sizeof(joined)), ret);
}

/* r || s -> DER; false unless it has exactly 64 bytes. `*ret` is OpenSSL's memory. */
static bool
split_ecdsa(lg_str signature, unsigned char **ret, int *ret_len)
{
	if (signature.len != 2 * P256_SIZE)
		return false;
	const unsigned char *at = (const unsigned char *)signature.ptr;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(at, P256_SIZE, NULL), *s = BN_bin2bn(at + P256_SIZE, P256_SIZE, NULL);
	if (!sig || !r || !s || ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		ECDSA_SIG_free(sig);
		return false;
	}
	*ret_len = i2d_ECDSA_SIG(sig, ret);
	ECDSA_SIG_free(sig);
	return *ret_len > 0;
}

lg_status
lg_pkey_verify(struct lg_ctx *cx, struct lg_pkey *key, lg_str message, lg_str signature)
{
	cx->work.verifications++;
	unsigned char *der = NULL;
	int der_len = 0;
	lg_str form = signature;
	if (key->alg == LG_ALG_ES256) {
		if (!split_ecdsa(signature, &der, &der_len))
			return lg_fail(cx, LG_E_MISMATCH, "signature is wrong");
		form = lg_str_from_bytes(der, (size_t)der_len);
	} else if (signature.len != (size_t)EVP_PKEY_get_size(key->evp)) {
		return lg_fail(cx, LG_E_MISMATCH, "signature is wrong");
	}
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestVerifyInit(md, NULL, lg_fetched()->sha256, NULL, key->evp) == 1 &&
		  EVP_DigestVerify(md, (const unsigned char *)form.ptr, form.len,
			  (const unsigned char *)message.ptr, message.len) == 1;
	EVP_MD_CTX_free(md);
	OPENSSL_free(der);
	return ok ? LG_OK : lg_fail(cx, LG_E_MISMATCH, "signature is wrong");
}

static lg_status
number_param(struct lg_ctx *cx, const struct lg_pkey *key, const char *name, int size, lg_str *ret)
{
	unsigned char bytes[RSA_BITS_MAX / 8];
	BIGNUM *n = NULL;
	int len = -1;
	if (EVP_PKEY_get_bn_param(key->evp, name, &n) == 1)
		len = size ? BN_bn2binpad(n, bytes, size) : BN_bn2bin(n, bytes);
	BN_free(n);
	if (len <= 0)
		return lg_fail(cx, LG_E_INTERNAL, "key cannot be read");
	return lg_base64url_encode(cx, lg_str_from_bytes(bytes, (size_t)len), ret);
}

lg_status
lg_pkey_jwk(struct lg_ctx *cx, const struct lg_pkey *key, struct lg_jwk_public *ret)
{
	struct lg_jwk_public jwk = { .alg = key->alg };
	if (key->alg == LG_ALG_RS256) {
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_RSA_N, 0, &jwk.n));
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_RSA_E, 0, &jwk.e));
	} else {
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_EC_PUB_X, P256_SIZE, &jwk.x));
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_SIZE, &jwk.y));
	}
	*ret = jwk;
	return LG_OK;
}
