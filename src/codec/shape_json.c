#include "codec/shape_io.h"

#include "codec/bytes.h"

static lg_status read_value(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *value, void *ret);

static lg_status
wrong_type(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_SERIALIZATION,
		"Unexpected token in the request body: a member has the wrong type.");
}

static lg_status
read_struct(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *object, char *ret)
{
	if (!json_is_object(object))
		return wrong_type(cx);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const json_t *value = lg_json_member(object, field->name);
		if (value)
			LG_TRY(read_value(cx, field->shape, value, ret + field->offset));
	}
	return LG_OK;
}

/* An element stands by value where a member of this shape would be a pointer. */
static lg_status
read_element(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *value, void *ret)
{
	if (shape->kind == LG_KIND_STRUCT)
		return read_struct(cx, shape, value, ret);
	return read_value(cx, shape, value, ret);
}

static lg_status
read_list(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *array, struct lg_any_list *ret)
{
	if (!json_is_array(array))
		return wrong_type(cx);
	size_t count = json_array_size(array), size = shape->member->size;
	struct lg_any_list list = { .items = lg_arena_array(cx->arena, count ? count : 1, size),
		.has = true };
	if (!list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array, i);
		/* null in a list stays an absent element: validation speaks about it. */
		if (!json_is_null(value))
			LG_TRY(read_element(cx, shape->member, value, (char *)list.items + i * size));
		list.count++;
	}
	*ret = list;
	return LG_OK;
}

static lg_status
read_map(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *object, struct lg_any_list *ret)
{
	if (!json_is_object(object))
		return wrong_type(cx);
	size_t count = json_object_size(object);
	struct lg_any_list map = { .items = lg_arena_array(cx->arena, count ? count : 1, shape->pair_size),
		.has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* jansson keeps the order of insertion; keys hold no NUL (the parser refuses it). */
	json_t *walked = (json_t *)(uintptr_t)object;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
		const json_t *value = json_object_iter_value(at);
		if (json_is_null(value))
			continue;
		char *pair = (char *)map.items + map.count * shape->pair_size;
		*(lg_str *)(void *)pair = lg_str_from_c(json_object_iter_key(at));
		LG_TRY(read_element(cx, shape->member, value, pair + shape->pair_offset));
		map.count++;
	}
	*ret = map;
	return LG_OK;
}

static lg_status
read_int(struct lg_ctx *cx, const json_t *value, struct lg_opt_int *ret)
{
	if (json_is_integer(value)) {
		*ret = (struct lg_opt_int){ true, json_integer_value(value) };
		return LG_OK;
	}
	double real = json_is_real(value) ? json_real_value(value) : 0.5;
	if (real < -9007199254740992.0 || real > 9007199254740992.0 || real != (double)(int64_t)real)
		return wrong_type(cx);
	*ret = (struct lg_opt_int){ true, (int64_t)real };
	return LG_OK;
}

static lg_status
read_time(struct lg_ctx *cx, const json_t *value, struct lg_opt_time *ret)
{
	double seconds = json_is_number(value) ? json_number_value(value) : 1e18;
	if (!(seconds > -1e11 && seconds < 1e11))
		return wrong_type(cx);
	*ret = (struct lg_opt_time){ true, { (int64_t)(seconds * 1000.0 + (seconds < 0 ? -0.5 : 0.5)) } };
	return LG_OK;
}

static lg_status
read_document(struct lg_ctx *cx, const json_t *value, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, (size_t)1 << 20);
	lg_json_tree(j, value);
	const lg_status s = lg_json_finish(cx, j, ret);
	if (s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_SERIALIZATION, "A document is too large.");
	return s;
}

