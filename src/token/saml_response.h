/*
 * saml_response.h - responses of SAML identity providers (SAML 2.0 Core, 3.3.3; Profiles, 4.1.4.3): who
 * somebody is, believed for what was signed and nothing else.
 *
 * The signature is on the response, the assertion, or both; each that is there has to be good. What is
 * returned was read from the text that a signature digested (token/saml_signature.h), so a document that is
 * wrapped around a signed one has nothing to say.
 */
#ifndef LG_TOKEN_SAML_RESPONSE_H
#define LG_TOKEN_SAML_RESPONSE_H

#include "base/ctx.h"
#include "token/saml_metadata.h"

#define LG_SAML_RESPONSE_MAX_BYTES ((size_t)100000)
#define LG_SAML_SKEW_MS LG_MINUTE_MS
#define LG_SAML_ATTRIBUTES_MAX 256

struct lg_saml_expect {
	const struct lg_saml_metadata *provider; /* its entity id and certificates */
	const struct lg_str_list *recipients; /* where we are: Recipient, and Destination when it is there */
	const struct lg_str_list *audiences; /* who we are */
	bool any_request; /* InResponseTo is not looked at */
	lg_str request_id; /* what InResponseTo must be; absent: it must not be there */
	int64_t max_age_ms; /* since IssueInstant; 0 = as long as the assertion says */
};

struct lg_saml_attribute {
	lg_str name;
	struct lg_str_list values;
};

struct lg_saml_assertion {
	lg_str id;
	lg_str issuer;
	lg_str name_id;
	lg_str name_id_format; /* a URI; "...:unspecified" when it is not said */
	lg_str recipient;
	lg_str audience; /* which of ours */
	lg_str session_index; /* absent = none */
	lg_time issued;
	lg_time expires; /* of the assertion, not of a session */
	bool session_ends;
	lg_time session_until; /* SessionNotOnOrAfter */
	struct lg_saml_attribute *attributes;
	size_t attribute_count;
};

/*
 * Verify and read a response (XML). LG_E_MALFORMED: it is none. LG_E_REFUSED: the provider says that
 * somebody did not sign in. LG_E_SPENT: it is too old, or not valid yet. LG_E_MISMATCH: anything else,
 * such as a bad signature, another issuer, audience or place. The failure's text says which.
 */
LG_MUST lg_status lg_saml_response_verify(
	struct lg_ctx *cx, const struct lg_saml_expect *expect, lg_str text, struct lg_saml_assertion *ret);

/* The values of an attribute; an empty list when it is not there, or there twice. */
struct lg_str_list lg_saml_attribute(const struct lg_saml_assertion *assertion, lg_str name);

#endif
