/*
 * whole.h - a structure with every kind of member, which no operation has, and its tables.
 */
#ifndef LG_TESTS_WHOLE_H
#define LG_TESTS_WHOLE_H

#include <string.h>

#include "codec/shape_io.h"
#include "tests/lib/test.h"

static struct lg_test_ctx t;

static inline struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

struct part {
	lg_str name;
	struct lg_opt_int size;
	lg_str rest;
};

struct part_list {
	struct part *items;
	size_t count;
	bool has;
};

struct part_pair {
	lg_str key;
	struct part value;
};

struct part_map {
	struct part_pair *items;
	size_t count;
	bool has;
};

struct name_lists {
	struct lg_str_list *items;
	size_t count;
	bool has;
};

struct whole {
	struct lg_opt_bool flag;
	struct lg_opt_int count;
	struct lg_opt_float ratio;
	struct lg_opt_time at;
	lg_str data;
	lg_str any;
	lg_str color;
	lg_str secret;
	struct part *part;
	struct part_list parts;
	struct part_map by_name;
	struct lg_str_list names;
	struct name_lists lists;
	struct lg_str_map tags;
	lg_str rest;
};

static const lg_str colors[] = { LG_STR_INIT("RED"), LG_STR_INIT("BLUE") };
static const struct lg_shape text_shape = { .kind = LG_KIND_STRING, .size = sizeof(lg_str) };
static const struct lg_shape name_shape = { .kind = LG_KIND_STRING,
	.size = sizeof(lg_str),
	.has_min = true,
	.min = 1,
	.has_max = true,
	.max = 4,
	.pattern = "[a-zé]*" };
static const struct lg_shape color_shape = {
	.kind = LG_KIND_STRING, .size = sizeof(lg_str), .values = colors, .value_count = 2
};
static const struct lg_shape secret_shape = {
	.kind = LG_KIND_STRING, .size = sizeof(lg_str), .sensitive = true, .has_max = true, .max = 3
};
static const struct lg_shape any_shape = { .kind = LG_KIND_DOCUMENT, .size = sizeof(lg_str) };
static const struct lg_shape data_shape = {
	.kind = LG_KIND_BLOB, .size = sizeof(lg_str), .has_max = true, .max = 3
};
static const struct lg_shape flag_shape = { .kind = LG_KIND_BOOL, .size = sizeof(struct lg_opt_bool) };
static const struct lg_shape count_shape = { .kind = LG_KIND_INT,
	.size = sizeof(struct lg_opt_int),
	.has_min = true,
	.min = -2,
	.has_max = true,
	.max = 9 };
static const struct lg_shape long_shape = { .kind = LG_KIND_INT, .size = sizeof(struct lg_opt_int) };
static const struct lg_shape ratio_shape = { .kind = LG_KIND_FLOAT, .size = sizeof(struct lg_opt_float) };
static const struct lg_shape time_shape = { .kind = LG_KIND_TIME, .size = sizeof(struct lg_opt_time) };
static const struct lg_field part_fields[] = {
	{ LG_STR_INIT("Name"), LG_STR_INIT("name"), offsetof(struct part, name), &name_shape, true, 2 },
	{ LG_STR_INIT("Size"), LG_STR_INIT("size"), offsetof(struct part, size), &long_shape, false, 1 },
};
static const struct lg_shape part_shape = { .kind = LG_KIND_STRUCT,
	.size = sizeof(struct part),
	.fields = part_fields,
	.field_count = LG_LEN(part_fields),
	.rest_offset = offsetof(struct part, rest) };
static const struct lg_shape parts_shape = { .kind = LG_KIND_LIST,
	.size = sizeof(struct part_list),
	.member = &part_shape,
	.has_max = true,
	.max = 2 };
static const struct lg_shape by_name_shape = { .kind = LG_KIND_MAP,
	.size = sizeof(struct part_map),
	.key = &name_shape,
	.member = &part_shape,
	.pair_size = sizeof(struct part_pair),
	.pair_offset = offsetof(struct part_pair, value) };
