#include "domain/pool/scope.h"

bool
lg_scope_holds(lg_str scopes, lg_str wanted)
{
	while (lg_str_present(scopes)) {
		if (lg_str_eq(lg_str_cut(&scopes, ' '), wanted))
			return true;
	}
	return false;
}

lg_str
lg_scope_of_attribute(lg_str name)
{
	static const struct {
		lg_str name, scope;
	} own[] = {
		{ LG_STR_INIT("sub"), LG_STR_INIT("openid") },
		{ LG_STR_INIT("email"), LG_STR_INIT("email") },
		{ LG_STR_INIT("email_verified"), LG_STR_INIT("email") },
		{ LG_STR_INIT("phone_number"), LG_STR_INIT("phone") },
		{ LG_STR_INIT("phone_number_verified"), LG_STR_INIT("phone") },
		{ LG_STR_INIT("address"), LG_STR_INIT("address") },
	};
	for (size_t i = 0; i < LG_LEN(own); i++)
		if (lg_str_eq(own[i].name, name))
			return own[i].scope;
	return LG_STR("profile");
}

/* Cognito's way: "openid" alone shows everything, and so does "profile". */
static bool
shows_all(lg_str scopes)
{
	return lg_scope_holds(scopes, LG_STR("profile")) ||
	       (!lg_scope_holds(scopes, LG_STR("email")) && !lg_scope_holds(scopes, LG_STR("phone")));
}

lg_status
lg_scope_attributes(struct lg_ctx *cx, lg_str scopes, bool strict,
	const struct lg_idp_attribute_list_type *all, struct lg_idp_attribute_list_type *ret)
{
	if (!strict && shows_all(scopes)) {
		*ret = *all;
		return LG_OK;
	}
	struct lg_idp_attribute_type *items = lg_new_array(cx, struct lg_idp_attribute_type, all->count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < all->count; i++) {
		const lg_str scope = lg_scope_of_attribute(all->items[i].name);
		if (lg_str_eq(scope, LG_SCOPE_OPENID) || lg_scope_holds(scopes, scope))
			items[count++] = all->items[i];
	}
	*ret = (struct lg_idp_attribute_list_type){ .items = items, .count = count, .has = true };
	return LG_OK;
}
