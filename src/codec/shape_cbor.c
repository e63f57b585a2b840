#include "codec/shape_io.h"

#include "codec/cbor.h"
#include "codec/text.h"

#define RECORD_MAX_BYTES ((size_t)4 << 20)
#define DEPTH_MAX 16
#define FIELDS_MAX 96

/* One pair of a structure's map: a field of ours, or the bytes of one that we do not know. */
struct entry {
	unsigned number;
	const struct lg_field *field;
	lg_str raw;
};

static lg_status put_struct(
	struct lg_ctx *cx, struct lg_buf *b, const struct lg_shape *shape, const char *value);

static lg_status
put_value(struct lg_ctx *cx, struct lg_buf *b, const struct lg_shape *shape, const char *at)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
	case LG_KIND_DOCUMENT: {
		lg_str text = *(const lg_str *)(const void *)at;
		if (!lg_text_is_utf8(text))
			return lg_fail(cx, LG_E_INTERNAL, "record with text that is not UTF-8");
		lg_cbor_put_text(b, text);
		return LG_OK;
	}
	case LG_KIND_BLOB:
		lg_cbor_put_bytes(b, *(const lg_str *)(const void *)at);
		return LG_OK;
	case LG_KIND_BOOL:
		lg_cbor_put_bool(b, ((const struct lg_opt_bool *)(const void *)at)->v);
		return LG_OK;
	case LG_KIND_INT:
		lg_cbor_put_int(b, ((const struct lg_opt_int *)(const void *)at)->v);
		return LG_OK;
	case LG_KIND_FLOAT:
		lg_cbor_put_double(b, ((const struct lg_opt_float *)(const void *)at)->v);
		return LG_OK;
	case LG_KIND_TIME:
		lg_cbor_put_int(b, ((const struct lg_opt_time *)(const void *)at)->v.ms);
		return LG_OK;
	case LG_KIND_STRUCT:
		return put_struct(cx, b, shape, *(const char *const *)(const void *)at);
	case LG_KIND_LIST:
	case LG_KIND_MAP:
		break;
	}

	/* A map is an array of keys and values in turn: it keeps its order. */
	const struct lg_any_list *list = (const void *)at;
	bool map = shape->kind == LG_KIND_MAP;
	size_t size = map ? shape->pair_size : shape->member->size;
	lg_cbor_put_head(b, LG_CBOR_ARRAY, map ? list->count * 2 : list->count);
	for (size_t i = 0; i < list->count; i++) {
		const char *item = (const char *)list->items + i * size;
		if (map)
			lg_cbor_put_text(b, *(const lg_str *)(const void *)item);
		item += map ? shape->pair_offset : 0;
		if (shape->member->kind == LG_KIND_STRUCT)
			LG_TRY(put_struct(cx, b, shape->member, item));
		else
			LG_TRY(put_value(cx, b, shape->member, item));
	}
	return LG_OK;
}

/* Insert by number. */
static lg_status
add_entry(struct lg_ctx *cx, struct entry *entries, size_t *count, struct entry entry)
{
	if (*count == FIELDS_MAX)
		return lg_fail(cx, LG_E_INTERNAL, "structure with too many fields");
	size_t at = (*count)++;
	for (; at && entries[at - 1].number > entry.number; at--)
		entries[at] = entries[at - 1];
	entries[at] = entry;
	return LG_OK;
}

/* The unknown fields that a structure was read with. */
static lg_status
add_rest(struct lg_ctx *cx, struct entry *entries, size_t *count, lg_str rest)
{
	while (rest.len) {
		lg_str from = rest;
		struct lg_cbor_item key;
		LG_TRY(lg_cbor_next(cx, &rest, &key));
		LG_TRY(lg_cbor_skip(cx, &rest, DEPTH_MAX));
		struct entry entry = { .number = (unsigned)key.number,
			.raw = lg_str_slice(from, 0, from.len - rest.len) };
		LG_TRY(add_entry(cx, entries, count, entry));
	}
	return LG_OK;
}

