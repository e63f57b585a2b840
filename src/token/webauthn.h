/*
 * webauthn.h - WebAuthn (W3C, Level 3) without state: is this registration, is this assertion, what it
 * says?
 *
 * The bytes are read by a strict reader of our own: CBOR in CTAP2's canonical form, of definite and exact
 * length, no key twice, public keys on their curve. libfido2 then verifies signatures over what was read.
 * Who may register, which challenge is pending and which counter was last is the caller's business; all
 * values here are decoded bytes, views into what the caller gave.
 *
 * Attestation formats: none; packed, by itself or with certificates; fido-u2f; tpm with a certificate,
 * RS256 and SHA-1, in the only layout that libfido2 knows. Certificates are checked for what the formats
 * ask and one against the next; there are no trusted roots, so an attestation tells that an authenticator
 * is consistent, not who made it (docs/decisions/0012).
 */
#ifndef LG_TOKEN_WEBAUTHN_H
#define LG_TOKEN_WEBAUTHN_H

#include "base/ctx.h"
#include "crypto/hash.h"

#define LG_WEBAUTHN_ID_MAX 1023 /* bytes of a credential id (7.1, step 24) */
#define LG_WEBAUTHN_CLIENT_DATA_MAX (8 * 1024) /* bytes of clientDataJSON */
#define LG_WEBAUTHN_ATTESTATION_MAX (16 * 1024) /* bytes of attestationObject */
#define LG_WEBAUTHN_DATA_MAX (4 * 1024) /* bytes of authenticatorData */
#define LG_WEBAUTHN_SIGNATURE_MAX 512 /* bytes */

/* Algorithms of credentials, with their numbers of the COSE registry. RSA keys have 2048 bits. */
enum lg_cose_alg { LG_COSE_ES256 = -7, LG_COSE_EDDSA = -8, LG_COSE_RS256 = -257 };

/* clientDataJSON, read: an object with these members and any others, each once. */
struct lg_webauthn_client {
	lg_str type; /* "webauthn.create", "webauthn.get" */
	lg_str challenge; /* as it stands there: base64url */
	lg_str origin;
	bool cross_origin; /* crossOrigin is true, or topOrigin is there */
	unsigned char hash[LG_SHA256_SIZE]; /* of all its bytes; authenticators sign it */
};

/* LG_E_INVALID_PARAMETER. */
LG_MUST lg_status lg_webauthn_client_read(struct lg_ctx *cx, lg_str json, struct lg_webauthn_client *ret);

/*
 * May a page of this origin use credentials of `rp_id`? With a list, exactly the origins that it holds.
 * Without, "https://" and a host that is the id or below it, no port; a host that is localhost or below
 * it may have "http://", too, and any port.
 */
bool lg_webauthn_origin_allowed(lg_str origin, lg_str rp_id, const struct lg_str_list *listed);

/* What a ceremony must have been made for. */
struct lg_webauthn_expect {
	lg_str challenge; /* as it was sent: base64url */
	lg_str rp_id; /* a host name in lower case */
	struct lg_str_list origins; /* exact ones; absent: the rule above */
	bool user_verification; /* UV is required; UP always is */
};

struct lg_webauthn_credential {
	lg_str id; /* 1 to LG_WEBAUTHN_ID_MAX bytes */
	enum lg_cose_alg alg;
	lg_str key; /* x || y of P-256; n || e of RSA; the point of Ed25519 */
	uint32_t count; /* of signatures; 0 from authenticators that do not count */
	lg_str aaguid; /* 16 bytes */
	bool backup_eligible; /* BE: may live in several places; never changes */
	bool backed_up; /* BS */
	bool user_verified; /* UV, in the newest ceremony */
	lg_str format; /* of the attestation */
};

/* What a client sent after navigator.credentials.create(). */
struct lg_webauthn_registration {
	lg_str raw_id;
	lg_str client_data;
	lg_str attestation; /* attestationObject */
};

/*
 * 7.1. Not all-or-nothing for policy: `none` is accepted like the others.
 *
 * LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND: made for another challenge. LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED: from
 * another origin, or inside a frame of one. LG_E_WEBAUTHN_RELYING_PARTY_MISMATCH: for another id.
 * LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED: an algorithm outside `algs`, a key that is none, an attestation
 * that does not verify or whose format is not supported, no user presence or verification.
 * LG_E_INVALID_PARAMETER: damaged, or not of a registration. The texts may be shown.
 */
LG_MUST lg_status lg_webauthn_register(struct lg_ctx *cx, const struct lg_webauthn_expect *expect,
	const enum lg_cose_alg *algs, size_t alg_count, const struct lg_webauthn_registration *sent,
	struct lg_webauthn_credential *ret);

/* What a client sent after navigator.credentials.get(). */
struct lg_webauthn_assertion {
	lg_str raw_id;
	lg_str client_data;
	lg_str data; /* authenticatorData */
	lg_str signature;
	lg_str user_handle; /* absent when the client sent none */
};

/*
 * 7.2, for a credential of the user whose handle is `user_handle`. Changes count, backed_up and
 * user_verified of `credential` when all is right; the caller stores them before anything is granted.
 *
 * LG_E_MISMATCH whatever is wrong: another challenge, origin, id, user, credential; a flag; a counter
 * that did not rise (0 after 0 is none); the signature. The text tells which, and is for the log only.
 */
LG_MUST lg_status lg_webauthn_assert(struct lg_ctx *cx, const struct lg_webauthn_expect *expect,
	lg_str user_handle, const struct lg_webauthn_assertion *sent,
	struct lg_webauthn_credential *credential);

#endif
