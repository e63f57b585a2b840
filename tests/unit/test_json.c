#include "tests/lib/test.h"

#include <math.h>
#include <string.h>

#include "codec/json.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

TEST(reader_takes_all_or_nothing)
{
	struct lg_ctx *cx = begin();
	json_t *tree = NULL;
	const char *bad[] = { "", " ", "{", "{}{}", "{} x", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
		"{'a':1}", "[1,]", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\xff\"", "\"\xc0\x80\"", "nul",
		"NaN", "{\"a\":01}", "[1e999]", "\"\x01\"", "[9223372036854775808]", "{\"a\\u0000b\":1}",
		"// x", "\xef\xbb\xbf{}" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_json_parse(cx, lg_str_from_c(bad[i]), &tree), LG_E_MALFORMED);
	CHECK_CODE(lg_json_parse(cx, LG_STR("{}\0"), &tree), LG_E_MALFORMED);
	CHECK_CODE(lg_json_parse(cx, LG_STR_NONE, &tree), LG_E_MALFORMED);
	CHECK(!tree);
	lg_test_ctx_done(&t);
}

TEST(reader_gives_views)
{
	struct lg_ctx *cx = begin();
	json_t *tree;
	CHECK_OK(lg_json_parse(
		cx, LG_STR("{\"a\":\"x\\u0000y\\ud83d\\ude00\",\"b\":null,\"n\":1,\"\":\"e\"}"), &tree));
	CHECK_STR(lg_json_member_text(tree, LG_STR("a")), LG_STR("x\0y😀"));
	CHECK(!lg_json_member(tree, LG_STR("b")));
	CHECK(!lg_json_member(tree, LG_STR("c")));
	CHECK(!lg_json_member(tree, LG_STR("a\0")));
	CHECK(lg_json_member(tree, LG_STR("n")));
	CHECK(!lg_str_present(lg_json_member_text(tree, LG_STR("n"))));
	CHECK_STR(lg_json_member_text(tree, LG_STR("")), LG_STR("e"));
	CHECK(!lg_json_member(lg_json_member(tree, LG_STR("n")), LG_STR("a")));
	CHECK(!lg_json_member(NULL, LG_STR("a")));
	CHECK(!lg_str_present(lg_json_text(NULL)));
	lg_test_ctx_done(&t);
}

/* `count` times `part`, between `[` and `]`. */
static lg_str
array_of(struct lg_ctx *cx, const char *part, size_t count)
{
	const size_t len = strlen(part);
	char *text = lg_new_array(cx, char, count *(len + 1) + 2);
	assert_non_null(text);
	char *at = text;
	*at++ = '[';
	for (size_t i = 0; i < count; i++) {
		if (i)
			*at++ = ',';
		memcpy(at, part, len);
		at += len;
	}
	*at++ = ']';
	return lg_str_from_bytes(text, (size_t)(at - text));
}

TEST(reader_counts_depth)
{
	struct lg_ctx *cx = begin();
	json_t *tree;
	char deep[200];
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	CHECK_CODE(lg_json_parse(cx, lg_str_from_bytes(deep + 67, 66), &tree), LG_E_MALFORMED);
	CHECK_OK(lg_json_parse(cx, lg_str_from_bytes(deep + 68, 64), &tree));
	CHECK_OK(lg_json_parse(cx, array_of(cx, "{\"[[[[[[[[[[\":\"\\\"{{{{{{{{{{\"}", 100), &tree));
	lg_test_ctx_done(&t);
}

