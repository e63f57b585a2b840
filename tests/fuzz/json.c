/* The JSON reader and writer: what was read can be written, and then reads and writes the same. */
#include "codec/json.h"

#include "codec/text.h"
#include "tests/fuzz/fuzz.h"

static lg_str
written(struct lg_ctx *cx, const json_t *tree)
{
	struct lg_json *j = lg_json_new(cx, (size_t)4 << 20);
	lg_json_tree(j, tree);
	lg_str text;
	MUST_OK(lg_json_finish(cx, j, &text));
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lg_json_global_init();
	FUZZ_CONTEXT(cx);
	json_t *tree, *again;
	const lg_status s = lg_json_parse(cx, lg_str_from_bytes(data, size), &tree);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MALFORMED || (s.code == LG_E_NO_MEMORY && size > 1 << 16));
		return 0;
	}
	const lg_str text = written(cx, tree);
	MUST(lg_text_is_utf8(text));
	MUST_OK(lg_json_parse(cx, text, &again));
	MUST(lg_str_eq(written(cx, again), text));
	return 0;
}
