/* What an access token must be to open anything: the JWT attack list (J-1 to J-16), revocation, cost. */
#include "domain/grant/grant.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/json.h"
#include "crypto/hash.h"
#include "domain/grant/signing_keys.h"
#include "tests/lib/sign_in.h"

#define INVALID "Invalid Access Token"
#define SIGNATURE "Could not verify signature for Access Token"

struct scene {
	struct fixture *f;
	struct lg_tokens tokens;
};

static struct scene
signed_in(void)
{
	struct scene s = { .f = sign_in_fixture(NULL, NULL) };
	fixture_user(s.f, LG_STR("alice"), LG_STR_NONE);
	s.tokens = sign_in_tokens(s.f, LG_STR("alice"));
	return s;
}

static lg_status
open_token(struct fixture *f, lg_str token)
{
	struct lg_access access;
	return lg_access_open(fixture_request(f), &f->env, token, LG_SCOPE_USER_ADMIN, 0, &access);
}

static void
check_refused(struct fixture *f, lg_str token, const char *text)
{
	CHECK_CODE(open_token(f, token), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, lg_str_from_c(text));
}

/* ---- forging ---- */

static const struct lg_signing_key *
key_of(struct fixture *f, lg_str use)
{
	const struct lg_signing_key *key;
	CHECK_OK(lg_pool_signing_key(&f->t.cx, &f->env, f->pool, use, &key));
	return key;
}

static lg_str
text(struct fixture *f, const char *format, ...)
{
	char buffer[4096];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(buffer, sizeof(buffer), format, args);
	va_end(args);
	CHECK(len >= 0 && (size_t)len < sizeof(buffer));
	lg_str ret;
	CHECK_OK(lg_str_dup(&f->t.cx, lg_str_from_bytes(buffer, (size_t)len), &ret));
	return ret;
}

/* The claims of a true token, as JSON text. */
static lg_str
claims_of(struct fixture *f, lg_str token)
{
	lg_str payload, json;
	lg_str_cut(&token, '.');
	payload = lg_str_cut(&token, '.');
	CHECK_OK(lg_base64url_decode(&f->t.cx, payload, &json));
	return json;
}

/* `json` with the first `from` replaced by `to`. */
static lg_str
replaced(struct fixture *f, lg_str json, const char *from, const char *to)
{
	const char *at = memmem(json.ptr, json.len, from, strlen(from));
	assert_non_null(at);
	size_t before = (size_t)(at - json.ptr);
	const lg_str parts[] = { lg_str_slice(json, 0, before), lg_str_from_c(to),
		lg_str_slice(json, before + strlen(from), json.len) };
	lg_str ret;
	CHECK_OK(lg_str_concat(&f->t.cx, parts, LG_LEN(parts), &ret));
	return ret;
}

static lg_str
input_of(struct fixture *f, lg_str header, lg_str claims)
{
	lg_str parts[] = { LG_STR_NONE, LG_STR("."), LG_STR_NONE }, ret;
	CHECK_OK(lg_base64url_encode(&f->t.cx, header, &parts[0]));
	CHECK_OK(lg_base64url_encode(&f->t.cx, claims, &parts[2]));
	CHECK_OK(lg_str_concat(&f->t.cx, parts, LG_LEN(parts), &ret));
	return ret;
}

static lg_str
joined(struct fixture *f, lg_str input, lg_str signature)
{
	lg_str ret;
	CHECK_OK(lg_jws_join(&f->t.cx, input, signature, &ret));
	return kept(ret);
}

static lg_str
true_header(struct fixture *f, lg_str use)
{
	const struct lg_signing_key *key = key_of(f, use);
	return text(f, "{\"kid\":\"%.*s\",\"alg\":\"%.*s\"}", LG_FMT(key->kid),
		LG_FMT(lg_alg_name(key->alg)));
}

