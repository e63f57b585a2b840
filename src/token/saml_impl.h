/*
 * saml_impl.h - what taking a response apart and reading its assertion share. Of src/token only.
 */
#ifndef LG_TOKEN_SAML_IMPL_H
#define LG_TOKEN_SAML_IMPL_H

#include "codec/xml.h"
#include "token/saml_response.h"

#define LG_SAML_ASSERTION LG_STR("urn:oasis:names:tc:SAML:2.0:assertion")
#define LG_SAML_PROTOCOL LG_STR("urn:oasis:names:tc:SAML:2.0:protocol")

LG_MUST lg_status lg_saml_bad(struct lg_ctx *cx, const char *why); /* LG_E_MISMATCH */

/* The element of this name and space, from `at` on beside it; NULL when there is none. */
const struct lg_xml *lg_saml_find(const struct lg_xml *at, lg_str space, const char *name);
/* The only one of this name inside; LG_E_MISMATCH when there is none, or more. */
LG_MUST lg_status lg_saml_only(struct lg_ctx *cx, const struct lg_xml *element, lg_str space,
	const char *name, const struct lg_xml **ret);

/* Text without white space at its ends. */
LG_MUST lg_status lg_saml_text(struct lg_ctx *cx, const struct lg_xml *element, lg_str *ret);

/* Read an assertion out of what was signed, and check all that it says about itself. */
LG_MUST lg_status lg_saml_assertion_read(struct lg_ctx *cx, const struct lg_saml_expect *expect,
	const struct lg_xml *assertion, struct lg_saml_assertion *ret);

#endif