static lg_status
put_struct(struct lg_ctx *cx, struct lg_buf *b, const struct lg_shape *shape, const char *value)
{
	struct entry entries[FIELDS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		if (field->number && lg_shape_present(field->shape, value + field->offset))
			LG_TRY(add_entry(cx, entries, &count,
				(struct entry){ .number = field->number, .field = field }));
	}
	if (shape->rest_offset)
		LG_TRY(add_rest(
			cx, entries, &count, *(const lg_str *)(const void *)(value + shape->rest_offset)));

	lg_cbor_put_head(b, LG_CBOR_MAP, count);
	for (size_t i = 0; i < count; i++) {
		if (!entries[i].field) {
			lg_buf_put(b, entries[i].raw);
			continue;
		}
		lg_cbor_put_head(b, LG_CBOR_UINT, entries[i].number);
		LG_TRY(put_value(cx, b, entries[i].field->shape, value + entries[i].field->offset));
	}
	return LG_OK;
}

lg_status
lg_shape_to_cbor(struct lg_ctx *cx, const struct lg_shape *shape, const void *value, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, RECORD_MAX_BYTES);
	LG_TRY(put_struct(cx, &b, shape, value));
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
damaged(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "record is damaged");
}

static lg_status
expect(struct lg_ctx *cx, lg_str *rest, enum lg_cbor_type type, struct lg_cbor_item *ret)
{
	LG_TRY(lg_cbor_next(cx, rest, ret));
	return ret->type == type ? LG_OK : damaged(cx);
}

static lg_status
get_int(struct lg_ctx *cx, lg_str *rest, int64_t *ret)
{
	struct lg_cbor_item item;
	LG_TRY(lg_cbor_next(cx, rest, &item));
	if ((item.type != LG_CBOR_UINT && item.type != LG_CBOR_NEGATIVE) || item.number > INT64_MAX)
		return damaged(cx);
	*ret = item.type == LG_CBOR_UINT ? (int64_t)item.number : -1 - (int64_t)item.number;
	return LG_OK;
}

static lg_status get_struct(
	struct lg_ctx *cx, const struct lg_shape *shape, lg_str *rest, unsigned depth, char *ret);
static lg_status get_value(
	struct lg_ctx *cx, const struct lg_shape *shape, lg_str *rest, unsigned depth, char *ret);

static lg_status
get_text(struct lg_ctx *cx, lg_str *rest, enum lg_cbor_type type, lg_str *ret)
{
	struct lg_cbor_item item;
	LG_TRY(expect(cx, rest, type, &item));
	return lg_str_dup(cx, item.bytes, ret);
}

static lg_status
get_list(struct lg_ctx *cx, const struct lg_shape *shape, lg_str *rest, unsigned depth,
	struct lg_any_list *ret)
{
	struct lg_cbor_item head;
	LG_TRY(expect(cx, rest, LG_CBOR_ARRAY, &head));
	bool map = shape->kind == LG_KIND_MAP;
	/* Every element has at least one byte, so a count beyond the input is a lie. */
	if (head.number > rest->len || (map && head.number % 2))
		return damaged(cx);
	size_t count = (size_t)head.number / (map ? 2 : 1);
	size_t size = map ? shape->pair_size : shape->member->size;
	struct lg_any_list list = {
		.items = lg_arena_array(cx->arena, count ? count : 1, size), .count = count, .has = true
	};
	if (!list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		char *item = (char *)list.items + i * size;
		if (map)
			LG_TRY(get_text(cx, rest, LG_CBOR_TEXT, (lg_str *)(void *)item));
		item += map ? shape->pair_offset : 0;
		if (shape->member->kind == LG_KIND_STRUCT)
			LG_TRY(get_struct(cx, shape->member, rest, depth, item));
		else
			LG_TRY(get_value(cx, shape->member, rest, depth, item));
	}
	*ret = list;
	return LG_OK;
}

