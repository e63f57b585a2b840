/* Tokens that clients sign: DPoP proofs (RFC 9449) and client assertions (RFC 7523). */
#include "oauth/proof.h"

#include <stdio.h>
#include <string.h>

#include "codec/bytes.h"
#include "codec/json.h"
#include "crypto/hash.h"
#include "domain/grant/grant.h"
#include "domain/pool/pool_tags.h"
#include "oauth/assertion.h"
#include "oauth/client_auth.h"
#include "oauth/logout.h"
#include "oauth/token.h"
#include "oauth/user_info.h"
#include "tests/lib/sign_in.h"

#define TOKEN LG_STR("/oauth2/token")

static lg_str
base64url(struct fixture *f, lg_str bytes)
{
	lg_str text;
	CHECK_OK(lg_base64url_encode(&f->t.cx, bytes, &text));
	return text;
}

/* A compact token of this header and these claims, signed. */
static lg_str
make(struct fixture *f, struct lg_pkey *key, const char *header, const char *claims)
{
	struct lg_ctx *cx = &f->t.cx;
	lg_str input, signature, token;
	const lg_str parts[] = { base64url(f, lg_str_from_c(header)), LG_STR("."),
		base64url(f, lg_str_from_c(claims)) };
	CHECK_OK(lg_str_concat(cx, parts, 3, &input));
	CHECK_OK(lg_pkey_sign(cx, key, input, &signature));
	CHECK_OK(lg_str_concat(
		cx, (const lg_str[]){ input, LG_STR("."), base64url(f, signature) }, 3, &token));
	return kept(token);
}

static struct lg_pkey *
new_key(struct fixture *f)
{
	struct lg_pkey *key;
	CHECK_OK(lg_pkey_generate(&f->t.cx, LG_ALG_ES256, &key));
	return key;
}

/* ---- proofs ---- */

/* What a proof says; NULL = as it should. */
struct said {
	const char *typ, *alg, *htm, *htu, *jti, *ath, *more;
	int64_t iat_off_s;
};

static lg_str
make_proof(struct fixture *f, struct lg_pkey *key, const struct said *said)
{
	static int number;
	struct lg_jwk_public jwk;
	char header[512], claims[512];
	CHECK_OK(lg_pkey_jwk(&f->t.cx, key, &jwk));
	snprintf(header, sizeof(header),
		"{\"typ\":\"%s\",\"alg\":\"%s\",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%.*s\","
		"\"y\":\"%.*s\"%s}}",
		said->typ ? said->typ : "dpop+jwt", said->alg ? said->alg : "ES256", LG_FMT(jwk.x),
		LG_FMT(jwk.y), said->more ? said->more : "");
	char jti[32];
	snprintf(jti, sizeof(jti), "jti-%d", number++);
	snprintf(claims, sizeof(claims),
		"{\"htm\":\"%s\",\"htu\":\"%s\",\"iat\":%lld,\"jti\":\"%s\"%s%s%s}",
		said->htm ? said->htm : "POST",
		said->htu ? said->htu : "http://localhost:9500/oauth2/token",
		(long long)(lg_time_s(f->t.cx.now) + said->iat_off_s), said->jti ? said->jti : jti,
		said->ath ? ",\"ath\":\"" : "", said->ath ? said->ath : "", said->ath ? "\"" : "");
	return make(f, key, header, claims);
}

static lg_status
check(struct fixture *f, lg_str jwt, lg_str *ret_jkt)
{
	const struct lg_oauth_proof proof = { .jwt = jwt, .method = LG_STR("POST"), .path = TOKEN };
	return lg_oauth_proof_check(fixture_request(f), &f->env, f->pool, &proof, ret_jkt);
}

TEST(a_proof_is_good_once_and_names_its_key)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_request(f);
	struct lg_pkey *key = new_key(f);
	lg_str jkt, again;
	const lg_str first = make_proof(f, key, &(struct said){ 0 });
	CHECK_OK(check(f, first, &jkt));
	assert_int_equal(jkt.len, 43);
	jkt = kept(jkt);
	CHECK_CODE(check(f, first, &again), LG_E_OAUTH_INVALID_DPOP);
	CHECK_OK(check(f, make_proof(f, key, &(struct said){ 0 }), &again));
	CHECK_STR(again, jkt);
	CHECK_OK(check(f, LG_STR_NONE, &again));
	CHECK(!lg_str_present(again));
	lg_pkey_free(key);
	fixture_free(f);
}

