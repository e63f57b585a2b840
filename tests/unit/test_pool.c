#include "tests/lib/fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "domain/grant/signing_keys.h"
#include "domain/pool/pool_load.h"
#include "domain/pool/pool_settings.h"

static const struct lg_signing_key *
signing(struct fixture *f, const char *use)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_signing_key *key;
	CHECK_OK(lg_pool_signing_key(cx, &f->env, f->pool, lg_str_from_c(use), &key));
	return key;
}

/* What outlives the request in which it was asked. */
static void
signing_kid(struct fixture *f, const char *use, char ret[64])
{
	const struct lg_signing_key *key = signing(f, use);
	assert_true(key->kid.len < 64);
	snprintf(ret, 64, "%.*s", LG_FMT(key->kid));
}

static size_t
count_in(lg_str text, lg_str what)
{
	size_t count = 0;
	for (size_t i = 0; i + what.len <= text.len; i++)
		count += lg_str_starts(lg_str_slice(text, i, text.len), what);
	return count;
}

static lg_str
jwks(struct fixture *f)
{
	lg_str text;
	CHECK_OK(lg_pool_jwks(fixture_request(f), &f->env, f->pool_id, &text));
	return text;
}

TEST(snapshot_has_every_standard_attribute_and_those_of_the_pool)
{
	struct lg_idp_schema_attribute_type own[] = {
		{ .name = LG_STR("tier"),
			.attribute_data_type = LG_STR("String"),
			.mutable = { true, true } },
		{ .name = LG_STR("given_name"), .required = { true, true }, .mutable = { true, true } },
	};
	const struct lg_idp_create_user_pool_request in = {
		.pool_name = LG_STR("p"),
		.schema = { .items = own, .count = LG_LEN(own), .has = true },
	};
	struct fixture *f = fixture_with(&in, NULL);
	CHECK(lg_pool_attribute(f->pool, LG_STR("custom:tier")));
	CHECK(!lg_pool_attribute(f->pool, LG_STR("tier")));
	CHECK(lg_pool_attribute(f->pool, LG_STR("given_name"))->required.v);
	CHECK(!lg_pool_attribute(f->pool, LG_STR("family_name"))->required.v);
	CHECK(lg_pool_attribute(f->pool, LG_STR("sub"))->required.v);
	fixture_free(f);
}

TEST(pool_knows_its_region_group_arn_and_issuer)
{
	struct fixture *f = fixture_new();
	CHECK_STR(f->pool->region, LG_STR("us-east-1"));
	CHECK_STR(f->pool->srp_group, lg_str_slice(f->pool->id, 10, 100));
	CHECK(lg_str_starts(
		f->pool->arn, LG_STR("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_")));
	CHECK(lg_str_starts(f->pool->issuer, LG_STR("http://localhost:9500/us-east-1_")));
	fixture_free(f);
}

TEST(issuer_has_cognitos_forms_when_asked_for)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_idp_issuer_configuration_type issuer = { .type = LG_STR("ORIGINAL") };
	struct lg_idp_user_pool_type type = { .issuer_configuration = &issuer };
	const struct lg_pool_row row = { .pool_id = LG_STR("eu-west-1_Abc"), .settings = { .type = &type } };
	const struct lg_settings settings = {
		.issuer_aws = true, .public_url = LG_STR("http://x"), .account = LG_STR("1")
	};
	struct lg_pool pool;
	CHECK_OK(lg_pool_build(&t.cx, &settings, &row, &pool));
	CHECK_STR(pool.issuer, LG_STR("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc"));
	issuer.type = LG_STR("UPDATED");
	CHECK_OK(lg_pool_build(&t.cx, &settings, &row, &pool));
	CHECK_STR(pool.issuer, LG_STR("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc"));
	lg_test_ctx_done(&t);
}

TEST(pool_without_username_configuration_tells_case_apart)
{
	struct fixture *f = fixture_new();
	CHECK(f->pool->names.case_sensitive);
	struct lg_idp_username_configuration_type no = { .case_sensitive = { true, false } };
	fixture_use_pool(f, &(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .username_configuration = &no });
	CHECK(!f->pool->names.case_sensitive);
	fixture_free(f);
}

