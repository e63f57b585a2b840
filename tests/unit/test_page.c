#include "domain/page.h"

#include <string.h>

#include "tests/lib/fixture.h"

static const lg_str place = LG_STR_INIT("place");

static struct lg_page_query
query_of(const struct fixture *f)
{
	return (struct lg_page_query){
		.pool = f->pool->pool, .operation = LG_STR("ListThings"), .parts = { LG_STR("a") }
	};
}

static lg_str
token_of(struct fixture *f)
{
	struct lg_page_query query = query_of(f);
	lg_str token;
	CHECK_OK(lg_page_make(&f->t.cx, &f->env, &query, place, &token));
	return token;
}

TEST(no_token_is_the_first_page)
{
	struct fixture *f = fixture_new();
	struct lg_page_query query = query_of(f);
	lg_str after = LG_STR("untouched");
	CHECK_OK(lg_page_open(&f->t.cx, &f->env, &query, LG_STR_NONE, &after));
	CHECK(!lg_str_present(after));
	fixture_free(f);
}

TEST(a_token_opens_for_its_query_only)
{
	struct fixture *f = fixture_new();
	lg_str token = token_of(f);
	lg_str after;
	struct lg_page_query query = query_of(f);
	CHECK_OK(lg_page_open(&f->t.cx, &f->env, &query, token, &after));
	CHECK_STR(after, place);

	struct lg_page_query others[] = { query, query, query, query, query };
	others[0].operation = LG_STR("ListOthers");
	others[1].parts[0] = LG_STR("b");
	others[2].parts[1] = LG_STR("");
	others[3].parts[0] = LG_STR_NONE;
	others[4].pool = 0;
	for (size_t i = 0; i < LG_LEN(others); i++) {
		CHECK_CODE(
			lg_page_open(&f->t.cx, &f->env, &others[i], token, &after), LG_E_INVALID_PARAMETER);
		CHECK_STR(lg_failure_text(&f->t.cx, LG_E_INVALID_PARAMETER),
			LG_STR("Invalid pagination token"));
	}
	fixture_free(f);
}

TEST(parts_do_not_run_into_each_other)
{
	struct fixture *f = fixture_new();
	struct lg_page_query query = query_of(f);
	query.parts[0] = LG_STR("ab");
	query.parts[1] = LG_STR("c");
	lg_str token, after;
	CHECK_OK(lg_page_make(&f->t.cx, &f->env, &query, place, &token));
	query.parts[0] = LG_STR("a");
	query.parts[1] = LG_STR("bc");
	CHECK_CODE(lg_page_open(&f->t.cx, &f->env, &query, token, &after), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}

TEST(a_token_lives_a_day)
{
	struct fixture *f = fixture_new();
	lg_str token = token_of(f);
	char copy[1024];
	CHECK(token.len < sizeof(copy));
	memcpy(copy, token.ptr, token.len);
	token.ptr = copy;
	struct lg_page_query query = query_of(f);
	lg_str after;

	fixture_advance_s(f, 86399);
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_page_open(cx, &f->env, &query, token, &after));
	fixture_advance_s(f, 1);
	cx = fixture_request(f);
	CHECK_CODE(lg_page_open(cx, &f->env, &query, token, &after), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}

TEST(the_size_of_a_page_has_a_default_and_a_limit)
{
	CHECK(lg_page_size((struct lg_opt_int){ 0 }, 60) == 60);
	CHECK(lg_page_size((struct lg_opt_int){ true, 0 }, 60) == 60);
	CHECK(lg_page_size((struct lg_opt_int){ true, 7 }, 60) == 7);
	CHECK(lg_page_size((struct lg_opt_int){ true, 61 }, 60) == 60);
}