/* The kid of the access key, and these members. */
static lg_str
header_with(struct fixture *f, const char *format, ...)
{
	char members[1024];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(members, sizeof(members), format, args);
	va_end(args);
	CHECK(len >= 0 && (size_t)len < sizeof(members));
	return text(f, "{\"kid\":\"%.*s\",%s}", LG_FMT(key_of(f, LG_STR("access"))->kid), members);
}

/* A token with this header and these claims, truly signed by the pool's key of this use. */
static lg_str
forged(struct fixture *f, lg_str use, lg_str header, lg_str claims)
{
	const struct lg_signing_key *key = key_of(f, use);
	struct lg_sign_job job = { .pool = f->pool->pool, .kid = key->kid, .alg = key->alg,
		.sealed = key->sealed,
		.input = input_of(f, header, claims) };
	CHECK_OK(lg_keyholder_sign(f->env.keys, &f->t.cx, &job, 1));
	return joined(f, job.input, job.signature);
}

static lg_str
forged_access(struct scene *s, lg_str header, lg_str claims)
{
	return forged(s->f, LG_STR("access"), header, claims);
}

/* A truly signed access token whose claims say something else. */
static lg_str
altered(struct scene *s, const char *from, const char *to)
{
	fixture_request(s->f);
	return forged(s->f, LG_STR("access"), true_header(s->f, LG_STR("access")),
		replaced(s->f, claims_of(s->f, s->tokens.access), from, to));
}

/* ---- what it opens ---- */

TEST(an_access_token_opens_with_one_read_and_one_verification)
{
	struct scene s = signed_in();
	struct lg_access access;
	struct lg_ctx *cx = fixture_request(s.f);
	CHECK_OK(lg_access_open(cx, &s.f->env, s.tokens.access, LG_SCOPE_USER_ADMIN, LG_PART_MFA, &access));
	CHECK_STR(access.user->username, LG_STR("alice"));
	CHECK_STR(access.client->id, s.f->client_id);
	CHECK(access.has_sid && access.pool == s.f->pool);
	assert_int_equal(access.auth_time.ms, LG_TEST_NOW_MS / 1000 * 1000);
	assert_int_equal(cx->work.reads, 1);
	assert_int_equal(cx->work.batches, 0);
	assert_int_equal(cx->work.signatures, 0);
	fixture_free(s.f);
}

TEST(a_token_seen_before_is_not_verified_again_but_all_else_is_checked)
{
	struct scene s = signed_in();
	CHECK_OK(open_token(s.f, s.tokens.access));
	assert_int_equal(s.f->t.cx.work.verifications, 1);
	struct lg_access access;
	struct lg_ctx *cx = fixture_request(s.f);
	CHECK_OK(lg_access_open(cx, &s.f->env, s.tokens.access, LG_SCOPE_USER_ADMIN, 0, &access));
	assert_int_equal(cx->work.verifications, 0);
	assert_int_equal(cx->work.reads, 1);
	CHECK_STR(access.user->username, LG_STR("alice"));
	CHECK_STR(access.scope, LG_SCOPE_USER_ADMIN);
	CHECK_STR(access.client->id, s.f->client_id);
	CHECK(access.has_sid);

	/* One bit more or less is another token. */
	lg_str other;
	CHECK_OK(lg_str_concat(cx, (const lg_str[]){ s.tokens.access, LG_STR("A") }, 2, &other));
	CHECK_CODE(open_token(s.f, kept(other)), LG_E_NOT_AUTHORIZED);
	CHECK_CODE(open_token(s.f, lg_str_slice(s.tokens.access, 0, s.tokens.access.len - 1)),
		LG_E_NOT_AUTHORIZED);
	cx = fixture_request(s.f);
	CHECK_CODE(lg_access_open(cx, &s.f->env, s.tokens.access, LG_STR("openid"), 0, &access),
		LG_E_NOT_AUTHORIZED);

	/* What was read under other settings of the pool is read again. */
	struct lg_pool_row row;
	cx = fixture_request(s.f);
	CHECK_OK(lg_store_pool_read(s.f->env.store, cx, s.f->pool_id, &row));
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(s.f->env.store, cx, &batch));
	lg_store_pool_update(batch, &row);
	CHECK_OK(lg_store_commit(batch));
	lg_pools_clear(s.f->env.pools);
	CHECK_OK(open_token(s.f, s.tokens.access));
	assert_int_equal(s.f->t.cx.work.verifications, 1);

	fixture_advance_s(s.f, s.tokens.expires_in_s);
	check_refused(s.f, s.tokens.access, "Access Token has expired");
	fixture_free(s.f);
}

