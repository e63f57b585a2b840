#include "token/saml_impl.h"

#include <string.h>

#define SPACE LG_SAML_ASSERTION
#define BEARER LG_STR("urn:oasis:names:tc:SAML:2.0:cm:bearer")
#define UNSPECIFIED LG_STR("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
#define ENTITY LG_STR("urn:oasis:names:tc:SAML:2.0:nameid-format:entity")

lg_status
lg_saml_bad(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_MISMATCH, "SAML: %s", why);
}

static lg_status
expired(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_SPENT, "SAML: %s", why);
}

const struct lg_xml *
lg_saml_find(const struct lg_xml *at, lg_str space, const char *name)
{
	while (at && !lg_xml_is(at, space, lg_str_from_c(name)))
		at = lg_xml_next(at);
	return at;
}

lg_status
lg_saml_only(struct lg_ctx *cx, const struct lg_xml *element, lg_str space, const char *name,
	const struct lg_xml **ret)
{
	*ret = lg_saml_find(lg_xml_first(element), space, name);
	if (!*ret || lg_saml_find(lg_xml_next(*ret), space, name))
		return lg_fail(cx, LG_E_MISMATCH, "SAML: not one %s", name);
	return LG_OK;
}

lg_status
lg_saml_text(struct lg_ctx *cx, const struct lg_xml *element, lg_str *ret)
{
	LG_TRY(lg_xml_text(cx, element, ret));
	while (ret->len && (unsigned char)ret->ptr[0] <= ' ')
		*ret = lg_str_slice(*ret, 1, ret->len);
	while (ret->len && (unsigned char)ret->ptr[ret->len - 1] <= ' ')
		ret->len--;
	return LG_OK;
}

/* "2026-01-31T12:00:00Z", perhaps with fractions, which are cut off. */
static bool
parse_time(lg_str text, lg_time *ret)
{
	char squeezed[LG_TIME_SIGV4_SIZE];
	size_t len = 0;
	if (text.len < 20 || text.ptr[text.len - 1] != 'Z')
		return false;
	for (size_t i = 0; i < 19; i++) {
		const char c = text.ptr[i];
		if ((i == 4 || i == 7) ? c != '-' : (i == 13 || i == 16) && c != ':')
			return false;
		if (i != 4 && i != 7 && i != 13 && i != 16)
			squeezed[len++] = c;
	}
	squeezed[len++] = 'Z';
	const lg_str fraction = lg_str_slice(text, 19, text.len - 1);
	for (size_t i = 0; i < fraction.len; i++)
		if (i ? fraction.ptr[i] < '0' || fraction.ptr[i] > '9' : fraction.ptr[i] != '.')
			return false;
	return fraction.len != 1 && lg_time_parse_sigv4(lg_str_from_bytes(squeezed, len), ret);
}

/* An instant in UTC; `*ret_there` tells whether the attribute is there. LG_E_MISMATCH: it is no time. */
static lg_status
read_time(struct lg_ctx *cx, const struct lg_xml *element, const char *name, bool *ret_there, lg_time *ret)
{
	lg_str text;
	LG_TRY(lg_xml_attribute(cx, element, lg_str_from_c(name), &text));
	*ret_there = lg_str_present(text);
	if (!*ret_there || parse_time(text, ret))
		return LG_OK;
	return lg_fail(cx, LG_E_MISMATCH, "SAML: %s is no time in UTC", name);
}

/* ---- who says it ---- */

static lg_status
read_issuer(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *assertion,
	struct lg_saml_assertion *ret)
{
	const struct lg_xml *issuer;
	lg_str format;
	LG_TRY(lg_saml_only(cx, assertion, SPACE, "Issuer", &issuer));
	LG_TRY(lg_saml_text(cx, issuer, &ret->issuer));
	LG_TRY(lg_xml_attribute(cx, issuer, LG_STR("Format"), &format));
	if (lg_str_present(format) && !lg_str_eq(format, ENTITY))
		return lg_saml_bad(cx, "the issuer is no entity");
	return lg_str_eq(ret->issuer, expect->provider->entity_id) ? LG_OK
								   : lg_saml_bad(cx, "another issuer");
}

static lg_status
read_age(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *assertion,
	struct lg_saml_assertion *ret)
{
	bool there;
	LG_TRY(read_time(cx, assertion, "IssueInstant", &there, &ret->issued));
	if (!there)
		return lg_saml_bad(cx, "no IssueInstant");
	if (ret->issued.ms > cx->now.ms + LG_SAML_SKEW_MS)
		return expired(cx, "issued in the future");
	if (expect->max_age_ms && cx->now.ms > ret->issued.ms + expect->max_age_ms)
		return expired(cx, "issued too long ago");
	return LG_OK;
}

/* ---- about whom ---- */

/* A time after which it is no longer good; the earliest of all that are told. */
static void
ends_at(struct lg_saml_assertion *assertion, lg_time end)
{
	if (!assertion->expires.ms || end.ms < assertion->expires.ms)
		assertion->expires = end;
}