TEST(tags_decide_our_own_settings)
{
	struct lg_str_pair tags[] = {
		{ LG_STR("lifeguard:password.storage"), LG_STR("argon2id") },
		{ LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") },
		{ LG_STR("team"), LG_STR("blue") },
	};
	struct fixture *f =
		fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
				     .user_pool_tags = { .items = tags, .count = 3, .has = true } },
			NULL);
	CHECK_CODE((lg_status){ (int)f->pool->password_scheme }, LG_PASSWORD_ARGON2ID);
	CHECK_CODE((lg_status){ (int)f->pool->token_alg }, LG_ALG_ES256);
	CHECK(!f->pool->reuse_refuses);

	struct lg_ctx *cx = fixture_request(f);
	struct lg_str_map map = { .items = tags, .count = 3, .has = true };
	CHECK_OK(lg_pool_settings_check(cx, &map));
	tags[0].value = LG_STR("plain");
	CHECK_CODE(lg_pool_settings_check(cx, &map), LG_E_INVALID_PARAMETER);
	tags[0] = (struct lg_str_pair){ LG_STR("lifeguard:colour"), LG_STR("blue") };
	CHECK_CODE(lg_pool_settings_check(cx, &map), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}

TEST(client_gets_defaults_and_units_become_seconds)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_idp_user_pool_client_type type = { 0 };
	struct lg_client_row row = { .client_id = LG_STR("c"), .settings = { .type = &type } };
	struct lg_client client;
	CHECK_OK(lg_client_build(&t.cx, &row, &client));
	assert_int_equal(client.id_ttl_s, 3600);
	assert_int_equal(client.access_ttl_s, 3600);
	assert_int_equal(client.refresh_ttl_s, 30 * 86400);
	assert_int_equal(client.session_ttl_s, 180);
	CHECK(!client.hides_users && client.revocable && !client.rotates && !client.has_secret);
	CHECK(lg_client_allows_flow(&client, LG_STR("ALLOW_USER_SRP_AUTH")));
	CHECK(!lg_client_allows_flow(&client, LG_STR("ALLOW_USER_PASSWORD_AUTH")));

	struct lg_idp_token_validity_units_type units = { .access_token = LG_STR("minutes"),
		.refresh_token = LG_STR("hours") };
	type.token_validity_units = &units;
	type.access_token_validity = (struct lg_opt_int){ true, 5 };
	type.refresh_token_validity = (struct lg_opt_int){ true, 2 };
	type.prevent_user_existence_errors = LG_STR("ENABLED");
	CHECK_OK(lg_client_build(&t.cx, &row, &client));
	assert_int_equal(client.access_ttl_s, 300);
	assert_int_equal(client.id_ttl_s, 3600);
	assert_int_equal(client.refresh_ttl_s, 7200);
	CHECK(client.hides_users);
	lg_test_ctx_done(&t);
}

TEST(legacy_flows_allow_srp_and_refresh_too)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	lg_str legacy = LG_STR("ADMIN_NO_SRP_AUTH");
	struct lg_idp_user_pool_client_type type = { .explicit_auth_flows = { &legacy, 1, true } };
	const struct lg_client_row row = { .client_id = LG_STR("c"), .settings = { .type = &type } };
	struct lg_client client;
	CHECK_OK(lg_client_build(&t.cx, &row, &client));
	CHECK(lg_client_allows_flow(&client, LG_STR("ALLOW_ADMIN_USER_PASSWORD_AUTH")));
	CHECK(lg_client_allows_flow(&client, LG_STR("ALLOW_USER_SRP_AUTH")));
	CHECK(lg_client_allows_flow(&client, LG_STR("ALLOW_REFRESH_TOKEN_AUTH")));
	CHECK(!lg_client_allows_flow(&client, LG_STR("ALLOW_USER_PASSWORD_AUTH")));
	CHECK(!lg_client_allows_flow(&client, LG_STR("ALLOW_CUSTOM_AUTH")));
	lg_test_ctx_done(&t);
}

