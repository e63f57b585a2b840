/*
 * saml_signature.h - signatures inside of SAML messages (SAML 2.0 Core, 5.4; XML Signature), verified with
 * xmlsec1.
 *
 * What a signature may look like is checked first, strictly: one reference, to the element that holds it, by
 * its ID; exclusive canonicalization and the enveloped signature as the only transforms; RSA or ECDSA with
 * SHA-2. Keys are those that the caller trusts, never one that the message brings. What is returned is the
 * text that was digested, so that a reader of it sees nothing that was not signed.
 */
#ifndef LG_TOKEN_SAML_SIGNATURE_H
#define LG_TOKEN_SAML_SIGNATURE_H

#include "codec/xml.h"

/* Once, at start, before any thread. LG_E_INTERNAL: the library cannot be used. */
LG_MUST lg_status lg_saml_global_init(void);

/*
 * Verify the signature of a message or assertion with one of these certificates (DER). `*ret` is the
 * element without its signature, in canonical form, as it was digested.
 *
 * LG_E_NOT_FOUND: it has no signature. LG_E_MISMATCH: it has one that is not good, whatever the reason; the
 * failure's text tells it for the log.
 */
LG_MUST lg_status lg_saml_signature_verify(struct lg_ctx *cx, const struct lg_xml *element,
	const lg_str *certificates, size_t count, lg_str *ret);

#endif
