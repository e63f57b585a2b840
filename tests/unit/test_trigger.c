/* Triggers: the bytes of an event, what becomes of an answer (spec/triggers.md 1, 1.1). */
#include "domain/auth/trigger.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/functions.h"
#include "tests/lib/sign_in.h"

static struct functions functions;

/* A pool whose DefineAuthChallenge is the function "define". */
static struct fixture *
with_define(bool hides, const struct lg_str_list *aliases)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	functions_init(&functions);
	f->env.functions = &functions.port;
	struct lg_idp_lambda_config_type triggers = { .define_auth_challenge = FUNCTION_ARN("define") };
	struct lg_idp_schema_attribute_type family = { .name = LG_STR("family_name"),
		.required = { true, true } };
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("triggers"),
		.lambda_config = &triggers,
		.alias_attributes = aliases ? *aliases : (struct lg_str_list){ 0 },
		.schema = { .items = &family, .count = 1, .has = true } };
	fixture_use_pool(f, &pool);
	const struct lg_idp_create_user_pool_client_request client = {
		.prevent_user_existence_errors = hides ? LG_STR("ENABLED") : LG_STR("LEGACY"),
	};
	fixture_use_client(f, &client);
	return f;
}

static struct lg_trigger_about
about(struct fixture *f, const struct lg_user *user)
{
	return (struct lg_trigger_about){ .trigger = LG_TRIGGER_DEFINE_AUTH_CHALLENGE,
		.occasion = LG_STR("Authentication"), .pool = f->pool, .client = f->client, .user = user };
}

/* Tell what the function does, call it about nobody, and look at the failure or at its `response`. */
static lg_status
call(struct fixture *f, enum lg_function_outcome outcome, lg_str text, const json_t **ret)
{
	functions_tell(&functions, LG_STR("define"), outcome, text);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *nobody;
	CHECK_OK(lg_user_decoy(cx, &f->env, f->pool, LG_STR("nobody"), &nobody));
	const struct lg_trigger_about what = about(f, nobody);
	struct lg_trigger_call made;
	CHECK_OK(lg_trigger_begin(cx, &what, &made));
	return lg_trigger_invoke(cx, &f->env, &made, ret);
}

static void
check_event(struct fixture *f, const char *fmt, lg_str sub)
{
	char expected[2048];
	snprintf(expected, sizeof(expected), fmt, (int)f->pool->id.len, f->pool->id.ptr,
		(int)f->client->id.len, f->client->id.ptr, (int)sub.len, sub.ptr);
	CHECK_STR(functions_event(&functions, LG_STR("define")), lg_str_from_c(expected));
}

TEST(an_event_has_cognitos_members_in_cognitos_order)
{
	struct fixture *f = with_define(true, NULL);
	const lg_str attributes[] = { LG_STR("email"), LG_STR("ann@example.com"), LG_STR("email_verified"),
		LG_STR("true"), LG_STR("family_name"), LG_STR("Roe \"q\""), LG_STR_NONE };
	fixture_user_with(f, LG_STR("ann"), LG_USER_CONFIRMED, attributes);
	functions_tell(&functions, LG_STR("define"), LG_FUNCTION_ANSWERED, LG_STR("{\"response\":{}}"));

	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("ann"), 0, &user));
	const struct lg_trigger_about what = about(f, user);
	struct lg_str_pair pair = { LG_STR("k"), LG_STR("v") };
	struct lg_trigger_call made;
	const json_t *response;
	CHECK_OK(lg_trigger_begin(cx, &what, &made));
	lg_trigger_map(made.json, LG_STR("validationData"), NULL);
	lg_trigger_client_metadata(made.json, &(struct lg_str_map){ &pair, 1, true });
	lg_trigger_client_metadata(made.json, &(struct lg_str_map){ 0 });
	lg_trigger_user_not_found(&made);
	CHECK_OK(lg_trigger_invoke(cx, &f->env, &made, &response));
	check_event(f,
		"{\"version\":\"1\",\"triggerSource\":\"DefineAuthChallenge_Authentication\","
		"\"region\":\"us-east-1\",\"userPoolId\":\"%.*s\",\"userName\":\"ann\","
		"\"callerContext\":{\"awsSdkVersion\":\"aws-sdk-unknown-unknown\",\"clientId\":\"%.*s\"},"
		"\"request\":{\"userAttributes\":{\"sub\":\"%.*s\",\"cognito:user_status\":\"CONFIRMED\","
		"\"email\":\"ann@example.com\",\"email_verified\":\"true\","
		"\"family_name\":\"Roe \\\"q\\\"\"},"
		"\"validationData\":null,\"clientMetadata\":{\"k\":\"v\"},\"userNotFound\":false},"
		"\"response\":{\"challengeName\":null,\"issueTokens\":null,\"failAuthentication\":null}}",
		user->sub);
	fixture_free(f);
}