static lg_status
check_request(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *element)
{
	lg_str answered;
	if (expect->any_request)
		return LG_OK;
	LG_TRY(lg_xml_attribute(cx, element, LG_STR("InResponseTo"), &answered));
	if (lg_str_present(expect->request_id) ? lg_str_eq(answered, expect->request_id)
					       : !lg_str_present(answered))
		return LG_OK;
	return lg_saml_bad(cx, "not an answer to our request");
}

/* One confirmation by bearer that is for us, now. */
static lg_status
check_confirmation(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *confirmation,
	struct lg_saml_assertion *ret)
{
	const struct lg_xml *data;
	lg_str method, recipient;
	lg_time until, from;
	bool ends, begins;
	LG_TRY(lg_xml_attribute(cx, confirmation, LG_STR("Method"), &method));
	if (!lg_str_eq(method, BEARER))
		return lg_saml_bad(cx, "not confirmed by bearer");
	LG_TRY(lg_saml_only(cx, confirmation, SPACE, "SubjectConfirmationData", &data));
	LG_TRY(lg_xml_attribute(cx, data, LG_STR("Recipient"), &recipient));
	if (!lg_str_present(recipient) || !lg_str_list_has(expect->recipients, recipient))
		return lg_saml_bad(cx, "for another recipient");
	LG_TRY(check_request(cx, expect, data));
	LG_TRY(read_time(cx, data, "NotOnOrAfter", &ends, &until));
	LG_TRY(read_time(cx, data, "NotBefore", &begins, &from));
	if (!ends || begins) /* Profiles, 4.1.4.2 */
		return lg_saml_bad(cx, "the confirmation has a beginning, or no end");
	if (cx->now.ms >= until.ms + LG_SAML_SKEW_MS)
		return expired(cx, "the confirmation has ended");
	ret->recipient = recipient;
	ends_at(ret, until);
	return LG_OK;
}

static lg_status
read_subject(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *assertion,
	struct lg_saml_assertion *ret)
{
	const struct lg_xml *subject, *name;
	LG_TRY(lg_saml_only(cx, assertion, SPACE, "Subject", &subject));
	LG_TRY(lg_saml_only(cx, subject, SPACE, "NameID", &name));
	LG_TRY(lg_saml_text(cx, name, &ret->name_id));
	LG_TRY(lg_xml_attribute(cx, name, LG_STR("Format"), &ret->name_id_format));
	if (!lg_str_present(ret->name_id_format))
		ret->name_id_format = UNSPECIFIED;
	if (!ret->name_id.len)
		return lg_saml_bad(cx, "an empty NameID");

	/* Any of the confirmations will do. */
	lg_status s = lg_saml_bad(cx, "no SubjectConfirmation");
	for (const struct lg_xml *at = lg_saml_find(lg_xml_first(subject), SPACE, "SubjectConfirmation");
		at && (s.code == LG_E_MISMATCH || s.code == LG_E_SPENT);
		at = lg_saml_find(lg_xml_next(at), SPACE, "SubjectConfirmation"))
		s = check_confirmation(cx, expect, at, ret);
	return s;
}

/* ---- on which conditions ---- */

static lg_status
check_audience(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *restriction,
	struct lg_saml_assertion *ret)
{
	for (const struct lg_xml *at = lg_saml_find(lg_xml_first(restriction), SPACE, "Audience"); at;
		at = lg_saml_find(lg_xml_next(at), SPACE, "Audience")) {
		lg_str audience;
		LG_TRY(lg_saml_text(cx, at, &audience));
		if (lg_str_list_has(expect->audiences, audience)) {
			ret->audience = audience;
			return LG_OK;
		}
	}
	return lg_saml_bad(cx, "for another audience");
}

/* A condition that is not understood is not met (Core, 2.5.1). */
static lg_status
check_condition(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *condition,
	struct lg_saml_assertion *ret)
{
	if (lg_xml_is(condition, SPACE, LG_STR("AudienceRestriction")))
		return check_audience(cx, expect, condition, ret);
	if (lg_xml_is(condition, SPACE, LG_STR("OneTimeUse")) ||
		lg_xml_is(condition, SPACE, LG_STR("ProxyRestriction")))
		return LG_OK;
	return lg_saml_bad(cx, "a condition that is not known");
}

