/* Percent-encoding and forms: what was read, written again, reads the same. */
#include "codec/uri.h"

#include "base/buf.h"
#include "codec/text.h"
#include "tests/fuzz/fuzz.h"

static void
check_form(struct lg_ctx *cx, lg_str in)
{
	struct lg_str_map form, again;
	if (lg_failed(lg_form_parse(cx, in, &form)))
		return;
	MUST(form.has && form.count <= LG_FORM_MAX_PAIRS);
	struct lg_buf b = lg_buf_start(cx, 8 * in.len + 64);
	for (size_t i = 0; i < form.count; i++) {
		lg_str key, value;
		MUST(lg_text_is_utf8(form.items[i].key) && lg_text_is_utf8(form.items[i].value));
		MUST_OK(lg_uri_encode(cx, form.items[i].key, false, &key));
		MUST_OK(lg_uri_encode(cx, form.items[i].value, i % 2, &value));
		lg_buf_put(&b, key);
		lg_buf_byte(&b, '=');
		lg_buf_put(&b, value);
		lg_buf_byte(&b, '&');
	}
	lg_str text;
	MUST_OK(lg_buf_finish(cx, &b, &text));
	MUST_OK(lg_form_parse(cx, text, &again));
	MUST(again.count == form.count);
	for (size_t i = 0; i < form.count; i++)
		MUST(lg_str_eq(again.items[i].key, form.items[i].key) &&
			lg_str_eq(again.items[i].value, form.items[i].value));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	const lg_str in = lg_str_from_bytes(data, size);
	lg_str out, back;
	for (int plus = 0; plus < 2; plus++) {
		MUST_OK(lg_uri_encode(cx, in, false, &out));
		MUST_OK(lg_uri_decode(cx, out, plus, &back));
		MUST(lg_str_eq(back, in));
		if (!lg_failed(lg_uri_decode(cx, in, plus, &out)))
			MUST(out.len <= in.len);
	}
	check_form(cx, in);
	return 0;
}
