#include "tests/lib/custom.h"

#include <stdio.h>

#include "codec/json.h"

struct functions custom_functions;

void
custom_client(struct fixture *f, bool hides)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_SRP_AUTH"), LG_STR("ALLOW_USER_PASSWORD_AUTH"),
		LG_STR("ALLOW_CUSTOM_AUTH"), LG_STR("ALLOW_ADMIN_USER_PASSWORD_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
		.prevent_user_existence_errors = hides ? LG_STR("ENABLED") : LG_STR("LEGACY"),
	};
	fixture_use_client(f, &client);
}

struct fixture *
custom_with(struct lg_idp_lambda_config_type triggers, bool hides)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	functions_init(&custom_functions);
	f->env.functions = &custom_functions.port;
	struct lg_idp_sms_configuration_type sms = {
		.sns_caller_arn = LG_STR("arn:aws:iam::123456789012:role/sms") };
	lg_str phone = LG_STR("phone_number");
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	struct lg_idp_device_configuration_type devices = {
		.challenge_required_on_new_device = { true, false } };
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("custom"),
		.lambda_config = &triggers,
		.device_configuration = &devices,
		.mfa_configuration = LG_STR("OPTIONAL"),
		.sms_configuration = &sms,
		.auto_verified_attributes = { &phone, 1, true },
		.user_pool_tags = { &tag, 1, true } };
	fixture_use_pool(f, &pool);
	custom_client(f, hides);
	const lg_str attributes[] = { phone, LG_STR("+12065550100"), LG_STR("phone_number_verified"),
		LG_STR("true"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, attributes);
	return f;
}

struct fixture *
custom_with_riddles(bool hides)
{
	return custom_with((struct lg_idp_lambda_config_type){
		.define_auth_challenge = FUNCTION_ARN("riddle-define"),
		.create_auth_challenge = FUNCTION_ARN("riddle-create"),
		.verify_auth_challenge_response = FUNCTION_ARN("riddle-verify") }, hides);
}

/* Functions "define", "create" and "verify" do what they are told. */
struct fixture *
custom_with_told(bool hides)
{
	return custom_with((struct lg_idp_lambda_config_type){
		.define_auth_challenge = FUNCTION_ARN("define"),
		.create_auth_challenge = FUNCTION_ARN("create"),
		.verify_auth_challenge_response = FUNCTION_ARN("verify") }, hides);
}

void
custom_tell(const char *name, const char *response)
{
	char text[1024];
	snprintf(text, sizeof(text), "{\"response\":%s}", response);
	functions_tell(&custom_functions, lg_str_from_c(name), LG_FUNCTION_ANSWERED, lg_str_from_c(text));
}

void
custom_check(struct fixture *f, lg_status s, int code, const char *text)
{
	CHECK_CODE(s, code);
	CHECK_STR(lg_failure_text(&f->t.cx, code), lg_str_from_c(text));
}

void
custom_refused(struct fixture *f, lg_status s)
{
	custom_check(f, s, LG_E_NOT_AUTHORIZED, "Incorrect username or password.");
}

lg_status
custom_begin(struct fixture *f, lg_str name, struct lg_auth_step *ret)
{
	return sign_in_initiate(f, CUSTOM, PARAMS(P("USERNAME", name)), ret);
}

lg_status
custom_answer(struct fixture *f, lg_str name, lg_str session, lg_str text, struct lg_auth_step *ret)
{
	return sign_in_respond(f, CHALLENGE, session, PARAMS(P("USERNAME", name), P("ANSWER", text)), ret);
}

/* Begin, which must be asked a riddle, and return its Session. */
lg_str
custom_asked(struct fixture *f, lg_str name)
{
	struct lg_auth_step step;
	CHECK_OK(custom_begin(f, name, &step));
	CHECK_STR(step.challenge, CHALLENGE);
	CHECK(step.session.len <= 2048);
	return kept(step.session);
}

/* The member of the newest event's request, as text. */
lg_str
custom_seen(struct fixture *f, const char *function, const char *member)
{
	json_t *event;
	CHECK_OK(lg_json_parse(&f->t.cx, functions_event(&custom_functions, lg_str_from_c(function)),
		&event));
	const json_t *value = json_object_get(json_object_get(event, "request"), member);
	if (!value)
		return LG_STR_NONE;
	lg_str text;
	struct lg_json *j = lg_json_new(&f->t.cx, 65536);
	lg_json_tree(j, value);
	CHECK_OK(lg_json_finish(&f->t.cx, j, &text));
	return text;
}
