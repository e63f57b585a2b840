/* Tokens after their issue: refresh, rotation, revocation, sign-out (spec/sign-in.md 9, 10). */
#include "domain/grant/grant.h"

#include <string.h>

#include "domain/grant/session_id.h"
#include "store/config.h"
#include "tests/lib/sign_in.h"
#include "token/jws.h"
#include "token/sealed.h"

#define GRACE_S 30

static void
check_text(struct fixture *f, lg_status s, const char *text)
{
	CHECK_CODE(s, LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, lg_str_from_c(text));
}

static struct fixture *
plain(void)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	return f;
}

/* A client that rotates; `tags` are the pool's. */
static struct fixture *
rotating(const struct lg_str_map *tags)
{
	lg_str flow = LG_STR("ALLOW_USER_PASSWORD_AUTH");
	struct lg_idp_refresh_token_rotation_type rotation = { .feature = LG_STR("ENABLED"),
		.retry_grace_period_seconds = { true, GRACE_S } };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { &flow, 1, true },
		.refresh_token_rotation = &rotation,
	};
	struct fixture *f = sign_in_fixture(tags, &client);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	return f;
}

static lg_status
refresh_with(struct fixture *f, lg_str token, lg_str device_key, struct lg_tokens *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_refresh *refresh;
	LG_TRY(lg_refresh_open(cx, &f->env, f->pool, f->client, token, &refresh));
	LG_TRY(lg_refresh_redeem(cx, &f->env, refresh, device_key, &(struct lg_caller){ 0 }, NULL,
		ret));
	ret->id = kept(ret->id);
	ret->access = kept(ret->access);
	ret->refresh = kept(ret->refresh);
	return LG_OK;
}

static lg_status
refresh(struct fixture *f, lg_str token, struct lg_tokens *ret)
{
	return refresh_with(f, token, LG_STR_NONE, ret);
}

static lg_str
refreshed(struct fixture *f, lg_str token)
{
	struct lg_tokens tokens;
	CHECK_OK(refresh(f, token, &tokens));
	return tokens.refresh;
}

static lg_status
open_access(struct fixture *f, lg_str token)
{
	struct lg_access access;
	return lg_access_open(fixture_request(f), &f->env, token, LG_SCOPE_USER_ADMIN, 0, &access);
}

static lg_status
revoke(struct fixture *f, lg_str token)
{
	struct lg_ctx *cx = fixture_request(f);
	return lg_grant_revoke(cx, &f->env, f->pool, f->client, token, false);
}

static lg_status
sign_out(struct fixture *f)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	LG_TRY(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	return lg_grant_sign_out(cx, &f->env, user);
}

static lg_str
claim(struct fixture *f, lg_str token, lg_str name)
{
	struct lg_jws jws;
	CHECK_OK(lg_jws_parse(&f->t.cx, token, &jws));
	return kept(lg_json_member_text(jws.claims, name));
}

/* ---- plain refresh ---- */

TEST(a_refresh_reads_and_signs_but_never_writes)
{
	struct fixture *f = plain();
	struct lg_tokens first = sign_in_tokens(f, LG_STR("alice")), second;
	fixture_advance_s(f, 60);
	CHECK_OK(refresh(f, first.refresh, &second));
	assert_int_equal(f->t.cx.work.reads, 1);
	assert_int_equal(f->t.cx.work.batches, 0);
	assert_int_equal(f->t.cx.work.signatures, 2);
	assert_int_equal(f->t.cx.work.modexps, 0);
	CHECK(!lg_str_present(second.refresh));

	static const lg_str same[] = { LG_STR_INIT("sub"), LG_STR_INIT("origin_jti") };
	static const lg_str fresh[] = { LG_STR_INIT("jti"), LG_STR_INIT("event_id") };
	for (size_t i = 0; i < 2; i++) {
		CHECK_STR(claim(f, second.access, same[i]), claim(f, first.access, same[i]));
		CHECK_STR(claim(f, second.id, same[i]), claim(f, first.access, same[i]));
		CHECK(!lg_str_eq(claim(f, second.access, fresh[i]), claim(f, first.access, fresh[i])));
	}
	CHECK_STR(claim(f, second.id, LG_STR("email")), LG_STR("alice@example.com"));
	struct lg_access access;
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_access_open(cx, &f->env, second.access, LG_SCOPE_USER_ADMIN, 0, &access));
	assert_int_equal(access.auth_time.ms, LG_TEST_NOW_MS / 1000 * 1000);
	fixture_free(f);
}