static lg_status
read_conditions(struct lg_ctx *cx, const struct lg_saml_expect *expect, const struct lg_xml *assertion,
	struct lg_saml_assertion *ret)
{
	const struct lg_xml *conditions;
	bool begins, ends;
	lg_time from, until;
	LG_TRY(lg_saml_only(cx, assertion, SPACE, "Conditions", &conditions));
	LG_TRY(read_time(cx, conditions, "NotBefore", &begins, &from));
	LG_TRY(read_time(cx, conditions, "NotOnOrAfter", &ends, &until));
	if (begins && cx->now.ms + LG_SAML_SKEW_MS < from.ms)
		return expired(cx, "not valid yet");
	if (ends && cx->now.ms >= until.ms + LG_SAML_SKEW_MS)
		return expired(cx, "no longer valid");
	if (ends)
		ends_at(ret, until);
	for (const struct lg_xml *at = lg_xml_first(conditions); at; at = lg_xml_next(at))
		LG_TRY(check_condition(cx, expect, at, ret));
	return lg_str_present(ret->audience) ? LG_OK : lg_saml_bad(cx, "for no audience");
}

/* ---- what else ---- */

static lg_status
read_authentication(struct lg_ctx *cx, const struct lg_xml *assertion, struct lg_saml_assertion *ret)
{
	const struct lg_xml *at = lg_saml_find(lg_xml_first(assertion), SPACE, "AuthnStatement");
	if (!at)
		return lg_saml_bad(cx, "no AuthnStatement");
	LG_TRY(lg_xml_attribute(cx, at, LG_STR("SessionIndex"), &ret->session_index));
	for (; at; at = lg_saml_find(lg_xml_next(at), SPACE, "AuthnStatement")) {
		bool ends;
		lg_time until;
		LG_TRY(read_time(cx, at, "SessionNotOnOrAfter", &ends, &until));
		if (ends && cx->now.ms >= until.ms)
			return expired(cx, "the session at the provider has ended");
		if (ends && (!ret->session_ends || until.ms < ret->session_until.ms))
			ret->session_until = until;
		ret->session_ends = ret->session_ends || ends;
	}
	return LG_OK;
}

static lg_status
read_values(struct lg_ctx *cx, const struct lg_xml *attribute, struct lg_str_list *ret)
{
	size_t count = 0;
	const struct lg_xml *first = lg_saml_find(lg_xml_first(attribute), SPACE, "AttributeValue");
	for (const struct lg_xml *at = first; at;
		at = lg_saml_find(lg_xml_next(at), SPACE, "AttributeValue"))
		count++;
	*ret = (struct lg_str_list){ .items = lg_new_array(cx, lg_str, count), .has = true };
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (const struct lg_xml *at = first; at;
		at = lg_saml_find(lg_xml_next(at), SPACE, "AttributeValue"))
		LG_TRY(lg_saml_text(cx, at, &ret->items[ret->count++]));
	return LG_OK;
}

static lg_status
read_statement(struct lg_ctx *cx, const struct lg_xml *statement, struct lg_saml_assertion *ret)
{
	for (const struct lg_xml *at = lg_saml_find(lg_xml_first(statement), SPACE, "Attribute"); at;
		at = lg_saml_find(lg_xml_next(at), SPACE, "Attribute")) {
		if (ret->attribute_count == LG_SAML_ATTRIBUTES_MAX)
			return lg_saml_bad(cx, "too many attributes");
		struct lg_saml_attribute *attribute = &ret->attributes[ret->attribute_count];
		LG_TRY(lg_xml_attribute(cx, at, LG_STR("Name"), &attribute->name));
		if (!lg_str_present(attribute->name))
			return lg_saml_bad(cx, "an attribute without a name");
		LG_TRY(read_values(cx, at, &attribute->values));
		ret->attribute_count++;
	}
	return LG_OK;
}

static lg_status
read_attributes(struct lg_ctx *cx, const struct lg_xml *assertion, struct lg_saml_assertion *ret)
{
	ret->attributes = lg_new_array(cx, struct lg_saml_attribute, LG_SAML_ATTRIBUTES_MAX);
	if (!ret->attributes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (const struct lg_xml *at = lg_saml_find(lg_xml_first(assertion), SPACE, "AttributeStatement");
		at; at = lg_saml_find(lg_xml_next(at), SPACE, "AttributeStatement"))
		LG_TRY(read_statement(cx, at, ret));
	return LG_OK;
}

lg_status
lg_saml_assertion_read(struct lg_ctx *cx, const struct lg_saml_expect *expect,
	const struct lg_xml *assertion, struct lg_saml_assertion *ret)
{
	lg_str version;
	LG_TRY(lg_xml_attribute(cx, assertion, LG_STR("Version"), &version));
	LG_TRY(lg_xml_attribute(cx, assertion, LG_STR("ID"), &ret->id));
	if (!lg_str_eq(version, LG_STR("2.0")) || lg_str_empty(ret->id))
		return lg_saml_bad(cx, "no assertion of SAML 2.0");
	LG_TRY(read_issuer(cx, expect, assertion, ret));
	LG_TRY(read_age(cx, expect, assertion, ret));
	LG_TRY(read_conditions(cx, expect, assertion, ret));
	LG_TRY(read_subject(cx, expect, assertion, ret));
	LG_TRY(read_authentication(cx, assertion, ret));
	return read_attributes(cx, assertion, ret);
}
