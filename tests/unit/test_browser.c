/* Browser sessions, and sign-in as the pages use it (spec/oauth-endpoints.md 8). */
#include "oauth/browser.h"

#include "domain/auth/auth.h"
#include "domain/grant/session_config.h"
#include "domain/user/user_admin.h"
#include "tests/lib/functions.h"
#include "tests/lib/sign_in.h"

#define HOST LG_STR("localhost:9500")
#define ALICE LG_STR("alice")

static lg_str pwd = LG_STR_INIT("pwd");
static const struct lg_str_list by_password = { .items = &pwd, .count = 1, .has = true };

static struct fixture *
with_alice(void)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	f->settings.public_url = LG_STR("http://localhost:9500");
	fixture_user(f, ALICE, LG_STR("alice@example.com"));
	return f;
}

static struct lg_user *
read_user(struct fixture *f, struct lg_ctx *cx, lg_str name)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, name,
		LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA, &user));
	return user;
}

static struct lg_browser_at
at(const struct fixture *f, lg_str cookies)
{
	return (struct lg_browser_at){
		.pool = f->pool, .client = f->client, .host = HOST, .cookies = cookies };
}

/* What the browser sends from now on. */
static lg_str
begin(struct fixture *f, lg_str name, lg_str cookies)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_browser_at here = at(f, cookies);
	struct lg_browser browser;
	lg_str header;
	CHECK_OK(lg_browser_begin(
		cx, &f->env, &here, read_user(f, cx, name), &by_password, &browser, &header));
	return kept(lg_str_cut(&header, ';'));
}

static lg_status
open_browser(struct fixture *f, lg_str cookies, struct lg_browser *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_browser_at here = at(f, cookies);
	return lg_browser_open(cx, &f->env, &here, ret);
}

TEST(a_session_says_who_signed_in_and_how)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	CHECK(lg_str_starts(cookie, LG_STR("cognito-")));
	fixture_advance_s(f, 30);
	CHECK_OK(open_browser(f, cookie, &browser));
	CHECK_STR(browser.user->username, ALICE);
	CHECK_STR(browser.amr.items[0], LG_STR("pwd"));
	CHECK(browser.auth_time.ms == f->t.cx.now.ms - 30000);
	fixture_free(f);
}

TEST(a_pool_with_a_host_of_its_own_has_the_plain_name)
{
	struct fixture *f = with_alice();
	struct lg_ctx *cx = fixture_request(f);
	struct lg_browser_at here = at(f, LG_STR_NONE);
	here.host = LG_STR("demo.localhost:9500");
	struct lg_browser browser;
	lg_str header;
	CHECK_OK(lg_browser_begin(
		cx, &f->env, &here, read_user(f, cx, ALICE), &by_password, &browser, &header));
	CHECK(lg_str_starts(header, LG_STR("cognito=")));
	CHECK(lg_str_ends(header, LG_STR("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax")));
	f->settings.public_url = LG_STR("https://localhost");
	CHECK_OK(lg_browser_end(cx, &f->env, &here, &header));
	CHECK_STR(header, LG_STR("__Host-cognito=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"));
	fixture_free(f);
}

/* Whoever has a host below the same domain may set "cognito" there, and not "__Host-cognito". */
TEST(with_tls_a_cookie_of_a_neighbouring_host_is_none)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	f->settings.public_url = LG_STR("https://localhost");
	const lg_str own = begin(f, ALICE, LG_STR_NONE);
	CHECK(lg_str_starts(own, LG_STR("__Host-cognito-")));
	const lg_str planted = lg_str_slice(own, sizeof("__Host-") - 1, own.len);
	CHECK_CODE(open_browser(f, planted, &browser), LG_E_NOT_FOUND);
	struct lg_ctx *cx = fixture_request(f);
	lg_str both;
	CHECK_OK(lg_str_fmt(cx, &both, "%.*s; %.*s", LG_FMT(planted), LG_FMT(own)));
	CHECK_OK(open_browser(f, kept(both), &browser));
	fixture_free(f);
}

