/* The XML reader: what is read is UTF-8, and its whole tree can be walked. */
#include "codec/xml.h"

#include "codec/text.h"
#include "tests/fuzz/fuzz.h"

static void
walk(struct lg_ctx *cx, const struct lg_xml *element, int depth)
{
	MUST(depth <= LG_XML_MAX_DEPTH);
	for (const struct lg_xml *at = lg_xml_first(element); at; at = lg_xml_next(at)) {
		lg_str value;
		const lg_status s = lg_xml_attribute(cx, at, LG_STR("ID"), &value);
		MUST(!lg_failed(s) || s.code == LG_E_NO_MEMORY);
		MUST(lg_failed(s) || !lg_str_present(value) || lg_text_is_utf8(value));
		(void)lg_xml_is(at, LG_STR("urn:a"), LG_STR("a"));
		walk(cx, at, depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	const lg_str text = lg_str_from_bytes(data, size);
	const struct lg_xml *root;
	const lg_status s = lg_xml_parse(cx, text, &root);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE);
		lg_ctx_done(cx);
		return 0;
	}
	MUST(lg_text_is_utf8(text));
	lg_str content;
	MUST_OK(lg_xml_text(cx, root, &content));
	MUST(lg_text_is_utf8(content));
	walk(cx, root, 1);
	lg_ctx_done(cx);
	return 0;
}
