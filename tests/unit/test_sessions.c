/* Sessions that are tracked (spec/user-pools.md 3.2), and what is told of the caller. */
#include "domain/grant/session_track.h"

#include <stdio.h>
#include <string.h>

#include "domain/grant/session_config.h"
#include "domain/grant/session_id.h"
#include "tests/lib/sign_in.h"

#define FIREFOX LG_STR("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")

static const struct lg_caller home = { LG_STR_INIT("192.0.2.1"), LG_STR_INIT("curl/8.5.0") };

static void
track(struct fixture *f, int64_t max)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_user_pool_token_session_config_type limit = { .max_per_user = { true, max } };
	struct lg_idp_set_user_pool_session_configuration_request in = {
		.user_pool_id = f->pool_id,
		.user_session_tracking = max ? LG_STR("ENABLED") : LG_STR("DISABLED"),
		.token_session = &limit,
	};
	struct lg_idp_set_user_pool_session_configuration_response out = { 0 };
	CHECK_OK(lg_session_config_set(cx, &f->env, &in, &out));
}

static struct fixture *
tracking(int64_t max, bool rotates)
{
	lg_str flow = LG_STR("ALLOW_USER_PASSWORD_AUTH");
	struct lg_idp_refresh_token_rotation_type rotation = { .feature = LG_STR("ENABLED"),
		.retry_grace_period_seconds = { true, 30 } };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { &flow, 1, true },
		.refresh_token_rotation = rotates ? &rotation : NULL,
	};
	struct fixture *f = sign_in_fixture(NULL, &client);
	track(f, max);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	return f;
}

static struct lg_session_owner
owner(struct fixture *f)
{
	struct lg_user *user;
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	return (struct lg_session_owner){ .operation = LG_STR("ListUserSessions"), .pool = f->pool,
		.user = user };
}

static struct lg_idp_sessions_list_type
list(struct fixture *f)
{
	struct lg_session_owner of = owner(f);
	struct lg_idp_sessions_list_type sessions = { 0 };
	lg_str token = LG_STR_NONE;
	CHECK_OK(lg_session_list(&f->t.cx, &f->env, &of, LG_STR_NONE, &sessions, &token));
	CHECK(!lg_str_present(token));
	return sessions;
}

static lg_status
refresh(struct fixture *f, lg_str token, const struct lg_caller *caller, struct lg_tokens *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_refresh *refresh;
	LG_TRY(lg_refresh_open(cx, &f->env, f->pool, f->client, token, &refresh));
	LG_TRY(lg_refresh_redeem(cx, &f->env, refresh, LG_STR_NONE, caller, NULL, ret));
	ret->refresh = kept(ret->refresh);
	return LG_OK;
}

/* ---- writes ---- */

TEST(a_use_is_written_once_a_minute)
{
	struct fixture *f = tracking(5, false);
	lg_str token = sign_in_tokens(f, LG_STR("alice")).refresh;
	struct lg_tokens tokens;
	CHECK_OK(refresh(f, token, &home, &tokens)); /* who signed in was not known */
	assert_int_equal(f->t.cx.work.batches, 1);
	fixture_advance_s(f, 59);
	CHECK_OK(refresh(f, token, &home, &tokens));
	assert_int_equal(f->t.cx.work.batches, 0);
	assert_int_equal(f->t.cx.work.reads, 1);
	fixture_advance_s(f, 1);
	CHECK_OK(refresh(f, token, &home, &tokens));
	assert_int_equal(f->t.cx.work.batches, 1);
	assert_int_equal(list(f).items[0].last_active_date.v.ms, LG_TEST_NOW_MS + LG_MINUTE_MS);
	fixture_free(f);
}

TEST(another_address_or_device_is_written_at_once)
{
	struct fixture *f = tracking(5, false);
	lg_str token = sign_in_tokens(f, LG_STR("alice")).refresh;
	struct lg_tokens tokens;
	const struct lg_caller callers[] = { home, { LG_STR("192.0.2.2"), home.user_agent },
		{ LG_STR("192.0.2.2"), FIREFOX } };
	for (size_t i = 0; i < LG_LEN(callers); i++) {
		fixture_advance_s(f, 1);
		CHECK_OK(refresh(f, token, &callers[i], &tokens));
		assert_int_equal(f->t.cx.work.batches, 1);
		struct lg_idp_sessions_list_type sessions = list(f);
		CHECK_STR(sessions.items[0].last_ip_address, callers[i].ip);
		CHECK_STR(sessions.items[0].device_type, i == 2 ? LG_STR("Firefox, Linux") : LG_STR("curl"));
	}
	fixture_free(f);
}

