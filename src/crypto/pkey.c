#include "crypto/pkey.h"

#include <stdatomic.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "codec/bytes.h"
#include "crypto/fetched.h"

#define RSA_BITS 2048
#define RSA_BITS_MAX 4096
#define POINT_SIZE_MAX 66

struct lg_pkey {
	EVP_PKEY *evp;
	enum lg_alg alg;
	struct lg_arena *arena;
	/* RSA: ready to verify; made when it is first needed, and copied by whoever does */
	_Atomic(EVP_PKEY_CTX *) verifier;
};

/* RFC 7518, 3.1. `size` is that of a coordinate, in bytes; 0 = RSA. */
static const struct alg {
	lg_str name;
	int hash;
	int size;
	lg_str curve; /* JOSE's name */
	const char *group; /* OpenSSL's */
} algs[] = {
	[LG_ALG_RS256] = { .name = LG_STR_INIT("RS256"), .hash = 256 },
	[LG_ALG_RS384] = { .name = LG_STR_INIT("RS384"), .hash = 384 },
	[LG_ALG_RS512] = { .name = LG_STR_INIT("RS512"), .hash = 512 },
	[LG_ALG_ES256] = { LG_STR_INIT("ES256"), 256, 32, LG_STR_INIT("P-256"), "prime256v1" },
	[LG_ALG_ES384] = { LG_STR_INIT("ES384"), 384, 48, LG_STR_INIT("P-384"), "secp384r1" },
	[LG_ALG_ES512] = { LG_STR_INIT("ES512"), 512, POINT_SIZE_MAX, LG_STR_INIT("P-521"), "secp521r1" },
};

lg_status
lg_alg_from_name(lg_str name, enum lg_alg *ret)
{
	for (size_t i = 0; i < LG_LEN(algs); i++) {
		if (lg_str_eq(algs[i].name, name)) {
			*ret = (enum lg_alg)i;
			return LG_OK;
		}
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

lg_str
lg_alg_name(enum lg_alg alg)
{
	return algs[alg].name;
}

bool
lg_alg_is_rsa(enum lg_alg alg)
{
	return algs[alg].size == 0;
}

lg_str
lg_alg_curve(enum lg_alg alg)
{
	return algs[alg].curve;
}

static const EVP_MD *
hash_of(enum lg_alg alg)
{
	const struct lg_fetched *fetched = lg_fetched();
	switch (algs[alg].hash) {
	case 384:
		return fetched->sha384;
	case 512:
		return fetched->sha512;
	default:
		return fetched->sha256;
	}
}

lg_status
lg_alg_digest(struct lg_ctx *cx, enum lg_alg alg, lg_str message, lg_str *ret)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	if (EVP_Digest(message.ptr, message.len, digest, &len, hash_of(alg), NULL) != 1)
		return lg_fail(cx, LG_E_INTERNAL, "digest");
	return lg_str_dup(cx, lg_str_from_bytes(digest, len), ret);
}

/* What `struct lg_pkey` needs, and not a page of its own for each of thousands. */
#define ARENA_BYTES 64

/* Is the key what its algorithm says, of a size that we accept, its point on the curve? */
static bool
fits(EVP_PKEY *evp, enum lg_alg alg)
{
	if (lg_alg_is_rsa(alg)) {
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
		strcmp(curve, algs[alg].group) != 0)
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
	key->evp = evp;
	key->alg = alg;
	key->arena = arena;
	*ret = key;
	return LG_OK;
}

lg_status
lg_pkey_generate(struct lg_ctx *cx, enum lg_alg alg, struct lg_pkey **ret)
{
	EVP_PKEY *evp = lg_alg_is_rsa(alg) ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen(algs[alg].group);
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
	EVP_PKEY_CTX_free(atomic_load(&key->verifier));
	EVP_PKEY_free(key->evp);
	lg_arena_free(key->arena);
}

void
lg_pkey_freep(struct lg_pkey **key)
{
	lg_pkey_free(*key);
	*key = NULL;
}

/* DER SEQUENCE { r, s } -> r || s, `size` bytes each (RFC 7518, 3.4) */
static bool
join_ecdsa(const unsigned char *der, size_t len, int size, unsigned char *ret)
{
	const unsigned char *at = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, size) == size &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + size, size) == size;
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
	bool ok = md && EVP_DigestSignInit(md, NULL, hash_of(key->alg), NULL, key->evp) == 1 &&
		  EVP_DigestSign(md, made, &len, (const unsigned char *)message.ptr, message.len) == 1;
	EVP_MD_CTX_free(md);
	if (!ok)
		return lg_fail(cx, LG_E_INTERNAL, "signing failed");
	if (lg_alg_is_rsa(key->alg))
		return lg_str_dup(cx, lg_str_from_bytes(made, len), ret);
	const int size = algs[key->alg].size;
	unsigned char joined[2 * POINT_SIZE_MAX];
	if (!join_ecdsa(made, len, size, joined))
		return lg_fail(cx, LG_E_INTERNAL, "signing failed");
	return lg_str_dup(cx, lg_str_from_bytes(joined, 2 * (size_t)size), ret);
}