TEST(an_event_tells_aliases_sign_out_and_what_is_missing)
{
	lg_str email = LG_STR("email");
	struct fixture *f = with_define(false, &(struct lg_str_list){ &email, 1, true });
	fixture_user(f, LG_STR("ann"), LG_STR("ann@example.com"));
	functions_tell(&functions, LG_STR("define"), LG_FUNCTION_ANSWERED, LG_STR("{\"response\":{}}"));

	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("ann"), 0, &user));
	user->row.signout = (lg_time){ 1700000000123 };
	user->row.status = LG_USER_FORCE_CHANGE_PASSWORD;
	struct lg_trigger_about what = about(f, user);
	struct lg_trigger_call made;
	const json_t *response;
	CHECK_OK(lg_trigger_begin(cx, &what, &made));
	lg_trigger_user_not_found(&made); /* the client hides nobody */
	CHECK_OK(lg_trigger_invoke(cx, &f->env, &made, &response));
	check_event(f,
		"{\"version\":\"1\",\"triggerSource\":\"DefineAuthChallenge_Authentication\","
		"\"region\":\"us-east-1\",\"userPoolId\":\"%.*s\",\"userName\":\"ann\","
		"\"callerContext\":{\"awsSdkVersion\":\"aws-sdk-unknown-unknown\",\"clientId\":\"%.*s\"},"
		"\"request\":{\"userAttributes\":{\"sub\":\"%.*s\","
		"\"cognito:email_alias\":\"ann@example.com\","
		"\"cognito:user_status\":\"FORCE_CHANGE_PASSWORD\",\"cognito:token_nbf\":\"1700000000123\","
		"\"email\":\"ann@example.com\",\"email_verified\":\"true\","
		"\"family_name\":\"cognito:default_val\"}},"
		"\"response\":{\"challengeName\":null,\"issueTokens\":null,\"failAuthentication\":null}}",
		user->sub);
	fixture_free(f);
}

TEST(an_event_about_nobody_has_no_attributes)
{
	struct fixture *f = with_define(true, NULL);
	const json_t *response;
	CHECK_OK(call(f, LG_FUNCTION_ANSWERED, LG_STR("{\"response\":{}}"), &response));
	check_event(f,
		"{\"version\":\"1\",\"triggerSource\":\"DefineAuthChallenge_Authentication\","
		"\"region\":\"us-east-1\",\"userPoolId\":\"%.*s\",\"userName\":\"nobody\","
		"\"callerContext\":{\"awsSdkVersion\":\"aws-sdk-unknown-unknown\",\"clientId\":\"%.*s\"},"
		"\"request\":{\"userAttributes\":{%.*s}},"
		"\"response\":{\"challengeName\":null,\"issueTokens\":null,\"failAuthentication\":null}}",
		LG_STR(""));
	fixture_free(f);
}