TEST(a_session_ends_after_an_hour_whatever_happened_meanwhile)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	fixture_advance_s(f, 3599);
	CHECK_OK(open_browser(f, cookie, &browser));
	fixture_advance_s(f, 1);
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(signing_in_again_ends_the_session_that_the_browser_brought)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	fixture_user(f, LG_STR("bob"), LG_STR("bob@example.com"));
	const lg_str planted = begin(f, LG_STR("bob"), LG_STR_NONE);
	const lg_str own = begin(f, ALICE, planted);
	CHECK(!lg_str_eq(planted, own));
	CHECK_CODE(open_browser(f, planted, &browser), LG_E_NOT_FOUND);
	CHECK_OK(open_browser(f, own, &browser));
	CHECK_STR(browser.user->username, ALICE);
	fixture_free(f);
}

TEST(a_cookie_that_came_twice_is_none)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	struct lg_ctx *cx = fixture_request(f);
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	lg_str both;
	CHECK_OK(lg_str_fmt(cx, &both, "a=b; %.*s; %.*s", LG_FMT(cookie), LG_FMT(cookie)));
	CHECK_CODE(open_browser(f, kept(both), &browser), LG_E_NOT_FOUND);
	CHECK_CODE(open_browser(f, LG_STR("cognito-x=AAAA"), &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(another_pool_does_not_know_the_cookie)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	lg_str_cut(&cookie, '=');
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request other = {
		.pool_name = LG_STR("other"), .user_pool_tags = { &tag, 1, true } };
	fixture_use_pool(f, &other);
	const struct lg_idp_create_user_pool_client_request client = { .client_name = LG_STR("other") };
	fixture_use_client(f, &client);
	struct lg_ctx *cx = fixture_request(f);
	lg_str renamed;
	CHECK_OK(lg_str_fmt(cx, &renamed, "cognito-%.*s=%.*s", LG_FMT(f->pool->id), LG_FMT(cookie)));
	CHECK_CODE(open_browser(f, kept(renamed), &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(signing_out_everywhere_ends_all_of_them)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_grant_sign_out(cx, &f->env, read_user(f, cx, ALICE)));
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(another_password_ends_all_of_them)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_user_set_password_admin(cx, &f->env, f->pool, ALICE, FIXTURE_PASSWORD, true));
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(who_is_disabled_is_not_signed_in)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user = read_user(f, cx, ALICE);
	struct lg_batch *batch;
	user->row.enabled = false;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(sessions_are_listed_and_ended_one_by_one)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str one = begin(f, ALICE, LG_STR_NONE);
	fixture_advance_s(f, 10);
	const lg_str two = begin(f, ALICE, LG_STR_NONE);
	CHECK_OK(open_browser(f, two, &browser));
	const lg_str newest = kept(browser.id);

	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user = read_user(f, cx, ALICE);
	struct lg_browser_entry *entries;
	size_t count;
	CHECK_OK(lg_browser_list(cx, &f->env, user, &entries, &count));
	CHECK(count == 2);
	CHECK_STR(entries[0].id, newest);
	CHECK_OK(lg_browser_revoke(cx, &f->env, user, newest));
	CHECK_CODE(lg_browser_revoke(cx, &f->env, user, newest), LG_E_NOT_FOUND);
	CHECK_OK(lg_browser_list(cx, &f->env, user, &entries, &count));
	CHECK(count == 1);
	CHECK_CODE(open_browser(f, two, &browser), LG_E_NOT_FOUND);
	CHECK_OK(open_browser(f, one, &browser));
	fixture_free(f);
}

static lg_status
find_browser(struct fixture *f, lg_str id)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user_item item;
	return lg_browser_find(cx, &f->env, read_user(f, cx, ALICE), id, &item);
}