TEST(a_store_that_takes_no_writes_still_refreshes)
{
	struct fixture *f = tracking(5, false);
	lg_str token = sign_in_tokens(f, LG_STR("alice")).refresh;
	struct lg_tokens tokens;
	f->db.full = true;
	CHECK_OK(refresh(f, token, &home, &tokens));
	assert_int_equal(f->t.cx.work.batches, 1);
	f->db.full = false;
	CHECK(!lg_str_present(list(f).items[0].last_ip_address));
	fixture_free(f);
}

TEST(a_rotation_notes_the_use_without_a_further_write)
{
	struct fixture *f = tracking(5, true);
	lg_str first = sign_in_tokens(f, LG_STR("alice")).refresh;
	struct lg_tokens second, third;
	fixture_advance_s(f, 5);
	CHECK_OK(refresh(f, first, &home, &second));
	assert_int_equal(f->t.cx.work.batches, 1);
	struct lg_idp_sessions_list_type sessions = list(f);
	assert_int_equal(sessions.count, 1);
	assert_int_equal(sessions.items[0].last_active_date.v.ms, LG_TEST_NOW_MS + 5 * LG_SECOND_MS);
	assert_int_equal(sessions.items[0].create_date.v.ms, LG_TEST_NOW_MS);
	CHECK_STR(sessions.items[0].last_ip_address, home.ip);
	CHECK_OK(refresh(f, second.refresh, &home, &third));
	CHECK_OK(refresh(f, second.refresh, &home, &third)); /* in its grace, used a moment ago */
	assert_int_equal(f->t.cx.work.batches, 0);
	fixture_free(f);
}

TEST(a_pool_that_does_not_track_writes_nothing)
{
	struct fixture *f = tracking(5, false);
	lg_str token = sign_in_tokens(f, LG_STR("alice")).refresh;
	struct lg_tokens tokens;
	track(f, 0);
	fixture_advance_s(f, 3600);
	CHECK_OK(refresh(f, token, &home, &tokens));
	assert_int_equal(f->t.cx.work.batches, 0);
	CHECK_CODE(lg_session_tracking_check(fixture_request(f), f->pool), LG_E_OPERATION_NOT_ENABLED);
	sign_in_tokens(f, LG_STR("alice"));
	track(f, 5);
	assert_int_equal(list(f).count, 1);
	fixture_free(f);
}

TEST(a_sign_in_that_was_signed_out_meanwhile_starts_again)
{
	struct fixture *f = tracking(5, false);
	struct lg_session_owner of = owner(f);
	const struct lg_grant grant = { .pool = f->pool, .client = f->client, .user = of.user,
		.auth_time = f->t.cx.now, .scope = LG_SCOPE_USER_ADMIN, .with_refresh = true };
	struct lg_tokens tokens;
	CHECK_OK(lg_grant_issue(&f->t.cx, &f->env, &grant, &tokens));
	CHECK_OK(lg_grant_sign_out(&f->t.cx, &f->env, of.user));
	CHECK_CODE(lg_grant_issue(&f->t.cx, &f->env, &grant, &tokens), LG_E_CONFLICT);
	assert_int_equal(list(f).count, 0);
	fixture_free(f);
}

/* ---- the list ---- */

#define MANY 130