TEST(failures_of_a_function_have_cognitos_names_and_texts)
{
	static const struct {
		enum lg_function_outcome outcome;
		lg_str text;
		int code;
		const char *message;
	} rows[] = {
		{ LG_FUNCTION_THREW, LG_STR_INIT("Domain not allowed"), LG_E_USER_LAMBDA_VALIDATION,
			"DefineAuthChallenge failed with error Domain not allowed." },
		{ LG_FUNCTION_THREW, LG_STR_INIT(""), LG_E_USER_LAMBDA_VALIDATION,
			"DefineAuthChallenge failed with error ." },
		{ LG_FUNCTION_THREW, LG_STR_INIT("\xff\xfe"), LG_E_USER_LAMBDA_VALIDATION,
			"DefineAuthChallenge failed with error ." },
		{ LG_FUNCTION_FAILED, LG_STR_INIT("AccessDeniedException"), LG_E_UNEXPECTED_LAMBDA,
			"DefineAuthChallenge invocation failed due to error AccessDeniedException." },
		{ LG_FUNCTION_TIMED_OUT, LG_STR_INIT("unused"), LG_E_UNEXPECTED_LAMBDA,
			"DefineAuthChallenge invocation failed due to error "
			"Socket timeout while invoking Lambda function." },
		{ LG_FUNCTION_GONE, LG_STR_INIT("unused"), LG_E_UNEXPECTED_LAMBDA,
			"DefineAuthChallenge invocation failed due to configuration." },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT(""), LG_E_INVALID_LAMBDA_RESPONSE,
			"Invalid lambda function output : Invalid JSON" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("{\"response\":{}"), LG_E_INVALID_LAMBDA_RESPONSE,
			"Invalid lambda function output : Invalid JSON" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("{\"response\":{},\"response\":{}}"),
			LG_E_INVALID_LAMBDA_RESPONSE, "Invalid lambda function output : Invalid JSON" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("null"), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("\"yes\""), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("[{\"response\":{}}]"), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("{}"), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("{\"response\":null}"), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output" },
		{ LG_FUNCTION_ANSWERED, LG_STR_INIT("{\"response\":[]}"), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output" },
	};
	struct fixture *f = with_define(true, NULL);
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		const json_t *response;
		CHECK_CODE(call(f, rows[i].outcome, rows[i].text, &response), rows[i].code);
		CHECK_STR(lg_failure_text(&f->t.cx, rows[i].code), lg_str_from_c(rows[i].message));
	}
	fixture_free(f);
}

TEST(a_long_error_message_is_cut_between_characters)
{
	char text[3000];
	for (size_t i = 0; i < sizeof(text); i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3);
	struct fixture *f = with_define(true, NULL);
	const json_t *response;
	CHECK_CODE(call(f, LG_FUNCTION_THREW, lg_str_from_bytes(text, sizeof(text)), &response),
		LG_E_USER_LAMBDA_VALIDATION);
	const lg_str message = f->t.cx.failure.text;
	assert_int_equal(message.len, strlen("DefineAuthChallenge failed with error .") + 1023);
	fixture_free(f);
}

TEST(an_answer_that_is_too_long_or_too_deep_is_not_looked_at)
{
	static char text[LG_TRIGGER_MAX_ANSWER + 2];
	struct fixture *f = with_define(true, NULL);
	struct lg_ctx *cx = fixture_request(f);
	const json_t *response;
	memset(text, ' ', sizeof(text));
	memcpy(text, "{\"response\":{}}", 15);
	CHECK_OK(lg_trigger_answer(cx, lg_str_from_bytes(text, LG_TRIGGER_MAX_ANSWER), &response));
	CHECK_CODE(lg_trigger_answer(cx, lg_str_from_bytes(text, LG_TRIGGER_MAX_ANSWER + 1), &response),
		LG_E_INVALID_LAMBDA_RESPONSE);
	memset(text, '[', LG_JSON_MAX_DEPTH + 1);
	CHECK_CODE(lg_trigger_answer(cx, lg_str_from_bytes(text, LG_JSON_MAX_DEPTH + 1), &response),
		LG_E_INVALID_LAMBDA_RESPONSE);
	fixture_free(f);
}

static const json_t *
parsed(struct fixture *f, const char *text)
{
	json_t *ret;
	CHECK_OK(lg_json_parse(fixture_request(f), lg_str_from_c(text), &ret));
	return ret;
}

