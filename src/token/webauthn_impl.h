/*
 * webauthn_impl.h - what the readers of WebAuthn share. Of src/token, and of the fuzzers.
 */
#ifndef LG_TOKEN_WEBAUTHN_IMPL_H
#define LG_TOKEN_WEBAUTHN_IMPL_H

#include "token/webauthn.h"

#define LG_AAGUID_SIZE 16
#define LG_X5C_MAX 4 /* certificates of an attestation statement */

/* 6.1: authenticator data, read to its last byte. */
struct lg_webauthn_data {
	lg_str bytes;
	lg_str rp_id_hash;
	bool user_present, user_verified, backup_eligible, backed_up;
	uint32_t count;
	lg_str aaguid; /* of an attested credential; absent without one */
	lg_str id;
	int64_t alg;
	lg_str key; /* see struct lg_webauthn_credential */
	lg_str extensions; /* a canonical CBOR map with text keys; absent without one */
};

/*
 * `attested` says whether an attested credential must be there, or must not. Of the key, form and lengths
 * are checked, not the curve. LG_E_INVALID_PARAMETER; LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED for a key of
 * an algorithm that is not ours.
 */
LG_MUST lg_status lg_webauthn_data_read(
	struct lg_ctx *cx, lg_str bytes, bool attested, struct lg_webauthn_data *ret);

/* Is the key what its algorithm says? */
bool lg_webauthn_key_sound(enum lg_cose_alg alg, lg_str key);

/* 6.5.4: an attestation object, its statement taken apart. Members that the format has not are absent. */
enum lg_webauthn_format { LG_WEBAUTHN_NONE, LG_WEBAUTHN_PACKED, LG_WEBAUTHN_U2F, LG_WEBAUTHN_TPM };

struct lg_webauthn_object {
	enum lg_webauthn_format format;
	lg_str format_name;
	lg_str statement; /* as it stands there, whole */
	int64_t alg;
	lg_str signature;
	lg_str x5c[LG_X5C_MAX];
	size_t x5c_count; /* 0: packed by itself, or none */
	struct lg_webauthn_data data;
};

/* LG_E_INVALID_PARAMETER; LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED for formats that are not supported. */
LG_MUST lg_status lg_webauthn_object_read(struct lg_ctx *cx, lg_str bytes, struct lg_webauthn_object *ret);

/* 8.2 to 8.7: does the statement hold? LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED. */
LG_MUST lg_status lg_webauthn_statement_check(struct lg_ctx *cx, const struct lg_webauthn_object *object,
	lg_str rp_id, const unsigned char client_hash[LG_SHA256_SIZE]);

/* libfido2's part: the signatures. LG_E_MISMATCH. */
LG_MUST lg_status lg_webauthn_fido_statement(struct lg_ctx *cx, const struct lg_webauthn_object *object,
	lg_str rp_id, const unsigned char client_hash[LG_SHA256_SIZE]);
LG_MUST lg_status lg_webauthn_fido_assertion(struct lg_ctx *cx, const struct lg_webauthn_data *data,
	enum lg_cose_alg alg, lg_str key, lg_str signature, lg_str rp_id,
	const unsigned char client_hash[LG_SHA256_SIZE]);

#endif