TEST(reader_counts_values_before_it_allocates)
{
	struct lg_ctx *cx = begin();
	json_t *tree;
	/* The array itself is one of them. */
	CHECK_OK(lg_json_parse(cx, array_of(cx, "1", LG_JSON_MAX_VALUES - 1), &tree));
	CHECK_OK(lg_json_parse(cx, array_of(cx, " { } ", LG_JSON_MAX_VALUES - 1), &tree));
	CHECK_OK(lg_json_parse(cx, array_of(cx, "[ 1]", (LG_JSON_MAX_VALUES - 1) / 2), &tree));
	const lg_str many[] = { array_of(cx, "1", LG_JSON_MAX_VALUES),
		array_of(cx, "{}", LG_JSON_MAX_VALUES), array_of(cx, "[1]", LG_JSON_MAX_VALUES / 2),
		array_of(cx, "{\"a\":{\"b\":1}}", LG_JSON_MAX_VALUES / 3 + 1) };
	const size_t used = lg_arena_used(cx->arena);
	for (size_t i = 0; i < LG_LEN(many); i++)
		CHECK_CODE(lg_json_parse(cx, many[i], &tree), LG_E_MALFORMED);
	CHECK(lg_arena_used(cx->arena) < used + 1024);
	lg_test_ctx_done(&t);
}

TEST(reader_tells_exhausted_memory_from_wrong_text)
{
	struct lg_ctx *cx = begin();
	struct lg_ctx small = { 0 };
	json_t *tree;
	assert_int_equal(lg_arena_new(8 * 1024, &small.arena).code, LG_E_OK);
	CHECK_CODE(lg_json_parse(&small, array_of(cx, "{\"a\":1}", 500), &tree), LG_E_NO_MEMORY);
	lg_arena_free(small.arena);
	lg_test_ctx_done(&t);
}

TEST(reader_does_not_quote_its_input)
{
	struct lg_ctx *cx = begin();
	json_t *tree;
	CHECK_CODE(lg_json_parse(cx, LG_STR("{\"Password\":hunter2}"), &tree), LG_E_MALFORMED);
	CHECK_STR(cx->failure.text, LG_STR("JSON error at byte 18"));
	lg_test_ctx_done(&t);
}

TEST(writer_escapes_and_matches)
{
	struct lg_ctx *cx = begin();
	struct lg_json *j = lg_json_new(cx, 1000);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("a\""), LG_STR("\\\n\r\t\x01\0\x7fü😀</"));
	lg_json_pair_bool(j, LG_STR("b"), true);
	lg_json_pair_int(j, LG_STR("i"), -5);
	lg_json_key(j, LG_STR("l"));
	lg_json_open(j, '[');
	lg_json_null(j);
	lg_json_bool(j, false);
	lg_json_int(j, INT64_MIN);
	lg_json_raw(j, LG_STR("{\"r\":1}"));
	lg_json_base64(j, LG_STR("f"));
	lg_json_open(j, '{');
	lg_json_close(j, '}');
	lg_json_open(j, '[');
	lg_json_close(j, ']');
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	lg_str text;
	CHECK_OK(lg_json_finish(cx, j, &text));
	CHECK_STR(text, LG_STR("{\"a\\\"\":\"\\\\\\n\\r\\t\\u0001\\u0000\\u007fü😀</\",\"b\":true,\"i\":-5,"
			       "\"l\":[null,false,-9223372036854775808,{\"r\":1},\"Zg==\",{},[]]}"));
	lg_test_ctx_done(&t);
}

TEST(times_have_up_to_three_decimals)
{
	struct lg_ctx *cx = begin();
	struct lg_json *j = lg_json_new(cx, 1000);
	const int64_t times[] = { 1689980857949, 1689980857900, 1689980857050, 1689980857001, 1689980857000,
		0, -500, -1500, -2000 };
	lg_json_open(j, '[');
	for (size_t i = 0; i < LG_LEN(times); i++)
		lg_json_time(j, (lg_time){ times[i] });
	lg_json_close(j, ']');
	lg_str text;
	CHECK_OK(lg_json_finish(cx, j, &text));
	CHECK_STR(text, LG_STR("[1689980857.949,1689980857.9,1689980857.05,1689980857.001,1689980857,0,-0.5,"
			       "-1.5,-2]"));
	lg_test_ctx_done(&t);
}

