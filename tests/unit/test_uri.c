#include "tests/lib/test.h"

#include <string.h>

#include "codec/uri.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	return &t.cx;
}

TEST(uri_encodes_everything_that_is_reserved)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_OK(lg_uri_encode(cx, LG_STR("a b/ü~+%-._"), false, &text));
	CHECK_STR(text, LG_STR("a%20b%2F%C3%BC~%2B%25-._"));
	CHECK_OK(lg_uri_encode(cx, LG_STR("/a b"), true, &text));
	CHECK_STR(text, LG_STR("/a%20b"));
	CHECK_OK(lg_uri_encode(cx, LG_STR(""), true, &text));
	CHECK(lg_str_present(text) && text.len == 0);
	lg_test_ctx_done(&t);
}

TEST(every_byte_survives_a_round_trip)
{
	struct lg_ctx *cx = begin();
	char all[256];
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	const lg_str bytes = lg_str_from_bytes(all, sizeof(all));
	lg_str text;
	CHECK_OK(lg_uri_encode(cx, bytes, false, &text));
	CHECK_OK(lg_uri_decode(cx, text, true, &text));
	CHECK_STR(text, bytes);
	lg_test_ctx_done(&t);
}

TEST(broken_escapes_are_refused)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_OK(lg_uri_decode(cx, LG_STR("%41+b%6a"), false, &text));
	CHECK_STR(text, LG_STR("A+bj"));
	const lg_str bad[] = { LG_STR("%"), LG_STR("%4"), LG_STR("a%"), LG_STR("%zz"), LG_STR("%4g"),
		LG_STR("%%41"), LG_STR("%u0041") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_uri_decode(cx, bad[i], false, &text), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(forms_keep_order_and_duplicates)
{
	struct lg_ctx *cx = begin();
	struct lg_str_map map;
	CHECK_OK(lg_form_parse(cx, LG_STR("a=1&b=x+y%26&a=2&c&&=v&d=="), &map));
	CHECK(map.has);
	assert_int_equal(map.count, 6);
	CHECK_STR(lg_str_map_get(&map, LG_STR("a")), LG_STR("1"));
	CHECK_STR(lg_str_map_get(&map, LG_STR("b")), LG_STR("x y&"));
	CHECK_STR(map.items[2].value, LG_STR("2"));
	CHECK(lg_str_present(map.items[3].value) && map.items[3].value.len == 0);
	CHECK_STR(map.items[4].key, LG_STR(""));
	CHECK_STR(map.items[5].value, LG_STR("="));
	CHECK_OK(lg_form_parse(cx, LG_STR(""), &map));
	assert_int_equal(map.count, 0);
	lg_test_ctx_done(&t);
}

TEST(forms_are_utf8_or_refused)
{
	struct lg_ctx *cx = begin();
	struct lg_str_map map;
	CHECK_OK(lg_form_parse(cx, LG_STR("a=%C3%BC%00"), &map));
	CHECK_STR(map.items[0].value, LG_STR("ü\0"));
	CHECK_CODE(lg_form_parse(cx, LG_STR("a=%FF"), &map), LG_E_MALFORMED);
	CHECK_CODE(lg_form_parse(cx, LG_STR("%C3=1"), &map), LG_E_MALFORMED);
	CHECK_CODE(lg_form_parse(cx, LG_STR("a=%ED%A0%80"), &map), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(forms_have_a_limit)
{
	struct lg_ctx *cx = begin();
	char text[2 * (LG_FORM_MAX_PAIRS + 1)];
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "a&", 2);
	struct lg_str_map map;
	CHECK_OK(lg_form_parse(cx, lg_str_from_bytes(text, sizeof(text) - 2), &map));
	assert_int_equal(map.count, LG_FORM_MAX_PAIRS);
	CHECK_CODE(lg_form_parse(cx, lg_str_from_bytes(text, sizeof(text)), &map), LG_E_TOO_LARGE);
	lg_test_ctx_done(&t);
}