TEST(it_ends_with_its_expiry)
{
	struct scene s = signed_in();
	fixture_advance_s(s.f, s.tokens.expires_in_s - 1);
	CHECK_OK(open_token(s.f, s.tokens.access));
	fixture_advance_s(s.f, 1);
	check_refused(s.f, s.tokens.access, "Access Token has expired");
	fixture_free(s.f);
}

TEST(a_scope_that_is_asked_for_must_be_there)
{
	struct scene s = signed_in();
	check_refused(s.f, altered(&s, "aws.cognito.signin.user.admin",
		"openid aws.cognito.signin.user.adminx"), "Access Token does not have required scopes");
	check_refused(s.f, altered(&s, "\"scope\":\"aws.cognito.signin.user.admin\"", "\"scope\":[]"),
		"Access Token does not have required scopes");
	lg_str more = altered(&s, "aws.cognito.signin.user.admin",
		"openid aws.cognito.signin.user.admin email");
	CHECK_OK(open_token(s.f, more));
	fixture_free(s.f);
}

TEST(disabled_and_deleted_users_have_no_access)
{
	struct scene s = signed_in();
	struct lg_ctx *cx = fixture_request(s.f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &s.f->env, s.f->pool, LG_STR("alice"), 0, &user));
	user->row.enabled = false;
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(s.f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, 0);
	CHECK_OK(lg_store_commit(batch));
	check_refused(s.f, s.tokens.access, "User is disabled.");

	cx = fixture_request(s.f);
	CHECK_OK(lg_user_find(cx, &s.f->env, s.f->pool, LG_STR("alice"), 0, &user));
	CHECK_OK(lg_store_batch(s.f->env.store, cx, &batch));
	lg_store_user_delete(batch, &user->row);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(open_token(s.f, s.tokens.access), LG_E_USER_NOT_FOUND);
	fixture_free(s.f);
}

TEST(without_the_store_nothing_is_decided)
{
	struct scene s = signed_in();
	fixture_request(s.f);
	s.f->db.away = true;
	struct lg_access access;
	CHECK_CODE(lg_access_open(&s.f->t.cx, &s.f->env, s.tokens.access, LG_SCOPE_USER_ADMIN, 0, &access),
		LG_E_UNAVAILABLE);
	s.f->db.away = false;
	fixture_free(s.f);
}

/* ---- the attack list ---- */

TEST(j1_algorithm_none_in_every_letter_case)
{
	struct scene s = signed_in();
	static const char *const spellings[] = { "none", "None", "NONE", "nOnE", "" };
	for (size_t i = 0; i < LG_LEN(spellings); i++) {
		fixture_request(s.f);
		lg_str header = header_with(s.f, "\"alg\":\"%s\"", spellings[i]);
		lg_str input = input_of(s.f, header, claims_of(s.f, s.tokens.access));
		lg_str none = joined(s.f, input, LG_STR("")), some = joined(s.f, input, LG_STR("some"));
		check_refused(s.f, none, INVALID);
		check_refused(s.f, some, SIGNATURE);
	}
	fixture_request(s.f);
	lg_str input = input_of(s.f, LG_STR("{\"alg\":\"none\"}"), claims_of(s.f, s.tokens.access));
	check_refused(s.f, joined(s.f, input, LG_STR("some")), INVALID);
	fixture_free(s.f);
}

