#include "crypto/self_cert.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/buf.h"

#define NAME_MAX_BYTES 64
#define SERIAL_BYTES 16
#define DER_MAX_BYTES ((size_t)64 << 10)

static void
free_x509(X509 **cert)
{
	X509_free(*cert);
}

static void
free_evp(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static bool
set_serial(struct lg_ctx *cx, X509 *cert)
{
	unsigned char bytes[SERIAL_BYTES];
	lg_rand_bytes(cx, bytes, sizeof(bytes));
	/* Positive, and never zero. */
	bytes[0] = (unsigned char)((bytes[0] & 0x3f) | 0x40);
	BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	const bool ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
	return ok;
}

static bool
set_time(ASN1_TIME *field, lg_time time)
{
	return ASN1_TIME_set(field, (time_t)lg_time_s(time)) != NULL;
}

static bool
set_names(X509 *cert, lg_str name)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name.ptr,
		       (int)name.len, -1, 0) == 1 &&
	       X509_set_issuer_name(cert, subject) == 1;
}

static bool
add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	const bool ok = extension && X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok;
}

/* OpenSSL writes the algorithm only when it signs itself; the object is ours, so we may. */
static bool
set_algorithm(X509 *cert)
{
	X509_ALGOR *algorithm = (X509_ALGOR *)(uintptr_t)X509_get0_tbs_sigalg(cert);
	return X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256WithRSAEncryption), V_ASN1_NULL, NULL) == 1;
}

static lg_status
encode(struct lg_ctx *cx, X509 *cert, lg_str *ret)
{
	unsigned char *der = NULL;
	const int len = i2d_re_X509_tbs(cert, &der);
	if (len <= 0)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const lg_status s = lg_str_dup(cx, lg_str_from_bytes(der, (size_t)len), ret);
	OPENSSL_free(der);
	return s;
}

lg_status
lg_self_cert_begin(struct lg_ctx *cx, const struct lg_self_cert_about *about, lg_str *ret_to_sign)
{
	const unsigned char *at = (const unsigned char *)about->public_der.ptr;
	LG_CLEANUP(free_evp) EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)about->public_der.len);
	if (!key || !EVP_PKEY_is_a(key, "RSA") || about->common_name.len == 0 ||
		about->common_name.len > NAME_MAX_BYTES || lg_str_has_byte(about->common_name, '\0'))
		return lg_fail(cx, LG_E_MALFORMED, "no certificate for this key and name");

	LG_CLEANUP(free_x509) X509 *cert = X509_new();
	const bool ok = cert && X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cx, cert) &&
			set_time(X509_getm_notBefore(cert), about->from) &&
			set_time(X509_getm_notAfter(cert), about->until) &&
			set_names(cert, about->common_name) && X509_set_pubkey(cert, key) == 1 &&
			add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
			add_extension(cert, NID_key_usage, "critical,digitalSignature") &&
			set_algorithm(cert);
	if (!ok)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	return encode(cx, cert, ret_to_sign);
}

/* ---- DER (X.690) by hand: a sequence of what is signed, how, and the signature ---- */

static void
put_header(struct lg_buf *b, unsigned char tag, size_t len)
{
	lg_buf_byte(b, tag);
	if (len < 0x80) {
		lg_buf_byte(b, (unsigned char)len);
		return;
	}
	unsigned count = 0;
	for (size_t rest = len; rest; rest >>= 8)
		count++;
	lg_buf_byte(b, (unsigned char)(0x80 | count));
	while (count--)
		lg_buf_byte(b, (unsigned char)(len >> (8 * count)));
}

lg_status
lg_self_cert_finish(struct lg_ctx *cx, lg_str to_sign, lg_str signature, lg_str *ret_der)
{
	/* sha256WithRSAEncryption with NULL (RFC 4055, 5) */
	const lg_str algorithm = LG_STR("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00");
	struct lg_buf inner = lg_buf_start(cx, DER_MAX_BYTES);
	lg_buf_put(&inner, to_sign);
	lg_buf_put(&inner, algorithm);
	put_header(&inner, V_ASN1_BIT_STRING, signature.len + 1);
	lg_buf_byte(&inner, 0); /* no unused bits */
	lg_buf_put(&inner, signature);
	lg_str body;
	LG_TRY(lg_buf_finish(cx, &inner, &body));

	struct lg_buf outer = lg_buf_start(cx, DER_MAX_BYTES);
	put_header(&outer, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED, body.len);
	lg_buf_put(&outer, body);
	return lg_buf_finish(cx, &outer, ret_der);
}