TEST(a_refresh_token_ends_with_its_absolute_expiry)
{
	struct fixture *f = plain();
	struct lg_tokens first = sign_in_tokens(f, LG_STR("alice")), second;
	fixture_advance_s(f, f->client->refresh_ttl_s - 1);
	CHECK_OK(refresh(f, first.refresh, &second));
	fixture_advance_s(f, 1);
	check_text(f, refresh(f, first.refresh, &second), "Refresh Token has expired");
	fixture_free(f);
}

TEST(a_refresh_token_opens_for_its_client_and_purpose_only)
{
	struct fixture *f = plain();
	struct lg_tokens tokens = sign_in_tokens(f, LG_STR("alice")), none;
	check_text(f, refresh(f, tokens.access, &none), "Invalid Refresh Token");
	check_text(f, refresh(f, LG_STR(""), &none), "Invalid Refresh Token");
	check_text(f, refresh(f, lg_str_slice(tokens.refresh, 0, tokens.refresh.len - 1), &none),
		"Invalid Refresh Token");
	fixture_use_client(f, NULL);
	check_text(f, refresh(f, tokens.refresh, &none), "Invalid Refresh Token");
	fixture_use_pool(f, NULL);
	fixture_use_client(f, NULL);
	check_text(f, refresh(f, tokens.refresh, &none), "Invalid Refresh Token");
	fixture_free(f);
}

/* A refresh token as this pool would make it, with a content of ours. */
static lg_str
made(struct fixture *f, const char *user, int64_t gen, lg_str device_key)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *found;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, lg_str_from_c(user), 0, &found));
	const struct lg_rec_refresh_token content = {
		.sid = LG_STR("123456789012"),
		.uid = lg_user_row_uid(&found->row),
		.client_id = f->client->id,
		.gen = { true, gen },
		.signout_gen = { true, found->row.signout_gen },
		.auth_time = { true, cx->now },
		.expires = { true, lg_time_add_ms(cx->now, LG_HOUR_MS) },
		.device_key = device_key,
		.scope = LG_SCOPE_USER_ADMIN,
	};
	lg_str token;
	CHECK_OK(lg_sealed_jwe_make(cx, lg_store_keyring(f->env.store), f->pool->pool, LG_STR("refresh"),
		&lg_shape_rec_refresh_token, &content, &token));
	return kept(token);
}

TEST(a_token_of_a_device_needs_its_key)
{
	struct fixture *f = plain();
	lg_str token = made(f, "alice", 0, LG_STR("us-east-1_device"));
	struct lg_tokens tokens;
	check_text(f, refresh(f, token, &tokens), "Invalid Refresh Token.");
	check_text(f, refresh_with(f, token, LG_STR("us-east-1_other"), &tokens), "Invalid Refresh Token.");
	CHECK_OK(refresh_with(f, token, LG_STR("us-east-1_device"), &tokens));
	CHECK_STR(claim(f, tokens.access, LG_STR("device_key")), LG_STR("us-east-1_device"));
	fixture_free(f);
}

TEST(a_generation_that_the_store_does_not_know_is_invalid)
{
	struct fixture *f = rotating(NULL);
	struct lg_tokens tokens;
	check_text(f, refresh(f, made(f, "alice", 1, LG_STR_NONE), &tokens), "Invalid Refresh Token");
	fixture_free(f);
}

/* ---- rotation ---- */

TEST(rotation_replaces_the_token_and_keeps_its_end)
{
	struct fixture *f = rotating(NULL);
	struct lg_tokens first = sign_in_tokens(f, LG_STR("alice")), second;
	fixture_advance_s(f, 100);
	CHECK_OK(refresh(f, first.refresh, &second));
	assert_int_equal(f->t.cx.work.batches, 1);
	CHECK(lg_str_present(second.refresh) && !lg_str_eq(first.refresh, second.refresh));
	CHECK_STR(claim(f, second.access, LG_STR("origin_jti")), claim(f, first.access,
		LG_STR("origin_jti")));
	fixture_advance_s(f, f->client->refresh_ttl_s - 101);
	lg_str third = refreshed(f, second.refresh);
	fixture_advance_s(f, 1);
	check_text(f, refresh(f, third, &second), "Refresh Token has expired");
	fixture_free(f);
}

TEST(inside_its_grace_the_former_token_gets_the_current_one_again)
{
	struct fixture *f = rotating(NULL);
	lg_str first = sign_in_tokens(f, LG_STR("alice")).refresh;
	lg_str second = refreshed(f, first);
	fixture_advance_s(f, GRACE_S - 1);
	lg_str twin = refreshed(f, first);
	assert_int_equal(f->t.cx.work.batches, 0);
	lg_str third = refreshed(f, twin);
	refreshed(f, second); /* its twin was just replaced, so it is in its grace, too */
	refreshed(f, third);
	fixture_free(f);
}