TEST(j2_hmac_keyed_with_the_public_key)
{
	struct scene s = signed_in();
	fixture_request(s.f);
	const struct lg_signing_key *key = key_of(s.f, LG_STR("access"));
	lg_str header = text(s.f, "{\"kid\":\"%.*s\",\"alg\":\"HS256\"}", LG_FMT(key->kid));
	lg_str input = input_of(s.f, header, claims_of(s.f, s.tokens.access));
	unsigned char mac[LG_SHA256_SIZE];
	lg_hmac_sha256(key->public_der, &input, 1, mac);
	check_refused(s.f, joined(s.f, input, lg_str_from_bytes(mac, sizeof(mac))), SIGNATURE);
	fixture_free(s.f);
}

TEST(j3_another_algorithm_than_the_keys)
{
	struct scene s = signed_in();
	static const char *const others[] = { "RS256", "ES384", "PS256", "es256", "ES256 " };
	for (size_t i = 0; i < LG_LEN(others); i++) {
		fixture_request(s.f);
		lg_str header = header_with(s.f, "\"alg\":\"%s\"", others[i]);
		check_refused(s.f, forged_access(&s, header, claims_of(s.f, s.tokens.access)), SIGNATURE);
	}
	fixture_free(s.f);
}

TEST(j4_kid_is_only_looked_up)
{
	struct scene s = signed_in();
	static const char *const kids[] = { "../../../dev/null", "' OR 1=1 --", "", "\\u0000",
		"http://localhost/" };
	for (size_t i = 0; i < LG_LEN(kids); i++) {
		fixture_request(s.f);
		lg_str header = text(s.f, "{\"kid\":\"%s\",\"alg\":\"ES256\"}", kids[i]);
		check_refused(s.f, forged_access(&s, header, claims_of(s.f, s.tokens.access)), SIGNATURE);
	}
	fixture_request(s.f);
	lg_str kid = key_of(s.f, LG_STR("access"))->kid;
	lg_str header = text(s.f, "{\"kid\":\"%.*s\\u0000x\",\"alg\":\"ES256\"}", LG_FMT(kid));
	check_refused(s.f, forged_access(&s, header, claims_of(s.f, s.tokens.access)), SIGNATURE);
	fixture_request(s.f);
	CHECK_CODE(open_token(s.f, forged_access(&s, LG_STR("{\"kid\":[1],\"alg\":\"ES256\"}"),
		claims_of(s.f, s.tokens.access))), LG_E_NOT_AUTHORIZED);
	fixture_free(s.f);
}

TEST(j5_keys_in_the_header_are_ignored)
{
	struct scene s = signed_in();
	struct lg_ctx *cx = fixture_request(s.f);
	struct lg_pkey *own;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_ES256, &own));
	struct lg_jwk_public jwk;
	CHECK_OK(lg_pkey_jwk(cx, own, &jwk));
	jwk.x = kept(jwk.x);
	jwk.y = kept(jwk.y);
	static const char *const members[] = { "\"jku\":\"http://localhost/jwks\"",
		"\"x5u\":\"http://localhost/x\"", "\"x5c\":[\"AAAA\"]",
		"\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%.*s\",\"y\":\"%.*s\"}" };
	for (size_t i = 0; i < LG_LEN(members); i++) {
		lg_str member = i == 3 ? text(s.f, members[3], LG_FMT(jwk.x),
			LG_FMT(jwk.y)) : lg_str_from_c(members[i]);
		lg_str header = header_with(s.f, "\"alg\":\"ES256\",%.*s", LG_FMT(member));
		lg_str input = input_of(s.f, header, claims_of(s.f, s.tokens.access)), signature;
		CHECK_OK(lg_pkey_sign(cx, own, input, &signature));
		check_refused(s.f, joined(s.f, input, signature), SIGNATURE);
	}
	lg_pkey_free(own);
	fixture_free(s.f);
}

