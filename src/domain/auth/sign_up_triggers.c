#include "domain/auth/sign_up_triggers.h"

#include "domain/auth/trigger.h"
#include "domain/user/user_edit.h"

/* What the answer may take for verified. */
static const struct verify {
	lg_str name;
	lg_str attribute;
} verifies[] = {
	{ LG_STR_INIT("autoVerifyEmail"), LG_STR_INIT("email") },
	{ LG_STR_INIT("autoVerifyPhone"), LG_STR_INIT("phone_number") },
};

/* A list of attributes as the map that functions get. */
static lg_status
map_of(struct lg_ctx *cx, const struct lg_idp_attribute_list_type *list, struct lg_str_map *ret)
{
	*ret = (struct lg_str_map){ .has = list && list->has };
	if (!ret->has)
		return LG_OK;
	ret->items = lg_new_array(cx, struct lg_str_pair, list->count + 1);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++) {
		/* JSON has each name once; the first of several counts. */
		if (lg_str_present(lg_str_map_get(ret, list->items[i].name)))
			continue;
		const lg_str value = list->items[i].value;
		ret->items[ret->count++] = (struct lg_str_pair){ list->items[i].name,
			lg_str_present(value) ? value : LG_STR("") };
	}
	return LG_OK;
}

static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_pre_sign_up *call,
	const struct lg_user *user, const json_t **ret)
{
	const lg_str occasion = call->external ? LG_STR("ExternalProvider")
		: call->client                 ? LG_STR("SignUp")
					       : LG_STR("AdminCreateUser");
	const struct lg_trigger_about about = { .trigger = LG_TRIGGER_PRE_SIGN_UP,
		.occasion = occasion,
		.pool = pool, .client = call->client, .user = user, .told = LG_TRIGGER_USER_NEW };
	struct lg_str_map validation;
	struct lg_trigger_call event;
	LG_TRY(map_of(cx, call->validation, &validation));
	LG_TRY(lg_trigger_begin(cx, &about, &event));
	lg_trigger_map(event.json, LG_STR("validationData"), &validation);
	lg_trigger_client_metadata(event.json, call->metadata);
	return lg_trigger_invoke(cx, env, &event, ret);
}

lg_status
lg_pre_sign_up(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_pre_sign_up *call, struct lg_user *user, bool *ret_confirmed)
{
	*ret_confirmed = false;
	if (!env->functions || !lg_trigger_is_set(pool, LG_TRIGGER_PRE_SIGN_UP))
		return LG_OK;
	const json_t *response;
	struct lg_opt_bool confirm, verified[LG_LEN(verifies)];
	LG_TRY(ask(cx, env, pool, call, user, &response));
	LG_TRY(lg_trigger_bool(cx, response, LG_STR("autoConfirmUser"), &confirm));
	for (size_t i = 0; i < LG_LEN(verifies); i++)
		LG_TRY(lg_trigger_bool(cx, response, verifies[i].name, &verified[i]));
	if (!call->client || call->external)
		return LG_OK;

	for (size_t i = 0; i < LG_LEN(verifies); i++) {
		const lg_str value = lg_user_attribute(user, verifies[i].attribute);
		if (!verified[i].v)
			continue;
		if (lg_str_empty(value))
			return lg_trigger_unrecognizable(cx);
		LG_TRY(lg_user_set_contact(cx, user, verifies[i].attribute, value, true));
	}
	if (confirm.v)
		user->row.status = LG_USER_CONFIRMED;
	*ret_confirmed = confirm.v;
	return LG_OK;
}

lg_status
lg_post_confirmation(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_user *user, lg_str occasion,
	const struct lg_str_map *metadata)
{
	const struct lg_trigger_about about = { .trigger = LG_TRIGGER_POST_CONFIRMATION,
		.occasion = occasion, .pool = pool, .client = client, .user = user };
	if (!env->functions || !lg_trigger_is_set(pool, about.trigger))
		return LG_OK;
	struct lg_trigger_call call;
	const json_t *response;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	lg_trigger_client_metadata(call.json, metadata);
	return lg_trigger_invoke(cx, env, &call, &response);
}
