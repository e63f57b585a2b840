#include "domain/auth/user_migration.h"

#include "domain/auth/lockout.h"
#include "domain/auth/mfa.h"
#include "domain/auth/password.h"
#include "domain/auth/trigger.h"
#include "domain/message/code.h"
#include "domain/pool/schema.h"
#include "domain/user/user_edit.h"

static const struct medium {
	lg_str name;
	lg_str attribute;
} mediums[] = {
	{ LG_STR_INIT("SMS"), LG_STR_INIT("phone_number") },
	{ LG_STR_INIT("EMAIL"), LG_STR_INIT("email") },
};

/* What the function says about the user; `has` of the attributes: that there is one. */
struct answer {
	struct lg_str_map attributes;
	lg_str status, action;
	struct lg_str_list mediums;
	struct lg_opt_bool force, sms_mfa;
};

static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_migration *call,
	const struct lg_user *decoy, struct answer *ret)
{
	const bool signs_in = lg_str_present(call->password);
	const struct lg_trigger_about about = { .trigger = LG_TRIGGER_USER_MIGRATION,
		.occasion = signs_in ? LG_STR("Authentication") : LG_STR("ForgotPassword"), .pool = pool,
		.client = call->client, .user = decoy, .told = LG_TRIGGER_USER_NAME,
		.username = call->username };
	struct lg_trigger_call event;
	const json_t *response;
	LG_TRY(lg_trigger_begin(cx, &about, &event));
	if (signs_in)
		lg_json_pair_str(event.json, LG_STR("password"), call->password);
	lg_trigger_map(event.json, LG_STR("validationData"), signs_in ? call->metadata : NULL);
	lg_trigger_map(event.json, LG_STR("userAttributes"), NULL);
	if (!signs_in)
		lg_trigger_client_metadata(event.json, call->metadata);
	LG_TRY(lg_trigger_invoke(cx, env, &event, &response));

	LG_TRY(lg_trigger_texts(cx, response, LG_STR("userAttributes"), &ret->attributes));
	LG_TRY(lg_trigger_text(cx, response, LG_STR("finalUserStatus"), &ret->status));
	LG_TRY(lg_trigger_text(cx, response, LG_STR("messageAction"), &ret->action));
	LG_TRY(lg_trigger_list(cx, response, LG_STR("desiredDeliveryMediums"), &ret->mediums));
	LG_TRY(lg_trigger_bool(cx, response, LG_STR("forceAliasCreation"), &ret->force));
	return lg_trigger_bool(cx, response, LG_STR("enableSMSMFA"), &ret->sms_mfa);
}

/* ---- the user ---- */

/* The attributes as a list, and the user name, which the answer may give among them. */
static lg_status
list_of(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_migration *call,
	const struct answer *answer, lg_str *ret_name, struct lg_idp_attribute_list_type *ret)
{
	const bool contact_is_name = pool->names.email_username || pool->names.phone_username;
	struct lg_idp_attribute_list_type list = { .has = true };
	list.items = lg_new_array(cx, struct lg_idp_attribute_type, answer->attributes.count + 1);
	if (!list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret_name = call->username;
	for (size_t i = 0; i < answer->attributes.count; i++) {
		const struct lg_str_pair *pair = &answer->attributes.items[i];
		const bool names = lg_str_eq(pair->key, LG_STR("username"));
		if (names && !contact_is_name && !lg_str_empty(pair->value))
			*ret_name = pair->value;
		if (!names)
			list.items[list.count++] = (struct lg_idp_attribute_type){ .name = pair->key,
				.value = pair->value };
	}
	lg_str named;
	LG_TRY(lg_username_check(cx, pool, *ret_name, &named));
	LG_TRY(lg_username_attributes(cx, pool, *ret_name, named, &list, ret));
	return lg_schema_check(cx, pool, NULL, LG_WRITE_ADMIN_CREATE, NULL, ret, false);
}

static lg_status
make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_migration *call,
	const struct answer *answer, struct lg_user **ret)
{
	lg_str name;
	bool is_sub;
	struct lg_idp_attribute_list_type attributes;
	LG_TRY(list_of(cx, pool, call, answer, &name, &attributes));
	LG_TRY(lg_name_is_sub(cx, env, pool, name, &is_sub));
	if (is_sub)
		return lg_fail_default(cx, LG_E_USERNAME_EXISTS);
	const bool confirmed = lg_str_eq(answer->status, LG_STR("CONFIRMED"));
	struct lg_user *user;
	const enum lg_user_status status = confirmed ? LG_USER_CONFIRMED : LG_USER_RESET_REQUIRED;
	LG_TRY(lg_user_make(cx, env, pool, name, status, NULL, &user));
	LG_TRY(lg_user_set_attributes(cx, pool, &attributes, user));
	unsigned parts;
	if (confirmed && lg_str_present(call->password))
		LG_TRY(lg_password_set(cx, env, pool, user, call->password, (lg_time){ 0 }, &parts));
	if (answer->sms_mfa.v) {
		if (lg_str_empty(lg_user_attribute(user, LG_STR("phone_number"))))
			return lg_trigger_unrecognizable(cx);
		LG_TRY(lg_mfa_enable(cx, user, LG_STR("SMS_MFA"), false));
		user->row.parts |= LG_PART_MFA;
	}
	*ret = user;
	return LG_OK;
}

