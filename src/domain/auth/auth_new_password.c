#include "domain/auth/auth_steps.h"

#include "codec/json.h"
#include "domain/auth/password.h"
#include "domain/pool/schema.h"
#include "domain/user/user_edit.h"

#define PREFIX LG_STR("userAttributes.")
#define JSON_MAX ((size_t)512 * 1024)

static bool
is_missing(const struct lg_user *user, const struct lg_idp_schema_attribute_type *attribute)
{
	return attribute->required.v && !lg_str_eq(attribute->name, LG_STR("sub"))
		&& lg_str_empty(lg_user_attribute(user, attribute->name));
}

/* ["userAttributes.family_name"]: what the pool requires and the user lacks. */
static lg_status
required_json(struct lg_ctx *cx, const struct lg_auth *auth, lg_str *ret)
{
	const struct lg_pool *pool = auth->call->pool;
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '[');
	for (size_t i = 0; i < pool->schema_count; i++) {
		if (!is_missing(auth->user, &pool->schema[i]))
			continue;
		const lg_str parts[] = { PREFIX, pool->schema[i].name };
		lg_str name;
		LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &name));
		lg_json_str(j, name);
	}
	lg_json_close(j, ']');
	return lg_json_finish(cx, j, ret);
}

/* {"email":"..."}: what the client may read of the user. */
static lg_status
attributes_json(struct lg_ctx *cx, const struct lg_auth *auth, lg_str *ret)
{
	struct lg_idp_attribute_list_type list = { 0 };
	LG_TRY(lg_user_attribute_list(cx, auth->call->pool, auth->call->client, auth->user, &list));

	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '{');
	for (size_t i = 0; i < list.count; i++) {
		if (!lg_str_eq(list.items[i].name, LG_STR("sub")))
			lg_json_pair_str(j, list.items[i].name, list.items[i].value);
	}
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_auth_begin_new_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	lg_str required, attributes;
	LG_TRY(required_json(cx, auth, &required));
	LG_TRY(attributes_json(cx, auth, &attributes));
	LG_TRY(lg_auth_session_make(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_NEW_PASSWORD_REQUIRED,
		&ret->session));

	const struct lg_str_pair params[] = {
		{ LG_STR("USER_ID_FOR_SRP"), auth->user->username },
		{ LG_STR("requiredAttributes"), required },
		{ LG_STR("userAttributes"), attributes },
	};
	for (size_t i = 0; i < LG_LEN(params); i++)
		LG_TRY(lg_auth_param_add(cx, ret, LG_LEN(params), params[i].key, params[i].value));
	return LG_OK;
}

/* The attributes of the answer, in its order. */
static lg_status
sent_attributes(struct lg_ctx *cx, const struct lg_auth *auth, struct lg_idp_attribute_list_type *ret)
{
	const struct lg_str_map *params = auth->call->params;
	ret->items = lg_new_array(cx, struct lg_idp_attribute_type, params->count + 1);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < params->count; i++) {
		if (!lg_str_starts(params->items[i].key, PREFIX))
			continue;
		lg_str name = lg_str_slice(params->items[i].key, PREFIX.len, params->items[i].key.len);
		ret->items[ret->count++] = (struct lg_idp_attribute_type){ .name = name,
			.value = params->items[i].value };
	}
	ret->has = true;
	return LG_OK;
}

/* Put the sent attributes into the user: new ones only, and all that the pool requires. */
static lg_status
apply_attributes(struct lg_ctx *cx, struct lg_auth *auth)
{
	const struct lg_auth_call *call = auth->call;
	struct lg_user *user = auth->user;
	struct lg_idp_attribute_list_type sent = { 0 };
	LG_TRY(sent_attributes(cx, auth, &sent));

	LG_TRY(lg_schema_check(cx, call->pool, call->client, LG_WRITE_NEW_PASSWORD, user, &sent, false));
	for (size_t i = 0; i < sent.count; i++) {
		lg_str name = sent.items[i].name;
		if (!lg_str_empty(lg_user_attribute(user, name)))
			return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Cannot modify an already provided %.*s",
				LG_FMT(name));
		LG_TRY(lg_user_set_contact(cx, user, name, sent.items[i].value, false));
	}
	for (size_t i = 0; i < call->pool->schema_count; i++) {
		lg_str name = call->pool->schema[i].name;
		if (is_missing(user, &call->pool->schema[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Invalid attributes given, %.*s is missing", LG_FMT(name));
	}
	return LG_OK;
}

/* Somebody else holds a name that was sent. */
static lg_status
alias_exists(struct lg_ctx *cx, int tag)
{
	switch (tag - LG_TAG_CLAIM) {
	case LG_KEY_EMAIL:
		return lg_fail(cx, LG_E_ALIAS_EXISTS, "An account with the email already exists.");
	case LG_KEY_PHONE:
		return lg_fail(cx, LG_E_ALIAS_EXISTS, "An account with the phone_number already exists.");
	default:
		return lg_fail(cx, LG_E_ALIAS_EXISTS,
			"An account with the preferred_username already exists.");
	}
}

/* LG_E_CONFLICT when the user's row changed meanwhile: the operation starts again from its read (DATA 5). */
static lg_status
set_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str password)
{
	const struct lg_pool *pool = auth->call->pool;
	struct lg_user *user = auth->user;
	struct lg_user_names before;
	LG_TRY(lg_user_names(cx, env, pool, user, &before));
	LG_TRY(apply_attributes(cx, auth));
	unsigned parts;
	LG_TRY(lg_password_set(cx, env, pool, user, password, (lg_time){ 0 }, &parts));
	user->row.status = LG_USER_CONFIRMED;

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_store_user_update(batch, &user->row, parts | LG_PART_PROFILE);
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &before));
	lg_status s = lg_store_commit(batch);
	if (s.code != LG_E_CONFLICT)
		return s;
	int tag = lg_batch_failed(batch);
	if (tag == LG_AUTH_TAG_SESSION)
		return lg_auth_session_used(cx);
	return tag >= LG_TAG_CLAIM ? alias_exists(cx, tag) : s;
}

lg_status
lg_auth_answer_new_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	lg_str password = lg_auth_param(auth, LG_STR("NEW_PASSWORD"));
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_NEW_PASSWORD_REQUIRED,
		LG_PART_HISTORY));
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(lg_password_policy_check(cx, auth->call->pool, password, false));
	LG_TRY(set_password(cx, env, auth, password));
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_NEW_PASSWORD));
	return lg_auth_next(cx, env, auth, ret);
}
