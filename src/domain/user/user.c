#include "domain/user/user.h"

#include <string.h>

#include "codec/bytes.h"

lg_status
lg_user_of_row(struct lg_ctx *cx, const struct lg_user_row *row, struct lg_user **ret)
{
	struct lg_user *user = lg_new(cx, struct lg_user);
	if (!user)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	user->row = *row;
	user->username = row->profile.username;
	LG_TRY(lg_uuid_encode(cx, row->uid, &user->sub));
	*ret = user;
	return LG_OK;
}

struct lg_owner
lg_user_owner(const struct lg_user *user)
{
	return (struct lg_owner){ .pool = user->row.pool, .uid = lg_user_row_uid(&user->row) };
}

struct lg_srp_name
lg_user_srp_name(const struct lg_pool *pool, const struct lg_user *user)
{
	return (struct lg_srp_name){ .group = pool->srp_group, .identity = user->username };
}

lg_str
lg_user_status_name(enum lg_user_status status)
{
	static const lg_str names[] = {
		[LG_USER_UNCONFIRMED] = LG_STR_INIT("UNCONFIRMED"),
		[LG_USER_CONFIRMED] = LG_STR_INIT("CONFIRMED"),
		[LG_USER_FORCE_CHANGE_PASSWORD] = LG_STR_INIT("FORCE_CHANGE_PASSWORD"),
		[LG_USER_RESET_REQUIRED] = LG_STR_INIT("RESET_REQUIRED"),
		[LG_USER_EXTERNAL_PROVIDER] = LG_STR_INIT("EXTERNAL_PROVIDER"),
		[LG_USER_ARCHIVED] = LG_STR_INIT("ARCHIVED"),
		[LG_USER_COMPROMISED] = LG_STR_INIT("COMPROMISED"),
		[LG_USER_UNKNOWN] = LG_STR_INIT("UNKNOWN"),
	};
	return (size_t)status < LG_LEN(names) && names[status].ptr ? names[status] : names[LG_USER_UNKNOWN];
}

lg_str
lg_user_attribute(const struct lg_user *user, lg_str name)
{
	if (lg_str_eq(name, LG_STR("sub")))
		return user->sub;
	const struct lg_idp_attribute_list_type *list = &user->row.profile.attributes;
	for (size_t i = 0; i < list->count; i++)
		if (lg_str_eq(list->items[i].name, name))
			return list->items[i].value;
	return LG_STR_NONE;
}

bool
lg_user_verified(const struct lg_user *user, lg_str name)
{
	const bool email = lg_str_eq(name, LG_STR("email"));
	const lg_str flag = email ? LG_STR("email_verified") : LG_STR("phone_number_verified");
	return lg_str_eq_nocase(lg_user_attribute(user, flag), LG_STR("true"));
}

lg_status
lg_user_set_attribute(struct lg_ctx *cx, struct lg_user *user, lg_str name, lg_str value)
{
	struct lg_idp_attribute_list_type *list = &user->row.profile.attributes;
	size_t at = 0;
	while (at < list->count && !lg_str_eq(list->items[at].name, name))
		at++;

	if (lg_str_empty(value)) {
		if (at < list->count) {
			memmove(&list->items[at], &list->items[at + 1],
				(list->count - at - 1) * sizeof(*list->items));
			list->count--;
		}
		return LG_OK;
	}
	if (at == list->count) {
		struct lg_idp_attribute_type *items =
			lg_new_array(cx, struct lg_idp_attribute_type, list->count + 1);
		if (!items)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		if (list->count)
			memcpy(items, list->items, list->count * sizeof(*items));
		items[at].name = name;
		list->items = items;
		list->count++;
		list->has = true;
	}
	list->items[at].value = value;
	return LG_OK;
}

lg_status
lg_user_attribute_list(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_client *client,
	const struct lg_user *user, struct lg_idp_attribute_list_type *ret)
{
	const struct lg_idp_attribute_list_type *all = &user->row.profile.attributes;
	struct lg_idp_attribute_type *items = lg_new_array(cx, struct lg_idp_attribute_type, all->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	size_t count = 0;
	items[count++] = (struct lg_idp_attribute_type){ .name = LG_STR("sub"), .value = user->sub };
	for (size_t i = 0; i < all->count; i++)
		if (!client || lg_client_may_read(pool, client, all->items[i].name))
			items[count++] = all->items[i];
	*ret = (struct lg_idp_attribute_list_type){ .items = items, .count = count, .has = true };
	return LG_OK;
}
