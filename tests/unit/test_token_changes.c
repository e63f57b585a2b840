/* PreTokenGeneration: what it is asked, and what it may change (spec/tokens.md 7, triggers.md 6). */
#include "domain/grant/token_changes.h"

#include <stdio.h>
#include <string.h>

#include "codec/bytes.h"
#include "tests/lib/functions.h"
#include "tests/lib/sign_in.h"

static struct functions functions;

/* A pool with this version of the trigger, and Alice, who has an e-mail address. */
static struct fixture *
with_version(lg_str version)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	functions_init(&functions);
	f->env.functions = &functions.port;
	struct lg_idp_pre_token_generation_version_config_type config = { .lambda_version = version,
		.lambda_arn = FUNCTION_ARN("tokens") };
	struct lg_idp_lambda_config_type triggers = { .pre_token_generation = config.lambda_arn,
		.pre_token_generation_config = &config };
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("tokens"),
		.lambda_config = &triggers, .user_pool_tags = { &tag, 1, true } };
	fixture_use_pool(f, &pool);
	fixture_use_client(f, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	return f;
}

static void
tell(const char *response)
{
	char text[2048];
	snprintf(text, sizeof(text), "{\"response\":%s}", response);
	functions_tell(&functions, LG_STR("tokens"), LG_FUNCTION_ANSWERED, lg_str_from_c(text));
}

/* The claims of a token. */
static const json_t *
claims_of(struct fixture *f, lg_str token)
{
	lg_str rest = token, json;
	json_t *tree;
	lg_str_cut(&rest, '.');
	CHECK_OK(lg_base64url_decode(&f->t.cx, lg_str_cut(&rest, '.'), &json));
	CHECK_OK(lg_json_parse(&f->t.cx, json, &tree));
	return tree;
}

struct claims {
	const json_t *id, *access;
};

static struct claims
sign_in(struct fixture *f)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	return (struct claims){ claims_of(f, step.tokens.id), claims_of(f, step.tokens.access) };
}

/* One claim as text; absent when the token has none. */
static lg_str
claim(struct fixture *f, const json_t *token, const char *name)
{
	const json_t *value = json_object_get(token, name);
	if (!value)
		return LG_STR_NONE;
	struct lg_json *j = lg_json_new(&f->t.cx, 65536);
	lg_str text;
	lg_json_tree(j, value);
	CHECK_OK(lg_json_finish(&f->t.cx, j, &text));
	return text;
}

#define V1(members) "{\"claimsOverrideDetails\":{" members "}}"
#define V2(members) "{\"claimsAndScopeOverrideDetails\":{" members "}}"

TEST(the_event_of_version_1)
{
	struct fixture *f = with_version(LG_STR("V1_0"));
	tell("{\"claimsOverrideDetails\":null}");
	struct claims claims = sign_in(f);
	lg_str event = functions_event(&functions, LG_STR("tokens"));
	CHECK(lg_str_starts(event,
		LG_STR("{\"version\":\"1\",\"triggerSource\":\"TokenGeneration_Authentication\",")));
	CHECK(lg_str_ends(event, LG_STR("\"email\":\"alice@example.com\",\"email_verified\":\"true\"},"
		"\"groupConfiguration\":{\"groupsToOverride\":[],\"iamRolesToOverride\":[],"
		"\"preferredRole\":null}},\"response\":{\"claimsOverrideDetails\":null}}")));
	CHECK_STR(claim(f, claims.id, "email"), LG_STR("\"alice@example.com\""));
	fixture_free(f);
}

TEST(the_events_of_versions_2_and_3)
{
	static const lg_str versions[] = { LG_STR_INIT("V2_0"), LG_STR_INIT("V3_0") };
	static const lg_str beginnings[] = { LG_STR_INIT("{\"version\":\"2\",\"triggerSource\":"),
		LG_STR_INIT("{\"version\":\"3\",\"triggerSource\":") };
	for (size_t i = 0; i < LG_LEN(versions); i++) {
		struct fixture *f = with_version(versions[i]);
		tell("{}");
		sign_in(f);
		lg_str event = functions_event(&functions, LG_STR("tokens"));
		CHECK(lg_str_starts(event, beginnings[i]));
		CHECK(lg_str_ends(event, LG_STR("\"preferredRole\":null},"
			"\"scopes\":[\"aws.cognito.signin.user.admin\"]},"
			"\"response\":{\"claimsAndScopeOverrideDetails\":null}}")));
		fixture_free(f);
	}
}

