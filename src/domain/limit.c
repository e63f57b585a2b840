#include "domain/limit.h"

#include <inttypes.h>

#include "domain/pool_item.h"

#define KIND LG_STR("limit")
#define SHAPE (&lg_shape_rec_provisioned_limit)
#define SERVER 0 /* instead of a pool */
#define CATEGORY LG_STR("Category")
#define MOST_TIMES 100

typedef const struct lg_idp_limit_definition_type definition_type;

static const struct category {
	lg_str name;
	int64_t free;
} categories[] = {
	{ LG_STR_INIT("UserAuthentication"), 120 },
	{ LG_STR_INIT("UserCreation"), 50 },
	{ LG_STR_INIT("UserFederation"), 25 },
	{ LG_STR_INIT("UserAccountRecovery"), 30 },
	{ LG_STR_INIT("UserRead"), 120 },
	{ LG_STR_INIT("UserUpdate"), 25 },
	{ LG_STR_INIT("UserToken"), 120 },
	{ LG_STR_INIT("UserResourceRead"), 50 },
	{ LG_STR_INIT("UserResourceUpdate"), 25 },
	{ LG_STR_INIT("UserList"), 30 },
	{ LG_STR_INIT("UserPoolRead"), 15 },
	{ LG_STR_INIT("UserPoolUpdate"), 15 },
	{ LG_STR_INIT("UserPoolResourceRead"), 20 },
	{ LG_STR_INIT("UserPoolResourceUpdate"), 15 },
	{ LG_STR_INIT("UserPoolClientRead"), 15 },
	{ LG_STR_INIT("UserPoolClientUpdate"), 15 },
	{ LG_STR_INIT("ClientAuthentication"), 150 },
};

static lg_status
find(struct lg_ctx *cx, definition_type *definition, const struct category **ret)
{
	const lg_str name = lg_str_map_get(&definition->attributes, CATEGORY);
	if (!lg_str_present(name) || definition->attributes.count != 1)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "Attributes of an API_CATEGORY must be its Category.");
	for (size_t i = 0; i < LG_LEN(categories); i++) {
		if (lg_str_eq(categories[i].name, name)) {
			*ret = &categories[i];
			return LG_OK;
		}
	}
	return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "There is no category %.*s.", LG_FMT(name));
}

static lg_status
open_row(struct lg_ctx *cx, struct lg_env *env, lg_str region, const struct category *category,
	struct lg_item_row *ret)
{
	lg_str name;
	LG_TRY(lg_str_fmt(cx, &name, "%.*s %.*s", LG_FMT(region), LG_FMT(category->name)));
	return lg_pool_item_open(cx, env, SERVER, KIND, name, SHAPE, ret);
}

static lg_status
show(struct lg_ctx *cx, definition_type *definition, const struct category *category,
	const struct lg_item_row *row, struct lg_idp_limit_type **ret)
{
	struct lg_idp_limit_type *limit = lg_new(cx, struct lg_idp_limit_type);
	struct lg_idp_limit_definition_type *copy = lg_new(cx, struct lg_idp_limit_definition_type);
	if (!limit || !copy)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const struct lg_rec_provisioned_limit *record = row->record;
	*copy = *definition;
	limit->limit_definition = copy;
	limit->free_limit_value = (struct lg_opt_int){ true, category->free };
	limit->provisioned_limit_value = record->value.has ? record->value : limit->free_limit_value;
	*ret = limit;
	return LG_OK;
}

lg_status
lg_limit_get(struct lg_ctx *cx, struct lg_env *env, lg_str region, definition_type *definition,
	struct lg_idp_limit_type **ret)
{
	const struct category *category;
	struct lg_item_row row = { 0 };
	LG_TRY(find(cx, definition, &category));
	LG_TRY(open_row(cx, env, region, category, &row));
	return show(cx, definition, category, &row, ret);
}

lg_status
lg_limit_set(struct lg_ctx *cx, struct lg_env *env, lg_str region, definition_type *definition,
	int64_t value, struct lg_idp_limit_type **ret)
{
	const struct category *category;
	struct lg_item_row row = { 0 };
	LG_TRY(find(cx, definition, &category));
	if (value < category->free)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The limit of %.*s is at least %" PRId64 ".",
			LG_FMT(category->name), category->free);
	if (value > category->free * MOST_TIMES)
		return lg_fail(cx, LG_E_SERVICE_QUOTA_EXCEEDED, "The limit of %.*s is at most %" PRId64 ".",
			LG_FMT(category->name), category->free * MOST_TIMES);
	LG_TRY(open_row(cx, env, region, category, &row));
	((struct lg_rec_provisioned_limit *)row.record)->value = (struct lg_opt_int){ true, value };
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	return show(cx, definition, category, &row, ret);
}
