#include "page/plural.h"

#include "base/ctx.h"

typedef enum lg_plural rule(uint64_t n);

static enum lg_plural
one_of_one(uint64_t n)
{
	return n == 1 ? LG_PLURAL_ONE : LG_PLURAL_OTHER;
}

static enum lg_plural
one_to_one(uint64_t n)
{
	return n <= 1 ? LG_PLURAL_ONE : LG_PLURAL_OTHER;
}

static enum lg_plural
always_other(uint64_t n)
{
	(void)n;
	return LG_PLURAL_OTHER;
}

static bool
ends_in_few(uint64_t n)
{
	return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14);
}

static enum lg_plural
polish(uint64_t n)
{
	return n == 1 ? LG_PLURAL_ONE : ends_in_few(n) ? LG_PLURAL_FEW : LG_PLURAL_MANY;
}

static enum lg_plural
east_slavic(uint64_t n)
{
	const bool one = n % 10 == 1 && n % 100 != 11;
	return one ? LG_PLURAL_ONE : ends_in_few(n) ? LG_PLURAL_FEW : LG_PLURAL_MANY;
}

static enum lg_plural
czech(uint64_t n)
{
	return n == 1 ? LG_PLURAL_ONE : n >= 2 && n <= 4 ? LG_PLURAL_FEW : LG_PLURAL_OTHER;
}

static enum lg_plural
arabic(uint64_t n)
{
	static const enum lg_plural small[] = { LG_PLURAL_ZERO, LG_PLURAL_ONE, LG_PLURAL_TWO };
	const uint64_t rest = n % 100;
	if (n < LG_LEN(small))
		return small[n];
	return rest >= 3 && rest <= 10 ? LG_PLURAL_FEW : rest >= 11 ? LG_PLURAL_MANY : LG_PLURAL_OTHER;
}

static const struct {
	lg_str language;
	rule *rule;
} rules[] = {
	{ LG_STR_INIT("ar"), arabic },
	{ LG_STR_INIT("cs"), czech },
	{ LG_STR_INIT("fr"), one_to_one },
	{ LG_STR_INIT("id"), always_other },
	{ LG_STR_INIT("ja"), always_other },
	{ LG_STR_INIT("ko"), always_other },
	{ LG_STR_INIT("ms"), always_other },
	{ LG_STR_INIT("pl"), polish },
	{ LG_STR_INIT("pt"), one_to_one },
	{ LG_STR_INIT("ru"), east_slavic },
	{ LG_STR_INIT("sk"), czech },
	{ LG_STR_INIT("th"), always_other },
	{ LG_STR_INIT("uk"), east_slavic },
	{ LG_STR_INIT("vi"), always_other },
	{ LG_STR_INIT("zh"), always_other },
};

enum lg_plural
lg_plural(lg_str tag, uint64_t count)
{
	const lg_str language = lg_str_slice(tag, 0, lg_str_find_byte(tag, '-'));
	for (size_t i = 0; i < LG_LEN(rules); i++)
		if (lg_str_eq_nocase(rules[i].language, language))
			return rules[i].rule(count);
	return one_of_one(count);
}
