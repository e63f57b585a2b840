#include "tests/wire/samples.h"

#include <stdlib.h>
#include <string.h>

#include "codec/text.h"

#define LONGEST_TEXT 2000

static const lg_str texts[] = {
	LG_STR_INIT("a"),
	LG_STR_INIT("123456"),
	LG_STR_INIT("us-east-1_Abcdefghi"),
	LG_STR_INIT("us-east-1"),
	LG_STR_INIT("us-east-1:12345678-1234-1234-1234-123456789012"),
	LG_STR_INIT("us-east-1_12345678-1234-1234-1234-123456789012"),
	LG_STR_INIT("arn:aws:iam::123456789012:role/example"),
	LG_STR_INIT("abcdefghijklmnopqrstuvwxyz"),
	LG_STR_INIT("12345678-1234-4234-8234-123456789012"),
	LG_STR_INIT("https://localhost/x"),
	LG_STR_INIT("a@example.com"),
	LG_STR_INIT("import-abcdefghij"),
	LG_STR_INIT("eyJh.eyJz.c2ln"),
	LG_STR_INIT("{####} {username}"),
	LG_STR_INIT("authenticated"),
	LG_STR_INIT("terms-of-use"),
	LG_STR_INIT("cognito:default"),
	LG_STR_INIT("AKIDEXAMPLEEXAMPLE"),
	LG_STR_INIT("Abcdef"),
	LG_STR_INIT("us-east-1_Abcdefghi-1"),
	LG_STR_INIT("clientid--1"),
	LG_STR_INIT("arn:aws:acm:us-east-1:1:certificate/a"),
};

bool
sample_matches(struct lg_ctx *cx, const struct lg_shape *shape, lg_str text)
{
	bool found = true;
	if (shape->pattern && lg_failed(lg_text_matches(cx, text, shape->pattern, &found)))
		abort();
	return found;
}

static bool
fits(struct lg_ctx *cx, const struct lg_shape *shape, lg_str text)
{
	const int64_t len = (int64_t)lg_text_utf16_len(text);
	return (!shape->has_min || len >= shape->min) && (!shape->has_max || len <= shape->max) &&
	       sample_matches(cx, shape, text);
}

static lg_str
repeated(struct lg_ctx *cx, lg_str unit, size_t count)
{
	char *text = lg_new_array(cx, char, unit.len *count + 1);
	if (!text)
		abort();
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * unit.len, unit.ptr, unit.len);
	return (lg_str){ text, unit.len * count };
}

static bool
good_text(struct lg_ctx *cx, const struct lg_shape *shape, lg_str *ret)
{
	if (shape->value_count) {
		*ret = shape->values[0];
		return true;
	}
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		if (fits(cx, shape, texts[i])) {
			*ret = texts[i];
			return true;
		}
	}
	static const lg_str units[] = { LG_STR_INIT("a"), LG_STR_INIT("1"), LG_STR_INIT("A") };
	for (size_t i = 0; i < LG_LEN(units) && shape->has_min && shape->min <= LONGEST_TEXT; i++) {
		*ret = repeated(cx, units[i], (size_t)shape->min);
		if (fits(cx, shape, *ret))
			return true;
	}
	return false;
}

bool
sample_write_with(
	struct lg_ctx *cx, struct lg_json *j, const struct lg_shape *shape, const struct lg_str_map *given)
{
	lg_json_open(j, '{');
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const lg_str value = lg_str_map_get(given, field->name);
		if (lg_str_present(value)) {
			lg_json_pair_str(j, field->name, value);
		} else if (field->required) {
			lg_json_key(j, field->name);
			if (!sample_write(cx, j, field->shape))
				return false;
		}
	}
	lg_json_close(j, '}');
	return true;
}

bool
sample_write(struct lg_ctx *cx, struct lg_json *j, const struct lg_shape *shape)
{
	lg_str text;
	switch (shape->kind) {
	case LG_KIND_STRING:
		if (!good_text(cx, shape, &text))
			return false;
		lg_json_str(j, text);
		return true;
	case LG_KIND_BLOB:
		lg_json_str(j, LG_STR("YWJj"));
		return true;
	case LG_KIND_BOOL:
		lg_json_bool(j, true);
		return true;
	case LG_KIND_INT:
		lg_json_int(j, shape->has_min ? shape->min : 1);
		return true;
	case LG_KIND_FLOAT:
	case LG_KIND_TIME:
		lg_json_int(j, 1);
		return true;
	case LG_KIND_DOCUMENT:
		lg_json_raw(j, LG_STR("{}"));
		return true;
	case LG_KIND_STRUCT:
		return sample_write_with(cx, j, shape, &(struct lg_str_map){ 0 });
	case LG_KIND_LIST:
		lg_json_open(j, '[');
		for (int64_t i = 0; shape->has_min && i < shape->min; i++)
			if (!sample_write(cx, j, shape->member))
				return false;
		lg_json_close(j, ']');
		return true;
	case LG_KIND_MAP:
		lg_json_open(j, '{');
		if (shape->has_min && shape->min > 0) {
			if (!good_text(cx, shape->key, &text))
				return false;
			lg_json_key(j, text);
			if (!sample_write(cx, j, shape->member))
				return false;
		}
		lg_json_close(j, '}');
		return true;
	}
	return false;
}

bool
sample_bad_text(struct lg_ctx *cx, const struct lg_shape *shape, enum sample_flaw flaw, lg_str *ret)
{
	static const lg_str units[] = { LG_STR_INIT(" "), LG_STR_INIT("!"), LG_STR_INIT("\xc3\xa9"),
		LG_STR_INIT("\x01"), LG_STR_INIT("-"), LG_STR_INIT("x") };
	const size_t enough = shape->has_min && shape->min > 0 ? (size_t)shape->min : 1;
	switch (flaw) {
	case FLAW_TOO_LONG:
		if (!shape->has_max || shape->max >= LONGEST_TEXT)
			return false;
		*ret = repeated(cx, LG_STR("a"), (size_t)shape->max + 1);
		return true;
	case FLAW_TOO_SHORT:
		if (!shape->has_min || shape->min < 1)
			return false;
		*ret = repeated(cx, LG_STR("a"), (size_t)shape->min - 1);
		return true;
	case FLAW_PATTERN:
		for (size_t i = 0; shape->pattern && i < LG_LEN(units); i++) {
			*ret = repeated(cx, units[i], enough);
			if (!sample_matches(cx, shape, *ret))
				return true;
		}
		return false;
	case FLAW_ENUMERATION:
		*ret = LG_STR("NOT_A_VALUE");
		return shape->value_count > 0;
	case FLAW_KINDS:
		break;
	}
	return false;
}

lg_str
sample_wrong_type(const struct lg_shape *shape)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
	case LG_KIND_BLOB:
	case LG_KIND_TIME:
	case LG_KIND_FLOAT:
	case LG_KIND_INT:
	case LG_KIND_BOOL:
		return LG_STR("[]");
	case LG_KIND_STRUCT:
	case LG_KIND_MAP:
		return LG_STR("\"text\"");
	case LG_KIND_LIST:
		return LG_STR("{}");
	case LG_KIND_DOCUMENT:
		break;
	}
	return LG_STR_NONE;
}
