#include "codec/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "codec/bytes.h"
#include "codec/text.h"

struct lg_json {
	struct lg_buf buf;
	bool wrong; /* brackets or keys that do not match: our fault */
	bool need_comma;
	bool after_key;
	unsigned depth;
	char open[LG_JSON_MAX_DEPTH];
};

struct lg_json *
lg_json_new(struct lg_ctx *cx, size_t max_bytes)
{
	struct lg_json *j = lg_new(cx, struct lg_json);
	if (j)
		j->buf = lg_buf_start(cx, max_bytes);
	return j;
}

/* What comes before a value: a comma, unless it is the first or stands behind its key. */
static void
before_value(struct lg_json *j)
{
	bool in_object = j->depth && j->open[j->depth - 1] == '{';
	if (in_object && !j->after_key)
		j->wrong = true;
	if (!j->depth && j->need_comma) /* one text, one value */
		j->wrong = true;
	if (j->need_comma && !j->after_key)
		lg_buf_byte(&j->buf, ',');
	j->after_key = false;
	j->need_comma = true;
}

static void
put_string(struct lg_json *j, lg_str s)
{
	if (!lg_text_is_utf8(s)) {
		j->wrong = true;
		return;
	}
	lg_buf_byte(&j->buf, '"');
	size_t from = 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		lg_buf_put(&j->buf, lg_str_slice(s, from, i));
		from = i + 1;
		switch (c) {
		case '"':
			lg_buf_put(&j->buf, LG_STR("\\\""));
			break;
		case '\\':
			lg_buf_put(&j->buf, LG_STR("\\\\"));
			break;
		case '\n':
			lg_buf_put(&j->buf, LG_STR("\\n"));
			break;
		case '\r':
			lg_buf_put(&j->buf, LG_STR("\\r"));
			break;
		case '\t':
			lg_buf_put(&j->buf, LG_STR("\\t"));
			break;
		default:
			lg_buf_fmt(&j->buf, "\\u%04x", c);
			break;
		}
	}
	lg_buf_put(&j->buf, lg_str_slice(s, from, s.len));
	lg_buf_byte(&j->buf, '"');
}

void
lg_json_open(struct lg_json *j, char bracket)
{
	if (!j)
		return;
	before_value(j);
	if ((bracket != '{' && bracket != '[') || j->depth == LG_JSON_MAX_DEPTH) {
		j->wrong = true;
		return;
	}
	j->open[j->depth++] = bracket;
	lg_buf_byte(&j->buf, (unsigned char)bracket);
	j->need_comma = false;
}

void
lg_json_close(struct lg_json *j, char bracket)
{
	if (!j)
		return;
	char want = bracket == '}' ? '{' : '[';
	if (!j->depth || j->open[j->depth - 1] != want || j->after_key) {
		j->wrong = true;
		return;
	}
	j->depth--;
	lg_buf_byte(&j->buf, (unsigned char)bracket);
	j->need_comma = true;
}

void
lg_json_key(struct lg_json *j, lg_str key)
{
	if (!j)
		return;
	if (!j->depth || j->open[j->depth - 1] != '{' || j->after_key)
		j->wrong = true;
	if (j->need_comma)
		lg_buf_byte(&j->buf, ',');
	put_string(j, key);
	lg_buf_byte(&j->buf, ':');
	j->after_key = true;
}

void
lg_json_str(struct lg_json *j, lg_str value)
{
	if (!j)
		return;
	before_value(j);
	put_string(j, value);
}

void
lg_json_int(struct lg_json *j, int64_t value)
{
	if (!j)
		return;
	before_value(j);
	lg_buf_int(&j->buf, value);
}

void
lg_json_float(struct lg_json *j, double value)
{
	if (!j)
		return;
	before_value(j);
	if (!isfinite(value)) {
		j->wrong = true;
		return;
	}
	if (value == 0)
		value = 0; /* not -0, which no integer is */
	/* The shortest form that reads back as the same number. */
	char text[40];
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	lg_buf_put(&j->buf, lg_str_from_c(text));
}

void
lg_json_bool(struct lg_json *j, bool value)
{
	lg_json_raw(j, value ? LG_STR("true") : LG_STR("false"));
}

void
lg_json_null(struct lg_json *j)
{
	lg_json_raw(j, LG_STR("null"));
}

void
lg_json_time(struct lg_json *j, lg_time value)
{
	if (!j)
		return;
	before_value(j);
	int64_t whole = value.ms / 1000, rest = value.ms % 1000;
	if (rest < 0)
		rest = -rest;
	if (value.ms < 0 && whole == 0)
		lg_buf_byte(&j->buf, '-');
	lg_buf_int(&j->buf, whole);
	if (!rest)
		return;
	char text[8];
	int len = snprintf(text, sizeof(text), ".%03" PRId64, rest % 1000);
	while (text[len - 1] == '0')
		len--;
	lg_buf_put(&j->buf, lg_str_from_bytes(text, (size_t)len));
}

void
lg_json_raw(struct lg_json *j, lg_str json)
{
	if (!j)
		return;
	before_value(j);
	j->wrong = j->wrong || !json.len;
	lg_buf_put(&j->buf, json);
}

void
lg_json_base64(struct lg_json *j, lg_str bytes)
{
	if (!j)
		return;
	struct lg_ctx cx = { .arena = j->buf.arena };
	lg_str text = LG_STR_NONE;
	if (lg_failed(lg_base64_encode(&cx, bytes, &text)))
		j->buf.failed = true;
	lg_json_str(j, text);
}

void
lg_json_tree(struct lg_json *j, const json_t *tree)
{
	switch (json_typeof(tree)) {
	case JSON_OBJECT: {
		json_t *walked = (json_t *)(uintptr_t)tree;
		lg_json_open(j, '{');
		for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
			lg_json_key(j, lg_str_from_c(json_object_iter_key(at)));
			lg_json_tree(j, json_object_iter_value(at));
		}
		lg_json_close(j, '}');
		break;
	}
	case JSON_ARRAY:
		lg_json_open(j, '[');
		for (size_t i = 0; i < json_array_size(tree); i++)
			lg_json_tree(j, json_array_get(tree, i));
		lg_json_close(j, ']');
		break;
	case JSON_STRING:
		lg_json_str(j, lg_json_text(tree));
		break;
	case JSON_INTEGER:
		lg_json_int(j, json_integer_value(tree));
		break;
	case JSON_REAL:
		lg_json_float(j, json_real_value(tree));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		lg_json_bool(j, json_is_true(tree));
		break;
	case JSON_NULL:
		lg_json_null(j);
		break;
	}
}

void
lg_json_pair_str(struct lg_json *j, lg_str key, lg_str value)
{
	lg_json_key(j, key);
	lg_json_str(j, value);
}

void
lg_json_pair_int(struct lg_json *j, lg_str key, int64_t value)
{
	lg_json_key(j, key);
	lg_json_int(j, value);
}

void
lg_json_pair_bool(struct lg_json *j, lg_str key, bool value)
{
	lg_json_key(j, key);
	lg_json_bool(j, value);
}

lg_status
lg_json_finish(struct lg_ctx *cx, struct lg_json *j, lg_str *ret)
{
	if (!j)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (j->wrong || j->depth || j->after_key || !j->need_comma)
		return lg_fail(cx, LG_E_INTERNAL, "JSON that does not add up");
	return lg_buf_finish(cx, &j->buf, ret);
}
