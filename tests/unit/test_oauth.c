/* The authorization server's rules: requests, codes, grants (spec/oauth-endpoints.md 3, 4). */
#include "oauth/token.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/uri.h"
#include "crypto/hash.h"
#include "domain/pool/scope.h"
#include "oauth/response.h"
#include "tests/lib/sign_in.h"
#include "token/jws.h"

#define CALLBACK LG_STR("https://app.example.com/callback")
#define VERIFIER LG_STR("abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDE")

static struct fixture *
with_client(lg_str flow, const char *tag)
{
	static lg_str callbacks[] = { LG_STR_INIT("https://app.example.com/callback"),
		LG_STR_INIT("https://app.example.com/other?x=1"), LG_STR_INIT("http://localhost:3000/") };
	static lg_str logouts[] = { LG_STR_INIT("https://app.example.com/out") };
	static lg_str scopes[] = { LG_STR_INIT("openid"), LG_STR_INIT("email"),
		LG_STR_INIT("aws.cognito.signin.user.admin") };
	const struct lg_idp_create_user_pool_client_request client = {
		.callback_urls = { callbacks, 3, true },
		.logout_urls = { logouts, 1, true },
		.allowed_oauth_flows = { &flow, 1, true },
		.allowed_oauth_scopes = { scopes, 3, true },
		.allowed_oauth_flows_user_pool_client = { true, true },
	};
	struct lg_str_pair pair = { lg_str_from_c(tag), LG_STR("true") };
	const struct lg_str_map tags = { &pair, 1, true };
	struct fixture *f = sign_in_fixture(tag ? &tags : NULL, &client);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	return f;
}

static struct fixture *
with_code(void)
{
	return with_client(LG_STR("code"), NULL);
}

static lg_str
challenge_of(struct fixture *f, lg_str verifier)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_str text;
	lg_sha256(&verifier, 1, digest);
	CHECK_OK(lg_base64url_encode(&f->t.cx, lg_str_from_bytes(digest, sizeof(digest)), &text));
	return kept(text);
}

/* A request as a query; "%C" would be the client. */
static lg_status
read_request(struct fixture *f, const char *query, struct lg_oauth_request *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	lg_str text;
	struct lg_str_map params;
	CHECK_OK(lg_str_fmt(cx, &text, "client_id=%.*s&%s", LG_FMT(f->client_id), query));
	CHECK_OK(lg_form_parse(cx, text, &params));
	return lg_oauth_request_read(cx, &f->env, NULL, LG_OAUTH_AUTHORIZE, &params, ret);
}

#define GOOD "response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback"

static void
refuses(struct fixture *f, const char *query, int code, bool may_redirect)
{
	struct lg_oauth_request request;
	struct lg_oauth_response response;
	CHECK_CODE(read_request(f, query, &request), code);
	const lg_status s = lg_oauth_refuse(&f->t.cx, &f->env, &request, code, &response);
	assert_int_equal(s.code, may_redirect ? LG_E_OK : LG_E_MISMATCH);
	if (may_redirect)
		CHECK(lg_str_starts(response.url, CALLBACK));
}

/* ---- requests ---- */

TEST(a_plain_request_asks_for_all_scopes)
{
	struct fixture *f = with_code();
	struct lg_oauth_request request;
	CHECK_OK(read_request(f, GOOD "&state=a%20b", &request));
	CHECK_STR(request.scope, LG_STR("openid email aws.cognito.signin.user.admin"));
	CHECK_STR(request.state, LG_STR("a b"));
	CHECK(!request.implicit);
	assert_int_equal(request.max_age_s, -1);
	fixture_free(f);
}

