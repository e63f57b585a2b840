/*
 * authenticator.h - an authenticator in software, for tests: it makes registrations and assertions, right
 * ones and ones that are wrong in one respect. Written with OpenSSL, apart from the reader and from
 * libfido2.
 */
#ifndef LG_TESTS_AUTHENTICATOR_H
#define LG_TESTS_AUTHENTICATOR_H

#include "token/webauthn.h"

enum authenticator_flag {
	FLAG_UP = 0x01,
	FLAG_UV = 0x04,
	FLAG_BE = 0x08,
	FLAG_BS = 0x10,
	FLAG_AT = 0x40,
	FLAG_ED = 0x80,
};

enum authenticator_format { FORMAT_NONE, FORMAT_PACKED, FORMAT_U2F, FORMAT_TPM };

/* What an attestation certificate says. */
struct authenticator_cert {
	const char *unit; /* OU */
	bool ca;
	long version; /* 2 is version 3 */
	const char *aaguid; /* hexadecimal; NULL: no such extension */
	const char *purpose; /* extended key usage */
	bool no_alternative; /* without the name of a TPM */
};

/* How a ceremony is made; authenticator_right gives one that is right. */
struct authenticator_how {
	enum lg_cose_alg alg;
	enum authenticator_format format;
	size_t certificates; /* of the attestation: 0, 1, or 2 with the issuer's */
	struct authenticator_cert cert;
	bool foreign_issuer; /* the second certificate is not the first one's issuer */

	lg_str type, challenge, origin;
	lg_str client_more; /* further members, with a comma before */
	lg_str rp_id;
	unsigned flags; /* AT and ED are added when there is what they tell */
	uint32_t count;
	lg_str id, aaguid; /* 16 bytes */
	lg_str cose; /* the key as it stands in authenticatorData; absent: the real one */
	lg_str extensions; /* CBOR; absent: none */
	int64_t statement_alg; /* 0: the real one */
	lg_str statement; /* absent: a real one */
	lg_str data_tail; /* bytes behind what is signed */
	lg_str user_handle;
	bool base_point; /* an assertion is signed with the private key 1 of P-256 */
};

struct authenticator_how authenticator_right(lg_str challenge, lg_str origin, lg_str rp_id);

/* One key pair for each algorithm, made at first use and the same in all of a program's ceremonies. */
struct lg_webauthn_registration authenticator_create(struct lg_ctx *cx, const struct authenticator_how *how);
struct lg_webauthn_assertion authenticator_get(struct lg_ctx *cx, const struct authenticator_how *how);

/* The COSE form of the key of `alg`. */
lg_str authenticator_cose(struct lg_ctx *cx, enum lg_cose_alg alg);

/* An attestation object of any parts. */
lg_str authenticator_object(struct lg_ctx *cx, lg_str format, lg_str statement, lg_str data);

#endif