/* LG_E_CONFLICT: somebody of the name is there by now, perhaps brought by the same question elsewhere. */
static lg_status
write_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct answer *answer,
	const struct lg_user *user)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_insert(batch, &user->row);
	for (size_t i = 0; answer->force.v && i < LG_LEN(mediums); i++)
		LG_TRY(lg_alias_take(cx, env, batch, pool, user, mediums[i].attribute));
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &(struct lg_user_names){ 0 }));
	return lg_user_commit(cx, batch);
}

/* He is welcome, by what he can be reached; his password is his own, and not repeated. */
static lg_status
welcome(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_migration *call,
	const struct answer *answer, const struct lg_user *user)
{
	if (lg_str_eq(answer->action, LG_IDP_MESSAGE_ACTION_TYPE_SUPPRESS))
		return LG_OK;
	const struct lg_code_reason reason = { LG_STR("AdminCreateUser"), call->client, call->metadata };
	for (size_t i = 0; i < LG_LEN(mediums); i++) {
		const lg_str to = lg_user_attribute(user, mediums[i].attribute);
		const bool asked = answer->mediums.count ? lg_str_list_has(&answer->mediums, mediums[i].name)
							 : i == 0;
		if (!asked || lg_str_empty(to))
			continue;
		struct lg_delivery delivery;
		struct lg_pending_message *message;
		LG_TRY(lg_delivery_make(cx, mediums[i].attribute, to, &delivery));
		LG_TRY(lg_invite_make(cx, env, pool, &reason, user, &delivery, LG_STR_NONE, &message));
		const lg_status s = lg_code_send(cx, env, message);
		/* He is there, and nothing waits for the message. */
		if (s.code != LG_E_CODE_DELIVERY_FAILURE)
			LG_TRY(s);
	}
	return LG_OK;
}

/* ---- the whole ---- */

/* LG_E_NOT_FOUND: not there. */
static lg_status
bring(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_migration *call,
	unsigned parts, struct lg_user **user)
{
	struct answer answer = { 0 };
	LG_TRY(ask(cx, env, pool, call, *user, &answer));
	if (!answer.attributes.has)
		return LG_STATUS(LG_E_NOT_FOUND);
	struct lg_user *made;
	LG_TRY(make(cx, env, pool, call, &answer, &made));
	const lg_status s = write_user(cx, env, pool, &answer, made);
	if (s.code != LG_E_CONFLICT) {
		LG_TRY(s);
		LG_TRY(welcome(cx, env, pool, call, &answer, made));
	}
	return lg_user_find(cx, env, pool, call->username, parts, user);
}

/* Is it a fault of the function, of which nobody is told? */
static bool
is_its_fault(lg_status s)
{
	static const int faults[] = { LG_E_USER_LAMBDA_VALIDATION, LG_E_UNEXPECTED_LAMBDA,
		LG_E_INVALID_LAMBDA_RESPONSE, LG_E_INVALID_PARAMETER, LG_E_INVALID_PASSWORD,
		LG_E_ALIAS_EXISTS, LG_E_USERNAME_EXISTS };
	for (size_t i = 0; i < LG_LEN(faults); i++) {
		if (s.code == faults[i])
			return true;
	}
	return false;
}

static lg_status
not_there(struct lg_ctx *cx, const struct lg_migration *call, lg_status s)
{
	const bool fault = is_its_fault(s);
	if (!fault && s.code != LG_E_NOT_FOUND)
		return s;
	if (!call->client->hides_users && fault)
		return lg_fail(cx, LG_E_USER_NOT_FOUND, "Exception migrating user in app client %.*s",
			LG_FMT(call->client->id));
	if (!call->client->hides_users)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	if (lg_str_present(call->password))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Incorrect username or password.");
	return LG_OK;
}

lg_status
lg_user_migrate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_migration *call, unsigned parts, struct lg_user **user)
{
	if (!env->functions || !lg_trigger_is_set(pool, LG_TRIGGER_USER_MIGRATION))
		return LG_OK;
	const struct lg_user *decoy = *user;
	if (lg_str_present(call->password)) {
		const lg_status counted = lg_lockout_decide(
			cx, env, decoy, LG_THROTTLE_PASSWORD, LG_STATUS(LG_E_MISMATCH));
		if (counted.code != LG_E_MISMATCH)
			return counted;
	}
	const lg_status s = bring(cx, env, pool, call, parts, user);
	if (lg_failed(s))
		return not_there(cx, call, s);
	/* It was no wrong guess after all. */
	return lg_lockout_decide(cx, env, decoy, LG_THROTTLE_PASSWORD, LG_OK);
}