static lg_status
read_value(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *value, void *ret)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
	case LG_KIND_BLOB: {
		if (!json_is_string(value))
			return wrong_type(cx);
		lg_str text = lg_json_text(value);
		if (shape->kind == LG_KIND_BLOB && lg_failed(lg_base64_decode(cx, text, &text)))
			return lg_fail(cx, LG_E_SERIALIZATION, "A blob is not valid base64.");
		*(lg_str *)ret = text;
		return LG_OK;
	}
	case LG_KIND_DOCUMENT:
		return read_document(cx, value, ret);
	case LG_KIND_BOOL:
		if (!json_is_boolean(value))
			return wrong_type(cx);
		*(struct lg_opt_bool *)ret = (struct lg_opt_bool){ true, json_is_true(value) };
		return LG_OK;
	case LG_KIND_INT:
		return read_int(cx, value, ret);
	case LG_KIND_FLOAT:
		if (!json_is_number(value))
			return wrong_type(cx);
		*(struct lg_opt_float *)ret = (struct lg_opt_float){ true, json_number_value(value) };
		return LG_OK;
	case LG_KIND_TIME:
		return read_time(cx, value, ret);
	case LG_KIND_STRUCT: {
		void *object = lg_arena_alloc(cx->arena, shape->size);
		if (!object)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		LG_TRY(read_struct(cx, shape, value, object));
		*(void **)ret = object;
		return LG_OK;
	}
	case LG_KIND_LIST:
		return read_list(cx, shape, value, ret);
	case LG_KIND_MAP:
		return read_map(cx, shape, value, ret);
	}
	return lg_fail_default(cx, LG_E_INTERNAL);
}

lg_status
lg_shape_read_json(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *object, void *ret)
{
	return read_struct(cx, shape, object, ret);
}

bool
lg_shape_present(const struct lg_shape *shape, const void *value)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
	case LG_KIND_BLOB:
	case LG_KIND_DOCUMENT:
		return lg_str_present(*(const lg_str *)value);
	case LG_KIND_BOOL:
		return ((const struct lg_opt_bool *)value)->has;
	case LG_KIND_INT:
		return ((const struct lg_opt_int *)value)->has;
	case LG_KIND_FLOAT:
		return ((const struct lg_opt_float *)value)->has;
	case LG_KIND_TIME:
		return ((const struct lg_opt_time *)value)->has;
	case LG_KIND_STRUCT:
		return *(void *const *)value != NULL;
	case LG_KIND_LIST:
	case LG_KIND_MAP:
		return ((const struct lg_any_list *)value)->has;
	}
	return false;
}

/* `at` is the member: for a struct, the place of its pointer. */
static void
write_value(struct lg_json *j, const struct lg_shape *shape, const void *at)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
		lg_json_str(j, *(const lg_str *)at);
		break;
	case LG_KIND_BLOB:
		lg_json_base64(j, *(const lg_str *)at);
		break;
	case LG_KIND_DOCUMENT:
		lg_json_raw(j, *(const lg_str *)at);
		break;
	case LG_KIND_BOOL:
		lg_json_bool(j, ((const struct lg_opt_bool *)at)->v);
		break;
	case LG_KIND_INT:
		lg_json_int(j, ((const struct lg_opt_int *)at)->v);
		break;
	case LG_KIND_FLOAT:
		lg_json_float(j, ((const struct lg_opt_float *)at)->v);
		break;
	case LG_KIND_TIME:
		lg_json_time(j, ((const struct lg_opt_time *)at)->v);
		break;
	case LG_KIND_STRUCT:
		lg_shape_write_json(j, shape, *(void *const *)at);
		break;
	case LG_KIND_LIST:
	case LG_KIND_MAP: {
		const struct lg_any_list *list = at;
		const struct lg_shape *member = shape->member;
		bool map = shape->kind == LG_KIND_MAP;
		size_t size = map ? shape->pair_size : member->size;
		lg_json_open(j, map ? '{' : '[');
		for (size_t i = 0; i < list->count; i++) {
			const char *item = (const char *)list->items + i * size;
			if (map)
				lg_json_key(j, *(const lg_str *)(const void *)item);
			item += map ? shape->pair_offset : 0;
			if (member->kind == LG_KIND_STRUCT)
				lg_shape_write_json(j, member, item);
			else
				write_value(j, member, item);
		}
		lg_json_close(j, map ? '}' : ']');
		break;
	}
	}
}

void
lg_shape_write_json(struct lg_json *j, const struct lg_shape *shape, const void *value)
{
	lg_json_open(j, '{');
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const char *at = (const char *)value + field->offset;
		if (!lg_shape_present(field->shape, at))
			continue;
		lg_json_key(j, field->name);
		write_value(j, field->shape, at);
	}
	lg_json_close(j, '}');
}