TEST(an_event_that_is_too_large_is_the_callers_fault)
{
	static char long_text[600 * 1024];
	memset(long_text, 'x', sizeof(long_text));
	struct fixture *f = with_define(true, NULL);
	functions_tell(&functions, LG_STR("define"), LG_FUNCTION_ANSWERED, LG_STR("{\"response\":{}}"));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *nobody;
	CHECK_OK(lg_user_decoy(cx, &f->env, f->pool, LG_STR("nobody"), &nobody));
	const struct lg_trigger_about what = about(f, nobody);
	struct lg_str_pair pair = { LG_STR("k"), lg_str_from_bytes(long_text, sizeof(long_text)) };
	const struct lg_str_map metadata = { &pair, 1, true };
	struct lg_trigger_call made;
	const json_t *response;
	CHECK_OK(lg_trigger_begin(cx, &what, &made));
	lg_trigger_client_metadata(made.json, &metadata);
	CHECK_CODE(lg_trigger_invoke(cx, &f->env, &made, &response), LG_E_INVALID_PARAMETER);
	assert_int_equal(functions_calls(&functions, LG_STR_NONE), 0);
	fixture_free(f);
}

TEST(members_of_an_answer_have_their_type_or_are_null)
{
	struct fixture *f = with_define(true, NULL);
	struct lg_ctx *cx = &f->t.cx;
	const lg_str m = LG_STR("m");
	struct lg_opt_bool flag;
	lg_str text;
	struct lg_str_map map;

	static const char *const absent[] = { "{}", "{\"m\":null}" };
	for (size_t i = 0; i < LG_LEN(absent); i++) {
		const json_t *object = parsed(f, absent[i]);
		CHECK_OK(lg_trigger_bool(cx, object, m, &flag));
		CHECK(!flag.has && !flag.v);
		CHECK_OK(lg_trigger_text(cx, object, m, &text));
		CHECK(!lg_str_present(text));
		CHECK_OK(lg_trigger_texts(cx, object, m, &map));
		CHECK(!map.has && map.count == 0);
	}
	static const struct {
		const char *json;
		bool flag, text, texts;
	} rows[] = {
		{ "{\"m\":true}", true, false, false },
		{ "{\"m\":\"true\"}", false, true, false },
		{ "{\"m\":1}", false, false, false },
		{ "{\"m\":[]}", false, false, false },
		{ "{\"m\":{}}", false, false, true },
		{ "{\"m\":{\"a\":\"b\"}}", false, false, true },
		{ "{\"m\":{\"a\":1}}", false, false, false },
		{ "{\"m\":{\"a\":null}}", false, false, false },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		const json_t *object = parsed(f, rows[i].json);
		const int bad = LG_E_INVALID_LAMBDA_RESPONSE;
		CHECK_CODE(lg_trigger_bool(cx, object, m, &flag), rows[i].flag ? LG_E_OK : bad);
		CHECK_CODE(lg_trigger_text(cx, object, m, &text), rows[i].text ? LG_E_OK : bad);
		CHECK_CODE(lg_trigger_texts(cx, object, m, &map), rows[i].texts ? LG_E_OK : bad);
	}
	CHECK_OK(lg_trigger_texts(cx, parsed(f, "{\"m\":{\"a\":\"b\",\"c\":\"\"}}"), m, &map));
	assert_int_equal(map.count, 2);
	CHECK_STR(lg_str_map_get(&map, LG_STR("a")), LG_STR("b"));
	fixture_free(f);
}

TEST(without_a_port_a_trigger_is_not_built)
{
	struct fixture *f = with_define(true, NULL);
	f->env.functions = NULL;
	CHECK(lg_trigger_is_set(f->pool, LG_TRIGGER_DEFINE_AUTH_CHALLENGE));
	CHECK(!lg_trigger_is_set(f->pool, LG_TRIGGER_CREATE_AUTH_CHALLENGE));
	const json_t *response;
	CHECK_CODE(call(f, LG_FUNCTION_ANSWERED, LG_STR("{}"), &response), LG_E_NOT_IMPLEMENTED);
	fixture_free(f);
}