TEST(a_long_list_goes_on_where_it_ended)
{
	struct fixture *f = tracking(100, false);
	struct lg_session_owner of = owner(f);
	struct lg_ctx *cx = &f->t.cx;
	for (int i = 0; i < MANY; i++) {
		unsigned char sid[LG_SID_SIZE] = { (unsigned char)i };
		struct lg_rec_tracked_session detail = { .created = { true, cx->now } };
		struct lg_batch *batch;
		CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
		lg_store_session_track(batch, &of.user->row, sid, f->client->id,
			lg_time_add_ms(cx->now, LG_DAY_MS + LG_SESSION_REST_MS), MANY, &detail);
		CHECK_OK(lg_store_commit(batch));
		cx->now.ms += i % 3 == 0;
	}
	struct lg_idp_sessions_list_type first = { 0 }, second = { 0 };
	lg_str token = LG_STR_NONE, none = LG_STR_NONE;
	CHECK_OK(lg_session_list(cx, &f->env, &of, LG_STR_NONE, &first, &token));
	assert_int_equal(first.count, 125);
	CHECK_OK(lg_session_list(cx, &f->env, &of, token, &second, &none));
	assert_int_equal(second.count, MANY - 125);
	CHECK(!lg_str_present(none));
	for (size_t i = 0; i < first.count; i++)
		CHECK(!lg_str_eq(first.items[i].session_id, second.items[0].session_id));
	for (size_t i = 1; i < first.count; i++)
		CHECK(first.items[i].last_active_date.v.ms <= first.items[i - 1].last_active_date.v.ms);

	/* A token is good for the same question only. */
	of.operation = LG_STR("AdminListUserSessions");
	CHECK_CODE(lg_session_list(cx, &f->env, &of, token, &second, &none), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}

TEST(a_session_has_one_name_of_28_characters)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_ctx *cx = fixture_request(f);
	for (int i = 0; i < 50; i++) {
		unsigned char sid[LG_SID_SIZE], back[LG_SID_SIZE];
		lg_str name, again;
		lg_rand_bytes(cx, sid, sizeof(sid));
		CHECK_OK(lg_session_name_make(cx, &f->env, f->pool->pool, sid, &name));
		CHECK_OK(lg_session_name_make(cx, &f->env, f->pool->pool, sid, &again));
		CHECK_STR(name, again);
		assert_int_equal(name.len, 28);
		CHECK(lg_str_starts(name, LG_STR("tkn")));
		CHECK_OK(lg_session_name_open(cx, &f->env, f->pool->pool, name, back));
		assert_memory_equal(sid, back, sizeof(sid));

		/* One digit off deciphers to something else, and is refused by its empty generation. */
		lg_str other;
		CHECK_OK(lg_str_dup(cx, name, &other));
		((char *)(uintptr_t)other.ptr)[27] = other.ptr[27] == '0' ? '1' : '0';
		CHECK_CODE(lg_session_name_open(cx, &f->env, f->pool->pool, other, back), LG_E_MALFORMED);
	}
	static const char *const bad[] = { "", "tkn", "tkn00000000000000000000000000",
		"tkn000000000000000000000000", "tknzzzzzzzzzzzzzzzzzzzzzzzzz",
		"tkn000000000000000000000000A", "sso0000000000000000000000000" };
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		unsigned char back[LG_SID_SIZE];
		CHECK_CODE(lg_session_name_open(cx, &f->env, f->pool->pool, lg_str_from_c(bad[i]), back),
			LG_E_MALFORMED);
	}
	fixture_free(f);
}

/* ---- the caller ---- */

TEST(a_device_is_told_by_browser_or_app_and_system)
{
	static const struct {
		const char *header, *type;
	} cases[] = {
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		  "Firefox, Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/126.0.0.0 Safari/537.36", "Chrome, Windows" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge, Windows" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) "
		  "Version/17.5 Safari/605.1.15", "Safari, macOS" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
		  "Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome, iOS" },
		{ "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android" },
		{ "aws-sdk-js/3.600.0 ua/2.0 os/linux#6.1 lang/js md/nodejs#20.20.2", "aws-sdk-js, Linux" },
		{ "Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 Botocore/1.29.27", "Boto3, Linux" },
		{ "MyShop/7 CFNetwork/1496.0.7 Darwin/23.5.0", "MyShop, macOS" },
		{ "okhttp/4.12.0", "okhttp" },
		{ "Mozilla/5.0 (compatible; Windows)", "Windows" },
		{ "<b>x</b>/1.0", "unknown" },
		{ "no product", "unknown" },
		{ "", "unknown" },
	};
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		const struct lg_caller caller = { .user_agent = lg_str_from_c(cases[i].header) };
		lg_str type;
		CHECK_OK(lg_caller_device_type(&t.cx, &caller, &type));
		CHECK_STR(type, lg_str_from_c(cases[i].type));
	}
	lg_str type;
	CHECK_OK(lg_caller_device_type(&t.cx, &(struct lg_caller){ 0 }, &type));
	CHECK_STR(type, LG_STR("unknown"));
	lg_test_ctx_done(&t);
}

TEST(only_the_form_of_an_address_is_taken)
{
	static const char *const good[] = { "192.0.2.1", "::1", "2001:db8::7", "::ffff:192.0.2.1" };
	static const char *const bad[] = { "", "1", "example", "<b>::1</b>", "192.0.2.1 ",
		"1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4" };
	for (size_t i = 0; i < LG_LEN(good); i++)
		CHECK(lg_caller_is_ip(lg_str_from_c(good[i])));
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK(!lg_caller_is_ip(lg_str_from_c(bad[i])));
}