TEST(claims_are_added_replaced_and_left_out)
{
	struct fixture *f = with_version(LG_STR("V1_0"));
	tell(V1("\"claimsToAddOrOverride\":{\"tier\":\"gold\",\"email\":\"other@example.com\","
		"\"both\":\"x\"},"
		"\"claimsToSuppress\":[\"email_verified\",\"both\",\"unknown\"]"));
	struct claims claims = sign_in(f);
	CHECK_STR(claim(f, claims.id, "tier"), LG_STR("\"gold\""));
	CHECK_STR(claim(f, claims.id, "email"), LG_STR("\"other@example.com\""));
	CHECK(!lg_str_present(claim(f, claims.id, "email_verified")));
	CHECK(!lg_str_present(claim(f, claims.id, "both")));
	CHECK(!lg_str_present(claim(f, claims.access, "tier")));
	fixture_free(f);
}

TEST(claims_that_say_who_it_is_are_nobodys_to_change)
{
	static const char *const names[] = { "acr", "amr", "at_hash", "auth_time", "azp", "client_id",
		"cognito:username", "device_key", "event_id", "exp", "iat", "identities", "iss", "jti",
		"nbf",
		"nonce", "origin_jti", "sub", "token_use", "username", "version", "cognito:anything",
		"dev:custom:x" };
	struct fixture *f = with_version(LG_STR("V2_0"));
	for (size_t i = 0; i < LG_LEN(names); i++) {
		char text[512];
		tell("{}");
		struct claims plain = sign_in(f);
		bool had[] = { json_object_get(plain.id, names[i]), json_object_get(plain.access,
			names[i]) };
		snprintf(text, sizeof(text),
			V2("\"idTokenGeneration\":{\"claimsToAddOrOverride\":{\"%s\":\"x\"}},"
			"\"accessTokenGeneration\":{\"claimsToAddOrOverride\":{\"%s\":\"x\"}}"), names[i],
				names[i]);
		tell(text);
		struct claims changed = sign_in(f);
		CHECK(lg_str_present(claim(f, changed.id, names[i])) == had[0]);
		CHECK(lg_str_present(claim(f, changed.access, names[i])) == had[1]);
		CHECK(!lg_str_eq(claim(f, changed.id, names[i]), LG_STR("\"x\"")));
		CHECK(!lg_str_eq(claim(f, changed.access, names[i]), LG_STR("\"x\"")));
		snprintf(text, sizeof(text), V2("\"idTokenGeneration\":{\"claimsToSuppress\":[\"%s\"]},"
			"\"accessTokenGeneration\":{\"claimsToSuppress\":[\"%s\"]}"), names[i], names[i]);
		tell(text);
		changed = sign_in(f);
		CHECK(lg_str_present(claim(f, changed.id, names[i])) == had[0]);
		CHECK(lg_str_present(claim(f, changed.access, names[i])) == had[1]);
	}
	fixture_free(f);
}

TEST(an_audience_may_be_named_in_the_access_token_if_it_is_the_client)
{
	struct fixture *f = with_version(LG_STR("V2_0"));
	char text[512], client[64];
	snprintf(client, sizeof(client), "%.*s", LG_FMT(f->client_id));
	snprintf(text, sizeof(text),
		V2("\"accessTokenGeneration\":{\"claimsToAddOrOverride\":{\"aud\":\"%s\"}}"),
		client);
	tell(text);
	struct claims claims = sign_in(f);
	CHECK_STR(lg_json_text(json_object_get(claims.access, "aud")), f->client_id);
	tell(V2("\"accessTokenGeneration\":{\"claimsToAddOrOverride\":{\"aud\":\"other\"}},"
		"\"idTokenGeneration\":{\"claimsToAddOrOverride\":{\"aud\":\"other\"},"
		"\"claimsToSuppress\":[\"aud\"]}"));
	claims = sign_in(f);
	CHECK(!lg_str_present(claim(f, claims.access, "aud")));
	CHECK_STR(lg_json_text(json_object_get(claims.id, "aud")), f->client_id);
	fixture_free(f);
}

TEST(values_of_later_versions_have_any_type)
{
	struct fixture *f = with_version(LG_STR("V2_0"));
	tell(V2("\"idTokenGeneration\":{\"claimsToAddOrOverride\":{\"n\":1.5,\"b\":false,\"l\":[1,\"a\",{}],"
		"\"o\":{\"k\":null},\"null\":null}},"
		"\"accessTokenGeneration\":{\"claimsToAddOrOverride\":{\"n\":9007199254740993,"
		"\"email\":\"e\"}}"));
	struct claims claims = sign_in(f);
	CHECK_STR(claim(f, claims.id, "n"), LG_STR("1.5"));
	CHECK_STR(claim(f, claims.id, "b"), LG_STR("false"));
	CHECK_STR(claim(f, claims.id, "l"), LG_STR("[1,\"a\",{}]"));
	CHECK_STR(claim(f, claims.id, "o"), LG_STR("{\"k\":null}"));
	CHECK(!lg_str_present(claim(f, claims.id, "null")));
	CHECK_STR(claim(f, claims.access, "n"), LG_STR("9007199254740993"));
	CHECK_STR(claim(f, claims.access, "email"), LG_STR("\"e\""));
	fixture_free(f);
}