TEST(j6_to_j9_signatures_of_odd_values_and_lengths)
{
	struct scene s = signed_in();
	static const size_t lengths[] = { 1, 63, 64, 65, 71, 128, 132, 256, 8192 };
	static unsigned char zeros[8192], ones[8192];
	memset(ones, 0xff, sizeof(ones));
	fixture_request(s.f);
	lg_str input = kept(input_of(s.f, true_header(s.f, LG_STR("access")),
		claims_of(s.f, s.tokens.access)));
	for (size_t i = 0; i < LG_LEN(lengths); i++) {
		fixture_request(s.f);
		check_refused(s.f, joined(s.f, input, lg_str_from_bytes(zeros, lengths[i])), SIGNATURE);
		fixture_request(s.f);
		check_refused(s.f, joined(s.f, input, lg_str_from_bytes(ones, lengths[i])), SIGNATURE);
	}
	fixture_request(s.f);
	check_refused(s.f, joined(s.f, input, LG_STR("")), INVALID);
	/* The true one with a byte more or less. */
	lg_str longer;
	fixture_request(s.f);
	CHECK_OK(lg_str_fmt(&s.f->t.cx, &longer, "%.*sAA", LG_FMT(s.tokens.access)));
	CHECK_CODE(open_token(s.f, kept(longer)), LG_E_NOT_AUTHORIZED);
	CHECK_CODE(open_token(s.f, lg_str_slice(s.tokens.access, 0, s.tokens.access.len - 2)),
		LG_E_NOT_AUTHORIZED);
	fixture_free(s.f);
}

TEST(j9_rsa_signatures_of_odd_lengths)
{
	lg_json_global_init();
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	struct scene s = { f, sign_in_tokens(f, LG_STR("alice")) };
	CHECK_OK(open_token(f, s.tokens.access));
	static unsigned char zeros[512];
	static const size_t lengths[] = { 1, 255, 256, 257, 512 };
	fixture_request(f);
	lg_str input = kept(input_of(f, true_header(f, LG_STR("access")), claims_of(f, s.tokens.access)));
	for (size_t i = 0; i < LG_LEN(lengths); i++) {
		fixture_request(f);
		check_refused(f, joined(f, input, lg_str_from_bytes(zeros, lengths[i])), SIGNATURE);
	}
	fixture_free(f);
}

TEST(j10_to_j12_headers_that_change_the_meaning_are_refused)
{
	struct scene s = signed_in();
	static const char *const members[] = { "\"crit\":[\"exp\"]", "\"b64\":false", "\"cty\":\"JWT\"",
		"\"enc\":\"A256GCM\"", "\"zip\":\"DEF\"" };
	for (size_t i = 0; i < LG_LEN(members); i++) {
		fixture_request(s.f);
		lg_str header = header_with(s.f, "\"alg\":\"ES256\",%s", members[i]);
		check_refused(s.f, forged_access(&s, header, claims_of(s.f, s.tokens.access)), INVALID);
	}
	fixture_free(s.f);
}

TEST(j12_and_j16_large_and_deep_tokens_are_refused)
{
	struct scene s = signed_in();
	char *big = malloc(LG_JWS_MAX_BYTES + 1);
	assert_non_null(big);
	memset(big, 'A', LG_JWS_MAX_BYTES + 1);
	check_refused(s.f, lg_str_from_bytes(big, LG_JWS_MAX_BYTES + 1), INVALID);
	memset(big, '[', 4000);
	fixture_request(s.f);
	lg_str deep = forged_access(&s, true_header(s.f, LG_STR("access")), lg_str_from_bytes(big, 4000));
	check_refused(s.f, deep, INVALID);
	free(big);
	fixture_free(s.f);
}

TEST(j13_tokens_of_another_kind)
{
	struct scene s = signed_in();
	check_refused(s.f, s.tokens.id, INVALID);
	check_refused(s.f, s.tokens.refresh, INVALID);
	check_refused(s.f, LG_STR(""), INVALID);
	check_refused(s.f, LG_STR("a.b"), INVALID);
	check_refused(s.f, LG_STR("..."), INVALID);
	check_refused(s.f, altered(&s, "\"token_use\":\"access\"", "\"token_use\":\"id\""), INVALID);
	check_refused(s.f, altered(&s, "\"token_use\":\"access\"", "\"token_usx\":\"access\""), INVALID);
	/* The claims of an access token under the key that signs ID tokens. */
	fixture_request(s.f);
	lg_str header = true_header(s.f, LG_STR("id"));
	check_refused(s.f, forged(s.f, LG_STR("id"), header, claims_of(s.f, s.tokens.access)), SIGNATURE);
	fixture_free(s.f);
}

