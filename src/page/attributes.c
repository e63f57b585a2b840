#include "page/attributes.h"

#include "domain/pool/schema.h"
#include "page/form.h"
#include "page/limits.h"
#include "page/phone.h"

#define S LG_STR_INIT
#define PREFIX LG_STR("attribute.")

/* How standard attributes are asked for; any other is a line of text, or what its type says. */
static const struct row {
	lg_str attribute;
	enum lg_field_kind kind;
	lg_str autocomplete; /* HTML, 4.10.18.7; absent = off */
	lg_str error;        /* absent = the general one */
} rows[] = {
	{ S("email"), LG_FIELD_EMAIL, S("email"), S("error.email") },
	{ S("phone_number"), LG_FIELD_TEL, S("tel"), S("error.phone") },
	{ S("name"), LG_FIELD_TEXT, S("name"), { NULL, 0 } },
	{ S("given_name"), LG_FIELD_TEXT, S("given-name"), { NULL, 0 } },
	{ S("middle_name"), LG_FIELD_TEXT, S("additional-name"), { NULL, 0 } },
	{ S("family_name"), LG_FIELD_TEXT, S("family-name"), { NULL, 0 } },
	{ S("nickname"), LG_FIELD_TEXT, S("nickname"), { NULL, 0 } },
	{ S("birthdate"), LG_FIELD_DATE, S("bday"), S("error.date") },
	{ S("gender"), LG_FIELD_TEXT, S("sex"), { NULL, 0 } },
	{ S("website"), LG_FIELD_TEXT, S("url"), { NULL, 0 } },
	{ S("picture"), LG_FIELD_TEXT, S("photo"), { NULL, 0 } },
	{ S("address"), LG_FIELD_TEXT, S("street-address"), { NULL, 0 } },
	{ S("locale"), LG_FIELD_TEXT, S("language"), { NULL, 0 } },
};

static const struct row *
find_row(lg_str attribute)
{
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		if (lg_str_eq(rows[i].attribute, attribute))
			return &rows[i];
	}
	return NULL;
}

lg_status
lg_attribute_field_name(struct lg_ctx *cx, lg_str attribute, lg_str *ret)
{
	return lg_str_concat(cx, (const lg_str[]){ PREFIX, attribute }, 2, ret);
}

bool
lg_attribute_is_typed(const struct lg_idp_schema_attribute_type *schema)
{
	static const lg_str never[] = { S("sub"), S("email_verified"), S("phone_number_verified"),
		S("updated_at"), S("identities") };
	for (size_t i = 0; i < LG_LEN(never); i++) {
		if (lg_str_eq(schema->name, never[i]))
			return false;
	}
	return !schema->developer_only_attribute.v;
}

static bool
is_boolean(const struct lg_idp_schema_attribute_type *schema)
{
	return lg_str_eq(schema->attribute_data_type, LG_STR("Boolean"));
}

static bool
is_phone(const struct lg_idp_schema_attribute_type *schema)
{
	return lg_str_eq(schema->name, LG_STR("phone_number"));
}

/* "custom:department" has no text of ours: it is called what its pool calls it. */
static struct lg_text
label_of(const struct lg_idp_schema_attribute_type *schema, lg_str key)
{
	const lg_str custom = LG_STR("custom:");
	if (!lg_str_starts(schema->name, custom))
		return lg_text(key);
	return lg_text_with(LG_STR("text"), LG_STR("text"),
		lg_str_slice(schema->name, custom.len, schema->name.len));
}

lg_status
lg_attribute_field(struct lg_page *pg, struct lg_view *view,
	const struct lg_idp_schema_attribute_type *schema, lg_str value, bool required)
{
	const struct row *row = find_row(schema->name);
	enum lg_field_kind kind = row ? row->kind : LG_FIELD_TEXT;
	lg_str name;
	LG_TRY(lg_attribute_field_name(pg->cx, schema->name, &name));
	if (is_boolean(schema))
		kind = LG_FIELD_CHOICE;
	struct lg_view_field *field = lg_view_field(view, kind, name, name);
	field->label = label_of(schema, name);
	field->value = value;
	field->required = required;
	field->autocomplete = row ? row->autocomplete : LG_STR("off");
	if (kind == LG_FIELD_CHOICE) {
		lg_view_choice(field, LG_STR("true"), LG_STR("choice.yes"));
		lg_view_choice(field, LG_STR("false"), LG_STR("choice.no"));
	}
	return is_phone(schema) ? lg_phone_field(pg, field, value) : LG_OK;
}

lg_status
lg_attribute_typed(
	const struct lg_page *pg, const struct lg_idp_schema_attribute_type *schema, lg_str *ret)
{
	lg_str name;
	LG_TRY(lg_attribute_field_name(pg->cx, schema->name, &name));
	*ret = lg_form_get(pg, name);
	return is_phone(schema) ? lg_phone_typed(pg, name, ret) : LG_OK;
}

lg_status
lg_attribute_problem(struct lg_page *pg, const struct lg_idp_schema_attribute_type *schema, bool sign_up,
	bool required, lg_str value, lg_str *ret_key)
{
	const struct row *row = find_row(schema->name);
	*ret_key = LG_STR_NONE;
	if (lg_str_empty(value)) {
		if (required)
			*ret_key = LG_STR("error.required");
		return LG_OK;
	}
	struct lg_idp_attribute_type attribute = { .name = schema->name, .value = value };
	const struct lg_idp_attribute_list_type one = { &attribute, 1, true };
	const enum lg_write_by by = sign_up ? LG_WRITE_SIGN_UP : LG_WRITE_USER;
	bool fits;
	LG_TRY(lg_limits_value(pg->cx, value, &fits));
	const lg_status s =
		fits ? lg_schema_check(pg->cx, pg->request.pool, NULL, by, NULL, &one, false)
		     : LG_STATUS(LG_E_INVALID_PARAMETER);
	if (s.code == LG_E_INVALID_PARAMETER) {
		*ret_key = row && lg_str_present(row->error) ? row->error : LG_STR("error.attribute");
		return LG_OK;
	}
	return s;
}
