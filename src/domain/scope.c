#include "domain/scope.h"

bool
lg_scope_holds(lg_str scopes, lg_str wanted)
{
	while (lg_str_present(scopes)) {
		if (lg_str_eq(lg_str_cut(&scopes, ' '), wanted))
			return true;
	}
	return false;
}

static bool
shows(bool email, bool phone, lg_str name)
{
	return lg_str_eq(name, LG_STR("sub")) ||
	       (email && (lg_str_eq(name, LG_STR("email")) || lg_str_eq(name, LG_STR("email_verified")))) ||
	       (phone && (lg_str_eq(name, LG_STR("phone_number")) ||
				 lg_str_eq(name, LG_STR("phone_number_verified"))));
}

lg_status
lg_scope_attributes(struct lg_ctx *cx, lg_str scopes, const struct lg_idp_attribute_list_type *all,
	struct lg_idp_attribute_list_type *ret)
{
	const bool email = lg_scope_holds(scopes, LG_STR("email"));
	const bool phone = lg_scope_holds(scopes, LG_STR("phone"));
	if ((!email && !phone) || lg_scope_holds(scopes, LG_STR("profile"))) {
		*ret = *all;
		return LG_OK;
	}
	struct lg_idp_attribute_type *items = lg_new_array(cx, struct lg_idp_attribute_type, all->count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < all->count; i++)
		if (shows(email, phone, all->items[i].name))
			items[count++] = all->items[i];
	*ret = (struct lg_idp_attribute_list_type){ .items = items, .count = count, .has = true };
	return LG_OK;
}
