#include "token/saml_response.h"

#include "token/saml_impl.h"
#include "token/saml_signature.h"

#define SUCCESS LG_STR("urn:oasis:names:tc:SAML:2.0:status:Success")

static lg_status
parse(struct lg_ctx *cx, lg_str text, const struct lg_xml **ret)
{
	const lg_status s = lg_xml_parse(cx, text, ret);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_MALFORMED, "SAML: no XML that can be read");
	return s;
}

/* Elements of this name anywhere below. */
static size_t
count_below(const struct lg_xml *element, lg_str space, const char *name)
{
	size_t count = 0;
	for (const struct lg_xml *at = lg_xml_first(element); at; at = lg_xml_next(at))
		count += lg_xml_is(at, space, lg_str_from_c(name)) + count_below(at, space, name);
	return count;
}

/* What the message says of itself, signed or not: it must not speak against itself. */
static lg_status
check_envelope(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *response)
{
	const struct lg_xml *status, *code;
	lg_str version, destination, value, issuer, answered;
	LG_TRY(lg_xml_attribute(cx, response, LG_STR("Version"), &version));
	if (!lg_str_eq(version, LG_STR("2.0")))
		return lg_saml_bad(cx, "no response of SAML 2.0");
	LG_TRY(lg_saml_only(cx, response, LG_SAML_PROTOCOL, "Status", &status));
	LG_TRY(lg_saml_only(cx, status, LG_SAML_PROTOCOL, "StatusCode", &code));
	LG_TRY(lg_xml_attribute(cx, code, LG_STR("Value"), &value));
	if (!lg_str_eq(value, SUCCESS))
		return lg_fail(cx, LG_E_REFUSED, "SAML: the provider's status is %.*s",
			LG_FMT(lg_str_slice(value, 0, 128)));
	LG_TRY(lg_xml_attribute(cx, response, LG_STR("Destination"), &destination));
	if (lg_str_present(destination) && !lg_str_list_has(expect->recipients, destination))
		return lg_saml_bad(cx, "sent to another place");
	LG_TRY(lg_xml_attribute(cx, response, LG_STR("InResponseTo"), &answered));
	if (!expect->any_request && lg_str_present(answered) && !lg_str_eq(answered, expect->request_id))
		return lg_saml_bad(cx, "not an answer to our request");
	const struct lg_xml *at = lg_saml_find(lg_xml_first(response), LG_SAML_ASSERTION, "Issuer");
	if (!at)
		return LG_OK;
	LG_TRY(lg_saml_text(cx, at, &issuer));
	return lg_str_eq(issuer, expect->provider->entity_id) ? LG_OK : lg_saml_bad(cx, "another issuer");
}

/* Verify the signature of an element and read what it digested. NULL when it has none. */
static lg_status
signed_part(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *element,
	const struct lg_xml **ret)
{
	lg_str digested;
	*ret = NULL;
	const lg_status s = lg_saml_signature_verify(
		cx, element, expect->provider->certificates, expect->provider->certificate_count, &digested);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	return parse(cx, digested, ret);
}

/* The assertion as it was signed, by itself or with the response. */
static lg_status
signed_assertion(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *response,
	const struct lg_xml *assertion, const struct lg_xml **ret)
{
	const struct lg_xml *whole, *part;
	LG_TRY(signed_part(cx, expect, response, &whole));
	LG_TRY(signed_part(cx, expect, assertion, &part));
	if (whole && !lg_xml_is(whole, LG_SAML_PROTOCOL, LG_STR("Response")))
		return lg_saml_bad(cx, "what was signed is no response");
	if (whole)
		LG_TRY(check_envelope(cx, expect, whole));
	if (!part && whole)
		LG_TRY(lg_saml_only(cx, whole, LG_SAML_ASSERTION, "Assertion", &part));
	if (!part)
		return lg_saml_bad(cx, "nothing is signed");
	if (!lg_xml_is(part, LG_SAML_ASSERTION, LG_STR("Assertion")))
		return lg_saml_bad(cx, "what was signed is no assertion");
	*ret = part;
	return LG_OK;
}

lg_status
lg_saml_response_verify(
	struct lg_ctx *cx, const struct lg_saml_expect *expect, lg_str text, struct lg_saml_assertion *ret)
{
	const struct lg_xml *response, *assertion, *said;
	struct lg_saml_assertion read = { 0 };
	if (text.len > LG_SAML_RESPONSE_MAX_BYTES)
		return lg_fail(cx, LG_E_MALFORMED, "SAML: too long");
	LG_TRY(parse(cx, text, &response));
	if (!lg_xml_is(response, LG_SAML_PROTOCOL, LG_STR("Response")))
		return lg_fail(cx, LG_E_MALFORMED, "SAML: no response");
	LG_TRY(check_envelope(cx, expect, response));
	/* One assertion, at its place, and none that we could not read. */
	LG_TRY(lg_saml_only(cx, response, LG_SAML_ASSERTION, "Assertion", &assertion));
	if (count_below(response, LG_SAML_ASSERTION, "Assertion") != 1 ||
		count_below(response, LG_SAML_ASSERTION, "EncryptedAssertion") != 0)
		return lg_saml_bad(cx, "not one assertion");
	LG_TRY(signed_assertion(cx, expect, response, assertion, &said));
	LG_TRY(lg_saml_assertion_read(cx, expect, said, &read));
	*ret = read;
	return LG_OK;
}

struct lg_str_list
lg_saml_attribute(const struct lg_saml_assertion *assertion, lg_str name)
{
	const struct lg_saml_attribute *found = NULL;
	for (size_t i = 0; i < assertion->attribute_count; i++) {
		if (!lg_str_eq(assertion->attributes[i].name, name))
			continue;
		if (found)
			return (struct lg_str_list){ 0 };
		found = &assertion->attributes[i];
	}
	return found ? found->values : (struct lg_str_list){ 0 };
}