TEST(a_proof_is_for_one_method_one_address_and_now)
{
	static const struct said wrong[] = {
		{ .typ = "JWT" },
		{ .alg = "none" },
		{ .alg = "HS256" },
		{ .alg = "RS256" },
		{ .alg = "ES384" },
		{ .htm = "GET" },
		{ .htm = "post" },
		{ .htu = "http://localhost:9500/oauth2/userInfo" },
		{ .htu = "http://localhost:9501/oauth2/token" },
		{ .htu = "https://localhost:9500/oauth2/token" },
		{ .htu = "http://localhost:9500/x/oauth2/token" },
		{ .htu = "http://evil.example/oauth2/token" },
		{ .htu = "http://localhost:9500@evil.example/oauth2/token" },
		{ .htu = "/oauth2/token" },
		{ .htu = "" },
		{ .jti = "" },
		{ .more = ",\"d\":\"AAAA\"" },
		{ .iat_off_s = 61 },
		{ .iat_off_s = -61 },
	};
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_request(f);
	struct lg_pkey *key = new_key(f);
	lg_str jkt;
	for (size_t i = 0; i < LG_LEN(wrong); i++)
		CHECK_CODE(check(f, make_proof(f, key, &wrong[i]), &jkt), LG_E_OAUTH_INVALID_DPOP);
	CHECK_CODE(check(f, LG_STR("x.y.z"), &jkt), LG_E_OAUTH_INVALID_DPOP);
	static char name[514];
	memset(name, 'j', sizeof(name) - 1);
	CHECK_CODE(check(f, make_proof(f, key, &(struct said){ .jti = name }), &jkt),
		LG_E_OAUTH_INVALID_DPOP);
	const struct lg_oauth_proof two = { .jwt = make_proof(f, key, &(struct said){ 0 }), .repeated = true,
		.method = LG_STR("POST"), .path = TOKEN };
	CHECK_CODE(lg_oauth_proof_check(fixture_request(f), &f->env, f->pool, &two, &jkt),
		LG_E_OAUTH_INVALID_DPOP);
	lg_str broken = make_proof(f, key, &(struct said){ 0 });
	broken = lg_str_slice(broken, 0, broken.len - 4);
	CHECK_CODE(check(f, broken, &jkt), LG_E_OAUTH_INVALID_DPOP);
	/* One letter of the signature is another. */
	char letters[2048];
	const lg_str whole = make_proof(f, key, &(struct said){ 0 });
	CHECK(whole.len < sizeof(letters));
	memcpy(letters, whole.ptr, whole.len);
	letters[whole.len - 20] = letters[whole.len - 20] == 'A' ? 'B' : 'A';
	CHECK_CODE(check(f, lg_str_from_bytes(letters, whole.len), &jkt), LG_E_OAUTH_INVALID_DPOP);
	/* It is remembered for as long as it is good, which is after its time, too. */
	const lg_str early = make_proof(f, key, &(struct said){ .iat_off_s = 60 });
	CHECK_OK(check(f, early, &jkt));
	fixture_advance_s(f, 119);
	CHECK_CODE(check(f, early, &jkt), LG_E_OAUTH_INVALID_DPOP);
	/* Query and fragment do not count, nor do letters of the host. */
	const struct said loud = { .htu = "HTTP://LOCALHOST:9500/oauth2/token?a#b" };
	CHECK_OK(check(f, make_proof(f, key, &loud), &jkt));
	CHECK_OK(check(f, make_proof(f, key, &(struct said){ .iat_off_s = -60 }), &jkt));
	lg_pkey_free(key);
	fixture_free(f);
}

