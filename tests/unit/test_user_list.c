#include "domain/user/user_list.h"

#include <string.h>

#include "domain/user/user_edit.h"
#include "domain/user/user_scan.h"
#include "tests/lib/fixture.h"

#define BATCH 8 /* users that one batch of the store has room for */

/* Users without passwords, straight into the store: as many as a scan may look at, and more. */
static void
fill(struct fixture *f, size_t count, bool last_is_disabled)
{
	for (size_t done = 0; done < count; done += BATCH) {
		struct lg_ctx *cx = fixture_request(f);
		struct lg_batch *batch;
		CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
		for (size_t i = done; i < done + BATCH && i < count; i++) {
			lg_str name;
			struct lg_user *user;
			unsigned char uid[LG_UID_SIZE] = { (unsigned char)(i >> 16), (unsigned char)(i >> 8),
				(unsigned char)i, 1 };
			CHECK_OK(lg_str_fmt(cx, &name, "user-%zu", i));
			CHECK_OK(lg_user_make(cx, &f->env, f->pool, name, LG_USER_CONFIRMED, uid, &user));
			user->row.enabled = !(last_is_disabled && i + 1 == count);
			lg_store_user_insert(batch, &user->row);
			CHECK_OK(lg_user_write_names(
				batch, cx, &f->env, f->pool, user, &(struct lg_user_names){ 0 }));
		}
		CHECK_OK(lg_store_commit(batch));
	}
}

static struct lg_idp_list_users_response
list(struct fixture *f, const struct lg_idp_list_users_request *in)
{
	struct lg_idp_list_users_response out = { 0 };
	CHECK_OK(lg_user_list(&f->t.cx, &f->env, f->pool, in, &out));
	return out;
}

TEST(a_scan_is_bounded_and_goes_on_behind_its_token)
{
	struct fixture *f = fixture_new();
	fill(f, LG_USER_SCAN_MAX + 10, true);
	fixture_request(f);
	struct lg_idp_list_users_request in = { .filter = LG_STR("status = \"Disabled\"") };
	struct lg_idp_list_users_response first = list(f, &in);
	assert_int_equal(first.users.count, 0);
	CHECK(lg_str_present(first.pagination_token));

	in.pagination_token = first.pagination_token;
	struct lg_idp_list_users_response second = list(f, &in);
	assert_int_equal(second.users.count, 1);
	CHECK(!lg_str_present(second.pagination_token));
	fixture_free(f);
}

TEST(a_prefix_reads_its_candidates_only)
{
	struct fixture *f = fixture_new();
	fill(f, 300, false);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_list_users_request in = { .filter = LG_STR("username ^= \"user-29\"") };
	struct lg_idp_list_users_response out = list(f, &in);
	assert_int_equal(out.users.count, 11); /* user-29, user-290 to user-299 */
	CHECK(!lg_str_present(out.pagination_token));
	/* "user-2" has 111 candidates: two reads, three at most. */
	CHECK(cx->work.reads <= 3);
	fixture_free(f);
}

TEST(pages_give_everybody_once)
{
	struct fixture *f = fixture_new();
	fill(f, 150, false);
	fixture_request(f);
	struct lg_idp_list_users_request in = { .limit = { true, 40 } };
	bool seen[150] = { false };
	size_t pages = 0;
	do {
		struct lg_idp_list_users_response out = list(f, &in);
		for (size_t i = 0; i < out.users.count; i++) {
			uint64_t number;
			lg_str name = out.users.items[i].username;
			CHECK(lg_str_to_uint(lg_str_slice(name, 5, name.len), 149, &number));
			CHECK(!seen[number]);
			seen[number] = true;
		}
		in.pagination_token = out.pagination_token;
		pages++;
	} while (lg_str_present(in.pagination_token));
	assert_int_equal(pages, 4);
	for (size_t i = 0; i < LG_LEN(seen); i++)
		CHECK(seen[i]);
	fixture_free(f);
}

TEST(a_full_last_page_has_no_token)
{
	struct fixture *f = fixture_new();
	fill(f, 3, false);
	fixture_request(f);
	struct lg_idp_list_users_request in = { .limit = { true, 3 } };
	CHECK(!lg_str_present(list(f, &in).pagination_token));
	in.filter = LG_STR("cognito:user_status = \"CONFIRMED\"");
	CHECK(!lg_str_present(list(f, &in).pagination_token));
	in.limit.v = 2;
	CHECK(lg_str_present(list(f, &in).pagination_token));
	fixture_free(f);
}

/* Users as large as the API lets them become. */
static void
fill_large(struct fixture *f, size_t count)
{
	static char text[2048];
	memset(text, 1, sizeof(text)); /* six bytes each in JSON */
	for (size_t i = 0; i < count; i++) {
		struct lg_ctx *cx = fixture_request(f);
		lg_str name;
		struct lg_user *user;
		struct lg_batch *batch;
		CHECK_OK(lg_str_fmt(cx, &name, "large-%zu", i));
		CHECK_OK(lg_user_make(cx, &f->env, f->pool, name, LG_USER_CONFIRMED, NULL, &user));
		for (size_t k = 0; k < 60; k++) {
			lg_str attribute;
			CHECK_OK(lg_str_fmt(cx, &attribute, "custom:%zu", k));
			CHECK_OK(lg_user_set_attribute(
				cx, user, attribute, lg_str_from_bytes(text, sizeof(text))));
		}
		CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
		lg_store_user_insert(batch, &user->row);
		CHECK_OK(lg_user_write_names(
			batch, cx, &f->env, f->pool, user, &(struct lg_user_names){ 0 }));
		CHECK_OK(lg_store_commit(batch));
	}
}

TEST(large_users_make_short_pages)
{
	struct fixture *f = fixture_new();
	fill_large(f, 70);
	fixture_request(f);
	struct lg_idp_list_users_request in = { 0 };
	size_t count = 0;
	do {
		fixture_request(f);
		struct lg_idp_list_users_response out = list(f, &in);
		CHECK(out.users.count > 0 && out.users.count < 10);
		count += out.users.count;
		static char token[1024];
		CHECK(out.pagination_token.len < sizeof(token));
		in.pagination_token = out.pagination_token;
		if (out.pagination_token.len) {
			memcpy(token, out.pagination_token.ptr, out.pagination_token.len);
			in.pagination_token.ptr = token;
		}
	} while (lg_str_present(in.pagination_token));
	assert_int_equal(count, 70);

	fixture_request(f);
	in = (struct lg_idp_list_users_request){ .filter = LG_STR("status = \"Disabled\"") };
	assert_int_equal(list(f, &in).users.count, 0);
	fixture_free(f);
}