TEST(an_error_goes_to_the_application_only_where_its_address_is_known)
{
	struct fixture *f = with_code();
	refuses(f, "response_type=code", LG_E_OAUTH_REDIRECT_MISMATCH, false);
	refuses(f, "response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback%2F",
		LG_E_OAUTH_REDIRECT_MISMATCH, false);
	refuses(f, "response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A3001%2F",
		LG_E_OAUTH_REDIRECT_MISMATCH, false);
	refuses(f, "response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fout",
		LG_E_OAUTH_REDIRECT_MISMATCH, false);
	refuses(f, GOOD "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback",
		LG_E_OAUTH_REDIRECT_MISMATCH, false);
	refuses(f, GOOD "&client_id=x", LG_E_OAUTH_INVALID_CLIENT, false);
	refuses(f, "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback", LG_E_OAUTH_INVALID_REQUEST,
		true);
	refuses(f, GOOD "&scope=openid&scope=email", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&scope=phone", LG_E_OAUTH_INVALID_SCOPE, true);
	refuses(f, GOOD "&request=x.y.z", LG_E_OAUTH_REQUEST_NOT_SUPPORTED, true);
	refuses(f, GOOD "&request_uri=https%3A%2F%2Fevil.example", LG_E_OAUTH_REQUEST_URI_UNKNOWN, true);
	refuses(f, GOOD "&code_challenge=abc", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&code_challenge_method=S256", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&code_challenge=1234567890123456789012345678901234567890123"
			"&code_challenge_method=plain",
		LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&prompt=none%20login", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&prompt=other", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&max_age=-1", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&resource=http%3A%2F%2Fapi.example.com", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&resource=https%3A%2F%2Fapi.example.com%23x", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&dpop_jkt=short", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&resource=https%3A%2F%2F", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&dpop_jkt=123456789012345678901234567890123456789012.", LG_E_OAUTH_INVALID_REQUEST,
		true);
	refuses(f, GOOD "&code_challenge=123456789012345678901234567890123456789012%2B"
			"&code_challenge_method=S256",
		LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&code_challenge=1234567890123456789012345678901234567890123",
		LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, GOOD "&id_token_hint=x.y.z", LG_E_OAUTH_INVALID_REQUEST, true);
	refuses(f, "response_type=code%20token&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback",
		LG_E_OAUTH_UNSUPPORTED_RESPONSE, true);
	refuses(f, "response_type=id_token&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback",
		LG_E_OAUTH_UNSUPPORTED_RESPONSE, true);
	refuses(f, "response_type=token&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback",
		LG_E_OAUTH_UNAUTHORIZED_CLIENT, true);
	fixture_free(f);
}

/* Good for a request of this many characters in one parameter, and no more. */
static void
longest(struct fixture *f, const char *name, size_t most)
{
	static char query[8192];
	struct lg_oauth_request request;
	int len = snprintf(query, sizeof(query), "%s&%s=", GOOD, name);
	memset(query + len, 'x', most + 1);
	query[(size_t)len + most] = '\0';
	CHECK_OK(read_request(f, query, &request));
	query[(size_t)len + most] = 'x';
	query[(size_t)len + most + 1] = '\0';
	CHECK_CODE(read_request(f, query, &request), LG_E_OAUTH_INVALID_REQUEST);
}

TEST(what_goes_through_untouched_has_a_limit)
{
	struct fixture *f = with_code();
	longest(f, "state", 4096);
	longest(f, "nonce", 4096);
	fixture_free(f);
}

TEST(flows_count_only_where_the_client_is_one_of_this_server)
{
	lg_str flow = LG_STR("code"), scope = LG_STR("openid"), url = CALLBACK;
	const struct lg_idp_create_user_pool_client_request client = {
		.callback_urls = { &url, 1, true },
		.allowed_oauth_flows = { &flow, 1, true },
		.allowed_oauth_scopes = { &scope, 1, true },
		.allowed_oauth_flows_user_pool_client = { true, false },
	};
	struct fixture *f = sign_in_fixture(NULL, &client);
	refuses(f, GOOD, LG_E_OAUTH_UNAUTHORIZED_CLIENT, true);
	fixture_free(f);
}

TEST(tokens_never_go_into_a_query)
{
	struct fixture *f = with_client(LG_STR("implicit"), NULL);
	refuses(f,
		"response_type=token&response_mode=query"
		"&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback",
		LG_E_OAUTH_INVALID_REQUEST, true);
	fixture_free(f);
}

TEST(a_strict_pool_wants_pkce_of_public_clients)
{
	struct fixture *f = with_client(LG_STR("code"), "lifeguard:oidc.strict");
	refuses(f, GOOD, LG_E_OAUTH_INVALID_REQUEST, true);
	fixture_free(f);
}

/* ---- codes ---- */

static lg_str
respond(struct fixture *f, const char *query)
{
	struct lg_oauth_request request;
	struct lg_oauth_response response;
	struct lg_user *user;
	CHECK_OK(read_request(f, query, &request));
	struct lg_ctx *cx = &f->t.cx;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_PROFILE, &user));
	const struct lg_oauth_subject subject = { .user = user, .auth_time = cx->now };
	CHECK_OK(lg_oauth_respond(cx, &f->env, &request, &subject, &response));
	return kept(response.url);
}

