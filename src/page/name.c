#include "page/name.h"

#include "page/form.h"
#include "page/phone.h"

static bool
is_phone_only(const struct lg_name_rules *names)
{
	return names->phone_username && !names->email_username;
}

lg_str
lg_page_name_key(const struct lg_page *pg)
{
	const struct lg_name_rules *names = &pg->request.pool->names;
	const bool email = names->email_username, phone = names->phone_username;
	if (email || phone)
		return email && phone ? LG_STR("field.email_or_phone")
		       : email        ? LG_STR("field.email")
				      : LG_STR("field.phone");
	if (names->email_alias && names->phone_alias)
		return LG_STR("field.username_email_or_phone");
	if (names->email_alias)
		return LG_STR("field.username_or_email");
	return names->phone_alias ? LG_STR("field.username_or_phone") : LG_STR("field.username");
}

/* Where names may be anything, digits alone can be one: there a number shows itself by its plus. */
lg_status
lg_page_name_typed(const struct lg_page *pg, lg_str *ret)
{
	const struct lg_name_rules *names = &pg->request.pool->names;
	const lg_str typed = lg_form_get(pg, LG_PAGE_NAME);
	*ret = typed;
	if (lg_str_empty(typed))
		return LG_OK;
	if (is_phone_only(names))
		return lg_phone_typed(pg, LG_PAGE_NAME, ret);
	if (names->phone_username)
		return lg_phone_read(pg->cx, typed, lg_phone_country(pg), ret);
	return names->phone_alias && lg_str_starts(typed, LG_STR("+"))
		       ? lg_phone_read(pg->cx, typed, LG_STR_NONE, ret)
		       : LG_OK;
}

lg_status
lg_page_name_field(struct lg_page *pg, struct lg_view *view, lg_str name, struct lg_view_field **ret)
{
	struct lg_view_field *field =
		lg_view_field(view, LG_FIELD_TEXT, LG_PAGE_NAME, lg_page_name_key(pg));
	const lg_str typed = lg_form_get(pg, LG_PAGE_NAME);
	field->value = lg_str_present(typed) ? typed : name;
	field->autocomplete = LG_STR("username");
	field->required = true;
	*ret = field;
	return is_phone_only(&pg->request.pool->names) ? lg_phone_field(pg, field, name) : LG_OK;
}
