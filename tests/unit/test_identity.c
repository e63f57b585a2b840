/* Identity ids, and the keys and tokens of identity pools. */
#include "domain/identity/identity.h"

#include <string.h>

#include "domain/grant/signing_keys.h"
#include "domain/identity/identity_id.h"
#include "domain/identity/identity_keys.h"
#include "domain/identity/identity_pool_admin.h"
#include "domain/identity/identity_token.h"
#include "tests/lib/fixture.h"
#include "token/jws.h"

#define DRAWS 200

static lg_str
make_pool(struct fixture *f, struct lg_ctx *cx)
{
	const struct lg_ci_create_identity_pool_input in = { .identity_pool_name = LG_STR("pool"),
		.allow_unauthenticated_identities = { true, true } };
	struct lg_ci_identity_pool made;
	CHECK_OK(lg_identity_pool_create(cx, &f->env, LG_STR("us-east-1"), &in, &made));
	return made.identity_pool_id;
}

TEST(identity_id_is_a_uuid_that_leads_to_its_pool)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	static const int64_t pools[] = { 1, 0x7fffffffffffffff, 0x0123456789abcdef };
	unsigned char last[LG_UID_SIZE] = { 0 };
	for (int i = 0; i < DRAWS; i++) {
		unsigned char uid[LG_UID_SIZE], opened[LG_UID_SIZE];
		lg_str id;
		int64_t pool;
		CHECK_OK(lg_identity_id_draw(cx, &f->env, pools[i % 3], uid));
		CHECK((uid[6] & 0xf0) == 0x40 && (uid[8] & 0xc0) == 0x80);
		CHECK(!lg_bytes_eq(uid, last, sizeof(uid)));
		CHECK_OK(lg_identity_id_text(cx, LG_STR("eu-west-1"), uid, &id));
		CHECK_OK(lg_identity_id_open(cx, &f->env, id, &pool, opened));
		CHECK(pool == pools[i % 3] && lg_bytes_eq(uid, opened, sizeof(uid)));
		memcpy(last, uid, sizeof(uid));
	}
	fixture_free(f);
}

TEST(identity_ids_of_one_pool_share_nothing)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	/* Of 122 bits, each is set in about half of the ids. */
	int set[128] = { 0 };
	for (int i = 0; i < DRAWS; i++) {
		unsigned char uid[LG_UID_SIZE];
		CHECK_OK(lg_identity_id_draw(cx, &f->env, 42, uid));
		for (int bit = 0; bit < 128; bit++)
			set[bit] += uid[bit / 8] >> (7 - bit % 8) & 1;
	}
	for (int bit = 0; bit < 128; bit++) {
		const bool fixed = (bit >= 48 && bit < 52) || bit == 64 || bit == 65;
		CHECK(fixed || (set[bit] > DRAWS / 4 && set[bit] < DRAWS * 3 / 4));
	}
	fixture_free(f);
}

TEST(other_texts_are_no_identity_ids)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	static const char *const texts[] = { "", "us-east-1", "us-east-1:", ":",
		"us-east-1:00000000-0000-4000-8000-00000000000",
		"us-east-1:00000000-0000-1000-8000-000000000000",
		"us-east-1:00000000-0000-4000-c000-000000000000",
		"us-east-1:000000000000-4000-8000-00000000000000" };
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		int64_t pool;
		unsigned char uid[LG_UID_SIZE];
		CHECK_CODE(lg_identity_id_open(cx, &f->env, lg_str_from_c(texts[i]), &pool, uid),
			LG_E_NOT_FOUND);
	}
	fixture_free(f);
}

/* ---- keys ---- */

static lg_str
signing_kid(struct fixture *f, const char *region)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_signing_key *key;
	lg_str kid;
	CHECK_OK(lg_identity_signing_key(cx, &f->env, lg_str_from_c(region), &key));
	CHECK(key->alg == LG_ALG_RS512);
	CHECK_OK(lg_str_dup(cx, key->kid, &kid));
	return kid;
}

