#include "tests/lib/authenticator.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "codec/cbor.h"

#define MAX_BYTES (64 * 1024)
#define COSE_RS1 (-65535)
#define COSE_SIZE 256

/* What fails here is the test itself. */
static void
must(bool ok)
{
	if (!ok)
		abort();
}

static lg_str
done(struct lg_ctx *cx, const struct lg_buf *b)
{
	lg_str bytes;
	must(!lg_failed(lg_buf_finish(cx, b, &bytes)));
	return bytes;
}

static lg_str
copy(struct lg_ctx *cx, const void *bytes, size_t len)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	lg_buf_put(&b, lg_str_from_bytes(bytes, len));
	return done(cx, &b);
}

static void
put_number(struct lg_buf *b, uint64_t number, unsigned bytes)
{
	while (bytes--)
		lg_buf_byte(b, (unsigned char)(number >> (8 * bytes)));
}

/* ---- keys ---- */

enum key { KEY_ES256, KEY_RS256, KEY_EDDSA, KEY_ATTESTATION, KEY_TPM, KEY_ISSUER, KEY_OTHER_ISSUER, KEYS };

static EVP_PKEY *
key(enum key which)
{
	static EVP_PKEY *keys[KEYS];
	if (!keys[which])
		keys[which] = which == KEY_RS256 || which == KEY_TPM ? EVP_RSA_gen(2048)
			      : which == KEY_EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
						   : EVP_EC_gen("P-256");
	must(keys[which]);
	return keys[which];
}

/* Whose private half everybody knows: 1. */
static EVP_PKEY *
base_point(void)
{
	static EVP_PKEY *pkey;
	if (pkey)
		return pkey;
	unsigned char point[65];
	size_t len = sizeof(point);
	BIGNUM *one = BN_new();
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	must(BN_one(one) == 1 && EC_POINT_point2oct(group, EC_GROUP_get0_generator(group),
					 POINT_CONVERSION_UNCOMPRESSED, point, len, NULL) == len);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	must(OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, len) == 1 &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, one) == 1);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *from = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	must(EVP_PKEY_fromdata_init(from) == 1 &&
		EVP_PKEY_fromdata(from, &pkey, EVP_PKEY_KEYPAIR, params) == 1);
	EVP_PKEY_CTX_free(from);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EC_GROUP_free(group);
	BN_free(one);
	return pkey;
}

static EVP_PKEY *
key_of(enum lg_cose_alg alg)
{
	return key(alg == LG_COSE_ES256 ? KEY_ES256 : alg == LG_COSE_RS256 ? KEY_RS256 : KEY_EDDSA);
}

/* A number of the key, of exactly `size` bytes. */
static lg_str
number_of(struct lg_ctx *cx, EVP_PKEY *pkey, const char *name, int size)
{
	unsigned char bytes[COSE_SIZE];
	BIGNUM *n = NULL;
	must(EVP_PKEY_get_bn_param(pkey, name, &n) == 1 && BN_bn2binpad(n, bytes, size) == size);
	BN_free(n);
	return copy(cx, bytes, (size_t)size);
}

lg_str
authenticator_cose(struct lg_ctx *cx, enum lg_cose_alg alg)
{
	EVP_PKEY *pkey = key_of(alg);
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	unsigned char point[32];
	size_t len = sizeof(point);
	lg_cbor_put_head(&b, LG_CBOR_MAP, alg == LG_COSE_ES256 ? 5 : 4);
	lg_cbor_put_int(&b, 1);
	lg_cbor_put_int(&b, alg == LG_COSE_ES256 ? 2 : alg == LG_COSE_RS256 ? 3 : 1);
	lg_cbor_put_int(&b, 3);
	lg_cbor_put_int(&b, alg);
	lg_cbor_put_int(&b, -1);
	switch (alg) {
	case LG_COSE_ES256:
		lg_cbor_put_int(&b, 1);
		lg_cbor_put_int(&b, -2);
		lg_cbor_put_bytes(&b, number_of(cx, pkey, OSSL_PKEY_PARAM_EC_PUB_X, 32));
		lg_cbor_put_int(&b, -3);
		lg_cbor_put_bytes(&b, number_of(cx, pkey, OSSL_PKEY_PARAM_EC_PUB_Y, 32));
		break;
	case LG_COSE_RS256:
		lg_cbor_put_bytes(&b, number_of(cx, pkey, OSSL_PKEY_PARAM_RSA_N, 256));
		lg_cbor_put_int(&b, -2);
		lg_cbor_put_bytes(&b, number_of(cx, pkey, OSSL_PKEY_PARAM_RSA_E, 3));
		break;
	case LG_COSE_EDDSA:
		EVP_PKEY_get_raw_public_key(pkey, point, &len);
		lg_cbor_put_int(&b, 6);
		lg_cbor_put_int(&b, -2);
		lg_cbor_put_bytes(&b, lg_str_from_bytes(point, len));
		break;
	}
	return done(cx, &b);
}

