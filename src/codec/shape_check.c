#include "codec/shape_io.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "codec/text.h"

#define VIOLATIONS_MAX 25
#define PATH_MAX_BYTES 512
#define VALUE_MAX_BYTES 2048
#define ELEMENT_MAX_BYTES 128
#define ELEMENTS_MAX 50
#define MESSAGE_MAX_BYTES (512 * 1024) /* more than that many violations of such values take */

struct check {
	struct lg_ctx *cx;
	struct lg_buf message;
	size_t count;
	char path[PATH_MAX_BYTES];
	size_t path_len;
	lg_status failed;
};

static void
path_push(struct check *c, lg_str part)
{
	if (c->path_len && c->path_len < sizeof(c->path))
		c->path[c->path_len++] = '.';
	part = lg_text_cut(part, sizeof(c->path) - c->path_len);
	memcpy(c->path + c->path_len, part.ptr, part.len);
	c->path_len += part.len;
}

static void
path_push_index(struct check *c, size_t index)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%zu", index);
	path_push(c, lg_str_from_bytes(text, (size_t)len));
}

/* The text of a value, as violations quote it. */
static void
put_value(struct check *c, const struct lg_shape *shape, const void *at)
{
	struct lg_buf *b = &c->message;
	if (shape->sensitive) {
		lg_buf_put(b, LG_STR("Value at '"));
		return;
	}
	if (!lg_shape_present(shape, at)) {
		lg_buf_put(b, LG_STR("Value null at '"));
		return;
	}
	lg_buf_put(b, LG_STR("Value '"));
	if (shape->kind == LG_KIND_STRING) {
		lg_buf_put(b, lg_text_cut(*(const lg_str *)at, VALUE_MAX_BYTES));
	} else if (shape->kind == LG_KIND_INT) {
		lg_buf_int(b, ((const struct lg_opt_int *)at)->v);
	} else if (shape->kind == LG_KIND_LIST || shape->kind == LG_KIND_MAP) {
		/* The service prints the collection as Java does; a client reads the constraint. */
		const struct lg_any_list *list = at;
		bool strings = shape->kind == LG_KIND_LIST && shape->member->kind == LG_KIND_STRING &&
			       !shape->member->sensitive;
		lg_buf_put(b, shape->kind == LG_KIND_MAP ? LG_STR("{") : LG_STR("["));
		for (size_t i = 0; strings && i < list->count && i < ELEMENTS_MAX; i++) {
			const lg_str item = ((const lg_str *)list->items)[i];
			lg_buf_put(b, i ? LG_STR(", ") : LG_STR(""));
			lg_buf_put(b, lg_str_present(item) ? lg_text_cut(item, ELEMENT_MAX_BYTES)
							   : LG_STR("null"));
		}
		lg_buf_put(b, shape->kind == LG_KIND_MAP ? LG_STR("}") : LG_STR("]"));
	}
	lg_buf_put(b, LG_STR("' at '"));
}

/* Begin a violation; the caller writes the constraint. False when enough have been told. */
static bool
violate(struct check *c, const struct lg_shape *shape, const void *at)
{
	c->count++;
	if (c->count > VIOLATIONS_MAX)
		return false;
	if (c->count > 1)
		lg_buf_put(&c->message, LG_STR("; "));
	put_value(c, shape, at);
	lg_buf_put(&c->message, lg_str_from_bytes(c->path, c->path_len));
	lg_buf_put(&c->message, LG_STR("' failed to satisfy constraint: "));
	return true;
}

static void
put_bound(struct check *c, const char *what, const char *direction, int64_t bound)
{
	lg_buf_fmt(&c->message, "Member must have %s %s than or equal to %lld", what, direction,
		(long long)bound);
}

static bool
in_enumeration(const struct lg_shape *shape, lg_str value)
{
	for (size_t i = 0; i < shape->value_count; i++)
		if (lg_str_eq(shape->values[i], value))
			return true;
	return shape->value_count == 0;
}