TEST(attribute_lists_of_a_client_are_obeyed)
{
	lg_str email = LG_STR("email");
	struct fixture *f = fixture_with(NULL, &(struct lg_idp_create_user_pool_client_request){
		.read_attributes = { &email, 1, true }, .write_attributes = { &email, 1, true } });
	CHECK(lg_client_may_read(f->pool, f->client, LG_STR("email")));
	CHECK(lg_client_may_read(f->pool, f->client, LG_STR("sub")));
	CHECK(!lg_client_may_read(f->pool, f->client, LG_STR("name")));
	CHECK(!lg_client_may_write(f->pool, f->client, LG_STR("name")));
	fixture_use_client(f, NULL);
	CHECK(lg_client_may_read(f->pool, f->client, LG_STR("name")));
	CHECK(lg_client_may_write(f->pool, f->client, LG_STR("name")));
	fixture_free(f);
}

TEST(what_does_not_exist_says_so)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_pool *pool;
	const struct lg_client *client;
	CHECK_CODE(lg_pool_find(cx, &f->env, LG_STR("us-east-1_Nope"), &pool), LG_E_RESOURCE_NOT_FOUND);
	CHECK_STR(cx->failure.text, LG_STR("User pool us-east-1_Nope does not exist."));
	CHECK_CODE(lg_client_find(cx, &f->env, LG_STR("nope"), &pool, &client), LG_E_RESOURCE_NOT_FOUND);
	CHECK_STR(cx->failure.text, LG_STR("User pool client nope does not exist."));
	fixture_free(f);
}

TEST(client_of_another_pool_does_not_exist)
{
	struct fixture *f = fixture_new();
	const lg_str first = f->client_id;
	fixture_use_pool(f, NULL);
	const struct lg_client *client;
	CHECK_CODE(lg_client_find_in(fixture_request(f), &f->env, f->pool, first, &client),
		LG_E_RESOURCE_NOT_FOUND);
	fixture_free(f);
}

static void
rename_in_store(struct fixture *f, lg_str name)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_pool_row row;
	struct lg_batch *batch;
	CHECK_OK(lg_store_pool_read(f->env.store, cx, f->pool_id, &row));
	row.settings.type->name = name;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_pool_update(batch, &row);
	CHECK_OK(lg_store_commit(batch));
}

TEST(held_snapshot_outlives_its_drop)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_pool *old = f->pool;
	lg_pools_drop(f->env.pools, old->pool);
	const struct lg_pool *fresh;
	CHECK_OK(lg_pool_find(cx, &f->env, f->pool_id, &fresh));
	CHECK(fresh != old);
	CHECK_STR(old->id, fresh->id);
	fixture_free(f);
}

TEST(write_of_another_node_shows_with_the_epoch)
{
	struct fixture *f = fixture_new();
	CHECK_OK(lg_pools_refresh(fixture_request(f), &f->env));
	fixture_request(f);
	rename_in_store(f, LG_STR("renamed"));
	fixture_request(f);
	CHECK_STR(f->pool->type->name, LG_STR("test"));
	CHECK_OK(lg_pools_refresh(fixture_request(f), &f->env));
	fixture_request(f);
	CHECK_STR(f->pool->type->name, LG_STR("renamed"));
	fixture_free(f);
}

TEST(snapshot_read_before_a_drop_is_not_cached)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	const uint64_t mark = lg_snapshots_mark(f->env.pools);
	struct lg_snapshot *snapshot;
	CHECK_OK(lg_snapshot_load(cx, &f->env, LG_SNAPSHOT_POOL, f->pool_id, &snapshot));
	lg_pools_drop(f->env.pools, f->pool->pool);
	lg_snapshots_put(f->env.pools, snapshot, mark);
	CHECK(!lg_snapshots_get(f->env.pools, LG_SNAPSHOT_POOL, f->pool_id, false));
	lg_snapshot_release(snapshot);
	fixture_free(f);
}

TEST(first_keys_sign_at_once_one_a_use)
{
	struct fixture *f = fixture_new();
	char id[64];
	char access[64];
	signing_kid(f, "id", id);
	signing_kid(f, "access", access);
	assert_string_not_equal(id, access);
	assert_int_equal(strlen(id), 44);
	assert_int_equal(id[43], '=');
	const lg_str text = jwks(f);
	assert_int_equal(count_in(text, LG_STR("\"kid\"")), 2);
	CHECK(count_in(text, lg_str_from_c(id)) == 1 && count_in(text, lg_str_from_c(access)) == 1);
	const size_t at_id = count_in(lg_str_slice(text, 0, text.len / 2), lg_str_from_c(id));
	assert_int_equal(at_id, 1); /* the key of ID tokens stands first */
	fixture_free(f);
}