TEST(keys_are_numbered_by_region_and_published_long_before_they_sign)
{
	lg_json_global_init();
	struct fixture *f = fixture_new();
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-11"));
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-11"));
	CHECK_STR(signing_kid(f, "eu-west-1"), LG_STR("eu-west-11"));

	/* 45 days before its year is over its successor is there, which waits for those who cache keys. */
	fixture_advance_s(f, 319 * 86400);
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-11"));
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_signing_key *key;
	CHECK_CODE(lg_identity_verifying_key(cx, &f->env, LG_STR("us-east-12"), &key), LG_E_NOT_FOUND);
	fixture_advance_s(f, 2 * 86400);
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-11"));
	cx = fixture_request(f);
	CHECK_OK(lg_identity_verifying_key(cx, &f->env, LG_STR("us-east-12"), &key));
	lg_str jwks;
	CHECK_OK(lg_identity_jwks(cx, &f->env, &jwks));
	json_t *document;
	CHECK_OK(lg_json_parse(cx, jwks, &document));
	CHECK(json_array_size(lg_json_member(document, LG_STR("keys"))) == 3);

	fixture_advance_s(f, 45 * 86400);
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-12"));
	cx = fixture_request(f);
	CHECK_OK(lg_identity_verifying_key(cx, &f->env, LG_STR("us-east-11"), &key));
	fixture_advance_s(f, 40 * 86400);
	cx = fixture_request(f);
	CHECK_CODE(lg_identity_verifying_key(cx, &f->env, LG_STR("us-east-11"), &key), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(service_that_slept_for_years_signs_at_once)
{
	struct fixture *f = fixture_new();
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-11"));
	fixture_advance_s(f, 3 * 365 * 86400);
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-12"));
	fixture_free(f);
}

TEST(keys_of_identity_pools_are_no_stock)
{
	struct fixture *f = fixture_new();
	CHECK_STR(signing_kid(f, "us-east-1"), LG_STR("us-east-11"));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_signing_key_row row = { 0 };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	CHECK_OK(lg_signing_key_make(cx, &f->env, f->pool->pool, LG_ALG_RS256, 0, batch, &row));
	const struct lg_signing_key *key;
	CHECK_OK(lg_identity_verifying_key(cx, &f->env, LG_STR("us-east-11"), &key));
	CHECK(!lg_str_eq(key->public_der, row.public_der));
	fixture_free(f);
}

/* ---- tokens ---- */

struct issued {
	struct fixture *f;
	struct lg_ctx *cx;
	const struct lg_identity_pool *pool;
	struct lg_identity_claims claims;
	lg_str token;
};

static void
issue(struct issued *i)
{
	static struct lg_str_pair tags[] = { { LG_STR_INIT("team"), LG_STR_INIT("red \"1\"") } };
	static lg_str amr[] = { LG_STR_INIT("authenticated"), LG_STR_INIT("login.example"),
		LG_STR_INIT("login.example:pool:\"u1\"") };
	lg_json_global_init();
	*i = (struct issued){ .f = fixture_new() };
	i->cx = fixture_request(i->f);
	CHECK_OK(lg_identity_pool_find(i->cx, &i->f->env, make_pool(i->f, i->cx), &i->pool));
	i->claims = (struct lg_identity_claims){
		.sub = LG_STR("us-east-1:x"),
		.aud = i->pool->id,
		.amr = { .items = amr, .count = LG_LEN(amr), .has = true },
		.tags = { .items = tags, .count = LG_LEN(tags), .has = true },
		.issued = i->cx->now,
		.expires = lg_time_add_ms(i->cx->now, 600 * LG_SECOND_MS),
	};
	CHECK_OK(lg_identity_token_make(i->cx, &i->f->env, i->pool, &i->claims, &i->token));
}

TEST(token_says_what_was_put_into_it)
{
	struct issued i;
	struct lg_identity_claims read;
	issue(&i);
	CHECK_OK(lg_identity_token_read(i.cx, &i.f->env, i.token, &read));
	CHECK_STR(read.sub, i.claims.sub);
	CHECK_STR(read.aud, i.claims.aud);
	CHECK(read.amr.count == 3 && lg_identity_is_authenticated(&read));
	CHECK_STR(read.amr.items[2], i.claims.amr.items[2]);
	CHECK(read.tags.count == 1);
	CHECK_STR(read.tags.items[0].key, LG_STR("team"));
	CHECK_STR(read.tags.items[0].value, LG_STR("red \"1\""));
	CHECK(lg_time_s(read.issued) == lg_time_s(i.claims.issued));
	CHECK(lg_time_s(read.expires) == lg_time_s(i.claims.expires));
	fixture_free(i.f);
}

TEST(token_with_any_bit_of_its_claims_changed_is_refused)
{
	struct issued i;
	struct lg_identity_claims read;
	issue(&i);
	char *copy = lg_new_array(i.cx, char, i.token.len);
	for (size_t at = 0; at < i.token.len; at += 7) {
		memcpy(copy, i.token.ptr, i.token.len);
		copy[at] = copy[at] == 'A' ? 'B' : 'A';
		CHECK(lg_failed(lg_identity_token_read(
			i.cx, &i.f->env, lg_str_from_bytes(copy, i.token.len), &read)));
	}
	fixture_free(i.f);
}

TEST(issuer_is_written_as_set_and_read_in_either_spelling)
{
	struct issued i;
	struct lg_identity_claims read;
	struct lg_jws jws;
	issue(&i);
	CHECK_OK(lg_jws_parse(i.cx, i.token, &jws));
	CHECK_STR(lg_json_member_text(jws.claims, LG_STR("iss")),
		LG_STR("https://cognito-identity.amazonaws.com"));
	i.f->settings.identity_issuer_own = true;
	CHECK_OK(lg_identity_token_read(i.cx, &i.f->env, i.token, &read));
	CHECK_OK(lg_identity_token_make(i.cx, &i.f->env, i.pool, &i.claims, &i.token));
	CHECK_OK(lg_jws_parse(i.cx, i.token, &jws));
	CHECK_STR(lg_json_member_text(jws.claims, LG_STR("iss")), i.f->settings.public_url);
	CHECK_OK(lg_identity_token_read(i.cx, &i.f->env, i.token, &read));
	CHECK(lg_identity_is_issuer(&i.f->settings, LG_STR("https://cognito-identity.amazonaws.com")));
	CHECK(!lg_identity_is_issuer(&i.f->settings, LG_STR("https://cognito-identity.amazonaws.com/")));
	CHECK(!lg_identity_is_issuer(&i.f->settings, LG_STR_NONE));
	fixture_free(i.f);
}

TEST(token_of_a_user_pool_is_no_token_of_an_identity_pool)
{
	struct issued i;
	struct lg_identity_claims read;
	lg_str input, token;
	issue(&i);
	CHECK_OK(lg_jws_input(i.cx, LG_STR("us-east-11"), LG_ALG_RS512,
		LG_STR("{\"iss\":\"https://cognito-idp.us-east-1.amazonaws.com/p\"}"), &input));
	CHECK_OK(lg_jws_join(i.cx, input, LG_STR("signature"), &token));
	CHECK_CODE(lg_identity_token_read(i.cx, &i.f->env, token, &read), LG_E_MALFORMED);
	CHECK_OK(lg_jws_input(i.cx, LG_STR("us-east-19"), LG_ALG_RS512,
		LG_STR("{\"iss\":\"https://cognito-identity.amazonaws.com\"}"), &input));
	CHECK_OK(lg_jws_join(i.cx, input, LG_STR("signature"), &token));
	CHECK_CODE(lg_identity_token_read(i.cx, &i.f->env, token, &read), LG_E_MISMATCH);
	CHECK_CODE(lg_identity_token_read(i.cx, &i.f->env, LG_STR("x"), &read), LG_E_MALFORMED);
	fixture_free(i.f);
}
