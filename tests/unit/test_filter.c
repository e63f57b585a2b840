#include "domain/user/filter.h"

#include "tests/lib/test.h"

struct parsed {
	lg_status s;
	struct lg_filter filter;
	lg_str text;
};

static struct parsed
parse(struct lg_test_ctx *t, lg_str text)
{
	struct parsed p = { .filter = { .value = LG_STR("untouched") } };
	p.s = lg_filter_parse(&t->cx, text, &p.filter);
	if (lg_failed(p.s))
		p.text = lg_failure_text(&t->cx, p.s.code);
	return p;
}

TEST(nothing_means_everybody)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct parsed p = parse(&t, LG_STR(""));
	CHECK_OK(p.s);
	CHECK(!lg_str_present(p.filter.attribute));
	p = parse(&t, LG_STR_NONE);
	CHECK_OK(p.s);
	CHECK(!lg_str_present(p.filter.attribute));
	lg_test_ctx_done(&t);
}

TEST(blanks_are_optional_and_the_operator_tells_prefix_from_equal)
{
	static const struct {
		lg_str text;
		bool prefix;
	} cases[] = {
		{ LG_STR_INIT("email=\"a\""), false },
		{ LG_STR_INIT("email = \"a\""), false },
		{ LG_STR_INIT(" \t email\n=\r\"a\" "), false },
		{ LG_STR_INIT("email^=\"a\""), true },
		{ LG_STR_INIT("email ^= \"a\""), true },
	};
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct parsed p = parse(&t, cases[i].text);
		CHECK_OK(p.s);
		CHECK_STR(p.filter.attribute, LG_STR("email"));
		CHECK_STR(p.filter.value, LG_STR("a"));
		assert_int_equal(p.filter.prefix, cases[i].prefix);
	}
	lg_test_ctx_done(&t);
}

TEST(quotes_and_backslashes_are_escaped)
{
	static const struct {
		lg_str text;
		lg_str value;
	} cases[] = {
		{ LG_STR_INIT("name=\"\""), LG_STR_INIT("") },
		{ LG_STR_INIT("name=\"a\\\"b\""), LG_STR_INIT("a\"b") },
		{ LG_STR_INIT("name=\"a\\\\\""), LG_STR_INIT("a\\") },
		{ LG_STR_INIT("name=\"a\\b\""), LG_STR_INIT("a\\b") },
		{ LG_STR_INIT("name=\" a = ^ b \""), LG_STR_INIT(" a = ^ b ") },
	};
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct parsed p = parse(&t, cases[i].text);
		CHECK_OK(p.s);
		CHECK_STR(p.filter.value, cases[i].value);
	}
	lg_test_ctx_done(&t);
}

TEST(anything_else_is_no_filter)
{
	static const lg_str texts[] = {
		LG_STR_INIT("email"),
		LG_STR_INIT("email="),
		LG_STR_INIT("email=a"),
		LG_STR_INIT("email='a'"),
		LG_STR_INIT("email=\"a"),
		LG_STR_INIT("email=\"a\\\""),
		LG_STR_INIT("=\"a\""),
		LG_STR_INIT("\"a\""),
		LG_STR_INIT("email==\"a\""),
		LG_STR_INIT("email^\"a\""),
		LG_STR_INIT("email ^ = \"a\""),
		LG_STR_INIT("email=\"a\"b"),
		LG_STR_INIT("email=\"a\" and name=\"b\""),
		LG_STR_INIT("a b=\"c\""),
		LG_STR_INIT("email>\"a\""),
		LG_STR_INIT(" "),
	};
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		struct parsed p = parse(&t, texts[i]);
		CHECK_CODE(p.s, LG_E_INVALID_PARAMETER);
		CHECK_STR(p.filter.value, LG_STR("untouched"));
		CHECK_STR(p.text, LG_STR("Error while parsing filter"));
	}
	lg_test_ctx_done(&t);
}

TEST(only_some_attributes_can_be_searched)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct parsed p = parse(&t, LG_STR("custom:tier = \"gold\""));
	CHECK_CODE(p.s, LG_E_INVALID_PARAMETER);
	CHECK_STR(p.text, LG_STR("Invalid search attribute: custom:tier"));
	p = parse(&t, LG_STR("Email = \"a\""));
	CHECK_STR(p.text, LG_STR("Invalid search attribute: Email"));
	CHECK_OK(parse(&t, LG_STR("cognito:user_status = \"CONFIRMED\"")).s);
	lg_test_ctx_done(&t);
}