static lg_status
get_value(struct lg_ctx *cx, const struct lg_shape *shape, lg_str *rest, unsigned depth, char *ret)
{
	struct lg_cbor_item item;
	int64_t number;
	if (!depth)
		return damaged(cx);
	switch (shape->kind) {
	case LG_KIND_STRING:
	case LG_KIND_DOCUMENT:
		return get_text(cx, rest, LG_CBOR_TEXT, (lg_str *)(void *)ret);
	case LG_KIND_BLOB:
		return get_text(cx, rest, LG_CBOR_BYTES, (lg_str *)(void *)ret);
	case LG_KIND_BOOL:
		LG_TRY(expect(cx, rest, LG_CBOR_BOOL, &item));
		*(struct lg_opt_bool *)(void *)ret = (struct lg_opt_bool){ true, item.number == 1 };
		return LG_OK;
	case LG_KIND_INT:
		LG_TRY(get_int(cx, rest, &number));
		*(struct lg_opt_int *)(void *)ret = (struct lg_opt_int){ true, number };
		return LG_OK;
	case LG_KIND_FLOAT:
		LG_TRY(expect(cx, rest, LG_CBOR_DOUBLE, &item));
		*(struct lg_opt_float *)(void *)ret = (struct lg_opt_float){ true, item.real };
		return LG_OK;
	case LG_KIND_TIME:
		LG_TRY(get_int(cx, rest, &number));
		*(struct lg_opt_time *)(void *)ret = (struct lg_opt_time){ true, { number } };
		return LG_OK;
	case LG_KIND_STRUCT: {
		void *object = lg_arena_alloc(cx->arena, shape->size);
		if (!object)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		LG_TRY(get_struct(cx, shape, rest, depth - 1, object));
		*(void **)(void *)ret = object;
		return LG_OK;
	}
	case LG_KIND_LIST:
	case LG_KIND_MAP:
		return get_list(cx, shape, rest, depth - 1, (struct lg_any_list *)(void *)ret);
	}
	return damaged(cx);
}

static const struct lg_field *
field_of(const struct lg_shape *shape, uint64_t number)
{
	for (size_t i = 0; i < shape->field_count; i++)
		if (shape->fields[i].number == number && number)
			return &shape->fields[i];
	return NULL;
}

static lg_status
get_struct(struct lg_ctx *cx, const struct lg_shape *shape, lg_str *rest, unsigned depth, char *ret)
{
	struct lg_cbor_item head, key;
	LG_TRY(expect(cx, rest, LG_CBOR_MAP, &head));
	struct lg_buf unknown = lg_buf_start(cx, RECORD_MAX_BYTES);
	uint64_t newest = 0;
	if (head.number > FIELDS_MAX) /* could not be written back */
		return damaged(cx);
	for (uint64_t i = 0; i < head.number; i++) {
		lg_str from = *rest;
		LG_TRY(expect(cx, rest, LG_CBOR_UINT, &key));
		if (key.number <= newest || key.number > UINT16_MAX) /* ascending, so none stands twice */
			return damaged(cx);
		newest = key.number;
		const struct lg_field *field = field_of(shape, key.number);
		if (field) {
			LG_TRY(get_value(cx, field->shape, rest, depth, ret + field->offset));
		} else {
			LG_TRY(lg_cbor_skip(cx, rest, DEPTH_MAX));
			lg_buf_put(&unknown, lg_str_slice(from, 0, from.len - rest->len));
		}
	}
	if (unknown.len && shape->rest_offset)
		LG_TRY(lg_buf_finish(cx, &unknown, (lg_str *)(void *)(ret + shape->rest_offset)));
	return LG_OK;
}

lg_status
lg_shape_from_cbor(struct lg_ctx *cx, const struct lg_shape *shape, lg_str bytes, void *ret)
{
	LG_TRY(get_struct(cx, shape, &bytes, DEPTH_MAX, ret));
	return bytes.len ? damaged(cx) : LG_OK;
}
