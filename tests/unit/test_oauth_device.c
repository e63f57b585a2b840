/* Devices that wait for their user (RFC 8628). */
#include "oauth/device.h"

#include "codec/json.h"
#include "tests/lib/sign_in.h"
#include "token/jws.h"

static const lg_str OFFICE = LG_STR_INIT("192.0.2.1");

static struct fixture *
with_device_client(void)
{
	static lg_str callbacks[] = { LG_STR_INIT("https://app.example.com/callback") };
	static lg_str scopes[] = { LG_STR_INIT("openid"), LG_STR_INIT("email") };
	static lg_str flows[] = { LG_STR_INIT("code") };
	const struct lg_idp_create_user_pool_client_request client = {
		.callback_urls = { callbacks, 1, true },
		.allowed_oauth_flows = { flows, 1, true },
		.allowed_oauth_scopes = { scopes, 2, true },
		.allowed_oauth_flows_user_pool_client = { true, true },
	};
	struct fixture *f = sign_in_fixture(NULL, &client);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	return f;
}

static struct lg_oauth_device
begin(struct fixture *f, lg_str scope)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_oauth_client by = { .pool = f->pool, .client = f->client };
	struct lg_oauth_device device;
	CHECK_OK(lg_oauth_device_begin(cx, &f->env, &by, PARAMS(P("scope", scope)), &device));
	device.device_code = kept(device.device_code);
	device.user_code = kept(device.user_code);
	return device;
}

static lg_status
find(struct fixture *f, lg_str typed, lg_str ip, struct lg_oauth_device_wait *ret)
{
	const struct lg_caller caller = { .ip = ip };
	return lg_oauth_device_find(fixture_request(f), &f->env, typed, &caller, ret);
}

static lg_status
decide(struct fixture *f, lg_str typed, bool yes)
{
	struct lg_oauth_device_wait wait;
	struct lg_user *user;
	LG_TRY(find(f, typed, OFFICE, &wait));
	struct lg_ctx *cx = &f->t.cx;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_PROFILE, &user));
	const struct lg_oauth_subject subject = { .user = user, .auth_time = cx->now };
	return lg_oauth_device_decide(cx, &f->env, &wait, yes ? &subject : NULL);
}

/* With this key; absent = none. */
static lg_status
ask_with(struct fixture *f, lg_str device_code, lg_str jkt, struct lg_oauth_tokens *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_oauth_token_call call = {
		.by = { .pool = f->pool, .client = f->client },
		.jkt = jkt,
		.params = PARAMS(P("grant_type", LG_STR("urn:ietf:params:oauth:grant-type:device_code")),
			P("device_code", device_code)),
	};
	return lg_oauth_token(cx, &f->env, &call, ret);
}

static lg_status
ask(struct fixture *f, lg_str device_code, struct lg_oauth_tokens *ret)
{
	return ask_with(f, device_code, LG_STR_NONE, ret);
}

TEST(a_device_waits_until_its_user_lets_it_in_and_gets_tokens_once)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_tokens tokens;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	assert_int_equal(device.user_code.len, 9);
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_PENDING);
	CHECK_OK(decide(f, device.user_code, true));
	CHECK_OK(ask(f, device.device_code, &tokens));
	CHECK(lg_str_present(tokens.id) && lg_str_present(tokens.refresh));
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_INVALID_GRANT);
	CHECK_CODE(decide(f, device.user_code, true), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(a_device_that_asks_too_often_is_told_to_slow_down)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_tokens tokens;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_PENDING);
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_SLOW_DOWN);
	fixture_advance_s(f, LG_OAUTH_DEVICE_INTERVAL_S);
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_PENDING);
	fixture_free(f);
}

TEST(a_device_is_turned_away_or_comes_too_late)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_tokens tokens;
	struct lg_oauth_device device = begin(f, LG_STR("openid"));
	CHECK_OK(decide(f, device.user_code, false));
	CHECK_CODE(decide(f, device.user_code, true), LG_E_NOT_FOUND);
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_ACCESS_DENIED);
	device = begin(f, LG_STR("openid"));
	fixture_advance_s(f, LG_OAUTH_DEVICE_S);
	CHECK_CODE(decide(f, device.user_code, true), LG_E_NOT_FOUND);
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_EXPIRED_TOKEN);
	CHECK_CODE(ask(f, LG_STR("x"), &tokens), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(a_code_is_found_as_people_type_it)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_device_wait wait;
	const struct lg_oauth_device device = begin(f, LG_STR("openid email"));
	lg_str typed;
	CHECK_OK(lg_str_lower(fixture_request(f), device.user_code, &typed));
	typed = kept(typed);
	CHECK_OK(find(f, typed, OFFICE, &wait));
	CHECK_STR(wait.client->id, f->client_id);
	CHECK_STR(wait.scope, LG_STR("openid email"));
	CHECK_STR(wait.user_code, device.user_code);
	fixture_free(f);
}

