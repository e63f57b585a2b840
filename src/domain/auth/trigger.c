#include "domain/auth/trigger.h"

#include "codec/text.h"
#include "domain/pool/schema.h"

#define EVENT_MAX ((size_t)512 * 1024)
/* Of an errorMessage: a function may put its whole stack there. */
#define TEXT_MAX 1024
#define S LG_STR_INIT

/* spec/triggers.md 1: `response` is pre-set, and functions rely on that. */
static const struct trigger {
	lg_str name;   /* in messages */
	lg_str source; /* in triggerSource, before the occasion */
	lg_str version;
	size_t offset; /* of the function's ARN in the pool's LambdaConfig */
	lg_str response;
} triggers[LG_TRIGGER_COUNT] = {
	[LG_TRIGGER_PRE_AUTHENTICATION] = { S("PreAuthentication"), S("PreAuthentication_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, pre_authentication), S("{}") },
	[LG_TRIGGER_POST_AUTHENTICATION] = { S("PostAuthentication"), S("PostAuthentication_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, post_authentication), S("{}") },
	[LG_TRIGGER_DEFINE_AUTH_CHALLENGE] = { S("DefineAuthChallenge"), S("DefineAuthChallenge_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, define_auth_challenge),
		S("{\"challengeName\":null,\"issueTokens\":null,\"failAuthentication\":null}") },
	[LG_TRIGGER_CREATE_AUTH_CHALLENGE] = { S("CreateAuthChallenge"), S("CreateAuthChallenge_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, create_auth_challenge),
		S("{\"publicChallengeParameters\":null,\"privateChallengeParameters\":null,"
		  "\"challengeMetadata\":null}") },
	[LG_TRIGGER_VERIFY_AUTH_CHALLENGE] = { S("VerifyAuthChallengeResponse"),
		S("VerifyAuthChallengeResponse_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, verify_auth_challenge_response),
		S("{\"answerCorrect\":null}") },
	[LG_TRIGGER_PRE_TOKEN_GENERATION] = { S("PreTokenGeneration"), S("TokenGeneration_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, pre_token_generation),
		S("{\"claimsOverrideDetails\":null}") },
	[LG_TRIGGER_PRE_TOKEN_GENERATION_V2] = { S("PreTokenGeneration"), S("TokenGeneration_"), S("2"),
		offsetof(struct lg_idp_lambda_config_type, pre_token_generation),
		S("{\"claimsAndScopeOverrideDetails\":null}") },
	[LG_TRIGGER_PRE_TOKEN_GENERATION_V3] = { S("PreTokenGeneration"), S("TokenGeneration_"), S("3"),
		offsetof(struct lg_idp_lambda_config_type, pre_token_generation),
		S("{\"claimsAndScopeOverrideDetails\":null}") },
	[LG_TRIGGER_PRE_SIGN_UP] = { S("PreSignUp"), S("PreSignUp_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, pre_sign_up),
		S("{\"autoConfirmUser\":false,\"autoVerifyEmail\":false,\"autoVerifyPhone\":false}") },
	[LG_TRIGGER_POST_CONFIRMATION] = { S("PostConfirmation"), S("PostConfirmation_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, post_confirmation), S("{}") },
	[LG_TRIGGER_CUSTOM_MESSAGE] = { S("CustomMessage"), S("CustomMessage_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, custom_message),
		S("{\"smsMessage\":null,\"emailMessage\":null,\"emailSubject\":null}") },
	[LG_TRIGGER_USER_MIGRATION] = { S("UserMigration"), S("UserMigration_"), S("1"),
		offsetof(struct lg_idp_lambda_config_type, user_migration),
		S("{\"userAttributes\":null,\"finalUserStatus\":null,\"messageAction\":null,"
		  "\"desiredDeliveryMediums\":null,\"forceAliasCreation\":null,\"enableSMSMFA\":null}") },
};

/* spec/triggers.md 1.1: the trigger's name, this, perhaps what the port tells, and a period. */
static const struct outcome {
	int code;
	const char *text;
	bool told;
} outcomes[] = {
	[LG_FUNCTION_THREW] = { LG_E_USER_LAMBDA_VALIDATION, " failed with error ", true },
	[LG_FUNCTION_FAILED] = { LG_E_UNEXPECTED_LAMBDA, " invocation failed due to error ", true },
	[LG_FUNCTION_TIMED_OUT] = { LG_E_UNEXPECTED_LAMBDA,
		" invocation failed due to error Socket timeout while invoking Lambda function", false },
	[LG_FUNCTION_GONE] = { LG_E_UNEXPECTED_LAMBDA, " invocation failed due to configuration", false },
};

static lg_str
arn_of(const struct lg_pool *pool, enum lg_trigger trigger)
{
	const struct lg_idp_lambda_config_type *config = pool->type->lambda_config;
	if (!config)
		return LG_STR_NONE;
	return *(const lg_str *)(const void *)((const char *)config + triggers[trigger].offset);
}

bool
lg_trigger_is_set(const struct lg_pool *pool, enum lg_trigger trigger)
{
	return !lg_str_empty(arn_of(pool, trigger));
}

/* The address or number under which the user can be found, where the pool has such names. */
static void
write_alias(struct lg_json *j, const struct lg_user *user, bool alias, lg_str attribute, lg_str name)
{
	if (alias && lg_user_verified(user, attribute))
		lg_json_pair_str(j, name, lg_user_attribute(user, attribute));
}

/* What the pool requires and an administrator left out. */
static void
write_defaults(struct lg_json *j, const struct lg_pool *pool, const struct lg_user *user)
{
	for (size_t i = 0; i < pool->schema_count; i++) {
		const struct lg_idp_schema_attribute_type *attribute = &pool->schema[i];
		if (attribute->required.v && lg_str_empty(lg_user_attribute(user, attribute->name)))
			lg_json_pair_str(j, attribute->name, LG_STR("cognito:default_val"));
	}
}

/* What we know of a user beside his attributes. */
static lg_status
write_account(struct lg_ctx *cx, struct lg_json *j, const struct lg_pool *pool, const struct lg_user *user)
{
	lg_json_pair_str(j, LG_STR("sub"), user->sub);
	write_alias(j, user, pool->names.email_alias, LG_STR("email"), LG_STR("cognito:email_alias"));
	write_alias(j, user, pool->names.phone_alias, LG_STR("phone_number"),
		LG_STR("cognito:phone_number_alias"));
	lg_json_pair_str(j, LG_STR("cognito:user_status"), lg_user_status_name(user->row.status));
	if (user->row.signout.ms <= 0)
		return LG_OK;
	lg_str ms;
	LG_TRY(lg_str_fmt(cx, &ms, "%lld", (long long)user->row.signout.ms));
	lg_json_pair_str(j, LG_STR("cognito:token_nbf"), ms);
	return LG_OK;
}

static lg_status
write_attributes(struct lg_ctx *cx, struct lg_json *j, const struct lg_trigger_about *about)
{
	const struct lg_user *user = about->user;
	const bool there = about->told == LG_TRIGGER_USER_THERE && !user->decoy;
	/* Who signs up has not said that nothing is verified yet; that is ours. */
	const bool all = about->told != LG_TRIGGER_USER_NEW || !about->client;
	lg_json_key(j, LG_STR("userAttributes"));
	lg_json_open(j, '{');
	if (there)
		LG_TRY(write_account(cx, j, about->pool, user));
	const struct lg_idp_attribute_list_type *stored = &user->row.profile.attributes;
	for (size_t i = 0; !user->decoy && i < stored->count; i++) {
		const lg_str name = stored->items[i].name;
		if (all || !lg_str_present(lg_attribute_flagged(name)))
			lg_json_pair_str(j, name, stored->items[i].value);
	}
	if (there)
		write_defaults(j, about->pool, user);
	lg_json_close(j, '}');
	return LG_OK;
}

lg_status
lg_trigger_begin(struct lg_ctx *cx, const struct lg_trigger_about *about, struct lg_trigger_call *ret)
{
	const struct trigger *trigger = &triggers[about->trigger];
	const lg_str parts[] = { trigger->source, about->occasion };
	lg_str source;
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &source));

	struct lg_json *j = lg_json_new(cx, EVENT_MAX);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("version"), trigger->version);
	lg_json_pair_str(j, LG_STR("triggerSource"), source);
	lg_json_pair_str(j, LG_STR("region"), about->pool->region);
	lg_json_pair_str(j, LG_STR("userPoolId"), about->pool->id);
	lg_json_pair_str(j, LG_STR("userName"),
		lg_str_present(about->username) ? about->username : about->user->username);
	lg_json_key(j, LG_STR("callerContext"));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("awsSdkVersion"), LG_STR("aws-sdk-unknown-unknown"));
	lg_json_pair_str(j, LG_STR("clientId"),
		about->client ? about->client->id : LG_STR("CLIENT_ID_NOT_APPLICABLE"));
	lg_json_close(j, '}');
	lg_json_key(j, LG_STR("request"));
	lg_json_open(j, '{');
	if (about->told != LG_TRIGGER_USER_NAME)
		LG_TRY(write_attributes(cx, j, about));
	*ret = (struct lg_trigger_call){ .about = about, .json = j };
	return LG_OK;
}

void
lg_trigger_write_list(struct lg_json *j, lg_str name, const struct lg_str_list *list)
{
	lg_json_key(j, name);
	lg_json_open(j, '[');
	for (size_t i = 0; i < list->count; i++)
		lg_json_str(j, list->items[i]);
	lg_json_close(j, ']');
}

void
lg_trigger_map(struct lg_json *j, lg_str name, const struct lg_str_map *map)
{
	lg_json_key(j, name);
	if (!map || !map->has) {
		lg_json_null(j);
		return;
	}
	lg_json_open(j, '{');
	for (size_t i = 0; i < map->count; i++)
		lg_json_pair_str(j, map->items[i].key, map->items[i].value);
	lg_json_close(j, '}');
}

void
lg_trigger_client_metadata(struct lg_json *j, const struct lg_str_map *map)
{
	if (map && map->has)
		lg_trigger_map(j, LG_STR("clientMetadata"), map);
}

void
lg_trigger_user_not_found(const struct lg_trigger_call *call)
{
	if (call->about->client->hides_users)
		lg_json_pair_bool(call->json, LG_STR("userNotFound"), call->about->user->decoy);
}

lg_status
lg_trigger_unrecognizable(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_LAMBDA_RESPONSE, "Unrecognizable lambda output");
}

static lg_status
failed(struct lg_ctx *cx, enum lg_trigger trigger, const struct lg_function_result *result)
{
	const struct outcome *outcome = &outcomes[result->outcome];
	lg_str told = LG_STR_NONE;
	if (outcome->told && lg_text_is_utf8(result->text))
		told = lg_text_cut(result->text, TEXT_MAX);
	return lg_fail(cx, outcome->code, "%.*s%s%.*s.", LG_FMT(triggers[trigger].name), outcome->text,
		LG_FMT(told));
}

lg_status
lg_trigger_answer(struct lg_ctx *cx, lg_str text, const json_t **ret)
{
	json_t *answer;
	lg_status s = text.len > LG_TRIGGER_MAX_ANSWER ? LG_STATUS(LG_E_MALFORMED)
		: lg_json_parse(cx, text, &answer);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_INVALID_LAMBDA_RESPONSE,
			"Invalid lambda function output : Invalid JSON");
	LG_TRY(s);
	const json_t *response = lg_json_member(answer, LG_STR("response"));
	if (!json_is_object(response))
		return lg_trigger_unrecognizable(cx);
	*ret = response;
	return LG_OK;
}

lg_status
lg_trigger_invoke(struct lg_ctx *cx, struct lg_env *env, struct lg_trigger_call *call, const json_t **ret)
{
	const enum lg_trigger trigger = call->about->trigger;
	if (!env->functions)
		return lg_fail(cx, LG_E_NOT_IMPLEMENTED, "Trigger %.*s is not implemented yet (issue 3).",
			LG_FMT(triggers[trigger].name));

	struct lg_json *j = call->json;
	lg_json_close(j, '}');
	lg_json_key(j, LG_STR("response"));
	lg_json_raw(j, triggers[trigger].response);
	lg_json_close(j, '}');
	struct lg_function_call made = { .arn = arn_of(call->about->pool, trigger) };
	const lg_status s = lg_json_finish(cx, j, &made.payload);
	/* What is long in it came from the caller: his metadata, his answer. */
	if (s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The event for %.*s would be too large.",
			LG_FMT(triggers[trigger].name));
	LG_TRY(s);

	struct lg_function_result result = { 0 };
	LG_TRY(env->functions->invoke(env->functions, cx, &made, &result));
	if (result.outcome != LG_FUNCTION_ANSWERED)
		return failed(cx, trigger, &result);
	return lg_trigger_answer(cx, result.text, ret);
}

lg_status
lg_trigger_bool(struct lg_ctx *cx, const json_t *object, lg_str name, struct lg_opt_bool *ret)
{
	const json_t *value = lg_json_member(object, name);
	if (value && !json_is_boolean(value))
		return lg_trigger_unrecognizable(cx);
	*ret = (struct lg_opt_bool){ .has = value != NULL, .v = json_is_true(value) };
	return LG_OK;
}

lg_status
lg_trigger_text(struct lg_ctx *cx, const json_t *object, lg_str name, lg_str *ret)
{
	const json_t *value = lg_json_member(object, name);
	if (value && !json_is_string(value))
		return lg_trigger_unrecognizable(cx);
	*ret = lg_json_text(value);
	return LG_OK;
}

lg_status
lg_trigger_texts(struct lg_ctx *cx, const json_t *object, lg_str name, struct lg_str_map *ret)
{
	json_t *value = json_object_getn(object, name.ptr, name.len);
	struct lg_str_map map = { .has = json_is_object(value) };
	if (value && !json_is_null(value) && !map.has)
		return lg_trigger_unrecognizable(cx);
	if (map.has && json_object_size(value) > 0) {
		map.items = lg_new_array(cx, struct lg_str_pair, json_object_size(value));
		if (!map.items)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	const char *key;
	size_t len;
	json_t *member;
	json_object_keylen_foreach(value, key, len, member)
	{
		if (!json_is_string(member))
			return lg_trigger_unrecognizable(cx);
		map.items[map.count++] =
			(struct lg_str_pair){ lg_str_from_bytes(key, len), lg_json_text(member) };
	}
	*ret = map;
	return LG_OK;
}

lg_status
lg_trigger_list(struct lg_ctx *cx, const json_t *object, lg_str name, struct lg_str_list *ret)
{
	const json_t *value = lg_json_member(object, name);
	struct lg_str_list list = { .has = json_is_array(value) };
	if (value && !list.has)
		return lg_trigger_unrecognizable(cx);
	if (json_array_size(value) > 0) {
		list.items = lg_new_array(cx, lg_str, json_array_size(value));
		if (!list.items)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *item = json_array_get(value, i);
		if (!json_is_string(item))
			return lg_trigger_unrecognizable(cx);
		list.items[list.count++] = lg_json_text(item);
	}
	*ret = list;
	return LG_OK;
}

lg_status
lg_trigger_object(struct lg_ctx *cx, const json_t *object, lg_str name, const json_t **ret)
{
	const json_t *value = lg_json_member(object, name);
	if (value && !json_is_object(value))
		return lg_trigger_unrecognizable(cx);
	*ret = value;
	return LG_OK;
}
