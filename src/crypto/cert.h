/*
 * cert.h - X.509 certificates: of authenticators, what an attestation statement must hold (WebAuthn L3, 8);
 * of SAML providers, that their keys are sound.
 *
 * There is no store of trusted roots: a chain is checked from one certificate to the next, not up to
 * anybody.
 */
#ifndef LG_CRYPTO_CERT_H
#define LG_CRYPTO_CERT_H

#include "base/ctx.h"

#define LG_CERT_MAX_BYTES 4096

struct lg_cert {
	bool version_3;
	bool has_constraints; /* basicConstraints is there */
	bool ca;
	bool p256; /* its key is a point of P-256 */
	bool strong; /* its key has 112 bits of security, as RSA of 2048 has */
	bool country, organization, common_name; /* the subject has exactly one, and not an empty one */
	bool attestation_unit; /* the subject's one OU is "Authenticator Attestation" (8.2.1) */
	bool no_subject; /* the subject is empty */
	bool alternative; /* has subjectAltName, critical */
	bool attestation_key; /* extendedKeyUsage holds tcg-kp-AIKCertificate, 2.23.133.8.3 (8.3.1) */
	bool has_aaguid; /* id-fido-gen-ce-aaguid, 1.3.6.1.4.1.45724.1.1.4, is there, once, not critical */
	unsigned char aaguid[16];
};

/*
 * LG_E_MALFORMED unless `der` is one certificate, whole, of at most LG_CERT_MAX_BYTES, with a sound key.
 */
LG_MUST lg_status lg_cert_read(struct lg_ctx *cx, lg_str der, struct lg_cert *ret);

/*
 * LG_E_MISMATCH unless each certificate is issued and signed by the next, and all but the first may issue.
 * One alone is a chain.
 */
LG_MUST lg_status lg_cert_chain(struct lg_ctx *cx, const lg_str *ders, size_t count);

#endif
