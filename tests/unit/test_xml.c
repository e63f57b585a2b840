#include "codec/xml.h"

#include <stdio.h>
#include <string.h>

#include "lib/test.h"

#define DOCUMENT                                                                                            \
	"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!-- first -->"                                     \
	"<a:root xmlns:a=\"urn:a\" x=\"1 &amp; 2\" a:y=\"3\">text<b xmlns=\"urn:b\">"                       \
	"gr\xc3\xbc\xc3\x9f<!-- between -->e</b> <a:c/></a:root>"

TEST(a_document_is_walked_by_elements)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const struct lg_xml *root;
	lg_str text;
	CHECK_OK(lg_xml_parse(&t.cx, LG_STR(DOCUMENT), &root));
	CHECK(lg_xml_is(root, LG_STR("urn:a"), LG_STR("root")));
	CHECK(!lg_xml_is(root, LG_STR("urn:b"), LG_STR("root")));
	CHECK_OK(lg_xml_attribute(&t.cx, root, LG_STR("x"), &text));
	CHECK_STR(text, LG_STR("1 & 2"));
	CHECK_OK(lg_xml_attribute(&t.cx, root, LG_STR("y"), &text));
	CHECK(!lg_str_present(text));

	const struct lg_xml *b = lg_xml_first(root);
	CHECK(lg_xml_is(b, LG_STR("urn:b"), LG_STR("b")));
	/* A comment cuts nothing off, and the encoding that is claimed does not count. */
	CHECK_OK(lg_xml_text(&t.cx, b, &text));
	CHECK_STR(text, LG_STR("gr\xc3\xbc\xc3\x9f" "e"));
	CHECK(!lg_xml_first(b));
	const struct lg_xml *c = lg_xml_next(b);
	CHECK(lg_xml_is(c, LG_STR("urn:a"), LG_STR("c")));
	CHECK_OK(lg_xml_text(&t.cx, c, &text));
	CHECK(lg_str_present(text) && lg_str_empty(text));
	CHECK(!lg_xml_next(c));
	lg_test_ctx_done(&t);
}

TEST(what_is_no_document_is_refused)
{
	static const char *const bad[] = {
		"",
		" ",
		"text",
		"<a>",
		"<a></b>",
		"<a/><b/>",
		"<a x='1' x='2'/>",
		"<a>&nothing;</a>",
		"<p:a/>",
		"<a>\xff</a>",
		"<a>&#0;</a>",
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
		"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
		"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
	};
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const struct lg_xml *root;
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_xml_parse(&t.cx, lg_str_from_c(bad[i]), &root), LG_E_MALFORMED);
	CHECK_CODE(lg_xml_parse(&t.cx, LG_STR("<a>\0</a>"), &root), LG_E_MALFORMED);
	CHECK_CODE(lg_xml_parse(&t.cx, LG_STR("<a/>\0"), &root), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

/* `count` times `open`, then as often `close`. */
static lg_status
parse_many(struct lg_ctx *cx, const char *open, const char *close, size_t count)
{
	const struct lg_xml *root;
	const size_t one = strlen(open) + strlen(close);
	char *text = lg_new_array(cx, char, one * count + 16);
	CHECK(text);
	char *at = stpcpy(text, "<r>");
	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, open);
	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, close);
	at = stpcpy(at, "</r>");
	return lg_xml_parse(cx, lg_str_from_c(text), &root);
}

static lg_status
parse_attributes(struct lg_ctx *cx, const char *attribute, size_t count)
{
	const struct lg_xml *root;
	char text[8192];
	char *at = stpcpy(text, "<r");
	for (size_t i = 0; i < count; i++) {
		*at++ = ' ';
		at += sprintf(at, attribute, i);
	}
	stpcpy(at, "/>");
	return lg_xml_parse(cx, lg_str_from_c(text), &root);
}

TEST(depth_and_size_have_a_limit)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	CHECK_OK(parse_many(&t.cx, "<a>", "</a>", LG_XML_MAX_DEPTH - 1));
	CHECK_CODE(parse_many(&t.cx, "<a>", "</a>", LG_XML_MAX_DEPTH), LG_E_TOO_LARGE);
	CHECK_OK(parse_many(&t.cx, "<a/>", "", LG_XML_MAX_PARTS - 1));
	CHECK_CODE(parse_many(&t.cx, "<a/>", "", LG_XML_MAX_PARTS), LG_E_TOO_LARGE);
	CHECK_CODE(parse_many(&t.cx, "<a x='1'/>", "", LG_XML_MAX_PARTS / 2), LG_E_TOO_LARGE);
	CHECK_CODE(parse_many(&t.cx, " ", "", LG_XML_MAX_BYTES), LG_E_TOO_LARGE);
	/* Of one element, and of name spaces within each other; those beside it do not count. */
	CHECK_OK(parse_attributes(&t.cx, "x%zu='1'", LG_XML_MAX_ATTRIBUTES));
	CHECK_CODE(parse_attributes(&t.cx, "x%zu='1'", LG_XML_MAX_ATTRIBUTES + 1), LG_E_TOO_LARGE);
	CHECK_OK(parse_attributes(&t.cx, "xmlns:x%zu='urn:x'", LG_XML_MAX_SPACES));
	CHECK_CODE(parse_attributes(&t.cx, "xmlns:x%zu='urn:x'", LG_XML_MAX_SPACES + 1), LG_E_TOO_LARGE);
	CHECK_OK(parse_many(&t.cx, "<a xmlns='urn:x'/>", "", LG_XML_MAX_SPACES + 1));
	CHECK_OK(parse_many(&t.cx, "<a xmlns:a='u' xmlns:b='u' xmlns:c='u'>", "</a>", 31));
	CHECK_CODE(parse_many(&t.cx, "<a xmlns:a='u' xmlns:b='u' xmlns:c='u' xmlns:d='u'>", "</a>", 26),
		LG_E_TOO_LARGE);
	lg_test_ctx_done(&t);
}
