#include "crypto/cert.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define UNIT "Authenticator Attestation"
#define STRONG_BITS 112
#define OID_AAGUID "1.3.6.1.4.1.45724.1.1.4"
#define OID_AIK "2.23.133.8.3"
#define X509_VERSION_IS_3 2
#define OCTET_STRING_16 "\x04\x10"

static void
free_cert(X509 **cert)
{
	X509_free(*cert);
}

static X509 *
parse(lg_str der)
{
	if (lg_str_empty(der) || der.len > LG_CERT_MAX_BYTES)
		return NULL;
	const unsigned char *at = (const unsigned char *)der.ptr;
	X509 *cert = d2i_X509(NULL, &at, (long)der.len);
	if (cert && at == (const unsigned char *)der.ptr + der.len && X509_get0_pubkey(cert))
		return cert;
	X509_free(cert);
	return NULL;
}

/* The one entry of that kind; absent when there is none, or more. */
static lg_str
entry(const X509_NAME *name, int nid)
{
	const int at = X509_NAME_get_index_by_NID(name, nid, -1);
	if (at < 0 || X509_NAME_get_index_by_NID(name, nid, at) >= 0)
		return LG_STR_NONE;
	const ASN1_STRING *text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	return lg_str_from_bytes(ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
}

static bool
is_p256(const X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	char curve[32] = "";
	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1 &&
	       strcmp(curve, "prime256v1") == 0;
}

static bool
key_is_sound(const X509 *cert)
{
	EVP_PKEY_CTX *check = EVP_PKEY_CTX_new(X509_get0_pubkey(cert), NULL);
	const bool ok = check && EVP_PKEY_public_check(check) == 1;
	EVP_PKEY_CTX_free(check);
	return ok;
}

static bool
has_purpose(X509 *cert, const char *oid)
{
	EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	ASN1_OBJECT *wanted = OBJ_txt2obj(oid, 1);
	bool found = false;
	for (int i = 0; wanted && i < sk_ASN1_OBJECT_num(purposes); i++)
		found = found || OBJ_cmp(sk_ASN1_OBJECT_value(purposes, i), wanted) == 0;
	ASN1_OBJECT_free(wanted);
	EXTENDED_KEY_USAGE_free(purposes);
	return found;
}

/* 8.2.1: the extension holds an OCTET STRING of 16 bytes. False when it is there in any other form. */
static bool
read_aaguid(const X509 *cert, struct lg_cert *ret)
{
	ASN1_OBJECT *wanted = OBJ_txt2obj(OID_AAGUID, 1);
	const int at = wanted ? X509_get_ext_by_OBJ(cert, wanted, -1) : -1;
	const bool again = at >= 0 && X509_get_ext_by_OBJ(cert, wanted, at) >= 0;
	ASN1_OBJECT_free(wanted);
	if (at < 0)
		return true;
	X509_EXTENSION *extension = X509_get_ext(cert, at);
	const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(extension);
	const lg_str value =
		lg_str_from_bytes(ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data));
	if (again || X509_EXTENSION_get_critical(extension) || value.len != 2 + sizeof(ret->aaguid) ||
		!lg_str_starts(value, LG_STR(OCTET_STRING_16)))
		return false;
	memcpy(ret->aaguid, value.ptr + 2, sizeof(ret->aaguid));
	ret->has_aaguid = true;
	return true;
}

lg_status
lg_cert_read(struct lg_ctx *cx, lg_str der, struct lg_cert *ret)
{
	LG_CLEANUP(free_cert) X509 *cert = parse(der);
	if (!cert || !key_is_sound(cert))
		return lg_fail(cx, LG_E_MALFORMED, "unusable certificate");
	const X509_NAME *subject = X509_get_subject_name(cert);
	int critical = -1;
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, &critical, NULL);
	BASIC_CONSTRAINTS *constraints = X509_get_ext_d2i(cert, NID_basic_constraints, NULL, NULL);
	struct lg_cert facts = {
		.version_3 = X509_get_version(cert) == X509_VERSION_IS_3,
		.has_constraints = constraints != NULL,
		.ca = constraints && constraints->ca,
		.p256 = is_p256(cert),
		.strong = EVP_PKEY_get_security_bits(X509_get0_pubkey(cert)) >= STRONG_BITS,
		.country = !lg_str_empty(entry(subject, NID_countryName)),
		.organization = !lg_str_empty(entry(subject, NID_organizationName)),
		.common_name = !lg_str_empty(entry(subject, NID_commonName)),
		.attestation_unit = lg_str_eq(entry(subject, NID_organizationalUnitName), LG_STR(UNIT)),
		.no_subject = X509_NAME_entry_count(subject) == 0,
		.alternative = names && critical == 1,
		.attestation_key = has_purpose(cert, OID_AIK),
	};
	BASIC_CONSTRAINTS_free(constraints);
	GENERAL_NAMES_free(names);
	if (!read_aaguid(cert, &facts))
		return lg_fail(cx, LG_E_MALFORMED, "the certificate's AAGUID has a wrong form");
	*ret = facts;
	return LG_OK;
}

static bool
issued(lg_str der, lg_str issuer_der)
{
	LG_CLEANUP(free_cert) X509 *cert = parse(der);
	LG_CLEANUP(free_cert) X509 *issuer = parse(issuer_der);
	/* 1: has basicConstraints and is a CA; the others are guesses about old certificates. */
	return cert && issuer && X509_check_ca(issuer) == 1 &&
	       X509_check_issued(issuer, cert) == X509_V_OK &&
	       X509_verify(cert, X509_get0_pubkey(issuer)) == 1;
}

lg_status
lg_cert_chain(struct lg_ctx *cx, const lg_str *ders, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (!issued(ders[i], ders[i + 1]))
			return lg_fail(cx, LG_E_MISMATCH, "a certificate is not issued by the next");
	return LG_OK;
}