static lg_str
sign(struct lg_ctx *cx, EVP_PKEY *pkey, const char *digest, lg_str message)
{
	unsigned char signature[512];
	size_t len = sizeof(signature);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	must(EVP_DigestSignInit_ex(md, NULL, EVP_PKEY_is_a(pkey, "ED25519") ? NULL : digest, NULL, NULL,
		     pkey, NULL) == 1 &&
		EVP_DigestSign(md, signature, &len, (const unsigned char *)message.ptr, message.len) == 1);
	EVP_MD_CTX_free(md);
	return copy(cx, signature, len);
}

/* ---- certificates ---- */

static void
add_extension(X509 *cert, const char *name, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, &ctx, name, value);
	must(extension);
	X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
}

static void
add_name(X509_NAME *name, const char *field, const char *value)
{
	X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, (const unsigned char *)value, -1, -1, 0);
}

static lg_str
finish_cert(struct lg_ctx *cx, X509 *cert, EVP_PKEY *subject, EVP_PKEY *issuer)
{
	X509_NAME *by = X509_NAME_new();
	add_name(by, "CN", "Issuer of authenticators");
	X509_set_issuer_name(cert, by);
	X509_NAME_free(by);
	X509_set_pubkey(cert, subject);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_sign(cert, issuer, EVP_sha256());
	unsigned char *der = NULL;
	const int len = i2d_X509(cert, &der);
	must(len > 0);
	const lg_str bytes = copy(cx, der, (size_t)len);
	OPENSSL_free(der);
	X509_free(cert);
	return bytes;
}

static lg_str
leaf(struct lg_ctx *cx, const struct authenticator_how *how)
{
	const struct authenticator_cert *said = &how->cert;
	X509 *cert = X509_new();
	X509_set_version(cert, said->version);
	if (how->format != FORMAT_TPM) {
		X509_NAME *name = X509_get_subject_name(cert);
		add_name(name, "C", "SE");
		add_name(name, "O", "Lifeguard");
		add_name(name, "CN", "Test authenticator");
		add_name(name, "OU", said->unit);
	}
	if (said->version == 2) {
		add_extension(cert, "basicConstraints", said->ca ? "CA:TRUE" : "CA:FALSE");
		if (said->purpose)
			add_extension(cert, "extendedKeyUsage", said->purpose);
		if (how->format == FORMAT_TPM && !said->no_alternative)
			add_extension(cert, "subjectAltName", "critical,DNS:tpm");
	}
	if (said->aaguid) {
		char value[64];
		snprintf(value, sizeof(value), "DER:0410%s", said->aaguid);
		add_extension(cert, "1.3.6.1.4.1.45724.1.1.4", value);
	}
	return finish_cert(
		cx, cert, key(how->format == FORMAT_TPM ? KEY_TPM : KEY_ATTESTATION), key(KEY_ISSUER));
}

static lg_str
issuer(struct lg_ctx *cx, const struct authenticator_how *how)
{
	EVP_PKEY *pkey = key(how->foreign_issuer ? KEY_OTHER_ISSUER : KEY_ISSUER);
	X509 *cert = X509_new();
	X509_set_version(cert, 2);
	add_name(X509_get_subject_name(cert), "CN", "Issuer of authenticators");
	add_extension(cert, "basicConstraints", "critical,CA:TRUE");
	return finish_cert(cx, cert, pkey, pkey);
}

/* ---- ceremonies ---- */

struct authenticator_how
authenticator_right(lg_str challenge, lg_str origin, lg_str rp_id)
{
	return (struct authenticator_how){
		.alg = LG_COSE_ES256,
		.cert = { .unit = "Authenticator Attestation", .version = 2 },
		.challenge = challenge,
		.origin = origin,
		.rp_id = rp_id,
		.flags = FLAG_UP | FLAG_UV,
		.count = 1,
		.id = LG_STR("an id of a credential"),
		.aaguid = lg_str_from_bytes("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16),
	};
}

static lg_str
client_data(struct lg_ctx *cx, const struct authenticator_how *how, lg_str type)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	lg_buf_fmt(&b, "{\"type\":\"%.*s\",\"challenge\":\"%.*s\",\"origin\":\"%.*s\"%.*s}",
		LG_FMT(lg_str_present(how->type) ? how->type : type), LG_FMT(how->challenge),
		LG_FMT(how->origin), LG_FMT(how->client_more));
	return done(cx, &b);
}