TEST(scopes_are_added_suppressed_and_replaced)
{
	static const struct {
		const char *generation;
		lg_str scope;
	} rows[] = {
		{ "", LG_STR_INIT("\"aws.cognito.signin.user.admin\"") },
		{ "\"scopesToAdd\":[\"a/b\",\"aws.cognito.signin.user.admin\"]",
			LG_STR_INIT("\"aws.cognito.signin.user.admin a/b\"") },
		{ "\"scopesToAdd\":[\"a/b\"],\"scopesToSuppress\":[\"aws.cognito.signin.user.admin\"]",
			LG_STR_INIT("\"a/b\"") },
		{ "\"scopesToAdd\":[\"a/b\"],\"scopesToSuppress\":[\"a/b\"]",
			LG_STR_INIT("\"aws.cognito.signin.user.admin\"") },
		{ "\"scopesToSuppress\":[\"aws.cognito.signin.user.admin\"]", { NULL, 0 } },
		{ "\"claimsToSuppress\":[\"scope\"]", LG_STR_INIT("\"aws.cognito.signin.user.admin\"") },
		{ "\"claimsToAddOrOverride\":{\"scope\":\"x y\"},\"scopesToAdd\":[\"z\"]",
			LG_STR_INIT("\"x y z\"") },
		{ "\"claimsToAddOrOverride\":{\"scope\":1}",
			LG_STR_INIT("\"aws.cognito.signin.user.admin\"") },
	};
	struct fixture *f = with_version(LG_STR("V3_0"));
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		char text[512];
		snprintf(text, sizeof(text), V2("\"accessTokenGeneration\":{%s}"), rows[i].generation);
		tell(text);
		struct claims claims = sign_in(f);
		CHECK_STR(claim(f, claims.access, "scope"), rows[i].scope);
	}
	fixture_free(f);
}

