#include "crypto/self_cert.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/pkey.h"
#include "tests/lib/test.h"

/* 2026-01-01, 2049-12-31 and 2050-01-01, where the form of a date changes (RFC 5280, 4.1.2.5). */
#define FROM_MS INT64_C(1767225600000)
#define SOON_MS INT64_C(2524521600000)
#define LATE_MS INT64_C(2840140800000)

static struct lg_test_ctx t;

static X509 *
make(struct lg_ctx *cx, struct lg_pkey *key, lg_str name, int64_t until_ms)
{
	struct lg_self_cert_about about = {
		.common_name = name, .from = { FROM_MS }, .until = { until_ms }
	};
	lg_str to_sign, signature, der;
	CHECK_OK(lg_pkey_public_der(cx, key, &about.public_der));
	CHECK_OK(lg_self_cert_begin(cx, &about, &to_sign));
	CHECK_OK(lg_pkey_sign(cx, key, to_sign, &signature));
	CHECK_OK(lg_self_cert_finish(cx, to_sign, signature, &der));
	const unsigned char *at = (const unsigned char *)der.ptr;
	X509 *cert = d2i_X509(NULL, &at, (long)der.len);
	CHECK(cert);
	CHECK(at == (const unsigned char *)der.ptr + der.len);
	return cert;
}

static void
check_time(const ASN1_TIME *time, int64_t ms)
{
	time_t expected = (time_t)(ms / 1000);
	CHECK(ASN1_TIME_cmp_time_t(time, expected) == 0);
}

TEST(a_certificate_is_signed_by_its_own_key)
{
	lg_test_ctx_init(&t);
	struct lg_ctx *cx = &t.cx;
	struct lg_pkey *key;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_RS256, &key));
	X509 *cert = make(cx, key, LG_STR("us-east-1_Abcdefghi"), SOON_MS);
	CHECK(X509_verify(cert, X509_get0_pubkey(cert)) == 1);
	CHECK(X509_get_version(cert) == X509_VERSION_3);
	CHECK(X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert)) == 0);
	char name[64];
	CHECK(X509_NAME_get_text_by_NID(
		      X509_get_subject_name(cert), NID_commonName, name, sizeof(name)) > 0);
	CHECK_STR(lg_str_from_c(name), LG_STR("us-east-1_Abcdefghi"));
	check_time(X509_get0_notBefore(cert), FROM_MS);
	check_time(X509_get0_notAfter(cert), SOON_MS);
	CHECK(X509_get_key_usage(cert) == KU_DIGITAL_SIGNATURE);
	CHECK(X509_check_ca(cert) == 0);

	X509 *late = make(cx, key, LG_STR("a"), LATE_MS);
	check_time(X509_get0_notAfter(late), LATE_MS);
	CHECK(X509_verify(late, X509_get0_pubkey(late)) == 1);
	CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(cert), X509_get0_serialNumber(late)) != 0);
	X509_free(late);
	X509_free(cert);
	lg_pkey_free(key);
	lg_test_ctx_done(&t);
}

TEST(other_keys_and_names_are_refused)
{
	lg_test_ctx_init(&t);
	struct lg_ctx *cx = &t.cx;
	struct lg_pkey *rsa, *ec;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_RS256, &rsa));
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_ES256, &ec));
	struct lg_self_cert_about about = {
		.common_name = LG_STR("x"), .from = { FROM_MS }, .until = { SOON_MS }
	};
	lg_str to_sign;
	CHECK_OK(lg_pkey_public_der(cx, ec, &about.public_der));
	CHECK_CODE(lg_self_cert_begin(cx, &about, &to_sign), LG_E_MALFORMED);
	CHECK_OK(lg_pkey_public_der(cx, rsa, &about.public_der));
	CHECK_OK(lg_self_cert_begin(cx, &about, &to_sign));
	about.common_name = LG_STR("");
	CHECK_CODE(lg_self_cert_begin(cx, &about, &to_sign), LG_E_MALFORMED);
	about.common_name = LG_STR("a\0b");
	CHECK_CODE(lg_self_cert_begin(cx, &about, &to_sign), LG_E_MALFORMED);
	about.common_name =
		LG_STR("12345678901234567890123456789012345678901234567890123456789012345");
	CHECK_CODE(lg_self_cert_begin(cx, &about, &to_sign), LG_E_MALFORMED);
	lg_pkey_free(rsa);
	lg_pkey_free(ec);
	lg_test_ctx_done(&t);
}