static void
put_sha256(struct lg_buf *b, lg_str bytes)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	SHA256((const unsigned char *)bytes.ptr, bytes.len, hash);
	lg_buf_put(b, lg_str_from_bytes(hash, sizeof(hash)));
}

static lg_str
data_of(struct lg_ctx *cx, const struct authenticator_how *how, bool attested)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	put_sha256(&b, how->rp_id);
	lg_buf_byte(&b, (unsigned char)(how->flags | (attested ? FLAG_AT : 0) |
					(lg_str_present(how->extensions) ? FLAG_ED : 0)));
	put_number(&b, how->count, 4);
	if (attested) {
		lg_buf_put(&b, how->aaguid);
		put_number(&b, how->id.len, 2);
		lg_buf_put(&b, how->id);
		lg_buf_put(&b, lg_str_present(how->cose) ? how->cose : authenticator_cose(cx, how->alg));
	}
	lg_buf_put(&b, how->extensions);
	lg_buf_put(&b, how->data_tail);
	return done(cx, &b);
}

/* authenticatorData || SHA-256(clientDataJSON) */
static lg_str
signed_bytes(struct lg_ctx *cx, lg_str data, lg_str client)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	lg_buf_put(&b, data);
	put_sha256(&b, client);
	return done(cx, &b);
}

/* U2F, 4.3: 0 || application || challenge || key handle || point */
static lg_str
u2f_bytes(struct lg_ctx *cx, const struct authenticator_how *how, lg_str client)
{
	EVP_PKEY *pkey = key(KEY_ES256);
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	lg_buf_byte(&b, 0);
	put_sha256(&b, how->rp_id);
	put_sha256(&b, client);
	lg_buf_put(&b, how->id);
	lg_buf_byte(&b, 4);
	lg_buf_put(&b, number_of(cx, pkey, OSSL_PKEY_PARAM_EC_PUB_X, 32));
	lg_buf_put(&b, number_of(cx, pkey, OSSL_PKEY_PARAM_EC_PUB_Y, 32));
	return done(cx, &b);
}

/* TPM 2.0, part 2, 12.2.4: TPMT_PUBLIC of an RSA key that signs */
static lg_str
pub_area(struct lg_ctx *cx)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	put_number(&b, 0x0001, 2); /* RSA */
	put_number(&b, 0x000b, 2); /* SHA-256 */
	put_number(&b, 0x00060472, 4); /* attributes: fixed, by the TPM alone, signs */
	put_number(&b, 32, 2); /* policy */
	put_sha256(&b, LG_STR("policy"));
	put_number(&b, 0x0010, 2); /* no symmetric algorithm */
	put_number(&b, 0x0010, 2); /* no scheme */
	put_number(&b, 2048, 2);
	put_number(&b, 0, 4); /* exponent: the default */
	put_number(&b, 256, 2);
	lg_buf_put(&b, number_of(cx, key(KEY_RS256), OSSL_PKEY_PARAM_RSA_N, 256));
	return done(cx, &b);
}

static void
put_tpm_name(struct lg_buf *b, lg_str of)
{
	put_number(b, 34, 2);
	put_number(b, 0x000b, 2);
	put_sha256(b, of);
}

/* 10.12.8: TPMS_ATTEST of what is signed and of the key */
static lg_str
cert_info(struct lg_ctx *cx, lg_str message, lg_str pub)
{
	unsigned char hash[SHA_DIGEST_LENGTH];
	SHA1((const unsigned char *)message.ptr, message.len, hash);
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	put_number(&b, 0xff544347, 4); /* made by a TPM */
	put_number(&b, 0x8017, 2); /* TPM_ST_ATTEST_CERTIFY */
	put_tpm_name(&b, LG_STR("signer"));
	put_number(&b, sizeof(hash), 2);
	lg_buf_put(&b, lg_str_from_bytes(hash, sizeof(hash)));
	put_number(&b, 1, 8); /* clock */
	put_number(&b, 2, 4);
	put_number(&b, 3, 4);
	put_number(&b, 1, 1); /* which is safe */
	put_number(&b, 4, 8); /* firmware */
	put_tpm_name(&b, pub);
	put_tpm_name(&b, LG_STR("qualified name"));
	return done(cx, &b);
}