TEST(without_its_scope_an_access_token_is_none_for_our_operations)
{
	struct fixture *f = with_version(LG_STR("V2_0"));
	tell(V2("\"accessTokenGeneration\":{\"scopesToSuppress\":[\"aws.cognito.signin.user.admin\"]}"));
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	lg_str token = kept(step.tokens.access);
	struct lg_access access;
	CHECK_CODE(lg_access_open(fixture_request(f), &f->env, token, LG_SCOPE_USER_ADMIN, 0, &access),
		LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

TEST(groups_are_replaced_as_a_whole_or_left_alone)
{
	static const struct {
		const char *details;
		lg_str groups, roles, preferred;
	} rows[] = {
		{ "", { NULL, 0 }, { NULL, 0 }, { NULL, 0 } },
		{ "\"groupOverrideDetails\":{\"groupsToOverride\":[\"a\",\"b\"],"
		  "\"iamRolesToOverride\":[\"r\"],"
		  "\"preferredRole\":\"r\"}", LG_STR_INIT("[\"a\",\"b\"]"), LG_STR_INIT("[\"r\"]"),
			LG_STR_INIT("\"r\"") },
		{ "\"groupOverrideDetails\":{\"groupsToOverride\":[\"a\"],\"preferredRole\":\"\"}",
			LG_STR_INIT("[\"a\"]"), { NULL, 0 }, { NULL, 0 } },
		{ "\"groupOverrideDetails\":{\"groupsToOverride\":[],\"iamRolesToOverride\":null,"
		  "\"preferredRole\":null}", { NULL, 0 }, { NULL, 0 }, { NULL, 0 } },
		{ "\"groupOverrideDetails\":null", { NULL, 0 }, { NULL, 0 }, { NULL, 0 } },
	};
	static const struct {
		lg_str version;
		const char *member;
	} versions[] = { { LG_STR_INIT("V1_0"), "claimsOverrideDetails" },
		{ LG_STR_INIT("V2_0"), "claimsAndScopeOverrideDetails" } };
	for (size_t v = 0; v < LG_LEN(versions); v++) {
		struct fixture *f = with_version(versions[v].version);
		for (size_t i = 0; i < LG_LEN(rows); i++) {
			char text[512];
			snprintf(text, sizeof(text), "{\"%s\":{%s}}", versions[v].member, rows[i].details);
			tell(text);
			struct claims claims = sign_in(f);
			CHECK_STR(claim(f, claims.id, "cognito:groups"), rows[i].groups);
			CHECK_STR(claim(f, claims.access, "cognito:groups"), rows[i].groups);
			CHECK_STR(claim(f, claims.id, "cognito:roles"), rows[i].roles);
			CHECK_STR(claim(f, claims.id, "cognito:preferred_role"), rows[i].preferred);
			CHECK(!lg_str_present(claim(f, claims.access, "cognito:roles")));
		}
		fixture_free(f);
	}
}

TEST(wrong_types_give_no_tokens)
{
	static const struct {
		lg_str version;
		const char *response;
	} rows[] = {
		{ LG_STR_INIT("V1_0"), "{\"claimsOverrideDetails\":[]}" },
		{ LG_STR_INIT("V1_0"), V1("\"claimsToAddOrOverride\":{\"n\":1}") },
		{ LG_STR_INIT("V1_0"), V1("\"claimsToAddOrOverride\":[]") },
		{ LG_STR_INIT("V1_0"), V1("\"claimsToSuppress\":\"email\"") },
		{ LG_STR_INIT("V1_0"), V1("\"claimsToSuppress\":[1]") },
		{ LG_STR_INIT("V1_0"), V1("\"groupOverrideDetails\":{\"groupsToOverride\":\"a\"}") },
		{ LG_STR_INIT("V1_0"), V1("\"groupOverrideDetails\":{\"preferredRole\":1}") },
		{ LG_STR_INIT("V2_0"), "{\"claimsAndScopeOverrideDetails\":true}" },
		{ LG_STR_INIT("V2_0"), V2("\"idTokenGeneration\":[]") },
		{ LG_STR_INIT("V2_0"), V2("\"accessTokenGeneration\":{\"scopesToAdd\":[\"a b\"]}") },
		{ LG_STR_INIT("V2_0"), V2("\"accessTokenGeneration\":{\"scopesToAdd\":[\"\"]}") },
		{ LG_STR_INIT("V2_0"), V2("\"accessTokenGeneration\":{\"scopesToSuppress\":{}}") },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		struct fixture *f = with_version(rows[i].version);
		tell(rows[i].response);
		struct lg_auth_step step;
		CHECK_CODE(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step),
			LG_E_INVALID_LAMBDA_RESPONSE);
		CHECK(!step.done && !lg_str_present(step.tokens.access));
		fixture_free(f);
	}
}

TEST(a_refresh_is_asked_about_before_the_token_is_rotated)
{
	struct fixture *f = with_version(LG_STR("V1_0"));
	struct lg_idp_refresh_token_rotation_type rotation = { .feature = LG_STR("ENABLED"),
		.retry_grace_period_seconds = { true, 0 } };
	lg_str flows[] = { LG_STR("ALLOW_USER_PASSWORD_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { flows, 1, true }, .refresh_token_rotation = &rotation };
	fixture_use_client(f, &client);
	tell("{}");
	lg_str token = sign_in_tokens(f, LG_STR("alice")).refresh;

	const struct lg_caller caller = { 0 };
	struct lg_str_pair pair = { LG_STR("k"), LG_STR("v") };
	struct lg_tokens tokens;
	for (int i = 0; i < 2; i++) {
		/* First it fails; the token is as good as before. */
		functions_tell(&functions, LG_STR("tokens"), i ? LG_FUNCTION_ANSWERED : LG_FUNCTION_THREW,
			i ? LG_STR("{\"response\":{}}") : LG_STR("no"));
		struct lg_ctx *cx = fixture_request(f);
		struct lg_refresh *refresh;
		CHECK_OK(lg_refresh_open(cx, &f->env, f->pool, f->client, token, &refresh));
		CHECK_CODE(lg_refresh_redeem(cx, &f->env, refresh, LG_STR_NONE, &caller,
			&(struct lg_str_map){ &pair, 1, true }, &tokens),
			i ? LG_E_OK : LG_E_USER_LAMBDA_VALIDATION);
	}
	CHECK(lg_str_present(tokens.refresh));
	lg_str event = functions_event(&functions, LG_STR("tokens"));
	CHECK(lg_str_starts(event,
		LG_STR("{\"version\":\"1\",\"triggerSource\":\"TokenGeneration_RefreshTokens\",")));
	CHECK(lg_str_ends(event,
		LG_STR("\"clientMetadata\":{\"k\":\"v\"}},\"response\":{\"claimsOverrideDetails\":null}}")));
	fixture_free(f);
}

TEST(more_claims_than_5000_are_no_answer)
{
	static char text[FUNCTIONS_MAX_BYTES];
	struct fixture *f = with_version(LG_STR("V2_0"));
	size_t len = (size_t)snprintf(text, sizeof(text), "{\"response\":"
		"{\"claimsAndScopeOverrideDetails\":{\"accessTokenGeneration\":{\"scopesToAdd\":[\"a\"");
	for (int i = 0; i < 4900; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, ",\"b\"");
	snprintf(text + len, sizeof(text) - len, "]}}}}");
	functions_tell(&functions, LG_STR("tokens"), LG_FUNCTION_ANSWERED, lg_str_from_c(text));
	struct lg_auth_step step;
	CHECK_CODE(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step),
		LG_E_INVALID_LAMBDA_RESPONSE);
	fixture_free(f);
}