TEST(jwks_of_a_fresh_pool_makes_its_keys)
{
	struct fixture *f = fixture_new();
	lg_str text;
	CHECK(!lg_pool_jwks_cached(fixture_request(f), &f->env, f->pool_id, &text));
	assert_int_equal(count_in(jwks(f), LG_STR("\"kty\":\"RSA\"")), 2);
	CHECK(lg_pool_jwks_cached(fixture_request(f), &f->env, f->pool_id, &text));
	assert_int_equal(count_in(text, LG_STR("\"use\":\"sig\"")), 2);
	CHECK_CODE(lg_pool_jwks(fixture_request(f), &f->env, LG_STR("us-east-1_Nope"), &text),
		LG_E_RESOURCE_NOT_FOUND);
	fixture_free(f);
}

TEST(jwks_goes_on_when_the_store_is_away)
{
	struct fixture *f = fixture_new();
	CHECK(jwks(f).len > 0);
	struct lg_ctx *cx = fixture_request(f);
	lg_pools_drop(f->env.pools, f->pool->pool);
	f->db.away = true;
	lg_str text;
	CHECK_OK(lg_pool_jwks(cx, &f->env, f->pool_id, &text));
	assert_int_equal(count_in(text, LG_STR("\"kid\"")), 2);
	const struct lg_pool *pool;
	CHECK_CODE(lg_pool_find(cx, &f->env, f->pool_id, &pool), LG_E_UNAVAILABLE);
	f->db.away = false;
	fixture_free(f);
}

static bool
verifies(struct fixture *f, const char *use, const char *kid)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_signing_key *key;
	const lg_status s =
		lg_pool_verifying_key(cx, &f->env, f->pool, lg_str_from_c(use), lg_str_from_c(kid), &key);
	CHECK(s.code == LG_E_OK || s.code == LG_E_NOT_FOUND);
	return s.code == LG_E_OK;
}

TEST(key_verifies_for_its_use_only)
{
	struct fixture *f = fixture_new();
	char id[64];
	signing_kid(f, "id", id);
	CHECK(verifies(f, "id", id));
	CHECK(!verifies(f, "access", id));
	CHECK(!verifies(f, "id", "bogus"));
	fixture_free(f);
}

#define DAY_S 86400

TEST(successor_is_published_25_hours_before_it_signs)
{
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .user_pool_tags = { &tag, 1, true } }, NULL);
	char first[64];
	char kid[64];
	signing_kid(f, "access", first);

	/* Two days before the year is over its successor is made. */
	fixture_advance_s(f, 365 * DAY_S - 2 * DAY_S + 60);
	signing_kid(f, "access", kid);
	assert_string_equal(kid, first);
	assert_int_equal(count_in(jwks(f), LG_STR("\"kid\"")), 4);
	fixture_advance_s(f, 2 * DAY_S - 120);
	signing_kid(f, "access", kid);
	assert_string_equal(kid, first);
	fixture_advance_s(f, 120);
	signing_kid(f, "access", kid);
	assert_string_not_equal(kid, first);
	CHECK(verifies(f, "access", first));

	/* The longest token and a day later nobody needs it any more. */
	fixture_advance_s(f, 3 * DAY_S + 3600);
	CHECK(!verifies(f, "access", first));
	CHECK(verifies(f, "access", kid));
	assert_int_equal(count_in(jwks(f), LG_STR("\"kid\"")), 2);
	fixture_free(f);
}

TEST(pool_that_slept_through_the_lead_has_no_gap)
{
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .user_pool_tags = { &tag, 1, true } }, NULL);
	char first[64];
	char kid[64];
	signing_kid(f, "id", first);
	fixture_advance_s(f, 365 * DAY_S + 3600);
	signing_kid(f, "id", kid);
	assert_string_equal(kid, first);
	fixture_advance_s(f, 25 * 3600);
	signing_kid(f, "id", kid);
	assert_string_not_equal(kid, first);
	CHECK(verifies(f, "id", first));

	/* After years, nobody holds a token or a JWKS: the next one signs at once. */
	fixture_advance_s(f, 800 * DAY_S);
	char late[64];
	signing_kid(f, "id", late);
	assert_string_not_equal(late, kid);
	fixture_free(f);
}

