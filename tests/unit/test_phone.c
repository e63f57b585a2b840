#include "tests/lib/test.h"

#include "page/country.h"
#include "page/phone.h"

static void
check_read(const char *typed, const char *country, const char *number)
{
	struct lg_test_ctx t;
	lg_str read;
	lg_test_ctx_init(&t);
	CHECK_OK(lg_phone_read(&t.cx, lg_str_from_c(typed), lg_str_from_c(country), &read));
	CHECK_STR(read, lg_str_from_c(number));
	lg_test_ctx_done(&t);
}

TEST(a_number_of_a_country_loses_what_is_dialled_before_it)
{
	check_read("0151 123-45678", "DE", "+4915112345678");
	check_read("151 12345678", "DE", "+4915112345678");
	check_read("(020) 7946 0958", "GB", "+442079460958");
	check_read("1 (555) 555-0100", "US", "+15555550100");
	check_read("555 555 0100", "CA", "+15555550100");
	check_read("8 912 345 67 89", "RU", "+79123456789");
	check_read("845 212 34 56", "RU", "+78452123456");
	check_read("06 30 123 4567", "HU", "+36301234567");
	check_read("8 029 123 45 67", "BY", "+375291234567");
}

TEST(where_the_zero_belongs_to_the_number_it_stays)
{
	check_read("06 6982 1234", "IT", "+390669821234");
	check_read("0549 882345", "SM", "+3780549882345");
	check_read("07 07 12 34 56", "CI", "+2250707123456");
}

TEST(a_plus_wins_over_the_country)
{
	check_read("+44 20 7946 0958", "DE", "+442079460958");
	check_read("0044 20 7946 0958", "DE", "+442079460958");
	check_read("011 44 20 7946 0958", "US", "+442079460958");
	check_read("+49 (0)151 123456", "US", "+49151123456");
	check_read("0044 20 7946 0958", "", "+442079460958");
}

TEST(digits_are_those_of_any_keyboard)
{
	check_read("٠١٠ ١٢٣٤ ٥٦٧٨", "EG", "+201012345678");
	check_read("＋８１ ９０−１２３４−５６７８", "US", "+819012345678");
	check_read("\u202a+1\u00a0555\u2011555\u20110100\u202c", "DE", "+15555550100");
}

TEST(what_is_no_number_stays_as_it_was_typed)
{
	check_read("call me", "DE", "call me");
	check_read("0151 123 ext. 4", "DE", "0151 123 ext. 4");
	check_read("12 34", "US", "12 34");
	check_read("0151 123456", "", "0151 123456");
	check_read("0151 123456", "XX", "0151 123456");
	check_read("", "DE", "");
	check_read("+", "DE", "+");
	check_read("1+2345678", "DE", "1+2345678");
	check_read("\xff\xfe", "DE", "\xff\xfe");
}

static void
check_write(const char *number, const char *likely, const char *typed, const char *country)
{
	struct lg_test_ctx t;
	lg_str wrote, chosen;
	lg_test_ctx_init(&t);
	CHECK_OK(lg_phone_write(&t.cx, lg_str_from_c(number), lg_str_from_c(likely), &wrote, &chosen));
	CHECK_STR(wrote, lg_str_from_c(typed));
	CHECK_STR(chosen, lg_str_from_c(country));
	lg_test_ctx_done(&t);
}

TEST(a_number_is_shown_as_it_is_typed_in_its_country)
{
	check_write("+4915112345678", "US", "15112345678", "DE");
	check_write("+390669821234", "DE", "0669821234", "IT");
	check_write("+15555550100", "DE", "5555550100", "US");
	check_write("+15555550100", "CA", "5555550100", "CA");
	check_write("+442079460958", "FR", "2079460958", "GB");
	check_write("+442079460958", "JE", "2079460958", "JE");
	/* It would be read as another one, or belongs to nobody. */
	check_write("+490151123456", "DE", "+490151123456", "DE");
	check_write("+9991234567", "DE", "+9991234567", "DE");
	check_write("ada@example.com", "DE", "ada@example.com", "DE");
	check_write("", "DE", "", "DE");
}

TEST(every_number_of_every_country_is_read_as_it_was_written)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	CHECK(lg_countries_count() == 245);
	for (size_t i = 0; i < lg_countries_count(); i++) {
		const struct lg_country one = lg_countries_at(i);
		lg_str number, typed, country, again;
		CHECK(one.name.len == 2 && one.code.len >= 1 && one.code.len <= 3);
		CHECK(i == 0 || lg_str_cmp(lg_countries_at(i - 1).name, one.name) < 0);
		CHECK_OK(lg_str_fmt(&t.cx, &number, "+%.*s2345678", LG_FMT(one.code)));
		CHECK_OK(lg_phone_write(&t.cx, number, one.name, &typed, &country));
		CHECK_STR(country, one.name);
		CHECK_STR(typed, LG_STR("2345678"));
		CHECK_OK(lg_phone_read(&t.cx, typed, country, &again));
		CHECK_STR(again, number);
	}
	lg_test_ctx_done(&t);
}

TEST(the_country_is_that_of_the_first_language)
{
	CHECK_STR(lg_country_likely(LG_STR("de-AT,de;q=0.9,en-US;q=0.5"), LG_STR("en")), LG_STR("AT"));
	CHECK_STR(lg_country_likely(LG_STR("de,en-US;q=0.7"), LG_STR("en")), LG_STR("DE"));
	CHECK_STR(lg_country_likely(LG_STR("zh-Hant-HK"), LG_STR("en")), LG_STR("HK"));
	CHECK_STR(lg_country_likely(LG_STR("zh-Hant"), LG_STR("en")), LG_STR("TW"));
	CHECK_STR(lg_country_likely(LG_STR("es-419,es;q=0.9"), LG_STR("en")), LG_STR("ES"));
	CHECK_STR(lg_country_likely(LG_STR("*"), LG_STR("ja")), LG_STR("JP"));
	CHECK_STR(lg_country_likely(LG_STR_NONE, LG_STR("zh-TW")), LG_STR("TW"));
	CHECK_STR(lg_country_likely(LG_STR_NONE, LG_STR("xx")), LG_STR("US"));
}