/* A user's access token with "openid", bound to the key of the thumbprint; absent = not bound. */
static lg_str
bound_token(struct fixture *f, lg_str jkt)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	struct lg_tokens tokens;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_PROFILE, &user));
	const struct lg_grant_oauth oauth = { .jkt = jkt };
	const struct lg_grant grant = { .pool = f->pool, .client = f->client, .user = user,
		.auth_time = cx->now, .scope = LG_STR("openid"), .oauth = &oauth,
		.occasion = LG_STR("HostedAuth") };
	CHECK_OK(lg_grant_issue(cx, &f->env, &grant, &tokens));
	return kept(tokens.access);
}

static lg_status
user_info(struct fixture *f, lg_str token, lg_str proof)
{
	const struct lg_oauth_bearer bearer = { .text = token,
		.dpop = lg_str_present(proof),
		.proof = { .jwt = proof, .method = LG_STR("GET"), .path = LG_STR("/oauth2/userInfo"),
			.token = token } };
	lg_str json;
	return lg_oauth_user_info(fixture_request(f), &f->env, &bearer, &json);
}

TEST(a_bound_token_is_worth_nothing_without_its_key)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	fixture_request(f);
	struct lg_pkey *key = new_key(f), *other = new_key(f);
	struct lg_access access;
	lg_str jkt;
	CHECK_OK(check(f, make_proof(f, key, &(struct said){ 0 }), &jkt));
	const lg_str token = bound_token(f, kept(jkt)), plain = bound_token(f, LG_STR_NONE);

	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&token, 1, digest);
	fixture_request(f);
	char ath[64];
	const lg_str hash = base64url(f, lg_str_from_bytes(digest, sizeof(digest)));
	snprintf(ath, sizeof(ath), "%.*s", LG_FMT(hash));
	const struct said said = {
		.htm = "GET", .htu = "http://localhost:9500/oauth2/userInfo", .ath = ath
	};
	const struct said without = { .htm = "GET", .htu = said.htu };
	CHECK_OK(user_info(f, token, make_proof(f, key, &said)));
	CHECK_CODE(user_info(f, token, LG_STR_NONE), LG_E_OAUTH_INVALID_TOKEN);
	CHECK_CODE(user_info(f, token, make_proof(f, other, &said)), LG_E_OAUTH_INVALID_TOKEN);
	CHECK_CODE(user_info(f, token, make_proof(f, key, &without)), LG_E_OAUTH_INVALID_DPOP);
	CHECK_OK(user_info(f, plain, LG_STR_NONE));
	CHECK_CODE(user_info(f, plain, make_proof(f, key, &said)), LG_E_OAUTH_INVALID_TOKEN);
	/* Operations of the API look at no proofs, so they take no such token; from memory, too. */
	for (int i = 0; i < 2; i++)
		CHECK_CODE(lg_access_open(fixture_request(f), &f->env, token, LG_STR_NONE, 0, &access),
			LG_E_NOT_AUTHORIZED);
	lg_pkey_free(key);
	lg_pkey_free(other);
	fixture_free(f);
}

/* ---- assertions ---- */

/* A pool whose client has this key. */
static struct fixture *
with_key(struct lg_pkey **ret_key)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_ctx *cx = fixture_request(f);
	lg_str der, text, name;
	*ret_key = new_key(f);
	CHECK_OK(lg_pkey_public_der(cx, *ret_key, &der));
	CHECK_OK(lg_base64_encode(cx, der, &text));
	CHECK_OK(lg_str_fmt(cx, &name, "lifeguard:jwks.%.*s", LG_FMT(f->client_id)));
	struct lg_str_pair pair = { name, text };
	const struct lg_str_map tags = { &pair, 1, true };
	CHECK_OK(lg_pool_tags_add(cx, &f->env, f->pool->arn, &tags));
	fixture_request(f);
	return f;
}

static lg_status
assert_client(struct fixture *f, struct lg_pkey *key, const char *alg, const char *sub, const char *aud,
	int64_t lives_s, const char *jti)
{
	char header[64], claims[512];
	snprintf(header, sizeof(header), "{\"alg\":\"%s\"}", alg);
	snprintf(claims, sizeof(claims),
		"{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":%s,\"exp\":%lld,\"jti\":\"%s\"}", sub, sub, aud,
		(long long)(lg_time_s(f->t.cx.now) + lives_s), jti);
	const lg_str token = make(f, key, header, claims);
	return lg_oauth_assertion_check(&f->t.cx, &f->env, f->pool, f->client, token);
}