TEST(stock_gives_its_keys_to_a_pool)
{
	struct fixture *f = fixture_new();
	bool full = false;
	for (int i = 0; i < 3; i++)
		CHECK_OK(lg_signing_stock_fill(fixture_request(f), &f->env, 3, &full));
	CHECK(full);
	char kid[64];
	signing_kid(f, "id", kid);

	struct lg_ctx *cx = fixture_request(f);
	struct lg_signing_key_row *rows;
	size_t count;
	CHECK_OK(lg_store_signing_keys(f->env.store, cx, 0, &rows, &count));
	assert_int_equal(count, 1);

	/* It was sealed again for the pool: it signs, and its public half verifies. */
	const struct lg_signing_key *key;
	CHECK_OK(lg_pool_signing_key(cx, &f->env, f->pool, LG_STR("id"), &key));
	struct lg_sign_job job = { .pool = f->pool->pool,
		.kid = key->kid,
		.alg = key->alg,
		.sealed = key->sealed,
		.input = LG_STR("text") };
	CHECK_OK(lg_keyholder_sign(f->env.keys, cx, &job, 1));
	CHECK_OK(lg_pkey_verify(cx, key->public_key, LG_STR("text"), job.signature));
	fixture_free(f);
}

static void *
sign_once(void *arg)
{
	struct fixture *f = arg;
	struct lg_test_ctx t;
	fixture_thread_ctx(f, &t, (uint64_t)(uintptr_t)&t);
	const struct lg_pool *pool;
	const struct lg_signing_key *key;
	CHECK_OK(lg_pool_find(&t.cx, &f->env, f->pool_id, &pool));
	CHECK_OK(lg_pool_signing_key(&t.cx, &f->env, pool, LG_STR("id"), &key));
	lg_test_ctx_done(&t);
	return NULL;
}

TEST(rush_of_first_sign_ins_makes_one_pair)
{
	struct fixture *f = fixture_new();
	pthread_t threads[8];
	for (size_t i = 0; i < LG_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_once, f), 0);
	for (size_t i = 0; i < LG_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(count_in(jwks(f), LG_STR("\"kid\"")), 2);
	fixture_free(f);
}

static struct lg_snapshot *
put_large(struct fixture *f, size_t number)
{
	struct lg_snapshot *snapshot;
	CHECK_OK(lg_snapshot_new(f->env.pools, LG_SNAPSHOT_POOL, &snapshot));
	char *key = lg_arena_alloc(snapshot->arena, 32);
	snprintf(key, 32, "large%zu", number);
	snapshot->key = lg_str_from_c(key);
	CHECK(lg_arena_alloc(snapshot->arena, (size_t)1 << 20));
	lg_snapshots_put(f->env.pools, snapshot, lg_snapshots_mark(f->env.pools));
	return snapshot;
}

static bool
is_cached(struct fixture *f, const char *key)
{
	struct lg_snapshot *snapshot =
		lg_snapshots_get(f->env.pools, LG_SNAPSHOT_POOL, lg_str_from_c(key), false);
	lg_snapshot_release(snapshot);
	return snapshot != NULL;
}

TEST(least_recently_used_snapshots_go_at_64_mib)
{
	struct fixture *f = fixture_new();
	struct lg_snapshot *held = put_large(f, 0);
	for (size_t i = 1; i < 100; i++) {
		lg_snapshot_release(put_large(f, i));
		CHECK(i > 60 || is_cached(f, "large1"));
		CHECK(lg_snapshots_bytes(f->env.pools) <= LG_SNAPSHOTS_MAX_BYTES);
	}
	CHECK(is_cached(f, "large99"));
	CHECK(is_cached(f, "large1"));
	CHECK(!is_cached(f, "large2"));
	/* Out of the cache, what is held is still there. */
	CHECK(!is_cached(f, "large0"));
	CHECK_STR(held->key, LG_STR("large0"));
	lg_snapshot_release(held);
	fixture_free(f);
}
