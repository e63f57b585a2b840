#include "token/webauthn_impl.h"

#include "base/secret.h"
#include "codec/cbor.h"
#include "crypto/cert.h"

#define OBJECT_DEPTH 4
#define COSE_RS1 (-65535) /* RSASSA-PKCS1-v1_5 with SHA-1: what TPMs of Windows sign with */

/* What a statement holds: every member named, and no other. */
#define MAX_MEMBERS 6
enum member { ALG = 1, SIG = 2, X5C = 4, VER = 8, PUB_AREA = 16, CERT_INFO = 32 };
static const struct member_name {
	enum member member;
	lg_str name;
} members[MAX_MEMBERS] = {
	{ ALG, LG_STR_INIT("alg") },
	{ SIG, LG_STR_INIT("sig") },
	{ VER, LG_STR_INIT("ver") },
	{ X5C, LG_STR_INIT("x5c") },
	{ PUB_AREA, LG_STR_INIT("pubArea") },
	{ CERT_INFO, LG_STR_INIT("certInfo") },
};

static const struct format {
	lg_str name;
	unsigned with; /* the members it has with certificates; 0: never has any */
	unsigned without; /* and without */
	bool bare; /* may come without */
} formats[] = {
	[LG_WEBAUTHN_NONE] = { LG_STR_INIT("none"), 0, 0, true },
	[LG_WEBAUTHN_PACKED] = { LG_STR_INIT("packed"), ALG | SIG | X5C, ALG | SIG, true },
	[LG_WEBAUTHN_U2F] = { LG_STR_INIT("fido-u2f"), SIG | X5C, 0, false },
	[LG_WEBAUTHN_TPM] = { LG_STR_INIT("tpm"), ALG | SIG | X5C | VER | PUB_AREA | CERT_INFO, 0, false },
};

static lg_status
unreadable(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "attestationObject is not valid.");
}

static lg_status
refused(struct lg_ctx *cx, const char *why)
{
	return lg_fail(
		cx, LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED, "The attestation is not supported: %s.", why);
}

static lg_status
take_type(struct lg_ctx *cx, lg_str *rest, enum lg_cbor_type type, struct lg_cbor_item *ret)
{
	LG_TRY(lg_cbor_next(cx, rest, ret));
	return ret->type == type ? LG_OK : lg_fail(cx, LG_E_MALFORMED, "another type");
}

static lg_status
take_text(struct lg_ctx *cx, lg_str *rest, lg_str text)
{
	struct lg_cbor_item item;
	LG_TRY(take_type(cx, rest, LG_CBOR_TEXT, &item));
	return lg_str_eq(item.bytes, text) ? LG_OK : lg_fail(cx, LG_E_MALFORMED, "another text");
}

static lg_status
take_x5c(struct lg_ctx *cx, lg_str *rest, struct lg_webauthn_object *object)
{
	struct lg_cbor_item item;
	LG_TRY(take_type(cx, rest, LG_CBOR_ARRAY, &item));
	if (item.number < 1 || item.number > LG_X5C_MAX)
		return lg_fail(cx, LG_E_MALFORMED, "too many certificates");
	const size_t count = (size_t)item.number;
	for (size_t i = 0; i < count; i++) {
		LG_TRY(take_type(cx, rest, LG_CBOR_BYTES, &item));
		object->x5c[i] = item.bytes;
	}
	object->x5c_count = count;
	return LG_OK;
}

static lg_status
take_member(struct lg_ctx *cx, lg_str *rest, struct lg_webauthn_object *object, unsigned *seen)
{
	struct lg_cbor_item item;
	LG_TRY(take_type(cx, rest, LG_CBOR_TEXT, &item));
	size_t i = 0;
	while (i < LG_LEN(members) && !lg_str_eq(members[i].name, item.bytes))
		i++;
	if (i == LG_LEN(members))
		return refused(cx, "an unknown member");
	*seen |= members[i].member;
	switch (members[i].member) {
	case ALG:
		LG_TRY(take_type(cx, rest, LG_CBOR_NEGATIVE, &item));
		object->alg = item.number < INT32_MAX ? -1 - (int64_t)item.number : INT64_MIN;
		return LG_OK;
	case VER:
		return take_text(cx, rest, LG_STR("2.0")); /* 8.3: of the TPM specification */
	case X5C:
		return take_x5c(cx, rest, object);
	case SIG:
		LG_TRY(take_type(cx, rest, LG_CBOR_BYTES, &item));
		object->signature = item.bytes;
		return item.bytes.len <= LG_WEBAUTHN_SIGNATURE_MAX
			       ? LG_OK
			       : lg_fail(cx, LG_E_MALFORMED, "signature is too long");
	case PUB_AREA:
	case CERT_INFO:
		break; /* libfido2 reads them */
	}
	return take_type(cx, rest, LG_CBOR_BYTES, &item);
}

static lg_status
take_statement(struct lg_ctx *cx, lg_str *rest, struct lg_webauthn_object *object)
{
	const lg_str all = *rest;
	struct lg_cbor_item map;
	unsigned seen = 0;
	LG_TRY(take_type(cx, rest, LG_CBOR_MAP, &map));
	for (uint64_t i = 0; i < map.number; i++)
		LG_TRY(take_member(cx, rest, object, &seen));
	object->statement = lg_str_slice(all, 0, all.len - rest->len);
	const struct format *format = &formats[object->format];
	const bool right =
		object->x5c_count ? seen == format->with : format->bare && seen == format->without;
	return right ? LG_OK : refused(cx, "a member of the statement is missing, or one too many");
}