TEST(j14_client_missing_wrong_or_of_another_pool)
{
	struct scene s = signed_in();
	check_refused(s.f, altered(&s, "\"client_id\":", "\"aud\":"), INVALID);
	check_refused(s.f, altered(&s, "\"client_id\":\"", "\"client_id\":\"x"), INVALID);
	check_refused(s.f, altered(&s, "\"client_id\":", "\"client_id\":[1],\"other\":"), INVALID);

	/* A pool of the same server: its client with our issuer, then its issuer with our key. */
	lg_str ours = kept(s.f->client_id), issuer = kept(s.f->pool->issuer);
	fixture_use_pool(s.f, NULL);
	fixture_use_client(s.f, NULL);
	lg_str theirs = kept(s.f->client_id), their_issuer = kept(s.f->pool->issuer);
	s.f->client_id = ours;
	fixture_request(s.f);
	lg_str claims = replaced(s.f, claims_of(s.f, s.tokens.access), ours.ptr, theirs.ptr);
	check_refused(s.f, forged_access(&s, true_header(s.f, LG_STR("access")), claims), INVALID);
	fixture_request(s.f);
	claims = replaced(s.f, claims_of(s.f, s.tokens.access), ours.ptr, theirs.ptr);
	claims = replaced(s.f, claims, issuer.ptr, their_issuer.ptr);
	check_refused(s.f, forged_access(&s, true_header(s.f, LG_STR("access")), claims), SIGNATURE);
	fixture_free(s.f);
}

TEST(j15_issuers_that_only_look_alike_and_odd_times)
{
	struct scene s = signed_in();
	check_refused(s.f, altered(&s, "\"iss\":\"http", "\"iss\":\"https"), INVALID);
	lg_str issuer = kept(s.f->pool->issuer);
	char longer[256];
	snprintf(longer, sizeof(longer), "%.*s/", LG_FMT(issuer));
	check_refused(s.f, altered(&s, issuer.ptr, longer), INVALID);
	check_refused(s.f, altered(&s, "\"iss\":", "\"isx\":"), INVALID);

	static const char *const times[] = { "\"exp\":\"9999999999\",\"x\":", "\"exp\":9999999999.5,\"x\":",
		"\"exp\":null,\"x\":", "\"x\":" };
	for (size_t i = 0; i < LG_LEN(times); i++)
		check_refused(s.f, altered(&s, "\"exp\":", times[i]), INVALID);
	check_refused(s.f, altered(&s, "\"exp\":", "\"exp\":-1,\"x\":"), "Access Token has expired");
	check_refused(s.f, altered(&s, "\"exp\":", "\"exp\":99999999999999999999,\"x\":"), INVALID);
	fixture_free(s.f);
}

TEST(j16_duplicate_keys_and_foreign_identifiers)
{
	struct scene s = signed_in();
	check_refused(s.f, altered(&s, "\"token_use\":", "\"token_use\":\"id\",\"token_use\":"), INVALID);
	check_refused(s.f, altered(&s, "\"sub\":\"", "\"sub\":\"x"), INVALID);
	check_refused(s.f, altered(&s, "\"origin_jti\":\"", "\"origin_jti\":\"x"), INVALID);
	/* Somebody else's session identifier deciphers to another generation. */
	check_refused(s.f,
		altered(&s, "\"origin_jti\":\"",
		"\"origin_jti\":\"00000000-0000-4000-8000-000000000000\",\"x\":\""),
		"Access Token has been revoked");
	CHECK_CODE(open_token(s.f,
		altered(&s, "\"sub\":\"", "\"sub\":\"00000000-0000-4000-8000-000000000000\",\"x\":\"")),
		LG_E_USER_NOT_FOUND);
	fixture_free(s.f);
}
