#include "domain/pool/schema_wish.h"

#include <string.h>

#include "domain/pool/client_admin.h"
#include "domain/pool/pool_schema.h"
#include "domain/pool/pool_settings.h"
#include "domain/pool/schema.h"

#define LIST_MAX 20

static const lg_str aliases[] = { LG_STR_INIT("email"), LG_STR_INIT("phone_number"),
	LG_STR_INIT("preferred_username") };
static const lg_str contacts[] = { LG_STR_INIT("email"), LG_STR_INIT("phone_number") };

static lg_status
refuse(struct lg_ctx *cx, const char *what)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "Tag lifeguard:schema: %s.", what);
}

static bool
is_one_of(lg_str name, const lg_str *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(names[i], name))
			return true;
	return false;
}

/* A standard attribute that somebody can write. */
static bool
may_be_required(lg_str name)
{
	size_t count;
	const struct lg_idp_schema_attribute_type *standard = lg_schema_standard(&count);
	if (lg_str_eq(name, LG_STR("sub")) || lg_str_ends(name, LG_STR("_verified")) ||
		lg_str_eq(name, LG_STR("identities")))
		return false;
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(standard[i].name, name))
			return true;
	return false;
}

/* ---- the tag ---- */

/* "a+b", each once; "none" is no attribute. */
static lg_status
read_list(struct lg_ctx *cx, lg_str text, struct lg_str_list *ret)
{
	if (ret->has)
		return refuse(cx, "a word is there twice");
	lg_str *items = lg_new_array(cx, lg_str, LIST_MAX);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_str_list list = { .items = items, .has = true };
	if (!lg_str_eq(text, LG_STR("none")))
		while (lg_str_present(text)) {
			const lg_str name = lg_str_cut(&text, '+');
			if (name.len == 0 || list.count == LIST_MAX || lg_str_list_has(&list, name))
				return refuse(cx, "a list has an attribute twice, or none");
			items[list.count++] = name;
		}
	*ret = list;
	return LG_OK;
}

