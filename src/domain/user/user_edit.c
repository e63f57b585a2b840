#include "domain/user/user_edit.h"

#include <string.h>

#include "domain/pool/schema.h"

lg_status
lg_username_check(struct lg_ctx *cx, const struct lg_pool *pool, lg_str username, lg_str *ret_attribute)
{
	const struct lg_name_rules *rules = &pool->names;
	/* As it will be looked up: a full-width @ is an @ by then. */
	lg_str canonical;
	LG_TRY(lg_name_canonical(cx, pool, LG_KEY_USERNAME, username, &canonical));
	const bool email = lg_is_email(canonical);
	const bool phone = lg_is_phone(canonical);
	*ret_attribute = LG_STR_NONE;
	if (rules->email_username || rules->phone_username) {
		if (rules->email_username && email)
			*ret_attribute = LG_STR("email");
		else if (rules->phone_username && phone)
			*ret_attribute = LG_STR("phone_number");
		else
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "Username should be %s.",
				!rules->phone_username   ? "an email"
				: !rules->email_username ? "a phone number"
							 : "either an email or a phone number");
		return LG_OK;
	}
	if (rules->email_alias && email)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Username cannot be of email format, since user pool is configured for email "
			"alias.");
	if (rules->phone_alias && phone)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Username cannot be of phone number format, since user pool is configured for phone "
			"number alias.");
	return LG_OK;
}

lg_status
lg_username_attributes(struct lg_ctx *cx, const struct lg_pool *pool, lg_str username, lg_str named,
	const struct lg_idp_attribute_list_type *sent, struct lg_idp_attribute_list_type *ret)
{
	struct lg_idp_attribute_type *items =
		lg_new_array(cx, struct lg_idp_attribute_type, sent->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (sent->count)
		memcpy(items, sent->items, sent->count * sizeof(*items));
	size_t count = sent->count;
	bool has = !lg_str_present(named);
	for (size_t i = 0; i < sent->count; i++) {
		if (!lg_str_present(named) || !lg_str_eq(sent->items[i].name, named))
			continue;
		/* Otherwise the code would go to one address and confirm another. */
		lg_str value;
		lg_str canonical;
		LG_TRY(lg_name_canonical(cx, pool, LG_KEY_EMAIL, sent->items[i].value, &value));
		LG_TRY(lg_name_canonical(cx, pool, LG_KEY_EMAIL, username, &canonical));
		if (!lg_str_eq(value, canonical))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Attribute %.*s does not match the username.", LG_FMT(named));
		has = true;
	}
	if (!has)
		items[count++] = (struct lg_idp_attribute_type){ .name = named, .value = username };
	*ret = (struct lg_idp_attribute_list_type){ .items = items, .count = count, .has = true };
	return LG_OK;
}

lg_status
lg_user_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str username,
	enum lg_user_status status, const unsigned char *fixed_uid, struct lg_user **ret)
{
	struct lg_user_row row = {
		.pool = pool->pool, .status = status, .enabled = true, .parts = LG_PART_PROFILE
	};
	if (fixed_uid)
		memcpy(row.uid, fixed_uid, LG_UID_SIZE);
	LG_TRY(lg_store_user_prepare(env->store, cx, pool->pool, &row));
	struct lg_user *user;
	LG_TRY(lg_user_of_row(cx, &row, &user));
	if (pool->names.email_username || pool->names.phone_username)
		user->username = user->sub;
	else
		LG_TRY(lg_name_canonical(cx, pool, LG_KEY_USERNAME, username, &user->username));
	user->row.profile.username = user->username;
	*ret = user;
	return LG_OK;
}

lg_status
lg_user_set_contact(struct lg_ctx *cx, struct lg_user *user, lg_str name, lg_str value, bool verified)
{
	LG_TRY(lg_user_set_attribute(cx, user, name, value));
	const bool email = lg_str_eq(name, LG_STR("email"));
	if (!email && !lg_str_eq(name, LG_STR("phone_number")))
		return LG_OK;
	const lg_str flag = email ? LG_STR("email_verified") : LG_STR("phone_number_verified");
	if (lg_str_empty(value))
		return lg_user_set_attribute(cx, user, flag, LG_STR_NONE);
	return lg_user_set_attribute(cx, user, flag, verified ? LG_STR("true") : LG_STR("false"));
}

