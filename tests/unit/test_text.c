#include "tests/lib/test.h"

#include <pthread.h>
#include <string.h>

#include "codec/text.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	return &t.cx;
}

static bool
matches(struct lg_ctx *cx, lg_str s, const char *pattern)
{
	bool found = false;
	CHECK_OK(lg_text_matches(cx, s, pattern, &found));
	return found;
}

TEST(patterns_are_anchored_and_know_unicode)
{
	struct lg_ctx *cx = begin();
	static const char name[] = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
	static const char domain[] = "^[0-9A-Za-z\\.\\-_]*(?<!\\.)$";
	static const char either[] = "a|ab";
	CHECK(matches(cx, LG_STR("名前-😀é"), name));
	CHECK(!matches(cx, LG_STR("a b"), name));
	CHECK(!matches(cx, LG_STR("a\n"), name));
	CHECK(!matches(cx, LG_STR("a\0"), name));
	CHECK(!matches(cx, LG_STR(""), name));
	CHECK(matches(cx, LG_STR("a.b"), domain));
	CHECK(matches(cx, LG_STR(""), domain));
	CHECK(!matches(cx, LG_STR("a.b."), domain));
	CHECK(!matches(cx, LG_STR("a\n"), domain));
	CHECK(matches(cx, LG_STR("ab"), either)); /* the end is part of the match, not a check behind it */
	CHECK(!matches(cx, LG_STR("xa"), either));
	lg_test_ctx_done(&t);
}

TEST(classes_mean_what_java_means)
{
	struct lg_ctx *cx = begin();
	static const char word[] = "[\\w+]+", digit[] = "\\d+", dark[] = "[\\S]+", dot[] = ".*",
			  all[] = "(?s).*";
	static const char escaped[] = "[\\u0009\\u0020-\\u007E\\u00A0-\\uD7FF]+";
	CHECK(matches(cx, LG_STR("abc+1_"), word));
	CHECK(!matches(cx, LG_STR("ü"), word)); /* \w and \d are ASCII */
	CHECK(!matches(cx, LG_STR("٣"), digit));
	CHECK(matches(cx, LG_STR("pässwörd\u00a0"), dark)); /* and so is \s: what is not ASCII is no space */
	CHECK(!matches(cx, LG_STR("pass word"), dark));
	CHECK(!matches(cx, LG_STR("pass\vword"), dark));
	CHECK(!matches(cx, LG_STR("a\r"), dot));
	CHECK(!matches(cx, LG_STR("a\nb"), dot));
	CHECK(matches(cx, LG_STR("a\r\nb"), all));
	CHECK(matches(cx, LG_STR("a \tü"), escaped));
	CHECK(!matches(cx, LG_STR("\x7f"), escaped));
	lg_test_ctx_done(&t);
}

TEST(text_that_is_not_utf8_matches_nothing)
{
	struct lg_ctx *cx = begin();
	static const char all[] = "(?s).*";
	CHECK(!matches(cx, LG_STR("a\xff"), all));
	CHECK(!matches(cx, LG_STR("\xc3"), all));
	CHECK(!matches(cx, LG_STR("\xed\xa0\x80"), all));
	lg_test_ctx_done(&t);
}

TEST(a_pattern_that_runs_away_is_stopped)
{
	struct lg_ctx *cx = begin();
	static const char slow[] = "(a*)*b", long_but_fine[] = "([a-z]|[0-9])+";
	static char text[30000];
	memset(text, 'a', sizeof(text));
	CHECK(!matches(cx, lg_str_from_bytes(text, 5000), slow));
	CHECK(matches(cx, lg_str_from_bytes(text, sizeof(text)),
		long_but_fine)); /* more than the compiled form's stack */
	lg_test_ctx_done(&t);
}

TEST(a_pattern_that_does_not_compile_is_our_fault)
{
	struct lg_ctx *cx = begin();
	static const char wrong[] = "[a";
	bool found;
	CHECK_CODE(lg_text_matches(cx, LG_STR("a"), wrong, &found), LG_E_INTERNAL);
	lg_test_ctx_done(&t);
}

static void *
match_many(void *arg)
{
	static const char *const patterns[] = { "a+", "b+", "c+", "d+", "e+", "f+", "g+", "h+" };
	bool *good = arg;
	struct lg_test_ctx own;
	lg_test_ctx_init(&own);
	for (size_t i = 0; i < 4000; i++) {
		const char text[2] = { (char)('a' + i % 8), (char)('a' + i % 8) };
		bool found = false;
		if (lg_failed(
			    lg_text_matches(&own.cx, lg_str_from_bytes(text, 2), patterns[i % 8], &found)) ||
			!found)
			*good = false;
	}
	lg_test_ctx_done(&own);
	return NULL;
}

TEST(threads_may_meet_a_new_pattern_together)
{
	pthread_t threads[4];
	bool good[LG_LEN(threads)];
	for (size_t i = 0; i < LG_LEN(threads); i++) {
		good[i] = true;
		assert_int_equal(pthread_create(&threads[i], NULL, match_many, &good[i]), 0);
	}
	for (size_t i = 0; i < LG_LEN(threads); i++) {
		pthread_join(threads[i], NULL);
		CHECK(good[i]);
	}
}