static lg_status
check_list(struct lg_ctx *cx, const struct lg_str_list *list, const lg_str *names, size_t count)
{
	for (size_t i = 0; i < list->count; i++)
		if (names ? !is_one_of(list->items[i], names, count) : !may_be_required(list->items[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Tag lifeguard:schema: %.*s can't be one of these attributes.",
				LG_FMT(list->items[i]));
	return LG_OK;
}

static lg_status
read_case(struct lg_ctx *cx, lg_str text, struct lg_opt_bool *ret)
{
	const bool sensitive = lg_str_eq(text, LG_STR("sensitive"));
	if (ret->has)
		return refuse(cx, "a word is there twice");
	if (!sensitive && !lg_str_eq(text, LG_STR("insensitive")))
		return refuse(cx, "case is sensitive or insensitive");
	*ret = (struct lg_opt_bool){ true, sensitive };
	return LG_OK;
}

lg_status
lg_schema_wish_read(struct lg_ctx *cx, lg_str text, struct lg_schema_wish *ret)
{
	struct lg_schema_wish wish = { .text = text };
	lg_str rest = text;
	while (lg_str_present(rest)) {
		lg_str value = lg_str_cut(&rest, ' ');
		const lg_str word = lg_str_cut(&value, '=');
		if (!lg_str_present(value) || value.len == 0)
			return refuse(cx,
				"words are alias=, username=, case= and required=, with a value, and "
				"one blank between them");
		if (lg_str_eq(word, LG_STR("alias")))
			LG_TRY(read_list(cx, value, &wish.alias));
		else if (lg_str_eq(word, LG_STR("username")))
			LG_TRY(read_list(cx, value, &wish.username));
		else if (lg_str_eq(word, LG_STR("required")))
			LG_TRY(read_list(cx, value, &wish.required));
		else if (lg_str_eq(word, LG_STR("case")))
			LG_TRY(read_case(cx, value, &wish.case_sensitive));
		else
			return refuse(cx, "words are alias=, username=, case= and required=");
	}
	LG_TRY(check_list(cx, &wish.alias, aliases, LG_LEN(aliases)));
	LG_TRY(check_list(cx, &wish.username, contacts, LG_LEN(contacts)));
	LG_TRY(check_list(cx, &wish.required, NULL, 0));
	*ret = wish;
	return LG_OK;
}

/* ---- the goal ---- */

static bool
same_list(const struct lg_str_list *a, const struct lg_str_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!lg_str_list_has(b, a->items[i]))
			return false;
	return true;
}

static struct lg_rec_name_rules
rules_in_force(const struct lg_pool_row *row)
{
	const struct lg_idp_user_pool_type *type = row->settings.type;
	const struct lg_idp_username_configuration_type *configuration = type->username_configuration;
	return (struct lg_rec_name_rules){
		.alias = type->alias_attributes,
		.username = type->username_attributes,
		.case_sensitive = { true, !configuration || configuration->case_sensitive.v },
		.gen = { true, row->settings.name_gen.v },
	};
}

static bool requires(const struct lg_idp_user_pool_type *type, lg_str name)
{
	const struct lg_idp_schema_attribute_type *attribute =
		lg_pool_schema_find(&type->schema_attributes, name);
	return attribute && attribute->required.v;
}

static bool
same_required(const struct lg_idp_user_pool_type *type, const struct lg_str_list *required)
{
	size_t count;
	const struct lg_idp_schema_attribute_type *standard = lg_schema_standard(&count);
	for (size_t i = 0; i < count; i++) {
		const lg_str name = standard[i].name;
		if (may_be_required(name) && requires(type, name) != lg_str_list_has(required, name))
			return false;
	}
	return true;
}

/* Who signs up through a client must be able to give what is required (spec/user-pools.md 4). */
struct client_check {
	const struct lg_str_list *required;
	lg_str client_id;
	lg_str attribute;
};

static lg_status
check_client(struct lg_ctx *cx, const struct lg_client_row *row, void *arg, bool *ret_stop)
{
	struct client_check *check = arg;
	const struct lg_str_list *writes = &row->settings.type->write_attributes;
	for (size_t i = 0; writes->has && i < check->required->count && !*ret_stop; i++) {
		*ret_stop = !lg_str_list_has(writes, check->required->items[i]);
		if (*ret_stop) {
			check->attribute = check->required->items[i];
			LG_TRY(lg_str_dup(cx, row->client_id, &check->client_id));
		}
	}
	return LG_OK;
}

static lg_status
check_required(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row,
	const struct lg_schema_goal *goal)
{
	if (lg_str_list_has(&goal->required, LG_STR("preferred_username")) &&
		lg_str_list_has(&goal->to.alias, LG_STR("preferred_username")))
		return refuse(cx, "preferred_username can't be both required and an alias");
	struct client_check check = { .required = &goal->required };
	if (!goal->required_differ)
		return LG_OK;
	LG_TRY(lg_client_each(cx, env, row->pool, LG_STR_NONE, check_client, &check));
	if (!lg_str_present(check.attribute))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"Tag lifeguard:schema: %.*s can't be required while an app client may not write it.",
		LG_FMT(check.attribute));
}

lg_status
lg_schema_goal(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row, struct lg_schema_goal *ret)
{
	struct lg_schema_wish wish;
	struct lg_schema_goal goal = { .from = rules_in_force(row), .to = rules_in_force(row) };
	LG_TRY(lg_pool_schema_wish(cx, &row->settings.type->user_pool_tags, &wish));
	goal.wish = wish.text;
	if (wish.alias.has)
		goal.to.alias = wish.alias;
	if (wish.username.has)
		goal.to.username = wish.username;
	if (wish.case_sensitive.has)
		goal.to.case_sensitive = wish.case_sensitive;
	if (goal.to.alias.count && goal.to.username.count)
		return refuse(cx, "a pool has alias attributes or username attributes, not both");
	goal.rules_differ = !same_list(&goal.from.alias, &goal.to.alias) ||
			    !same_list(&goal.from.username, &goal.to.username) ||
			    goal.from.case_sensitive.v != goal.to.case_sensitive.v;
	goal.required = wish.required;
	goal.required_differ = wish.required.has && !same_required(row->settings.type, &wish.required);
	LG_TRY(check_required(cx, env, row, &goal));
	*ret = goal;
	return LG_OK;
}