TEST(an_assertion_is_the_clients_for_this_issuer_and_good_once)
{
	struct lg_pkey *key, *other;
	struct fixture *f = with_key(&key);
	char sub[64], aud[128], list[160], more[256];
	snprintf(sub, sizeof(sub), "%.*s", LG_FMT(f->client_id));
	snprintf(aud, sizeof(aud), "\"%.*s\"", LG_FMT(f->pool->issuer));
	snprintf(list, sizeof(list), "[%s]", aud);
	snprintf(more, sizeof(more), "[%s,\"https://other.example\"]", aud);
	other = new_key(f);
	CHECK_OK(assert_client(f, key, "ES256", sub, aud, 60, "a"));
	CHECK_CODE(assert_client(f, key, "ES256", sub, aud, 60, "a"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_OK(assert_client(f, key, "ES256", sub, list, 60, "b"));
	CHECK_CODE(assert_client(f, key, "ES256", sub, more, 60, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "ES256", sub, "\"http://localhost:9500/oauth2/token\"", 60, "c"),
		LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "ES256", "somebody", aud, 60, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "ES256", sub, aud, 0, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "ES256", sub, aud, 3601, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "ES256", sub, aud, 60, ""), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "none", sub, aud, 60, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "HS256", sub, aud, 60, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, key, "RS256", sub, aud, 60, "c"), LG_E_OAUTH_INVALID_CLIENT);
	CHECK_CODE(assert_client(f, other, "ES256", sub, aud, 60, "c"), LG_E_OAUTH_INVALID_CLIENT);
	/* None of them used up the name. */
	CHECK_OK(assert_client(f, key, "ES256", sub, aud, 60, "c"));
	lg_pkey_free(key);
	lg_pkey_free(other);
	fixture_free(f);
}

TEST(who_has_a_key_cannot_do_without)
{
	struct lg_pkey *key;
	struct fixture *f = with_key(&key);
	struct lg_oauth_client by;
	const struct lg_oauth_credentials plain = { .params = PARAMS(P("client_id", f->client_id)) };
	CHECK_CODE(lg_oauth_client_find(&f->t.cx, &f->env, &plain, &by), LG_E_OAUTH_INVALID_CLIENT);
	const struct lg_oauth_credentials two = { .authorization = LG_STR("Basic eDp5"),
		.params = PARAMS(P("client_assertion", LG_STR("x.y.z")),
			P("client_assertion_type", LG_OAUTH_ASSERTION_TYPE)) };
	CHECK_CODE(lg_oauth_client_find(&f->t.cx, &f->env, &two, &by), LG_E_OAUTH_INVALID_CLIENT);
	lg_pkey_free(key);
	fixture_free(f);
}

/* An assertion with these claims besides "exp". */
static lg_status
assert_claims(struct fixture *f, struct lg_pkey *key, const char *claims)
{
	char all[1100];
	fixture_request(f);
	const long long expires = (long long)lg_time_s(f->t.cx.now) + 60;
	snprintf(all, sizeof(all), "{%.1000s,\"exp\":%lld}", claims, expires);
	const lg_str token = make(f, key, "{\"alg\":\"ES256\"}", all);
	return lg_oauth_assertion_check(&f->t.cx, &f->env, f->pool, f->client, token);
}