static lg_status
take_object(struct lg_ctx *cx, lg_str bytes, struct lg_webauthn_object *object)
{
	lg_str rest = bytes;
	struct lg_cbor_item item;
	LG_TRY(lg_cbor_skip_canonical(cx, &rest, OBJECT_DEPTH));
	if (rest.len)
		return lg_fail(cx, LG_E_MALFORMED, "bytes behind the object");

	rest = bytes;
	LG_TRY(take_type(cx, &rest, LG_CBOR_MAP, &item));
	if (item.number != 3)
		return lg_fail(cx, LG_E_MALFORMED, "not three members");
	LG_TRY(take_text(cx, &rest, LG_STR("fmt")));
	LG_TRY(take_type(cx, &rest, LG_CBOR_TEXT, &item));
	size_t i = 0;
	while (i < LG_LEN(formats) && !lg_str_eq(formats[i].name, item.bytes))
		i++;
	if (i == LG_LEN(formats))
		return refused(cx, "its format is not none, packed, fido-u2f or tpm");
	object->format = (enum lg_webauthn_format)i;
	object->format_name = formats[i].name;
	LG_TRY(take_text(cx, &rest, LG_STR("attStmt")));
	LG_TRY(take_statement(cx, &rest, object));
	LG_TRY(take_text(cx, &rest, LG_STR("authData")));
	LG_TRY(take_type(cx, &rest, LG_CBOR_BYTES, &item));
	return lg_webauthn_data_read(cx, item.bytes, true, &object->data);
}

lg_status
lg_webauthn_object_read(struct lg_ctx *cx, lg_str bytes, struct lg_webauthn_object *ret)
{
	if (bytes.len > LG_WEBAUTHN_ATTESTATION_MAX)
		return unreadable(cx);
	struct lg_webauthn_object object = { 0 };
	const lg_status s = take_object(cx, bytes, &object);
	if (s.code == LG_E_MALFORMED)
		return unreadable(cx);
	LG_TRY(s);
	*ret = object;
	return LG_OK;
}

/* 8.2, 8.2.1 */
static lg_status
check_packed(struct lg_ctx *cx, const struct lg_webauthn_object *object, const struct lg_cert *cert)
{
	if (object->alg != LG_COSE_ES256 && object->alg != LG_COSE_RS256 && object->alg != LG_COSE_EDDSA)
		return refused(cx, "it is signed with an algorithm that is not verified");
	return cert->version_3 && cert->country && cert->organization && cert->common_name &&
			       cert->attestation_unit && cert->has_constraints && !cert->ca
		       ? LG_OK
		       : refused(cx, "its certificate is none of an authenticator");
}

/* 8.6 */
static lg_status
check_u2f(struct lg_ctx *cx, const struct lg_webauthn_object *object, const struct lg_cert *cert)
{
	static const char zero[LG_AAGUID_SIZE];
	if (object->x5c_count != 1 || !cert->p256 || object->data.alg != LG_COSE_ES256)
		return refused(cx, "U2F has one certificate, and keys of P-256");
	return lg_str_eq(object->data.aaguid, lg_str_from_bytes(zero, sizeof(zero)))
		       ? LG_OK
		       : refused(cx, "U2F has no AAGUID");
}

/* 8.3, 8.3.1 */
static lg_status
check_tpm(struct lg_ctx *cx, const struct lg_webauthn_object *object, const struct lg_cert *cert)
{
	if (object->alg != COSE_RS1 || object->data.alg != LG_COSE_RS256)
		return refused(cx, "of TPMs only RS256 keys with SHA-1 attestation are verified");
	return cert->version_3 && cert->no_subject && cert->alternative && cert->attestation_key &&
			       cert->has_constraints && !cert->ca
		       ? LG_OK
		       : refused(cx, "its certificate is none of a TPM");
}

static lg_status
check_certificates(struct lg_ctx *cx, const struct lg_webauthn_object *object)
{
	struct lg_cert cert;
	if (lg_failed(lg_cert_read(cx, object->x5c[0], &cert)) ||
		lg_failed(lg_cert_chain(cx, object->x5c, object->x5c_count)))
		return refused(cx, "its certificates do not hold");
	if (cert.has_aaguid && !lg_bytes_eq(cert.aaguid, object->data.aaguid.ptr, LG_AAGUID_SIZE))
		return refused(cx, "its certificate is of another model");
	switch (object->format) {
	case LG_WEBAUTHN_PACKED:
		return check_packed(cx, object, &cert);
	case LG_WEBAUTHN_U2F:
		return check_u2f(cx, object, &cert);
	case LG_WEBAUTHN_TPM:
		return check_tpm(cx, object, &cert);
	case LG_WEBAUTHN_NONE:
		break;
	}
	return refused(cx, "none has no certificates");
}

lg_status
lg_webauthn_statement_check(struct lg_ctx *cx, const struct lg_webauthn_object *object, lg_str rp_id,
	const unsigned char client_hash[LG_SHA256_SIZE])
{
	if (object->format == LG_WEBAUTHN_NONE)
		return LG_OK;
	if (object->x5c_count)
		LG_TRY(check_certificates(cx, object));
	else if (object->alg != object->data.alg)
		return refused(cx, "it is signed by itself with another algorithm");
	const lg_status s = lg_webauthn_fido_statement(cx, object, rp_id, client_hash);
	return s.code == LG_E_MISMATCH ? refused(cx, "its signature is wrong") : s;
}