static lg_str
code_of(struct fixture *f, const char *query)
{
	lg_str rest = respond(f, query);
	lg_str_cut(&rest, '?');
	struct lg_str_map params;
	CHECK_OK(lg_form_parse(&f->t.cx, rest, &params));
	CHECK_STR(lg_str_map_get(&params, LG_STR("iss")), f->pool->issuer);
	return kept(lg_str_map_get(&params, LG_STR("code")));
}

static lg_status
redeem(struct fixture *f, lg_str code, lg_str redirect_uri, lg_str verifier, struct lg_oauth_tokens *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_oauth_token_call call = {
		.by = { .pool = f->pool, .client = f->client },
		.params = PARAMS(P("grant_type", LG_STR("authorization_code")), P("code", code),
			P("redirect_uri", redirect_uri), P("code_verifier", verifier)),
	};
	LG_TRY(lg_oauth_token(cx, &f->env, &call, ret));
	ret->id = kept(ret->id);
	ret->access = kept(ret->access);
	ret->refresh = kept(ret->refresh);
	return LG_OK;
}

static lg_status
refresh(struct fixture *f, lg_str token, lg_str scope, struct lg_oauth_tokens *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_oauth_token_call call = {
		.by = { .pool = f->pool, .client = f->client },
		.params = PARAMS(P("grant_type", LG_STR("refresh_token")), P("refresh_token", token),
			P("scope", scope)),
	};
	LG_TRY(lg_oauth_token(cx, &f->env, &call, ret));
	ret->access = kept(ret->access);
	return LG_OK;
}

static json_t *
claims_of(struct fixture *f, lg_str token)
{
	struct lg_jws jws;
	CHECK_OK(lg_jws_parse(&f->t.cx, token, &jws));
	return jws.claims;
}

TEST(a_code_gives_tokens_of_its_scopes_once_and_a_second_use_ends_them)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens, more;
	const lg_str code = code_of(f, GOOD "&scope=openid%20email&nonce=n1");
	CHECK_OK(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens));
	const json_t *id = claims_of(f, tokens.id), *access = claims_of(f, tokens.access);
	CHECK_STR(lg_json_member_text(id, LG_STR("nonce")), LG_STR("n1"));
	CHECK_STR(lg_json_member_text(id, LG_STR("email")), LG_STR("alice@example.com"));
	CHECK_STR(lg_json_member_text(access, LG_STR("scope")), LG_STR("openid email"));
	assert_int_equal(json_integer_value(lg_json_member(access, LG_STR("version"))), 2);
	CHECK(lg_json_member_text(id, LG_STR("at_hash")).len == 22);

	CHECK_OK(refresh(f, tokens.refresh, LG_STR_NONE, &more));
	CHECK_CODE(redeem(f, code, CALLBACK, LG_STR_NONE, &more), LG_E_OAUTH_INVALID_GRANT);
	CHECK_CODE(refresh(f, tokens.refresh, LG_STR_NONE, &more), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(a_second_use_ends_them_whatever_it_says)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens, more;
	const lg_str code = code_of(f, GOOD "&scope=openid");
	CHECK_OK(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens));
	CHECK_CODE(redeem(f, code, LG_STR("https://app.example.com/other?x=1"), LG_STR_NONE, &more),
		LG_E_OAUTH_INVALID_GRANT);
	CHECK_CODE(refresh(f, tokens.refresh, LG_STR_NONE, &more), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(without_openid_there_is_no_id_token)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens;
	const lg_str code = code_of(f, GOOD "&scope=aws.cognito.signin.user.admin");
	CHECK_OK(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens));
	CHECK(!lg_str_present(tokens.id));
	fixture_free(f);
}

