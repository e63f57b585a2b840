#include "domain/federation/federated_attributes.h"

#include "base/buf.h"
#include "domain/pool/schema.h"
#include "domain/user/user_edit.h"

#define USERNAME LG_STR("username")
#define LIST_MAX 4096

static bool
is_flag(lg_str name)
{
	return lg_str_present(lg_attribute_flagged(name));
}

/* What is true or false is so in any case; a flag about nothing says nothing. */
static lg_status
read_value(struct lg_ctx *cx, const struct lg_upstream_person *person, const struct lg_str_pair *pair,
	lg_str *ret)
{
	LG_TRY(lg_upstream_claim(cx, person, pair->value, ret));
	if (is_flag(pair->key) && lg_str_present(*ret))
		LG_TRY(lg_str_lower(cx, *ret, ret));
	return LG_OK;
}

/* Those that change; an empty value is none. */
static lg_status
changes(struct lg_ctx *cx, const struct lg_upstream *up, const struct lg_upstream_person *person,
	const struct lg_user *user, struct lg_idp_attribute_list_type *ret)
{
	const struct lg_str_map *mapping = &up->type->attribute_mapping;
	struct lg_idp_attribute_list_type list = { .has = true };
	list.items = lg_new_array(cx, struct lg_idp_attribute_type, mapping->count + 1);
	if (!list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < mapping->count; i++) {
		const struct lg_str_pair *pair = &mapping->items[i];
		lg_str value;
		/* The schema may have lost it since; a user name is made elsewhere. */
		const struct lg_idp_schema_attribute_type *schema = lg_pool_attribute(up->pool, pair->key);
		if (lg_str_eq(pair->key, USERNAME) || !schema)
			continue;
		LG_TRY(read_value(cx, person, pair, &value));
		/* A flag is written again: it may be about an address that changes. */
		const bool same = lg_str_eq(value, lg_user_attribute(user, schema->name));
		if (lg_str_empty(value) || (same && !is_flag(schema->name)))
			continue;
		list.items[list.count++] =
			(struct lg_idp_attribute_type){ .name = schema->name, .value = value };
	}
	*ret = list;
	return LG_OK;
}

/* Flags are the pool's own: they need an address, and no right of a client's. */
static lg_status
check(struct lg_ctx *cx, const struct lg_upstream *up, const struct lg_client *client, bool is_new,
	const struct lg_user *user, const struct lg_idp_attribute_list_type *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!is_flag(list->items[i].name)
			&& !lg_client_may_write(up->pool, client, list->items[i].name))
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST,
				"A client attempted to write unauthorized attribute");
	return lg_schema_check(cx, up->pool, NULL, is_new ? LG_WRITE_ADMIN_CREATE : LG_WRITE_ADMIN, user,
		list, false);
}

/* Values first: a changed address is not verified until the provider says so. */
static lg_status
set(struct lg_ctx *cx, const struct lg_idp_attribute_list_type *list, struct lg_user *user)
{
	for (size_t i = 0; i < list->count; i++)
		if (!is_flag(list->items[i].name))
			LG_TRY(lg_user_set_contact(
				cx, user, list->items[i].name, list->items[i].value, false));
	for (size_t i = 0; i < list->count; i++)
		if (is_flag(list->items[i].name))
			LG_TRY(lg_user_set_attribute(
				cx, user, list->items[i].name, list->items[i].value));
	return LG_OK;
}

static lg_status
check_required(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user)
{
	struct lg_buf missing = lg_buf_start(cx, LIST_MAX);
	for (size_t i = 0; i < pool->schema_count; i++) {
		const struct lg_idp_schema_attribute_type *schema = &pool->schema[i];
		if (!schema->required.v || !lg_str_empty(lg_user_attribute(user, schema->name)))
			continue;
		if (missing.len)
			lg_buf_put(&missing, LG_STR(", "));
		lg_buf_put(&missing, schema->name);
	}
	if (!missing.len)
		return LG_OK;
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "attributes required: [%.*s]", (int)missing.len,
		missing.ptr);
}

/* A flag without its address stays unsaid. */
static void
drop_lone_flags(const struct lg_user *user, struct lg_idp_attribute_list_type *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		const lg_str name = list->items[i].name;
		const lg_str base = lg_attribute_flagged(name);
		bool there = !lg_str_present(base) || !lg_str_empty(lg_user_attribute(user, base));
		for (size_t k = 0; k < list->count && !there; k++)
			there = lg_str_eq(list->items[k].name, base);
		if (there)
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

lg_status
lg_federated_attributes_set(struct lg_ctx *cx, const struct lg_upstream *up,
	const struct lg_upstream_person *person, const struct lg_client *client, bool is_new,
	struct lg_user *user)
{
	struct lg_idp_attribute_list_type list;
	LG_TRY(changes(cx, up, person, user, &list));
	drop_lone_flags(user, &list);
	LG_TRY(check(cx, up, client, is_new, user, &list));
	LG_TRY(set(cx, &list, user));
	return check_required(cx, up->pool, user);
}