TEST(after_its_grace_a_former_token_ends_the_family)
{
	struct fixture *f = rotating(NULL);
	struct lg_tokens first = sign_in_tokens(f, LG_STR("alice")), other = sign_in_tokens(f,
		LG_STR("alice")), none;
	lg_str second = refreshed(f, first.refresh);
	fixture_advance_s(f, GRACE_S);
	CHECK_CODE(refresh(f, first.refresh, &none), LG_E_REFRESH_TOKEN_REUSE);
	check_text(f, refresh(f, second, &none), "Refresh Token has been revoked");
	check_text(f, refresh(f, first.refresh, &none), "Refresh Token has been revoked");
	check_text(f, open_access(f, first.access), "Access Token has been revoked");
	CHECK_OK(open_access(f, other.access));
	refreshed(f, other.refresh);
	fixture_free(f);
}

TEST(two_generations_back_is_reuse_even_inside_the_grace)
{
	struct fixture *f = rotating(NULL);
	lg_str first = sign_in_tokens(f, LG_STR("alice")).refresh;
	lg_str third = refreshed(f, refreshed(f, first));
	struct lg_tokens none;
	CHECK_CODE(refresh(f, first, &none), LG_E_REFRESH_TOKEN_REUSE);
	check_text(f, refresh(f, third, &none), "Refresh Token has been revoked");
	fixture_free(f);
}

TEST(a_pool_may_only_refuse_reuse)
{
	struct fixture *f = rotating(PARAMS(P("lifeguard:refresh.reuse", LG_STR("refuse"))));
	lg_str first = sign_in_tokens(f, LG_STR("alice")).refresh;
	lg_str second = refreshed(f, first);
	fixture_advance_s(f, GRACE_S);
	struct lg_tokens none;
	CHECK_CODE(refresh(f, first, &none), LG_E_REFRESH_TOKEN_REUSE);
	assert_int_equal(f->t.cx.work.batches, 0);
	refreshed(f, second);
	fixture_free(f);
}

/* ---- revocation ---- */

TEST(a_revoked_token_is_revoked_for_the_session_only)
{
	struct fixture *f = plain();
	struct lg_tokens mine = sign_in_tokens(f, LG_STR("alice")), other = sign_in_tokens(f,
		LG_STR("alice")), none;
	CHECK_OK(revoke(f, mine.refresh));
	CHECK_OK(revoke(f, mine.refresh));
	check_text(f, refresh(f, mine.refresh, &none), "Refresh Token has been revoked");
	check_text(f, open_access(f, mine.access), "Access Token has been revoked");
	CHECK_OK(open_access(f, other.access));
	CHECK_OK(refresh(f, other.refresh, &none));
	fixture_free(f);
}

TEST(a_revocation_outlives_the_last_access_token)
{
	struct fixture *f = plain();
	struct lg_tokens tokens = sign_in_tokens(f, LG_STR("alice")), last;
	fixture_advance_s(f, f->client->refresh_ttl_s - 1);
	CHECK_OK(refresh(f, tokens.refresh, &last));
	CHECK_OK(revoke(f, tokens.refresh));
	fixture_advance_s(f, last.expires_in_s - 1);
	int64_t removed;
	CHECK_OK(lg_store_sweep(f->env.store, fixture_request(f), 1000, &removed));
	check_text(f, open_access(f, last.access), "Access Token has been revoked");
	fixture_free(f);
}

TEST(a_revocation_that_the_store_did_not_take_is_no_success)
{
	struct fixture *f = plain();
	struct lg_tokens tokens = sign_in_tokens(f, LG_STR("alice")), again;
	fixture_request(f); /* the snapshot with the new keys is in memory */
	f->db.away = true;
	CHECK_CODE(revoke(f, tokens.refresh), LG_E_UNAVAILABLE);
	CHECK_CODE(refresh(f, tokens.refresh, &again), LG_E_UNAVAILABLE);
	CHECK_CODE(sign_out(f), LG_E_UNAVAILABLE);
	f->db.away = false;
	CHECK_OK(refresh(f, tokens.refresh, &again));
	fixture_free(f);
}

TEST(what_is_no_refresh_token_of_the_client)
{
	struct fixture *f = plain();
	struct lg_tokens tokens = sign_in_tokens(f, LG_STR("alice")), again;
	CHECK_CODE(revoke(f, tokens.access), LG_E_UNSUPPORTED_TOKEN_TYPE);
	CHECK_CODE(revoke(f, tokens.id), LG_E_UNSUPPORTED_TOKEN_TYPE);
	CHECK_OK(revoke(f, LG_STR("garbage")));
	lg_str client = f->client_id;
	fixture_use_client(f, NULL);
	CHECK_OK(revoke(f, tokens.refresh));
	f->client_id = client;
	CHECK_OK(refresh(f, tokens.refresh, &again));
	fixture_free(f);
}