static const struct {
	enum lg_key_kind kind;
	lg_str attribute;
} aliases[] = {
	{ LG_KEY_EMAIL, LG_STR_INIT("email") },
	{ LG_KEY_PHONE, LG_STR_INIT("phone_number") },
	{ LG_KEY_PREFERRED_USERNAME, LG_STR_INIT("preferred_username") },
};

lg_status
lg_user_commit(struct lg_ctx *cx, struct lg_batch *batch)
{
	const lg_status s = lg_store_commit(batch);
	if (s.code != LG_E_CONFLICT)
		return s;
	const int tag = lg_batch_failed(batch);
	for (size_t i = 0; i < LG_LEN(aliases); i++)
		if (tag == LG_TAG_CLAIM + (int)aliases[i].kind)
			return lg_fail(cx, LG_E_ALIAS_EXISTS, "An account with the %.*s already exists.",
				LG_FMT(aliases[i].attribute));
	return s;
}

/* The key of the user under this attribute, if it is an alias that he holds in this state. */
static lg_status
alias_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	lg_str attribute, struct lg_user_key *ret, bool *ret_has)
{
	struct lg_user_names names;
	LG_TRY(lg_user_names(cx, env, pool, user, &names));
	*ret_has = false;
	for (size_t i = 0; i < names.count; i++)
		for (size_t a = 0; a < LG_LEN(aliases); a++)
			if (names.keys[i].kind == aliases[a].kind
				&& lg_str_eq(aliases[a].attribute, attribute)) {
				*ret = names.keys[i];
				*ret_has = true;
			}
	return LG_OK;
}

lg_status
lg_alias_take(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, const struct lg_pool *pool,
	const struct lg_user *user, lg_str attribute)
{
	/* Where the attribute is the user name itself, nobody's is taken away. */
	struct lg_user_key key;
	bool has;
	LG_TRY(alias_key(cx, env, pool, user, attribute, &key, &has));
	if (!has || pool->names.email_username || pool->names.phone_username)
		return LG_OK;

	enum lg_key_kind kind;
	unsigned char uid[LG_UID_SIZE];
	const lg_status found = lg_store_key_find(env->store, cx, pool->pool, key.digest, &kind, uid);
	if (found.code == LG_E_NOT_FOUND
		|| (!lg_failed(found)
			&& lg_str_eq(lg_str_from_bytes(uid, LG_UID_SIZE), lg_user_row_uid(&user->row))))
		return LG_OK;
	LG_TRY(found);
	/* Not a user name: that is never given up. */
	if (kind != key.kind)
		return LG_OK;

	struct lg_user *holder;
	const lg_status read = lg_user_find_uid(cx, env, pool, uid, 0, &holder);
	if (read.code == LG_E_NOT_FOUND)
		return LG_STATUS(LG_E_CONFLICT); /* He is just being deleted. */
	LG_TRY(read);
	struct lg_user_names before;
	LG_TRY(lg_user_names(cx, env, pool, holder, &before));
	LG_TRY(lg_user_set_contact(cx, holder, attribute, lg_user_attribute(holder, attribute), false));
	LG_TRY(lg_user_write_names(batch, cx, env, pool, holder, &before));
	lg_store_user_update(batch, &holder->row, LG_PART_PROFILE);
	return LG_OK;
}

lg_status
lg_user_erase(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user)
{
	struct lg_user_names names;
	LG_TRY(lg_user_names(cx, env, pool, user, &names));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_user_release_names(batch, user, &names);
	lg_store_user_delete(batch, &user->row);
	return lg_store_commit(batch);
}

lg_status
lg_user_set_attributes(struct lg_ctx *cx, const struct lg_pool *pool,
	const struct lg_idp_attribute_list_type *attributes, struct lg_user *user)
{
	for (size_t i = 0; i < attributes->count; i++) {
		/* An attribute for developers may be named without its prefix. */
		const struct lg_idp_schema_attribute_type *schema =
			lg_pool_attribute(pool, attributes->items[i].name);
		lg_str value = attributes->items[i].value;
		if (lg_str_eq(schema->attribute_data_type, LG_IDP_ATTRIBUTE_DATA_TYPE_BOOLEAN)
		    && lg_str_ends(schema->name, LG_STR("_verified")))
			LG_TRY(lg_str_lower(cx, value, &value));
		LG_TRY(lg_user_set_attribute(cx, user, schema->name, value));
	}
	return LG_OK;
}