TEST(utf8_is_checked_as_rfc_3629_says)
{
	CHECK(lg_text_is_utf8(LG_STR("")));
	CHECK(lg_text_is_utf8(LG_STR("a\0é名😀\xf4\x8f\xbf\xbf")));
	const lg_str bad[] = { LG_STR("\xc0\x80"), LG_STR("\xed\xa0\x80"), LG_STR("\xf4\x90\x80\x80"),
		LG_STR("\xe0\x80\x80"), LG_STR("\x80"), LG_STR("\xc3"), LG_STR("\xf8\x88\x80\x80\x80"),
		LG_STR("a\xff") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK(!lg_text_is_utf8(bad[i]));
}

TEST(length_is_counted_in_utf16_units)
{
	assert_int_equal(lg_text_utf16_len(LG_STR("aé名😀")), 5);
	assert_int_equal(lg_text_utf16_len(LG_STR("")), 0);
	assert_int_equal(lg_text_utf16_len(LG_STR("e\u0301\0")), 3);
}

TEST(text_is_cut_between_characters)
{
	CHECK_STR(lg_text_cut(LG_STR("aé😀"), 7), LG_STR("aé😀"));
	CHECK_STR(lg_text_cut(LG_STR("aé😀"), 6), LG_STR("aé"));
	CHECK_STR(lg_text_cut(LG_STR("aé😀"), 3), LG_STR("aé"));
	CHECK_STR(lg_text_cut(LG_STR("aé😀"), 2), LG_STR("a"));
	CHECK_STR(lg_text_cut(LG_STR("😀"), 3), LG_STR(""));
}

static lg_str
fold(struct lg_ctx *cx, lg_str s)
{
	lg_str folded;
	CHECK_OK(lg_text_fold(cx, s, &folded));
	return folded;
}

TEST(folding_is_nfkc_casefold_and_stable)
{
	struct lg_ctx *cx = begin();
	const lg_str pairs[][2] = { { LG_STR("Ada"), LG_STR("ada") },
		{ LG_STR("Straße"), LG_STR("strasse") }, { LG_STR("ÉCOLE ﬁ"), LG_STR("école fi") },
		{ LG_STR("E\u0301"), LG_STR("é") }, { LG_STR("\u212bngstro\u0308m"), LG_STR("ångström") },
		{ LG_STR("Ａ１"), LG_STR("a1") }, { LG_STR("ΣΊΣΥΦΟΣ"), LG_STR("σίσυφοσ") },
		{ LG_STR("ŒUVRE\0X"), LG_STR("œuvre\0x") } };
	for (size_t i = 0; i < LG_LEN(pairs); i++) {
		CHECK_STR(fold(cx, pairs[i][0]), pairs[i][1]);
		CHECK_STR(fold(cx, pairs[i][1]), pairs[i][1]);
	}
	CHECK(fold(cx, LG_STR("\ufdfa")).len > 18); /* the one that grows most */
	lg_str folded;
	CHECK_CODE(lg_text_fold(cx, LG_STR("a\xff"), &folded), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(characters_are_taken_one_by_one)
{
	static const struct {
		lg_str text;
		uint32_t first;
		size_t left;
	} rows[] = {
		{ LG_STR_INIT("a"), 'a', 0 },
		{ LG_STR_INIT("\0a"), 0, 1 },
		{ LG_STR_INIT("\u00e4b"), 0xe4, 1 },
		{ LG_STR_INIT("\u20acb"), 0x20ac, 1 },
		{ LG_STR_INIT("\U0001f600"), 0x1f600, 0 },
		{ LG_STR_INIT("\xc3"), LG_TEXT_BROKEN + 0xc3, 0 },
		{ LG_STR_INIT("\xc3z"), LG_TEXT_BROKEN + 0xc3, 1 },
		{ LG_STR_INIT("\xa4z"), LG_TEXT_BROKEN + 0xa4, 1 },
		{ LG_STR_INIT("\xed\xa0\x80"), LG_TEXT_BROKEN + 0xed, 2 },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		lg_str rest = rows[i].text;
		CHECK(lg_text_next(&rest) == rows[i].first);
		CHECK(rest.len == rows[i].left);
	}
}

TEST(characters_without_case_are_equal_when_simple_mappings_say_so)
{
	static const uint32_t equal[][2] = { { 'a', 'A' }, { 'z', 'Z' }, { 0xe4, 0xc4 }, { 'k', 0x212a },
		{ 0x3c3, 0x3c2 }, { 0x17f, 's' }, { 0x10400, 0x10428 } };
	static const uint32_t different[][2] = { { 'a', 'b' }, { '@', '`' }, { '[', '{' }, { 0xdf, 's' },
		{ LG_TEXT_BROKEN + 0xc3, 0xc3 } };
	for (size_t i = 0; i < LG_LEN(equal); i++)
		CHECK(lg_text_fold_char(equal[i][0]) == lg_text_fold_char(equal[i][1]));
	for (size_t i = 0; i < LG_LEN(different); i++)
		CHECK(lg_text_fold_char(different[i][0]) != lg_text_fold_char(different[i][1]));
}