/* r || s -> DER; false unless it has exactly twice `size` bytes. `*ret` is OpenSSL's memory. */
static bool
split_ecdsa(lg_str signature, int size, unsigned char **ret, int *ret_len)
{
	if (signature.len != 2 * (size_t)size)
		return false;
	const unsigned char *at = (const unsigned char *)signature.ptr;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(at, size, NULL), *s = BN_bin2bn(at + size, size, NULL);
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

/* To prepare a verification takes a sixth of the time of one. */
static EVP_PKEY_CTX *
verifier_of(struct lg_pkey *key)
{
	EVP_PKEY_CTX *known = atomic_load(&key->verifier);
	if (known)
		return known;
	EVP_PKEY_CTX *made = EVP_PKEY_CTX_new(key->evp, NULL);
	if (!made || EVP_PKEY_verify_init(made) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(made, RSA_PKCS1_PADDING) != 1 ||
		EVP_PKEY_CTX_set_signature_md(made, hash_of(key->alg)) != 1) {
		EVP_PKEY_CTX_free(made);
		return NULL;
	}
	if (atomic_compare_exchange_strong(&key->verifier, &known, made))
		return made;
	EVP_PKEY_CTX_free(made);
	return known;
}

static bool
verify_rsa(struct lg_pkey *key, lg_str message, lg_str signature)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	EVP_PKEY_CTX *shared = verifier_of(key), *own = shared ? EVP_PKEY_CTX_dup(shared) : NULL;
	const bool ok =
		own && EVP_Digest(message.ptr, message.len, digest, &len, hash_of(key->alg), NULL) == 1 &&
		EVP_PKEY_verify(own, (const unsigned char *)signature.ptr, signature.len, digest, len) == 1;
	EVP_PKEY_CTX_free(own);
	return ok;
}

lg_status
lg_pkey_verify(struct lg_ctx *cx, struct lg_pkey *key, lg_str message, lg_str signature)
{
	cx->work.verifications++;
	unsigned char *der = NULL;
	int der_len = 0;
	lg_str form = signature;
	if (!lg_alg_is_rsa(key->alg)) {
		if (!split_ecdsa(signature, algs[key->alg].size, &der, &der_len))
			return lg_fail(cx, LG_E_MISMATCH, "signature is wrong");
		form = lg_str_from_bytes(der, (size_t)der_len);
	} else {
		const bool whole = signature.len == (size_t)EVP_PKEY_get_size(key->evp);
		return whole && verify_rsa(key, message, signature)
			       ? LG_OK
			       : lg_fail(cx, LG_E_MISMATCH, "signature is wrong");
	}
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestVerifyInit(md, NULL, hash_of(key->alg), NULL, key->evp) == 1 &&
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
	if (lg_alg_is_rsa(key->alg)) {
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_RSA_N, 0, &jwk.n));
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_RSA_E, 0, &jwk.e));
	} else {
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_EC_PUB_X, algs[key->alg].size, &jwk.x));
		LG_TRY(number_param(cx, key, OSSL_PKEY_PARAM_EC_PUB_Y, algs[key->alg].size, &jwk.y));
	}
	*ret = jwk;
	return LG_OK;
}

/* ---- from a JWK ---- */

static lg_status
read_number(struct lg_ctx *cx, lg_str text, BIGNUM **ret)
{
	lg_str bytes;
	LG_TRY(lg_base64url_decode(cx, text, &bytes));
	if (bytes.len == 0 || bytes.len > RSA_BITS_MAX / 8 + 1)
		return lg_fail(cx, LG_E_MALFORMED, "unusable key");
	*ret = BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, NULL);
	return *ret ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

static EVP_PKEY *
from_params(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *evp = NULL;
	if (params && maker && EVP_PKEY_fromdata_init(maker) == 1)
		EVP_PKEY_fromdata(maker, &evp, EVP_PKEY_PUBLIC_KEY, params);
	EVP_PKEY_CTX_free(maker);
	OSSL_PARAM_free(params);
	return evp;
}

static lg_status
rsa_from_jwk(struct lg_ctx *cx, const struct lg_jwk_public *jwk, OSSL_PARAM_BLD *build, EVP_PKEY **ret)
{
	BIGNUM *n = NULL, *e = NULL;
	lg_status s = read_number(cx, jwk->n, &n);
	if (!lg_failed(s))
		s = read_number(cx, jwk->e, &e);
	if (!lg_failed(s) && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		*ret = from_params("RSA", build);
	BN_free(n);
	BN_free(e);
	return s;
}

/* Coordinates have the full length of the curve (RFC 7518, 6.2.1.2). */
static lg_status
ec_from_jwk(struct lg_ctx *cx, const struct lg_jwk_public *jwk, OSSL_PARAM_BLD *build, EVP_PKEY **ret)
{
	const struct alg *alg = &algs[jwk->alg];
	const size_t size = (size_t)alg->size;
	unsigned char point[1 + 2 * POINT_SIZE_MAX] = { 0x04 };
	const lg_str texts[] = { jwk->x, jwk->y };
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		lg_str bytes;
		LG_TRY(lg_base64url_decode(cx, texts[i], &bytes));
		if (bytes.len != size)
			return lg_fail(cx, LG_E_MALFORMED, "unusable key");
		memcpy(point + 1 + i * size, bytes.ptr, size);
	}
	if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, alg->group, 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size) == 1)
		*ret = from_params("EC", build);
	return LG_OK;
}

lg_status
lg_pkey_from_jwk(struct lg_ctx *cx, const struct lg_jwk_public *jwk, struct lg_pkey **ret)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	if (!build)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	EVP_PKEY *evp = NULL;
	lg_status s = lg_alg_is_rsa(jwk->alg) ? rsa_from_jwk(cx, jwk, build, &evp)
					      : ec_from_jwk(cx, jwk, build, &evp);
	OSSL_PARAM_BLD_free(build);
	if (lg_failed(s)) {
		EVP_PKEY_free(evp);
		return s;
	}
	return wrap(cx, evp, jwk->alg, ret);
}