TEST(a_session_keeps_its_id_and_its_first_day_when_its_user_signs_in_again)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	struct lg_browser_entry *entries;
	size_t count;
	const lg_str first = begin(f, ALICE, LG_STR_NONE);
	CHECK_OK(open_browser(f, first, &browser));
	const lg_str id = kept(browser.id);
	const lg_time created = browser.auth_time;
	CHECK(id.len == 28 && lg_str_starts(id, LG_STR("sso")));
	for (int i = 0; i < 2; i++) {
		fixture_advance_s(f, 10);
		const lg_str next = begin(f, ALICE, i ? first : LG_STR_NONE);
		CHECK_OK(open_browser(f, next, &browser));
		CHECK(lg_str_eq(browser.id, id) == (i == 1));
	}
	CHECK_CODE(open_browser(f, first, &browser), LG_E_NOT_FOUND);
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_browser_list(cx, &f->env, read_user(f, cx, ALICE), &entries, &count));
	CHECK(count == 2);
	CHECK_STR(entries[0].id, id);
	CHECK(entries[0].created.ms == created.ms && entries[0].auth_time.ms == created.ms + 20000);
	fixture_free(f);
}

TEST(who_was_signed_out_everywhere_begins_under_another_id)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str first = begin(f, ALICE, LG_STR_NONE);
	CHECK_OK(open_browser(f, first, &browser));
	const lg_str id = kept(browser.id);
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_grant_sign_out(cx, &f->env, read_user(f, cx, ALICE)));
	CHECK_CODE(find_browser(f, id), LG_E_NOT_FOUND);
	const lg_str next = begin(f, ALICE, first);
	CHECK_OK(open_browser(f, next, &browser));
	CHECK(!lg_str_eq(browser.id, id));
	fixture_free(f);
}

TEST(a_session_is_there_after_its_time_until_somebody_ends_it)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	CHECK_OK(open_browser(f, cookie, &browser));
	const lg_str id = kept(browser.id);
	fixture_advance_s(f, 3601);
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	begin(f, ALICE, LG_STR_NONE);
	CHECK_OK(find_browser(f, id));
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_browser_revoke(cx, &f->env, read_user(f, cx, ALICE), id));
	CHECK_CODE(find_browser(f, id), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(who_has_to_set_a_password_is_not_signed_in)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	CHECK_OK(open_browser(f, cookie, &browser));
	const lg_str id = kept(browser.id);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user = read_user(f, cx, ALICE);
	struct lg_batch *batch;
	user->row.status = LG_USER_RESET_REQUIRED;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	CHECK_CODE(find_browser(f, id), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(a_list_has_living_sessions_only)
{
	struct fixture *f = with_alice();
	struct lg_browser_entry *entries;
	size_t count;
	begin(f, ALICE, LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_browser_list(cx, &f->env, read_user(f, cx, ALICE), &entries, &count));
	CHECK(count == 1);
	fixture_advance_s(f, 3600);
	cx = fixture_request(f);
	CHECK_OK(lg_browser_list(cx, &f->env, read_user(f, cx, ALICE), &entries, &count));
	CHECK(count == 0);
	begin(f, ALICE, LG_STR_NONE);
	cx = fixture_request(f);
	CHECK_OK(lg_grant_sign_out(cx, &f->env, read_user(f, cx, ALICE)));
	CHECK_OK(lg_browser_list(cx, &f->env, read_user(f, cx, ALICE), &entries, &count));
	CHECK(count == 0);
	fixture_free(f);
}

TEST(of_too_many_sessions_the_oldest_go)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	const lg_str first = begin(f, ALICE, LG_STR_NONE);
	fixture_advance_s(f, 1);
	const lg_str second = begin(f, ALICE, LG_STR_NONE);
	for (int i = 2; i < LG_BROWSERS_MAX; i++) {
		fixture_advance_s(f, 1);
		begin(f, ALICE, LG_STR_NONE);
	}
	CHECK_OK(open_browser(f, first, &browser));
	fixture_advance_s(f, 1);
	begin(f, ALICE, LG_STR_NONE);
	CHECK_CODE(open_browser(f, first, &browser), LG_E_NOT_FOUND);
	CHECK_OK(open_browser(f, second, &browser));
	fixture_free(f);
}

/* ---- where sessions are tracked, clients have a say ---- */

static void
track(struct fixture *f, int64_t client_minutes)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_user_pool_token_session_config_type limit = { .max_per_user = { true, 5 } };
	struct lg_idp_set_user_pool_session_configuration_request in = { .user_pool_id = f->pool_id,
		.user_session_tracking = LG_STR("ENABLED"), .token_session = &limit };
	struct lg_idp_set_user_pool_session_configuration_response out = { 0 };
	CHECK_OK(lg_session_config_set(cx, &f->env, &in, &out));
	if (client_minutes < 0)
		return;
	cx = fixture_request(f);
	struct lg_idp_client_sso_session_config_type sso = {
		.max_validity_minutes = { true, client_minutes } };
	struct lg_idp_set_user_pool_client_session_configuration_request own = { .user_pool_id = f->pool_id,
		.client_id = f->client_id, .sso_session = &sso };
	struct lg_idp_set_user_pool_client_session_configuration_response done = { 0 };
	CHECK_OK(lg_session_config_set_client(cx, &f->env, &own, &done));
}