static bool
matches(struct check *c, const struct lg_shape *shape, lg_str value)
{
	bool found = true;
	if (shape->pattern) {
		lg_status s = lg_text_matches(c->cx, value, shape->pattern, &found);
		if (lg_failed(s))
			c->failed = s;
	}
	return found;
}

static void
put_enumeration(struct check *c, const struct lg_shape *shape)
{
	lg_buf_put(&c->message, LG_STR("Member must satisfy enum value set: ["));
	for (size_t i = 0; i < shape->value_count; i++) {
		if (i)
			lg_buf_put(&c->message, LG_STR(", "));
		lg_buf_put(&c->message, shape->values[i]);
	}
	lg_buf_byte(&c->message, ']');
}

/* Length or value against the shape's bounds. */
static void
check_bounds(
	struct check *c, const struct lg_shape *shape, const void *at, int64_t measure, const char *what)
{
	if (shape->has_max && measure > shape->max && violate(c, shape, at))
		put_bound(c, what, "less", shape->max);
	if (shape->has_min && measure < shape->min && violate(c, shape, at))
		put_bound(c, what, "greater", shape->min);
}

static void
check_string(struct check *c, const struct lg_shape *shape, const lg_str *at)
{
	/* Too long a text is not worth matching. */
	int64_t len = (int64_t)lg_text_utf16_len(*at);
	if (!(shape->has_max && len > shape->max) && !matches(c, shape, *at) && violate(c, shape, at))
		lg_buf_fmt(
			&c->message, "Member must satisfy regular expression pattern: %s", shape->pattern);
	check_bounds(c, shape, at, len, "length");
	if (!in_enumeration(shape, *at) && violate(c, shape, at))
		put_enumeration(c, shape);
}

static void check_value(struct check *c, const struct lg_shape *shape, const void *at);

static void
check_struct(struct check *c, const struct lg_shape *shape, const char *value)
{
	size_t path_len = c->path_len;
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const char *at = value + field->offset;
		path_push(c, field->path);
		if (lg_shape_present(field->shape, at))
			check_value(c, field->shape, at);
		else if (field->required && violate(c, field->shape, at))
			lg_buf_put(&c->message, LG_STR("Member must not be null"));
		c->path_len = path_len;
	}
}

/* Does a string in a list or map keep its rules? Of all of them one sentence tells. */
static bool
string_is_good(struct check *c, const struct lg_shape *shape, lg_str s)
{
	if (!lg_str_present(s))
		return false;
	int64_t len = (int64_t)lg_text_utf16_len(s);
	return !(shape->has_max && len > shape->max) && !(shape->has_min && len < shape->min) &&
	       in_enumeration(shape, s) && matches(c, shape, s);
}

/* All rules of a string, the broken ones among them. One that has none was null. */
static void
put_string_rules(struct check *c, const struct lg_shape *shape, const char *what)
{
	struct lg_buf *b = &c->message;
	const char *comma = "";
	lg_buf_fmt(b, "%s must satisfy constraint: [", what);
	if (shape->has_max) {
		put_bound(c, "length", "less", shape->max);
		comma = ", ";
	}
	if (shape->has_min) {
		lg_buf_put(b, lg_str_from_c(comma));
		put_bound(c, "length", "greater", shape->min);
		comma = ", ";
	}
	if (shape->pattern) {
		lg_buf_fmt(b, "%sMember must satisfy regular expression pattern: %s", comma, shape->pattern);
		comma = ", ";
	}
	if (shape->value_count) {
		lg_buf_put(b, lg_str_from_c(comma));
		put_enumeration(c, shape);
		comma = ", ";
	}
	if (!*comma)
		lg_buf_put(b, LG_STR("Member must not be null"));
	lg_buf_byte(b, ']');
}