TEST(floats_are_short_and_read_back)
{
	struct lg_ctx *cx = begin();
	struct lg_json *j = lg_json_new(cx, 1000);
	const double numbers[] = { 0.1, 1.0 / 3, 1e300, 5e-324, -2.5, 123456789.123, -0.0 };
	lg_json_open(j, '[');
	for (size_t i = 0; i < LG_LEN(numbers); i++)
		lg_json_float(j, numbers[i]);
	lg_json_close(j, ']');
	lg_str text;
	CHECK_OK(lg_json_finish(cx, j, &text));
	CHECK_STR(text, LG_STR("[0.1,0.3333333333333333,1e+300,5e-324,-2.5,123456789.123,0]"));
	json_t *tree;
	CHECK_OK(lg_json_parse(cx, text, &tree));
	for (size_t i = 0; i < LG_LEN(numbers); i++)
		CHECK(json_number_value(json_array_get(tree, i)) == numbers[i]);
	j = lg_json_new(cx, 100);
	lg_json_float(j, NAN);
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_INTERNAL);
	lg_test_ctx_done(&t);
}

static lg_status
finish_calls(struct lg_ctx *cx, const char *calls)
{
	struct lg_json *j = lg_json_new(cx, 1000);
	for (; *calls; calls++) {
		if (*calls == '{' || *calls == '[')
			lg_json_open(j, *calls);
		else if (*calls == '}' || *calls == ']')
			lg_json_close(j, *calls);
		else if (*calls == 'k')
			lg_json_key(j, LG_STR("k"));
		else if (*calls == 'r')
			lg_json_raw(j, LG_STR_NONE);
		else
			lg_json_int(j, 1);
	}
	lg_str text;
	return lg_json_finish(cx, j, &text);
}

TEST(writer_refuses_what_is_no_json)
{
	struct lg_ctx *cx = begin();
	const char *good[] = { "1", "{}", "[]", "{k1k[]}", "[11{k{}}1]" };
	for (size_t i = 0; i < LG_LEN(good); i++)
		CHECK_OK(finish_calls(cx, good[i]));
	const char *bad[] = { "", "{", "{]", "[}", "}", "{1}", "{k}", "{kk1}", "[k1]", "k1", "11", "{}{}",
		"{}1", "[r]", "{k1" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(finish_calls(cx, bad[i]), LG_E_INTERNAL);
	char deep[2 * LG_JSON_MAX_DEPTH + 3] = { 0 };
	memset(deep, '[', LG_JSON_MAX_DEPTH + 1);
	memset(deep + LG_JSON_MAX_DEPTH + 1, ']', LG_JSON_MAX_DEPTH + 1);
	CHECK_CODE(finish_calls(cx, deep), LG_E_INTERNAL);
	deep[2 * LG_JSON_MAX_DEPTH + 1] = '\0';
	CHECK_OK(finish_calls(cx, deep + 1));
	lg_test_ctx_done(&t);
}

TEST(writer_keeps_its_first_failure)
{
	struct lg_ctx *cx = begin();
	lg_str text = LG_STR("untouched");
	struct lg_json *j = lg_json_new(cx, 10);
	lg_json_str(j, LG_STR("longer than ten"));
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_TOO_LARGE);
	j = lg_json_new(cx, 100);
	lg_json_str(j, LG_STR("\xff"));
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_INTERNAL);
	j = NULL;
	lg_json_open(j, '[');
	lg_json_pair_str(j, LG_STR("a"), LG_STR("b"));
	lg_json_base64(j, LG_STR("b"));
	lg_json_time(j, cx->now);
	lg_json_float(j, 1.5);
	lg_json_close(j, ']');
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_NO_MEMORY);
	CHECK_STR(text, LG_STR("untouched"));
	lg_test_ctx_done(&t);
}

TEST(a_tree_is_written_as_it_was_read)
{
	struct lg_ctx *cx = begin();
	const lg_str source =
		LG_STR("{\"z\":[1,-2.5,true,false,null,\"\\u0000é\"],\"a\":{\"b\":{}},\"m\":[]}");
	json_t *tree;
	CHECK_OK(lg_json_parse(cx, source, &tree));
	struct lg_json *j = lg_json_new(cx, 1000);
	lg_json_tree(j, tree);
	lg_str text;
	CHECK_OK(lg_json_finish(cx, j, &text));
	CHECK_STR(text, source);
	lg_test_ctx_done(&t);
}