static const struct lg_shape names_shape = {
	.kind = LG_KIND_LIST, .size = sizeof(struct lg_str_list), .member = &name_shape
};
static const struct lg_shape lists_shape = {
	.kind = LG_KIND_LIST, .size = sizeof(struct name_lists), .member = &names_shape
};
static const struct lg_shape tags_shape = { .kind = LG_KIND_MAP,
	.size = sizeof(struct lg_str_map),
	.key = &text_shape,
	.member = &color_shape,
	.pair_size = sizeof(struct lg_str_pair),
	.pair_offset = offsetof(struct lg_str_pair, value),
	.has_max = true,
	.max = 2 };
static const struct lg_field whole_fields[] = {
	{ LG_STR_INIT("Flag"), LG_STR_INIT("flag"), offsetof(struct whole, flag), &flag_shape, false, 3 },
	{ LG_STR_INIT("Count"), LG_STR_INIT("count"), offsetof(struct whole, count), &count_shape, false,
		1 },
	{ LG_STR_INIT("Ratio"), LG_STR_INIT("ratio"), offsetof(struct whole, ratio), &ratio_shape, false,
		30 },
	{ LG_STR_INIT("At"), LG_STR_INIT("at"), offsetof(struct whole, at), &time_shape, false, 300 },
	{ LG_STR_INIT("Data"), LG_STR_INIT("data"), offsetof(struct whole, data), &data_shape, false, 4 },
	{ LG_STR_INIT("Any"), LG_STR_INIT("any"), offsetof(struct whole, any), &any_shape, false, 5 },
	{ LG_STR_INIT("Color"), LG_STR_INIT("color"), offsetof(struct whole, color), &color_shape, false,
		6 },
	{ LG_STR_INIT("Secret"), LG_STR_INIT("secret"), offsetof(struct whole, secret), &secret_shape, false,
		7 },
	{ LG_STR_INIT("Part"), LG_STR_INIT("part"), offsetof(struct whole, part), &part_shape, false, 8 },
	{ LG_STR_INIT("Parts"), LG_STR_INIT("parts"), offsetof(struct whole, parts), &parts_shape, false,
		9 },
	{ LG_STR_INIT("ByName"), LG_STR_INIT("byName"), offsetof(struct whole, by_name), &by_name_shape,
		false, 10 },
	{ LG_STR_INIT("Names"), LG_STR_INIT("names"), offsetof(struct whole, names), &names_shape, false,
		11 },
	{ LG_STR_INIT("Lists"), LG_STR_INIT("lists"), offsetof(struct whole, lists), &lists_shape, false,
		12 },
	{ LG_STR_INIT("Tags"), LG_STR_INIT("tags"), offsetof(struct whole, tags), &tags_shape, false, 13 },
};
static const struct lg_shape whole_shape = { .kind = LG_KIND_STRUCT,
	.size = sizeof(struct whole),
	.fields = whole_fields,
	.field_count = LG_LEN(whole_fields),
	.rest_offset = offsetof(struct whole, rest) };

static inline lg_status
read_whole(struct lg_ctx *cx, lg_str json, struct whole *ret)
{
	json_t *tree;
	memset(ret, 0, sizeof(*ret));
	CHECK_OK(lg_json_parse(cx, json, &tree));
	return lg_shape_read_json(cx, &whole_shape, tree, ret);
}

static inline lg_str
write_whole(struct lg_ctx *cx, const struct whole *value)
{
	struct lg_json *j = lg_json_new(cx, 64 * 1024);
	lg_shape_write_json(j, &whole_shape, value);
	lg_str text;
	CHECK_OK(lg_json_finish(cx, j, &text));
	return text;
}

#define EVERYTHING                                                                                          \
	"{\"Flag\":false,\"Count\":7,\"Ratio\":0.25,\"At\":1689980857.949,\"Data\":\"AP8=\",\"Any\":{"      \
	"\"b\":[1,null],\"a\":\"\"},"                                                                       \
	"\"Color\":\"RED\",\"Secret\":\"\",\"Part\":{\"Name\":\"é\",\"Size\":-9223372036854775808},"       \
	"\"Parts\":[{\"Name\":\"a\"},{\"Name\":\"b\",\"Size\":1}],\"ByName\":{\"z\":{\"Name\":\"z\"},"      \
	"\"a\":{\"Name\":\"a\"}},"                                                                          \
	"\"Names\":[],\"Lists\":[[\"a\",\"b\"],[]],\"Tags\":{\"k\":\"RED\"}}"

#endif
