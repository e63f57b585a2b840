/*
 * saml_idp.h - a SAML identity provider in a test: a key, a certificate, metadata, and responses signed with
 * xmlsec1, good ones and any other.
 */
#ifndef LG_TESTS_SAML_IDP_H
#define LG_TESTS_SAML_IDP_H

#include "base/ctx.h"

#define SAML_IDP_ENTITY "https://idp.example.com/saml"
#define SAML_RSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define SAML_SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define SAML_EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"

/* Lives as long as the context it was made with. After lg_saml_global_init. */
struct saml_idp {
	lg_str private_der;
	lg_str certificate; /* DER */
	lg_str metadata; /* more than 1,000 characters */
};
void saml_idp_make(struct lg_ctx *cx, struct saml_idp *ret);

enum { SAML_SIGN_NOTHING = 0, SAML_SIGN_ASSERTION = 1, SAML_SIGN_RESPONSE = 2 };

/* What a response says; what is NULL or 0 is what saml_say_init set. Texts are XML already. */
struct saml_say {
	lg_time now;
	unsigned sign;
	const char *issuer, *destination, *recipient, *audience, *name_id, *format, *status, *in_response_to;
	const char *assertion_id;
	const char *attributes; /* Attribute elements, saml: prefixed */
	const char *conditions; /* beside AudienceRestriction */
	const char *session_until; /* SessionNotOnOrAfter */
	int64_t issued_s, not_before_s, not_after_s; /* from now */
	const char *signature_method, *digest_method, *canonicalization; /* of signatures */
	const char *transforms; /* Transform elements, ds: prefixed */
};
void saml_say_init(lg_time now, struct saml_say *ret);

/* The response as XML. */
lg_str saml_idp_response(struct lg_ctx *cx, const struct saml_idp *idp, const struct saml_say *say);

/* Sign the one element of this ID, which holds an empty signature. */
lg_str saml_idp_sign(struct lg_ctx *cx, const struct saml_idp *idp, lg_str text, const char *id);
/* An empty signature for the element of this ID, to be put behind its Issuer. */
lg_str saml_idp_template(struct lg_ctx *cx, const struct saml_say *say, const char *id);

/* "<saml:Attribute Name=...><saml:AttributeValue>..." */
lg_str saml_attribute(struct lg_ctx *cx, const char *name, const char *value);

#endif