TEST(revoking_inside_a_family)
{
	struct fixture *f = rotating(NULL);
	lg_str first = sign_in_tokens(f, LG_STR("alice")).refresh;
	lg_str second = refreshed(f, first), third = refreshed(f, second);
	struct lg_tokens none;
	fixture_advance_s(f, GRACE_S);
	CHECK_OK(revoke(f, second)); /* dead already: the newest lives on */
	lg_str fourth = refreshed(f, third);
	CHECK_OK(revoke(f, third)); /* in its grace it still worked, so the family ends */
	check_text(f, refresh(f, fourth, &none), "Refresh Token has been revoked");

	first = sign_in_tokens(f, LG_STR("alice")).refresh;
	second = refreshed(f, first);
	fixture_advance_s(f, GRACE_S);
	CHECK_OK(revoke(f, first)); /* the original ends every branch */
	check_text(f, refresh(f, second, &none), "Refresh Token has been revoked");
	fixture_free(f);
}

/* ---- sign-out ---- */

TEST(sign_out_ends_what_was_before_it_and_nothing_after)
{
	struct fixture *f = plain();
	struct lg_tokens before = sign_in_tokens(f, LG_STR("alice")), none;
	CHECK_OK(sign_out(f));
	struct lg_tokens after = sign_in_tokens(f, LG_STR("alice")); /* in the same millisecond */
	check_text(f, open_access(f, before.access), "Access Token has been revoked");
	check_text(f, refresh(f, before.refresh, &none), "Refresh Token has been revoked");
	CHECK_OK(open_access(f, after.access));
	CHECK_OK(refresh(f, after.refresh, &none));
	fixture_free(f);
}

TEST(sign_out_reaches_tokens_that_cannot_be_revoked)
{
	struct fixture *f = plain();
	lg_str flow = LG_STR("ALLOW_USER_PASSWORD_AUTH");
	const struct lg_idp_create_user_pool_client_request client = { .explicit_auth_flows = { &flow, 1,
		true },
		.enable_token_revocation = { true, false } };
	fixture_use_client(f, &client);
	struct lg_tokens tokens = sign_in_tokens(f, LG_STR("alice"));
	CHECK(!lg_str_present(claim(f, tokens.access, LG_STR("origin_jti"))));
	CHECK(!lg_str_present(claim(f, tokens.access, LG_STR("jti"))));
	CHECK_OK(open_access(f, tokens.access));
	CHECK_CODE(revoke(f, tokens.refresh), LG_E_UNSUPPORTED_OPERATION);
	CHECK_OK(sign_out(f));
	check_text(f, open_access(f, tokens.access), "Access Token has been revoked");
	CHECK_OK(open_access(f, sign_in_tokens(f, LG_STR("alice")).access));
	fixture_free(f);
}

TEST(a_sign_out_of_a_row_that_changed_is_a_conflict)
{
	struct fixture *f = plain();
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	CHECK_OK(lg_grant_sign_out(cx, &f->env, user));
	CHECK_CODE(lg_grant_sign_out(cx, &f->env, user), LG_E_CONFLICT);
	fixture_free(f);
}

/* ---- identifiers ---- */

TEST(a_session_id_comes_back_as_it_went_in)
{
	struct fixture *f = plain();
	struct lg_ctx *cx = fixture_request(f);
	static const unsigned char sid[LG_SID_SIZE] = "abcdefghijkl";
	static const int64_t gens[] = { 0, 1, 255, 256, INT64_C(0xffffffff) };
	for (size_t i = 0; i < LG_LEN(gens); i++) {
		lg_str id;
		CHECK_OK(lg_session_id_make(cx, &f->env, f->pool->pool, LG_STR("origin_jti"), sid, gens[i],
			&id));
		assert_int_equal(id.len, 36);
		unsigned char back[LG_SID_SIZE];
		uint32_t gen;
		CHECK_OK(lg_session_id_open(cx, &f->env, f->pool->pool, LG_STR("origin_jti"), id, back,
			&gen));
		assert_memory_equal(back, sid, LG_SID_SIZE);
		assert_int_equal(gen, gens[i]);
		CHECK_OK(lg_session_id_open(cx, &f->env, f->pool->pool, LG_STR("event_id"), id, back, &gen));
		assert_memory_not_equal(back, sid, LG_SID_SIZE);
	}
	unsigned char back[LG_SID_SIZE];
	uint32_t gen;
	CHECK_CODE(lg_session_id_open(cx, &f->env, f->pool->pool, LG_STR("event_id"), LG_STR("x"), back,
		&gen), LG_E_MALFORMED);
	fixture_free(f);
}
