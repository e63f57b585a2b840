/*
 * pkey.h - signing keys: RSA (RS256 and kin) and elliptic curves (ES256 and kin). Ours are RSA-2048 or
 * P-256; the others are what foreign issuers sign with.
 *
 * A key is parsed once and may be used by any number of threads.
 */
#ifndef LG_CRYPTO_PKEY_H
#define LG_CRYPTO_PKEY_H

#include "base/ctx.h"

struct lg_pkey;

enum lg_alg { LG_ALG_RS256, LG_ALG_ES256, LG_ALG_RS384, LG_ALG_RS512, LG_ALG_ES384, LG_ALG_ES512 };

LG_MUST lg_status lg_alg_from_name(lg_str name, enum lg_alg *ret); /* LG_E_NOT_FOUND */
lg_str lg_alg_name(enum lg_alg alg);
bool lg_alg_is_rsa(enum lg_alg alg);
lg_str lg_alg_curve(enum lg_alg alg); /* "P-256" as in a JWK; absent for RSA */

/* The digest that signatures of this algorithm are made of. */
LG_MUST lg_status lg_alg_digest(struct lg_ctx *cx, enum lg_alg alg, lg_str message, lg_str *ret);

/* A new key; about 110 ms for RSA. */
LG_MUST lg_status lg_pkey_generate(struct lg_ctx *cx, enum lg_alg alg, struct lg_pkey **ret);

/* PKCS #8 DER of the private key, for sealing; SubjectPublicKeyInfo DER of the public one. */
LG_MUST lg_status lg_pkey_private_der(struct lg_ctx *cx, const struct lg_pkey *key, lg_str *ret);
LG_MUST lg_status lg_pkey_public_der(struct lg_ctx *cx, const struct lg_pkey *key, lg_str *ret);

/*
 * LG_E_MALFORMED unless `der` is one key, whole: RSA of 2048 to 4096 bits with e = 65537, or a point of the
 * algorithm's curve.
 */
LG_MUST lg_status lg_pkey_from_private_der(struct lg_ctx *cx, lg_str der, enum lg_alg alg,
	struct lg_pkey **ret);
LG_MUST lg_status lg_pkey_from_public_der(struct lg_ctx *cx, lg_str der, enum lg_alg alg,
	struct lg_pkey **ret);

/* Keys outlive requests. */
void lg_pkey_free(struct lg_pkey *key);
void lg_pkey_freep(struct lg_pkey **key);

/* JOSE signature (RFC 7518): PKCS #1 v1.5, or r || s of fixed length. Counts cx->work.signatures. */
LG_MUST lg_status lg_pkey_sign(struct lg_ctx *cx, struct lg_pkey *key, lg_str message, lg_str *ret);

/* LG_E_MISMATCH when the signature is not the key's; lengths are checked before conversion. */
LG_MUST lg_status lg_pkey_verify(struct lg_ctx *cx, struct lg_pkey *key, lg_str message, lg_str signature);

/* The public members of a JWK, base64url: n and e, or x and y (RFC 7518, 6). */
struct lg_jwk_public {
	enum lg_alg alg;
	lg_str n, e;
	lg_str x, y;
};
LG_MUST lg_status lg_pkey_jwk(struct lg_ctx *cx, const struct lg_pkey *key, struct lg_jwk_public *ret);
/* The other way: of jwk->alg its members are read. LG_E_MALFORMED as above. */
LG_MUST lg_status lg_pkey_from_jwk(struct lg_ctx *cx, const struct lg_jwk_public *jwk, struct lg_pkey **ret);

#endif
