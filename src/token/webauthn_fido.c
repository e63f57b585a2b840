#include "token/webauthn_impl.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include "codec/cbor.h"

/*
 * libfido2 compares the extensions of a ceremony with those that were asked for. We ask for none and look
 * at none, so it is told what is there.
 */
static const struct extension {
	lg_str name;
	int mask;
	bool in_assertion;
} extensions[] = {
	{ LG_STR_INIT("credBlob"), FIDO_EXT_CRED_BLOB, true },
	{ LG_STR_INIT("credProtect"), FIDO_EXT_CRED_PROTECT, false },
	{ LG_STR_INIT("hmac-secret"), FIDO_EXT_HMAC_SECRET, true },
	{ LG_STR_INIT("minPinLength"), FIDO_EXT_MINPINLEN, false },
};

struct present {
	int mask;
	int protect;
	size_t pin_min;
};

static lg_status
find_extensions(struct lg_ctx *cx, lg_str map, bool assertion, struct present *ret)
{
	struct present present = { 0 };
	struct lg_cbor_item item = { 0 };
	if (lg_str_present(map))
		LG_TRY(lg_cbor_next(cx, &map, &item));
	for (uint64_t pairs = item.number; pairs; pairs--) {
		LG_TRY(lg_cbor_next(cx, &map, &item));
		const lg_str name = item.bytes;
		lg_str value = map;
		LG_TRY(lg_cbor_skip(cx, &map, UINT8_MAX));
		LG_TRY(lg_cbor_next(cx, &value, &item));
		for (size_t i = 0; i < LG_LEN(extensions); i++) {
			if (!lg_str_eq(extensions[i].name, name) ||
				(assertion && !extensions[i].in_assertion) ||
				(item.type == LG_CBOR_BOOL && !item.number))
				continue;
			present.mask |= extensions[i].mask;
			if (extensions[i].mask == FIDO_EXT_CRED_PROTECT)
				present.protect = item.number <= INT8_MAX ? (int)item.number : -1;
			if (extensions[i].mask == FIDO_EXT_MINPINLEN)
				present.pin_min = (size_t)item.number;
		}
	}
	*ret = present;
	return LG_OK;
}

static lg_status
wrong(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MISMATCH, "signature is wrong");
}

static const unsigned char *
bytes_of(lg_str s)
{
	return (const unsigned char *)s.ptr;
}

static bool
set_statement(fido_cred_t *cred, const struct lg_webauthn_object *object, const struct present *present,
	const char *format, const char *rp_id, const unsigned char client_hash[LG_SHA256_SIZE])
{
	const struct lg_webauthn_data *data = &object->data;
	return fido_cred_set_type(cred, (int)data->alg) == FIDO_OK &&
	       fido_cred_set_rp(cred, rp_id, NULL) == FIDO_OK &&
	       fido_cred_set_clientdata_hash(cred, client_hash, LG_SHA256_SIZE) == FIDO_OK &&
	       fido_cred_set_fmt(cred, format) == FIDO_OK &&
	       fido_cred_set_authdata_raw(cred, bytes_of(data->bytes), data->bytes.len) == FIDO_OK &&
	       fido_cred_set_attstmt(cred, bytes_of(object->statement), object->statement.len) == FIDO_OK &&
	       fido_cred_set_extensions(cred, present->mask) == FIDO_OK &&
	       fido_cred_set_prot(cred, present->protect) == FIDO_OK &&
	       fido_cred_set_pin_minlen(cred, present->pin_min) == FIDO_OK;
}

lg_status
lg_webauthn_fido_statement(struct lg_ctx *cx, const struct lg_webauthn_object *object, lg_str rp_id,
	const unsigned char client_hash[LG_SHA256_SIZE])
{
	const char *format, *id;
	struct present present;
	LG_TRY(lg_str_to_c(cx, object->format_name, &format));
	LG_TRY(lg_str_to_c(cx, rp_id, &id));
	LG_TRY(find_extensions(cx, object->data.extensions, false, &present));

	LG_CLEANUP(fido_cred_free) fido_cred_t *cred = fido_cred_new();
	if (!cred)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (!set_statement(cred, object, &present, format, id, client_hash))
		return wrong(cx);
	return (object->x5c_count ? fido_cred_verify(cred) : fido_cred_verify_self(cred)) == FIDO_OK
		       ? LG_OK
		       : wrong(cx);
}

/* The key in libfido2's form. */
union fido_key {
	es256_pk_t *es256;
	rs256_pk_t *rs256;
	eddsa_pk_t *eddsa;
	void *any;
};

static bool
make_key(enum lg_cose_alg alg, lg_str key, union fido_key *ret)
{
	switch (alg) {
	case LG_COSE_ES256:
		ret->es256 = es256_pk_new();
		return ret->any && es256_pk_from_ptr(ret->es256, key.ptr, key.len) == FIDO_OK;
	case LG_COSE_RS256:
		ret->rs256 = rs256_pk_new();
		return ret->any && rs256_pk_from_ptr(ret->rs256, key.ptr, key.len) == FIDO_OK;
	case LG_COSE_EDDSA:
		ret->eddsa = eddsa_pk_new();
		return ret->any && eddsa_pk_from_ptr(ret->eddsa, key.ptr, key.len) == FIDO_OK;
	}
	return false;
}

static void
free_key(enum lg_cose_alg alg, union fido_key *key)
{
	switch (alg) {
	case LG_COSE_ES256:
		es256_pk_free(&key->es256);
		break;
	case LG_COSE_RS256:
		rs256_pk_free(&key->rs256);
		break;
	case LG_COSE_EDDSA:
		eddsa_pk_free(&key->eddsa);
		break;
	}
}

lg_status
lg_webauthn_fido_assertion(struct lg_ctx *cx, const struct lg_webauthn_data *data, enum lg_cose_alg alg,
	lg_str key, lg_str signature, lg_str rp_id, const unsigned char client_hash[LG_SHA256_SIZE])
{
	const char *id;
	struct present present;
	LG_TRY(lg_str_to_c(cx, rp_id, &id));
	LG_TRY(find_extensions(cx, data->extensions, true, &present));
	if (lg_str_empty(signature) || signature.len > LG_WEBAUTHN_SIGNATURE_MAX)
		return wrong(cx);

	LG_CLEANUP(fido_assert_free) fido_assert_t *assertion = fido_assert_new();
	if (!assertion)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	union fido_key fido_key = { .any = NULL };
	const bool ok = make_key(alg, key, &fido_key) && fido_assert_set_rp(assertion, id) == FIDO_OK &&
			fido_assert_set_clientdata_hash(assertion, client_hash, LG_SHA256_SIZE) == FIDO_OK &&
			fido_assert_set_count(assertion, 1) == FIDO_OK &&
			fido_assert_set_authdata_raw(assertion, 0, bytes_of(data->bytes), data->bytes.len) ==
				FIDO_OK &&
			fido_assert_set_sig(assertion, 0, bytes_of(signature), signature.len) == FIDO_OK &&
			fido_assert_set_extensions(assertion, present.mask) == FIDO_OK &&
			fido_assert_verify(assertion, 0, (int)alg, fido_key.any) == FIDO_OK;
	free_key(alg, &fido_key);
	return ok ? LG_OK : wrong(cx);
}