TEST(a_client_that_says_nothing_takes_an_hour)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	track(f, -1);
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	fixture_advance_s(f, 3599);
	CHECK_OK(open_browser(f, cookie, &browser));
	fixture_advance_s(f, 1);
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(a_client_says_how_long_it_goes_on_with_a_session)
{
	struct fixture *f = with_alice();
	struct lg_browser browser;
	track(f, 120);
	const lg_str cookie = begin(f, ALICE, LG_STR_NONE);
	fixture_advance_s(f, 7199);
	CHECK_OK(open_browser(f, cookie, &browser));
	fixture_advance_s(f, 1);
	CHECK_CODE(open_browser(f, cookie, &browser), LG_E_NOT_FOUND);
	track(f, 0);
	const lg_str fresh = begin(f, ALICE, LG_STR_NONE);
	CHECK_CODE(open_browser(f, fresh, &browser), LG_E_NOT_FOUND);
	fixture_free(f);
}

/* ---- sign-in as the pages use it ---- */

static lg_status
initiate(struct fixture *f, bool hosted, lg_str flow, const struct lg_str_map *params,
	struct lg_auth_step *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_auth_call call = { .pool = f->pool, .client = f->client, .hosted = hosted,
		.flow = flow, .params = params };
	*ret = (struct lg_auth_step){ 0 };
	return lg_auth_initiate(cx, &f->env, &call, ret);
}

static lg_status
respond(struct fixture *f, bool hosted, lg_str challenge, lg_str session, const struct lg_str_map *params,
	struct lg_auth_step *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_auth_call call = { .pool = f->pool, .client = f->client, .hosted = hosted,
		.challenge = challenge, .session = session, .params = params };
	*ret = (struct lg_auth_step){ 0 };
	return lg_auth_respond(cx, &f->env, &call, ret);
}

TEST(pages_ask_neither_for_flows_nor_for_the_secret)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_SRP_AUTH"), LG_STR("ALLOW_REFRESH_TOKEN_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { flows, LG_LEN(flows), true }, .generate_secret = { true, true } };
	struct fixture *f = sign_in_fixture(NULL, &client);
	fixture_user(f, ALICE, LG_STR("alice@example.com"));
	struct lg_auth_step step;
	const struct lg_str_map *params = PARAMS(P("USERNAME", ALICE), P("PASSWORD", FIXTURE_PASSWORD));
	CHECK_CODE(initiate(f, false, LG_STR("USER_PASSWORD_AUTH"), params, &step), LG_E_INVALID_PARAMETER);
	CHECK_OK(initiate(f, true, LG_STR("USER_PASSWORD_AUTH"), params, &step));
	CHECK(step.done && step.user);
	CHECK_STR(step.user->username, ALICE);
	CHECK(!lg_str_present(step.tokens.access));
	fixture_free(f);
}

