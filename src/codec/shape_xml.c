#include "codec/shape_xml.h"

#include <inttypes.h>
#include <stdio.h>

#include "codec/shape_io.h"

static void
put_int(struct lg_xml_out *x, int64_t value)
{
	char text[24];
	const int len = snprintf(text, sizeof(text), "%" PRId64, value);
	lg_xml_put_text(x, lg_str_from_bytes(text, (size_t)len));
}

static void write_list(struct lg_xml_out *x, const struct lg_shape *shape, const struct lg_any_list *list);

/* `at` is the member: for a struct, the place of its pointer. */
static void
write_value(struct lg_xml_out *x, const struct lg_shape *shape, const void *at)
{
	switch (shape->kind) {
	case LG_KIND_STRING:
		lg_xml_put_text(x, *(const lg_str *)at);
		break;
	case LG_KIND_BOOL:
		lg_xml_put_text(x, ((const struct lg_opt_bool *)at)->v ? LG_STR("true") : LG_STR("false"));
		break;
	case LG_KIND_INT:
		put_int(x, ((const struct lg_opt_int *)at)->v);
		break;
	case LG_KIND_BLOB:
	case LG_KIND_DOCUMENT:
	case LG_KIND_FLOAT:
		lg_xml_refuse(x);
		break;
	case LG_KIND_TIME: {
		char text[LG_TIME_RFC3339_SIZE];
		lg_time_rfc3339(((const struct lg_opt_time *)at)->v, text);
		lg_xml_put_text(x, lg_str_from_c(text));
		break;
	}
	case LG_KIND_STRUCT:
		lg_shape_write_xml(x, shape, *(void *const *)at);
		break;
	case LG_KIND_LIST:
	case LG_KIND_MAP:
		write_list(x, shape, at);
		break;
	}
}

/* An element of a list, or the value of a map: structs stand by value. */
static void
write_element(struct lg_xml_out *x, const struct lg_shape *shape, const void *at)
{
	if (shape->kind == LG_KIND_STRUCT)
		lg_shape_write_xml(x, shape, at);
	else
		write_value(x, shape, at);
}

static void
write_list(struct lg_xml_out *x, const struct lg_shape *shape, const struct lg_any_list *list)
{
	const bool map = shape->kind == LG_KIND_MAP;
	const size_t size = map ? shape->pair_size : shape->member->size;
	for (size_t i = 0; i < list->count; i++) {
		const char *item = (const char *)list->items + i * size;
		lg_xml_open(x, map ? LG_STR("entry") : LG_STR("member"));
		if (map) {
			lg_xml_pair(x, LG_STR("key"), *(const lg_str *)(const void *)item);
			lg_xml_open(x, LG_STR("value"));
			write_element(x, shape->member, item + shape->pair_offset);
			lg_xml_close(x);
		} else {
			write_element(x, shape->member, item);
		}
		lg_xml_close(x);
	}
}

void
lg_shape_write_xml(struct lg_xml_out *x, const struct lg_shape *shape, const void *value)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const char *at = (const char *)value + field->offset;
		if (!lg_shape_present(field->shape, at))
			continue;
		lg_xml_open(x, field->name);
		write_value(x, field->shape, at);
		lg_xml_close(x);
	}
}
