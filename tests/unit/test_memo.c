#include "tests/lib/test.h"

#include <stddef.h>
#include <string.h>

#include "base/memo.h"

struct answer {
	int64_t number;
	lg_str one;
	char between;
	lg_str two;
};

static const size_t texts[] = { offsetof(struct answer, one), offsetof(struct answer, two) };
static const struct lg_memo_form form = { sizeof(struct answer), texts, 2, 8, 3 };

/* Keys whose place is `place` of three; `n` tells them apart. */
static const unsigned char *
key(unsigned char place, unsigned char n)
{
	static unsigned char keys[2][LG_MEMO_KEY];
	static int turn;
	unsigned char *ret = keys[turn ^= 1];
	memset(ret, 0, LG_MEMO_KEY);
	ret[1] = place;
	ret[LG_MEMO_KEY - 1] = n;
	return ret;
}

TEST(memo_gives_copies_of_what_was_put)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_memo *memo;
	CHECK_OK(lg_memo_new(&form, &memo));
	char text[] = "abc";
	struct answer put = { 7, lg_str_from_c(text), 'x', LG_STR("de") }, got, again;
	CHECK_CODE(lg_memo_get(&t.cx, memo, key(1, 1), &got), LG_E_NOT_FOUND);
	lg_memo_put(memo, key(1, 1), &put);
	memset(text, '-', 3);
	CHECK_OK(lg_memo_get(&t.cx, memo, key(1, 1), &got));
	CHECK(got.number == 7 && got.between == 'x');
	CHECK_STR(got.one, LG_STR("abc"));
	CHECK_STR(got.two, LG_STR("de"));

	/* A later answer does not change what was given. */
	lg_memo_put(memo, key(1, 1), &(struct answer){ 8, LG_STR("zzzz"), 'y', LG_STR("") });
	CHECK_STR(got.one, LG_STR("abc"));
	CHECK_OK(lg_memo_get(&t.cx, memo, key(1, 1), &again));
	CHECK(again.number == 8 && again.two.len == 0);
	CHECK_STR(again.one, LG_STR("zzzz"));
	lg_memo_free(memo);
	lg_memo_free(NULL);
	lg_test_ctx_done(&t);
}

TEST(memo_keeps_the_later_of_two_in_one_place)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_memo *memo;
	CHECK_OK(lg_memo_new(&form, &memo));
	struct answer got;
	lg_memo_put(memo, key(1, 1), &(struct answer){ 1, LG_STR("a"), 0, LG_STR("b") });
	lg_memo_put(memo, key(2, 1), &(struct answer){ 2, LG_STR("a"), 0, LG_STR("b") });
	lg_memo_put(memo, key(4, 2), &(struct answer){ 3, LG_STR("a"), 0, LG_STR("b") });
	CHECK_CODE(lg_memo_get(&t.cx, memo, key(1, 1), &got), LG_E_NOT_FOUND);
	CHECK_OK(lg_memo_get(&t.cx, memo, key(2, 1), &got));
	CHECK(got.number == 2);
	CHECK_OK(lg_memo_get(&t.cx, memo, key(4, 2), &got));
	CHECK(got.number == 3);
	lg_memo_free(memo);
	lg_test_ctx_done(&t);
}

TEST(memo_does_not_keep_texts_beyond_its_room)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_memo *memo;
	CHECK_OK(lg_memo_new(&form, &memo));
	struct answer got;
	lg_memo_put(memo, key(1, 1), &(struct answer){ 1, LG_STR("12345"), 0, LG_STR("678") });
	lg_memo_put(memo, key(1, 1), &(struct answer){ 2, LG_STR("12345"), 0, LG_STR("6789") });
	CHECK_OK(lg_memo_get(&t.cx, memo, key(1, 1), &got));
	CHECK(got.number == 1);
	CHECK_STR(got.two, LG_STR("678"));
	lg_memo_free(memo);
	lg_test_ctx_done(&t);
}