static void
put_x5c(struct lg_ctx *cx, struct lg_buf *b, const struct authenticator_how *how)
{
	lg_cbor_put_text(b, LG_STR("x5c"));
	lg_cbor_put_head(b, LG_CBOR_ARRAY, how->certificates);
	lg_cbor_put_bytes(b, leaf(cx, how));
	if (how->certificates > 1)
		lg_cbor_put_bytes(b, issuer(cx, how));
}

static void
put_alg_sig(struct lg_buf *b, int64_t alg, lg_str signature)
{
	lg_cbor_put_text(b, LG_STR("alg"));
	lg_cbor_put_int(b, alg);
	lg_cbor_put_text(b, LG_STR("sig"));
	lg_cbor_put_bytes(b, signature);
}

static lg_str
statement_of(struct lg_ctx *cx, const struct authenticator_how *how, lg_str data, lg_str client)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	const lg_str message = signed_bytes(cx, data, client);
	const bool own = how->certificates == 0;
	const lg_str pub = pub_area(cx), info = cert_info(cx, message, pub);
	switch (how->format) {
	case FORMAT_NONE:
		lg_cbor_put_head(&b, LG_CBOR_MAP, 0);
		break;
	case FORMAT_PACKED:
		lg_cbor_put_head(&b, LG_CBOR_MAP, own ? 2 : 3);
		put_alg_sig(&b,
			how->statement_alg ? how->statement_alg
			: own              ? how->alg
					   : LG_COSE_ES256,
			sign(cx, own ? key_of(how->alg) : key(KEY_ATTESTATION), "SHA256", message));
		if (!own)
			put_x5c(cx, &b, how);
		break;
	case FORMAT_U2F:
		lg_cbor_put_head(&b, LG_CBOR_MAP, 2);
		lg_cbor_put_text(&b, LG_STR("sig"));
		lg_cbor_put_bytes(&b, sign(cx, key(KEY_ATTESTATION), "SHA256", u2f_bytes(cx, how, client)));
		put_x5c(cx, &b, how);
		break;
	case FORMAT_TPM:
		lg_cbor_put_head(&b, LG_CBOR_MAP, 6);
		put_alg_sig(&b, how->statement_alg ? how->statement_alg : COSE_RS1,
			sign(cx, key(KEY_TPM), "SHA1", info));
		lg_cbor_put_text(&b, LG_STR("ver"));
		lg_cbor_put_text(&b, LG_STR("2.0"));
		put_x5c(cx, &b, how);
		lg_cbor_put_text(&b, LG_STR("pubArea"));
		lg_cbor_put_bytes(&b, pub);
		lg_cbor_put_text(&b, LG_STR("certInfo"));
		lg_cbor_put_bytes(&b, info);
		break;
	}
	return done(cx, &b);
}

lg_str
authenticator_object(struct lg_ctx *cx, lg_str format, lg_str statement, lg_str data)
{
	struct lg_buf b = lg_buf_start(cx, MAX_BYTES);
	lg_cbor_put_head(&b, LG_CBOR_MAP, 3);
	lg_cbor_put_text(&b, LG_STR("fmt"));
	lg_cbor_put_text(&b, format);
	lg_cbor_put_text(&b, LG_STR("attStmt"));
	lg_buf_put(&b, statement);
	lg_cbor_put_text(&b, LG_STR("authData"));
	lg_cbor_put_bytes(&b, data);
	return done(cx, &b);
}

struct lg_webauthn_registration
authenticator_create(struct lg_ctx *cx, const struct authenticator_how *how)
{
	static const lg_str names[] = { LG_STR_INIT("none"), LG_STR_INIT("packed"), LG_STR_INIT("fido-u2f"),
		LG_STR_INIT("tpm") };
	const lg_str client = client_data(cx, how, LG_STR("webauthn.create"));
	const lg_str data = data_of(cx, how, true);
	const lg_str statement =
		lg_str_present(how->statement) ? how->statement : statement_of(cx, how, data, client);
	return (struct lg_webauthn_registration){
		.raw_id = how->id,
		.client_data = client,
		.attestation = authenticator_object(cx, names[how->format], statement, data),
	};
}

struct lg_webauthn_assertion
authenticator_get(struct lg_ctx *cx, const struct authenticator_how *how)
{
	const lg_str client = client_data(cx, how, LG_STR("webauthn.get"));
	const lg_str data = data_of(cx, how, false);
	return (struct lg_webauthn_assertion){
		.raw_id = how->id,
		.client_data = client,
		.data = data,
		.signature = sign(cx, how->base_point ? base_point() : key_of(how->alg), "SHA256",
			signed_bytes(cx, data, client)),
		.user_handle = how->user_handle,
	};
}
