/*
 * Attestation objects (first byte even) and authenticator data of assertions (odd), our reader and what
 * libfido2 makes of what it let pass: what is taken ends with its last byte, and a key has the length of
 * its algorithm.
 */
#include "token/webauthn_impl.h"

#include "tests/fuzz/fuzz.h"

#define RP_ID LG_STR("example.com")

static size_t
key_length(int64_t alg)
{
	return alg == LG_COSE_ES256 ? 64 : alg == LG_COSE_RS256 ? 259 : 32;
}

static bool
inside(lg_str part, lg_str whole)
{
	return part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len;
}

static void
object(struct lg_ctx *cx, lg_str in, const unsigned char hash[LG_SHA256_SIZE])
{
	struct lg_webauthn_object read;
	const lg_status s = lg_webauthn_object_read(cx, in, &read);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_INVALID_PARAMETER || s.code == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
		return;
	}
	const struct lg_webauthn_data *data = &read.data;
	MUST(in.len <= LG_WEBAUTHN_ATTESTATION_MAX);
	MUST(inside(read.statement, in) && inside(data->bytes, in) && inside(data->id, data->bytes));
	MUST(data->bytes.ptr + data->bytes.len == in.ptr + in.len);
	MUST(data->id.len >= 1 && data->id.len <= LG_WEBAUTHN_ID_MAX && data->aaguid.len == LG_AAGUID_SIZE);
	MUST(data->key.len == key_length(data->alg));
	MUST(data->backup_eligible || !data->backed_up);
	MUST(read.x5c_count <= LG_X5C_MAX);
	const lg_status checked = lg_webauthn_statement_check(cx, &read, RP_ID, hash);
	MUST(!lg_failed(checked) || checked.code == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	if (lg_webauthn_key_sound((enum lg_cose_alg)data->alg, data->key))
		MUST(lg_webauthn_fido_assertion(
			     cx, data, (enum lg_cose_alg)data->alg, data->key, read.signature, RP_ID, hash)
				.code != LG_E_INTERNAL);
}

static void
assertion(struct lg_ctx *cx, lg_str in, const unsigned char hash[LG_SHA256_SIZE])
{
	static const char key[64];
	struct lg_webauthn_data data;
	const lg_status s = lg_webauthn_data_read(cx, in, false, &data);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_INVALID_PARAMETER);
		return;
	}
	MUST(!lg_str_present(data.id) && (data.backup_eligible || !data.backed_up));
	MUST(in.len == 37 + data.extensions.len);
	MUST(lg_webauthn_fido_assertion(
		     cx, &data, LG_COSE_ES256, lg_str_from_bytes(key, sizeof(key)), LG_STR("0"), RP_ID, hash)
			.code == LG_E_MISMATCH);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const unsigned char hash[LG_SHA256_SIZE];
	if (!size)
		return 0;
	FUZZ_CONTEXT(cx);
	const lg_str in = lg_str_from_bytes(bytes + 1, size - 1);
	if (bytes[0] & 1)
		assertion(cx, in, hash);
	else
		object(cx, in, hash);
	return 0;
}
