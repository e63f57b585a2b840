#include "domain/transfer/import_csv.h"

static const lg_str standard[] = {
	LG_STR_INIT("name"),
	LG_STR_INIT("given_name"),
	LG_STR_INIT("family_name"),
	LG_STR_INIT("middle_name"),
	LG_STR_INIT("nickname"),
	LG_STR_INIT("preferred_username"),
	LG_STR_INIT("profile"),
	LG_STR_INIT("picture"),
	LG_STR_INIT("website"),
	LG_STR_INIT("email"),
	LG_STR_INIT("email_verified"),
	LG_STR_INIT("gender"),
	LG_STR_INIT("birthdate"),
	LG_STR_INIT("zoneinfo"),
	LG_STR_INIT("locale"),
	LG_STR_INIT("phone_number"),
	LG_STR_INIT("phone_number_verified"),
	LG_STR_INIT("address"),
	LG_STR_INIT("updated_at"),
};

static bool
is_custom(const struct lg_idp_schema_attribute_type *schema)
{
	return lg_str_starts(schema->name, LG_STR("custom:")) ||
	       lg_str_starts(schema->name, LG_STR("dev:custom:"));
}

lg_status
lg_import_columns(struct lg_ctx *cx, const struct lg_pool *pool, bool with_hash, struct lg_str_list *ret)
{
	lg_str *items = lg_new_array(cx, lg_str, LG_LEN(standard) + pool->schema_count + 3);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(standard); i++)
		items[count++] = standard[i];
	for (size_t i = 0; i < pool->schema_count; i++)
		if (is_custom(&pool->schema[i]))
			items[count++] = pool->schema[i].name;
	items[count++] = LG_IMPORT_MFA;
	items[count++] = LG_IMPORT_USERNAME;
	if (with_hash)
		items[count++] = LG_IMPORT_HASH;
	*ret = (struct lg_str_list){ items, count, true };
	return LG_OK;
}

lg_status
lg_import_split(struct lg_ctx *cx, lg_str line, struct lg_str_list *ret)
{
	size_t most = 1;
	for (size_t i = 0; i < line.len; i++)
		most += line.ptr[i] == ',';
	lg_str *items = lg_new_array(cx, lg_str, most);
	char *text = lg_new_array(cx, char, line.len + 1);
	if (!items || !text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	size_t start = 0;
	size_t len = 0;
	for (size_t i = 0; i <= line.len; i++) {
		if (i == line.len || line.ptr[i] == ',') {
			items[count++] = lg_str_from_bytes(text + start, len - start);
			start = len;
		} else if (line.ptr[i] == '\\' && i + 1 < line.len && line.ptr[i + 1] == ',') {
			text[len++] = line.ptr[++i];
		} else {
			text[len++] = line.ptr[i];
		}
	}
	*ret = (struct lg_str_list){ items, count, true };
	return LG_OK;
}

lg_status
lg_import_header_check(
	struct lg_ctx *cx, const struct lg_str_list *columns, const struct lg_str_list *header)
{
	for (size_t i = 0; i < columns->count; i++)
		if (!lg_str_list_has(header, columns->items[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "The header has no column %.*s.",
				LG_FMT(columns->items[i]));
	for (size_t i = 0; i < header->count; i++) {
		if (!lg_str_list_has(columns, header->items[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Column %zu of the header is none of this user pool.", i + 1);
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(header->items[k], header->items[i]))
				return lg_fail(cx, LG_E_INVALID_PARAMETER,
					"The header has the column %.*s twice.", LG_FMT(header->items[i]));
	}
	return LG_OK;
}

lg_str
lg_import_field(const struct lg_str_list *header, const struct lg_str_list *fields, lg_str column)
{
	for (size_t i = 0; i < header->count && i < fields->count; i++)
		if (lg_str_eq(header->items[i], column))
			return fields->items[i].len ? fields->items[i] : LG_STR_NONE;
	return LG_STR_NONE;
}