TEST(who_guesses_codes_has_few_tries_and_locks_out_nobody_else)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_device_wait wait;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	for (int i = 0; i < 30; i++)
		CHECK_CODE(find(f, i % 2 ? LG_STR("BBBB-BBBB") : LG_STR("1234"), OFFICE, &wait),
			LG_E_NOT_FOUND);
	CHECK_CODE(find(f, LG_STR("BBBB-BBBB"), OFFICE, &wait), LG_E_LIMIT_EXCEEDED);
	CHECK_CODE(find(f, device.user_code, OFFICE, &wait), LG_E_LIMIT_EXCEEDED);
	CHECK_OK(find(f, device.user_code, LG_STR("192.0.2.2"), &wait));
	fixture_advance_s(f, 3600);
	CHECK_CODE(find(f, LG_STR("BBBB-BBBB"), OFFICE, &wait), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(who_has_a_network_has_the_tries_of_one_address)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_device_wait wait;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	for (int i = 0; i < 30; i++) {
		char ip[64];
		snprintf(ip, sizeof(ip), "2001:db8:1:2:%x::%x", (unsigned)i, (unsigned)i + 1);
		CHECK_CODE(find(f, LG_STR("BBBBBBBB"), lg_str_from_c(ip), &wait), LG_E_NOT_FOUND);
	}
	CHECK_CODE(find(f, device.user_code, LG_STR("2001:db8:1:2:ffff::1"), &wait), LG_E_LIMIT_EXCEEDED);
	CHECK_OK(find(f, device.user_code, LG_STR("2001:db8:1:3::1"), &wait));
	CHECK_OK(find(f, device.user_code, LG_STR("::ffff:192.0.2.7"), &wait));
	CHECK_OK(find(f, device.user_code, LG_STR_NONE, &wait));
	fixture_free(f);
}

TEST(scopes_of_a_device_are_its_clients)
{
	struct fixture *f = with_device_client();
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_oauth_client by = { .pool = f->pool, .client = f->client };
	struct lg_oauth_device device;
	CHECK_CODE(lg_oauth_device_begin(cx, &f->env, &by, PARAMS(P("scope", LG_STR("phone"))), &device),
		LG_E_OAUTH_INVALID_SCOPE);
	fixture_free(f);
}

TEST(a_device_whose_user_was_signed_out_gets_nothing)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_tokens tokens;
	struct lg_user *user;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	CHECK_OK(decide(f, device.user_code, true));
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	CHECK_OK(lg_grant_sign_out(cx, &f->env, user));
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(tokens_of_a_device_that_has_a_key_are_bound_to_it)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_tokens tokens;
	struct lg_jws jws;
	const lg_str jkt = LG_STR("1234567890123456789012345678901234567890123");
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	CHECK_OK(decide(f, device.user_code, true));
	CHECK_OK(ask_with(f, device.device_code, jkt, &tokens));
	CHECK(tokens.dpop);
	CHECK_OK(lg_jws_parse(&f->t.cx, tokens.access, &jws));
	CHECK_STR(lg_json_member_text(lg_json_member(jws.claims, LG_STR("cnf")), LG_STR("jkt")), jkt);
	fixture_free(f);
}

TEST(a_device_is_one_clients)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_device_wait wait;
	struct lg_oauth_tokens tokens;
	struct lg_oauth_device other;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	const struct lg_client *own = f->client;
	CHECK_OK(find(f, device.user_code, OFFICE, &wait));
	lg_str flow = LG_STR("implicit"), scope = LG_STR("openid"), url = LG_STR("https://app.example.com/");
	const struct lg_idp_create_user_pool_client_request client = {
		.callback_urls = { &url, 1, true },
		.allowed_oauth_flows = { &flow, 1, true },
		.allowed_oauth_scopes = { &scope, 1, true },
		.allowed_oauth_flows_user_pool_client = { true, true },
	};
	fixture_use_client(f, &client);
	wait.client = f->client;
	wait.user_code = device.user_code;
	CHECK_CODE(lg_oauth_device_decide(&f->t.cx, &f->env, &wait, NULL), LG_E_NOT_FOUND);
	flow = LG_STR("code");
	const struct lg_oauth_client by = { .pool = f->pool, .client = f->client };
	CHECK_CODE(lg_oauth_device_begin(
			   fixture_request(f), &f->env, &by, PARAMS(P("scope", scope)), &other),
		LG_E_OAUTH_UNAUTHORIZED_CLIENT);
	fixture_use_client(f, &client);
	CHECK(f->client != own);
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(a_device_whose_user_is_disabled_gets_nothing)
{
	struct fixture *f = with_device_client();
	struct lg_oauth_tokens tokens;
	struct lg_user *user;
	struct lg_batch *batch;
	const struct lg_oauth_device device = begin(f, LG_STR("openid"));
	CHECK_OK(decide(f, device.user_code, true));
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	user->row.enabled = false;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(ask(f, device.device_code, &tokens), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}