TEST(pages_tell_nobody_who_exists)
{
	struct fixture *f = with_alice();
	CHECK(!f->client->hides_users);
	struct lg_auth_step step;
	CHECK_CODE(initiate(f, true, LG_STR("USER_PASSWORD_AUTH"),
			PARAMS(P("USERNAME", LG_STR("nobody")), P("PASSWORD", FIXTURE_PASSWORD)), &step),
		LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Incorrect username or password."));
	fixture_free(f);
}

TEST(a_session_of_pages_is_none_of_the_api_and_the_other_way_round)
{
	struct fixture *f = with_alice();
	lg_str flow = LG_STR("ALLOW_USER_AUTH");
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { &flow, 1, true } };
	fixture_use_client(f, &client);
	struct lg_auth_step step;
	const struct lg_str_map *who = PARAMS(P("USERNAME", ALICE));
	const struct lg_str_map *answer = PARAMS(P("USERNAME", ALICE), P("ANSWER", LG_STR("PASSWORD")),
		P("PASSWORD", FIXTURE_PASSWORD));
	for (int hosted = 0; hosted < 2; hosted++) {
		CHECK_OK(initiate(f, hosted, LG_STR("USER_AUTH"), who, &step));
		CHECK(!step.done);
		const lg_str session = kept(step.session);
		const lg_str challenge = kept(step.challenge);
		CHECK_CODE(respond(f, !hosted, challenge, session, answer, &step), LG_E_NOT_AUTHORIZED);
		CHECK_STR(f->t.cx.failure.text, LG_STR("Invalid session for the user."));
		CHECK_OK(respond(f, hosted, challenge, session, answer, &step));
		CHECK(step.done);
	}
	fixture_free(f);
}

TEST(pages_ask_the_triggers_of_sign_in_and_leave_tokens_to_who_makes_them)
{
	static struct functions functions;
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_idp_lambda_config_type triggers = { .pre_authentication = FUNCTION_ARN("pre"),
		.post_authentication = FUNCTION_ARN("post"), .pre_token_generation = FUNCTION_ARN("token") };
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("triggers"),
		.lambda_config = &triggers, .user_pool_tags = { &tag, 1, true } };
	const struct lg_idp_create_user_pool_client_request client = { .client_name = LG_STR("app") };
	functions_init(&functions);
	f->env.functions = &functions.port;
	fixture_use_pool(f, &pool);
	fixture_use_client(f, &client);
	fixture_user(f, ALICE, LG_STR("alice@example.com"));

	struct lg_auth_step step;
	const lg_str flow = LG_STR("USER_PASSWORD_AUTH");
	const struct lg_str_map *params = PARAMS(P("USERNAME", ALICE), P("PASSWORD", FIXTURE_PASSWORD));
	functions_tell(&functions, LG_STR("pre"), LG_FUNCTION_THREW, LG_STR("Not today."));
	CHECK_CODE(initiate(f, true, flow, params, &step), LG_E_USER_LAMBDA_VALIDATION);
	functions_tell(&functions, LG_STR("pre"), LG_FUNCTION_ANSWERED, LG_STR("{\"response\":{}}"));
	functions_tell(&functions, LG_STR("post"), LG_FUNCTION_THREW, LG_STR("Not you."));
	CHECK_CODE(initiate(f, true, flow, params, &step), LG_E_USER_LAMBDA_VALIDATION);
	functions_tell(&functions, LG_STR("post"), LG_FUNCTION_ANSWERED, LG_STR("{\"response\":{}}"));
	CHECK_OK(initiate(f, true, flow, params, &step));
	CHECK(step.done);
	assert_int_equal(functions_calls(&functions, LG_STR("pre")), 3);
	assert_int_equal(functions_calls(&functions, LG_STR("post")), 2);
	assert_int_equal(functions_calls(&functions, LG_STR("token")), 0);
	fixture_free(f);
}
