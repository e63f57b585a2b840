#include "proto/query_form.h"

static lg_status read_value(struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_str_map *params,
	lg_str name, void *ret);

/* Is there `name` itself, or anything below it? */
static bool
has(const struct lg_str_map *params, lg_str name)
{
	for (size_t i = 0; i < params->count; i++) {
		const lg_str key = params->items[i].key;
		if (lg_str_starts(key, name) && (key.len == name.len || key.ptr[name.len] == '.'))
			return true;
	}
	return false;
}

static lg_status
read_struct(struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_str_map *params, lg_str prefix,
	void *ret)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		lg_str name = field->name;
		if (!lg_str_empty(prefix))
			LG_TRY(lg_str_concat(cx, (lg_str[]){ prefix, LG_STR("."), field->name }, 3, &name));
		if (!has(params, name))
			continue;
		void *place = (char *)ret + field->offset;
		if (field->shape->kind == LG_KIND_STRUCT) {
			void *inner = lg_new_array(cx, char, field->shape->size);
			if (!inner)
				return lg_fail_default(cx, LG_E_NO_MEMORY);
			LG_TRY(read_struct(cx, field->shape, params, name, inner));
			*(void **)place = inner;
		} else {
			LG_TRY(read_value(cx, field->shape, params, name, place));
		}
	}
	return LG_OK;
}

static lg_status
member_name(struct lg_ctx *cx, lg_str list, size_t index, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%.*s.member.%zu", LG_FMT(list), index + 1);
}

static lg_status
read_list(struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_str_map *params, lg_str name,
	struct lg_any_list *ret)
{
	size_t count = 0;
	for (lg_str member; count < params->count; count++) {
		LG_TRY(member_name(cx, name, count, &member));
		if (!has(params, member))
			break;
	}
	char *items = lg_arena_array(cx->arena, count ? count : 1, shape->member->size);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		lg_str member;
		LG_TRY(member_name(cx, name, i, &member));
		LG_TRY(read_value(cx, shape->member, params, member, items + i * shape->member->size));
	}
	*ret = (struct lg_any_list){ .items = items, .count = count, .has = true };
	return LG_OK;
}

static lg_status
read_int(struct lg_ctx *cx, lg_str text, struct lg_opt_int *ret)
{
	uint64_t number;
	const bool negative = lg_str_starts(text, LG_STR("-"));
	if (!lg_str_to_uint(lg_str_slice(text, negative ? 1 : 0, text.len), INT64_MAX, &number))
		return lg_fail_default(cx, LG_E_SERIALIZATION);
	*ret = (struct lg_opt_int){ .has = true, .v = negative ? -(int64_t)number : (int64_t)number };
	return LG_OK;
}

static lg_status
read_bool(struct lg_ctx *cx, lg_str text, struct lg_opt_bool *ret)
{
	const bool yes = lg_str_eq(text, LG_STR("true"));
	if (!yes && !lg_str_eq(text, LG_STR("false")))
		return lg_fail_default(cx, LG_E_SERIALIZATION);
	*ret = (struct lg_opt_bool){ .has = true, .v = yes };
	return LG_OK;
}

/* One value at its place; structs by value, as in lists. */
static lg_status
read_value(struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_str_map *params, lg_str name,
	void *ret)
{
	const lg_str text = lg_str_map_get(params, name);
	switch (shape->kind) {
	case LG_KIND_STRUCT:
		return read_struct(cx, shape, params, name, ret);
	case LG_KIND_LIST:
		return read_list(cx, shape, params, name, ret);
	case LG_KIND_STRING:
		*(lg_str *)ret = text;
		return LG_OK;
	case LG_KIND_INT:
		return read_int(cx, text, ret);
	case LG_KIND_BOOL:
		return read_bool(cx, text, ret);
	case LG_KIND_BLOB:
	case LG_KIND_DOCUMENT:
	case LG_KIND_FLOAT:
	case LG_KIND_TIME:
	case LG_KIND_MAP:
		break;
	}
	return lg_fail(cx, LG_E_INTERNAL, "no input of this protocol has such a member");
}

lg_status
lg_query_form_read(
	struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_str_map *params, void *ret)
{
	return read_struct(cx, shape, params, LG_STR(""), ret);
}