TEST(a_code_is_for_its_address_its_verifier_and_five_minutes)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens;
	char query[256];
	lg_str code = code_of(f, GOOD);
	CHECK_CODE(redeem(f, code, LG_STR("https://app.example.com/other?x=1"), LG_STR_NONE, &tokens),
		LG_E_OAUTH_UNAUTHORIZED_CLIENT);
	CHECK_CODE(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens), LG_E_OAUTH_INVALID_GRANT);

	code = code_of(f, GOOD);
	CHECK_CODE(redeem(f, code, CALLBACK, VERIFIER, &tokens), LG_E_OAUTH_INVALID_GRANT);

	const lg_str challenge = challenge_of(f, VERIFIER);
	snprintf(query, sizeof(query), "%s&code_challenge_method=S256&code_challenge=%.*s", GOOD,
		LG_FMT(challenge));
	code = code_of(f, query);
	CHECK_CODE(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens), LG_E_OAUTH_INVALID_GRANT);
	code = code_of(f, query);
	CHECK_CODE(redeem(f, code, CALLBACK, challenge, &tokens), LG_E_OAUTH_INVALID_GRANT);
	code = code_of(f, query);
	CHECK_OK(redeem(f, code, CALLBACK, VERIFIER, &tokens));

	/* A verifier has 43 to 128 characters, whatever the challenge (RFC 7636, 4.1). */
	static const size_t lengths[] = { 42, 129 };
	for (size_t i = 0; i < LG_LEN(lengths); i++) {
		char letters[130];
		memset(letters, 'a', sizeof(letters));
		const lg_str odd = kept(lg_str_from_bytes(letters, lengths[i]));
		const lg_str made = challenge_of(f, odd);
		snprintf(query, sizeof(query), "%s&code_challenge_method=S256&code_challenge=%.*s", GOOD,
			LG_FMT(made));
		code = code_of(f, query);
		CHECK_CODE(redeem(f, code, CALLBACK, odd, &tokens), LG_E_OAUTH_INVALID_GRANT);
	}

	code = code_of(f, GOOD);
	fixture_advance_s(f, LG_OAUTH_CODE_S);
	CHECK_CODE(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(who_was_signed_out_has_no_code_any_more)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens;
	const lg_str code = code_of(f, GOOD);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	CHECK_OK(lg_grant_sign_out(cx, &f->env, user));
	CHECK_CODE(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens), LG_E_OAUTH_INVALID_GRANT);
	fixture_free(f);
}

TEST(a_refresh_may_ask_for_less_and_never_for_more)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens, less;
	CHECK_OK(redeem(f, code_of(f, GOOD "&scope=openid%20email"), CALLBACK, LG_STR_NONE, &tokens));
	CHECK_OK(refresh(f, tokens.refresh, LG_STR("openid"), &less));
	CHECK_STR(lg_json_member_text(claims_of(f, less.access), LG_STR("scope")), LG_STR("openid"));
	CHECK_CODE(refresh(f, tokens.refresh, LG_STR("openid aws.cognito.signin.user.admin"), &less),
		LG_E_OAUTH_INVALID_SCOPE);
	fixture_free(f);
}

TEST(a_resource_is_the_audience_of_the_access_token)
{
	struct fixture *f = with_code();
	struct lg_oauth_tokens tokens;
	const lg_str code = code_of(f, GOOD "&resource=https%3A%2F%2Fapi.example.com%2F");
	CHECK_OK(redeem(f, code, CALLBACK, LG_STR_NONE, &tokens));
	CHECK_STR(lg_json_member_text(claims_of(f, tokens.access), LG_STR("aud")),
		LG_STR("https://api.example.com/"));
	fixture_free(f);
}

TEST(implicit_tokens_stand_in_the_fragment_without_a_refresh_token)
{
	struct fixture *f = with_client(LG_STR("implicit"), NULL);
	lg_str rest = respond(f,
		"response_type=token&scope=openid&state=s"
		"&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback");
	CHECK_STR(lg_str_cut(&rest, '#'), CALLBACK);
	struct lg_str_map params;
	CHECK_OK(lg_form_parse(&f->t.cx, rest, &params));
	CHECK(lg_str_present(lg_str_map_get(&params, LG_STR("id_token"))));
	CHECK(lg_str_present(lg_str_map_get(&params, LG_STR("access_token"))));
	CHECK(!lg_str_present(lg_str_map_get(&params, LG_STR("refresh_token"))));
	CHECK_STR(lg_str_map_get(&params, LG_STR("token_type")), LG_STR("Bearer"));
	CHECK_STR(lg_str_map_get(&params, LG_STR("state")), LG_STR("s"));
	fixture_free(f);
}
