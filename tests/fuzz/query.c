/*
 * AWS Query: a form becomes a typed input, which can be checked; written as XML it is well-formed, and reads
 * as it was. The first byte chooses the operation.
 */
#include "proto/query_form.h"

#include "codec/shape_io.h"
#include "codec/shape_xml.h"
#include "codec/text.h"
#include "codec/uri.h"
#include "codec/xml.h"
#include "gen/ops.h"
#include "tests/fuzz/fuzz.h"

#define XML_MAX_BYTES ((size_t)4 << 20)

static const struct lg_operation *
choose(uint8_t byte)
{
	size_t count = 0;
	for (size_t i = 0; i < lg_operation_count; i++)
		count += lg_operations[i].api == LG_API_STS || lg_operations[i].api == LG_API_IAM;
	size_t wanted = byte % count;
	for (size_t i = 0; i < lg_operation_count; i++)
		if ((lg_operations[i].api == LG_API_STS || lg_operations[i].api == LG_API_IAM) &&
			wanted-- == 0)
			return &lg_operations[i];
	abort();
}

/* A text as a parser gives it back: what XML cannot say is a question mark. */
static bool
reads_as(lg_str got, lg_str text)
{
	if (got.len > text.len)
		return false;
	size_t k = 0;
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];
		const lg_str three = lg_str_slice(text, i, i + 3);
		const bool none =
			lg_str_eq(three, LG_STR("\xef\xbf\xbe")) || lg_str_eq(three, LG_STR("\xef\xbf\xbf"));
		const char wanted = none || (c < ' ' && c != '\t' && c != '\n' && c != '\r') ? '?' : (char)c;
		if (k >= got.len || got.ptr[k++] != wanted)
			return false;
		i += none ? 2 : 0;
	}
	return k == got.len;
}

static void
check_texts(struct lg_ctx *cx, const struct lg_shape *shape, const void *value, const struct lg_xml *root)
{
	const struct lg_xml *at = lg_xml_first(root);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const char *place = (const char *)value + field->offset;
		if (!lg_shape_present(field->shape, place))
			continue;
		MUST(at && lg_xml_is(at, LG_STR("urn:x"), field->name));
		if (field->shape->kind == LG_KIND_STRING) {
			lg_str text;
			MUST_OK(lg_xml_text(cx, at, &text));
			MUST(reads_as(text, *(const lg_str *)(const void *)place));
		}
		at = lg_xml_next(at);
	}
	MUST(!at);
}

static void
check_xml(struct lg_ctx *cx, const struct lg_shape *shape, const void *value)
{
	struct lg_xml_out *x = lg_xml_out_new(cx, XML_MAX_BYTES);
	const struct lg_xml *root;
	lg_str text;
	lg_xml_open_space(x, LG_STR("r"), LG_STR("urn:x"));
	lg_shape_write_xml(x, shape, value);
	lg_xml_close(x);
	if (lg_failed(lg_xml_finish(cx, x, &text)))
		return;
	const lg_status s = lg_xml_parse(cx, text, &root);
	if (s.code == LG_E_TOO_LARGE)
		return;
	MUST_OK(s);
	check_texts(cx, shape, value, root);
}

static void
run(struct lg_ctx *cx, const struct lg_shape *shape, lg_str form)
{
	struct lg_str_map params;
	lg_str message;
	if (lg_failed(lg_form_parse(cx, form, &params)))
		return;
	void *in = lg_arena_alloc(cx->arena, shape->size);
	MUST(in);
	const lg_status s = lg_query_form_read(cx, shape, &params, in);
	MUST(s.code == LG_E_OK || s.code == LG_E_SERIALIZATION);
	if (lg_failed(s))
		return;
	MUST_OK(lg_shape_check(cx, shape, in, &message));
	MUST(!lg_str_present(message) || message.len > 0);
	check_xml(cx, shape, in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > 65536)
		return 0;
	FUZZ_CONTEXT(cx);
	run(cx, choose(data[0])->in, lg_str_from_bytes(data + 1, size - 1));
	lg_ctx_done(cx);
	return 0;
}