TEST(an_assertion_is_of_its_client_now_and_has_a_name_of_some_length)
{
	struct lg_pkey *key;
	struct fixture *f = with_key(&key);
	char own[256], claims[1024], name[514];
	snprintf(own, sizeof(own), "\"sub\":\"%.*s\",\"aud\":\"%.*s\"", LG_FMT(f->client_id),
		LG_FMT(f->pool->issuer));
	snprintf(claims, sizeof(claims), "%s,\"iss\":\"somebody\",\"jti\":\"a\"", own);
	CHECK_CODE(assert_claims(f, key, claims), LG_E_OAUTH_INVALID_CLIENT);
	static const char *const starts[] = { "nbf", "iat" };
	for (size_t i = 0; i < LG_LEN(starts); i++) {
		const long long soon = (long long)lg_time_s(f->t.cx.now) + 30;
		snprintf(claims, sizeof(claims), "%s,\"iss\":\"%.*s\",\"jti\":\"b%zu\",\"%s\":%lld", own,
			LG_FMT(f->client_id), i, starts[i], soon + 1);
		CHECK_CODE(assert_claims(f, key, claims), LG_E_OAUTH_INVALID_CLIENT);
		snprintf(claims, sizeof(claims), "%s,\"iss\":\"%.*s\",\"jti\":\"b%zu\",\"%s\":%lld", own,
			LG_FMT(f->client_id), i, starts[i], soon);
		CHECK_OK(assert_claims(f, key, claims));
	}
	memset(name, 'j', sizeof(name));
	for (int len = 513; len >= 512; len--) {
		snprintf(claims, sizeof(claims), "%s,\"iss\":\"%.*s\",\"jti\":\"%.*s\"", own,
			LG_FMT(f->client_id), len, name);
		CHECK_CODE(assert_claims(f, key, claims), len > 512 ? LG_E_OAUTH_INVALID_CLIENT : LG_E_OK);
	}
	lg_pkey_free(key);
	fixture_free(f);
}

/* ---- hints ---- */

TEST(who_hints_at_a_session_is_sent_back_to_his_own_address)
{
	static lg_str urls[] = { LG_STR_INIT("https://app.example.com/out") };
	static lg_str flows[] = { LG_STR_INIT("ALLOW_USER_PASSWORD_AUTH"),
		LG_STR_INIT("ALLOW_REFRESH_TOKEN_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.logout_urls = { urls, 1, true },
		.explicit_auth_flows = { flows, 2, true },
	};
	struct fixture *f = sign_in_fixture(NULL, &client);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	const struct lg_tokens tokens = sign_in_tokens(f, LG_STR("alice"));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_oauth_logout logout;
	const lg_str uri = LG_STR("https://app.example.com/out");
	const lg_str broken = lg_str_slice(tokens.id, 0, tokens.id.len - 4);
	CHECK_OK(lg_oauth_logout_read(cx, &f->env, NULL,
		PARAMS(P("id_token_hint", tokens.id), P("post_logout_redirect_uri", uri),
			P("state", LG_STR("s"))),
		&logout));
	CHECK_STR(logout.url, uri);
	CHECK_STR(logout.state, LG_STR("s"));
	CHECK(lg_str_present(logout.subject));
	CHECK_OK(lg_oauth_logout_read(cx, &f->env, NULL, PARAMS(P("id_token_hint", tokens.id)), &logout));
	CHECK(!lg_str_present(logout.url));
	CHECK_CODE(lg_oauth_logout_read(cx, &f->env, NULL,
			   PARAMS(P("id_token_hint", tokens.id),
				   P("post_logout_redirect_uri", LG_STR("https://app.example.com/out?a=b"))),
			   &logout),
		LG_E_OAUTH_REDIRECT_MISMATCH);
	CHECK_CODE(lg_oauth_logout_read(cx, &f->env, NULL, PARAMS(P("id_token_hint", broken)), &logout),
		LG_E_OAUTH_INVALID_REQUEST);
	CHECK_CODE(
		lg_oauth_logout_read(cx, &f->env, NULL, PARAMS(P("id_token_hint", tokens.access)), &logout),
		LG_E_OAUTH_INVALID_REQUEST);
	CHECK_CODE(lg_oauth_logout_read(cx, &f->env, NULL,
			   PARAMS(P("id_token_hint", tokens.id), P("client_id", LG_STR("other"))), &logout),
		LG_E_OAUTH_INVALID_REQUEST);
	/* A hint that has expired still tells who is meant. */
	fixture_advance_s(f, 7200);
	CHECK_OK(lg_oauth_logout_read(
		fixture_request(f), &f->env, NULL, PARAMS(P("id_token_hint", tokens.id)), &logout));
	fixture_free(f);
}