static void
check_map(struct check *c, const struct lg_shape *shape, const struct lg_any_list *map)
{
	bool keys = true, values = true;
	size_t path_len = c->path_len;
	for (size_t i = 0; i < map->count; i++) {
		const char *pair = (const char *)map->items + i * shape->pair_size;
		const lg_str key = *(const lg_str *)(const void *)pair;
		keys = keys && string_is_good(c, shape->key, key);
		const char *value = pair + shape->pair_offset;
		if (shape->member->kind == LG_KIND_STRING) {
			values = values &&
				 string_is_good(c, shape->member, *(const lg_str *)(const void *)value);
			continue;
		}
		path_push(c, lg_text_cut(key, ELEMENT_MAX_BYTES));
		path_push(c, LG_STR("member"));
		if (shape->member->kind == LG_KIND_STRUCT)
			check_struct(c, shape->member, value);
		else
			check_value(c, shape->member, value);
		c->path_len = path_len;
	}
	if (!keys && violate(c, shape, map))
		put_string_rules(c, shape->key, "Map keys");
	if (!values && violate(c, shape, map))
		put_string_rules(c, shape->member, "Map value");
}

static void
check_strings(struct check *c, const struct lg_shape *shape, const struct lg_any_list *list)
{
	bool good = true;
	for (size_t i = 0; i < list->count && good; i++)
		good = string_is_good(c, shape->member, ((const lg_str *)list->items)[i]);
	if (!good && violate(c, shape, list))
		put_string_rules(c, shape->member, "Member");
}

static void
check_list(struct check *c, const struct lg_shape *shape, const struct lg_any_list *list)
{
	size_t path_len = c->path_len, size = shape->member->size;
	for (size_t i = 0; i < list->count; i++) {
		const char *at = (const char *)list->items + i * size;
		path_push_index(c, i + 1);
		path_push(c, LG_STR("member"));
		if (shape->member->kind == LG_KIND_STRUCT)
			check_struct(c, shape->member, at);
		else if (lg_shape_present(shape->member, at))
			check_value(c, shape->member, at);
		else if (violate(c, shape->member, at))
			lg_buf_put(&c->message, LG_STR("Member must not be null"));
		c->path_len = path_len;
	}
}

static void
check_value(struct check *c, const struct lg_shape *shape, const void *at)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
		check_string(c, shape, at);
		break;
	case LG_KIND_BLOB:
		check_bounds(c, shape, at, (int64_t)((const lg_str *)at)->len, "length");
		break;
	case LG_KIND_INT:
		check_bounds(c, shape, at, ((const struct lg_opt_int *)at)->v, "value");
		break;
	case LG_KIND_STRUCT:
		check_struct(c, shape, *(char *const *)at);
		break;
	case LG_KIND_LIST:
		check_bounds(c, shape, at, (int64_t)((const struct lg_any_list *)at)->count, "length");
		if (shape->member->kind == LG_KIND_STRING)
			check_strings(c, shape, at);
		else
			check_list(c, shape, at);
		break;
	case LG_KIND_MAP:
		check_bounds(c, shape, at, (int64_t)((const struct lg_any_list *)at)->count, "length");
		check_map(c, shape, at);
		break;
	case LG_KIND_DOCUMENT:
	case LG_KIND_BOOL:
	case LG_KIND_FLOAT:
	case LG_KIND_TIME:
		break;
	}
}

lg_status
lg_shape_check(struct lg_ctx *cx, const struct lg_shape *shape, const void *value, lg_str *ret_message)
{
	struct check c = { .cx = cx, .message = lg_buf_start(cx, MESSAGE_MAX_BYTES), .failed = LG_OK };
	check_struct(&c, shape, value);
	if (lg_failed(c.failed))
		return c.failed;
	if (!c.count) {
		*ret_message = LG_STR_NONE;
		return LG_OK;
	}
	lg_str head, violations;
	LG_TRY(lg_str_fmt(cx, &head, "%zu validation error%s detected: ", c.count, c.count == 1 ? "" : "s"));
	LG_TRY(lg_buf_finish(cx, &c.message, &violations));
	return lg_str_concat(cx, (lg_str[]){ head, violations }, 2, ret_message);
}
