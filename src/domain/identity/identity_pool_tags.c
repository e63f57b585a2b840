#include "domain/identity/identity_pool_tags.h"

#include "domain/identity/identity_pool_admin.h"
#include "domain/identity/identity_pool_check.h"

lg_str
lg_identity_pool_arn_id(lg_str arn)
{
	lg_str rest = arn;
	const lg_str prefix = lg_str_cut(&rest, ':');
	lg_str_cut(&rest, ':'); /* partition */
	const lg_str service = lg_str_cut(&rest, ':');
	lg_str_cut(&rest, ':'); /* region */
	lg_str_cut(&rest, ':'); /* account */
	const lg_str kind = lg_str_cut(&rest, '/');
	const bool pool = lg_str_eq(prefix, LG_STR("arn")) &&
			  lg_str_eq(service, LG_STR("cognito-identity")) &&
			  lg_str_eq(kind, LG_STR("identitypool")) && !lg_str_empty(rest);
	return pool ? rest : LG_STR_NONE;
}

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_identity_pool_row *ret)
{
	const lg_str pool_id = lg_identity_pool_arn_id(arn);
	lg_str own;
	if (!lg_str_present(pool_id))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "%.*s is no ARN of an identity pool.", LG_FMT(arn));
	LG_TRY(lg_identity_pool_row_read(cx, env, pool_id, ret));
	/* The same id in another account or region is another pool. */
	LG_TRY(lg_identity_pool_arn(cx, env->settings, pool_id, &own));
	if (!lg_str_eq(own, arn))
		return lg_fail(
			cx, LG_E_RESOURCE_NOT_FOUND, "IdentityPool '%.*s' not found.", LG_FMT(pool_id));
	return LG_OK;
}

static lg_status
write_tags(struct lg_ctx *cx, struct lg_env *env, struct lg_identity_pool_row *row,
	const struct lg_str_map *tags)
{
	LG_TRY(lg_identity_pool_check_tags(cx, tags));
	struct lg_ci_identity_pool type = *row->settings.type;
	type.identity_pool_tags = *tags;
	row->settings.type = &type;
	return lg_identity_pool_row_write(cx, env, row);
}

/* Adds the pair, or gives the key that is there the new value. */
static void
put(struct lg_str_map *map, const struct lg_str_pair *pair)
{
	size_t i = 0;
	while (i < map->count && !lg_str_eq(map->items[i].key, pair->key))
		i++;
	map->items[i] = *pair;
	if (i == map->count)
		map->count++;
}

lg_status
lg_identity_pool_tags_add(struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_map *tags)
{
	struct lg_identity_pool_row row = { 0 };
	LG_TRY(read_row(cx, env, arn, &row));
	const struct lg_str_map *old = &row.settings.type->identity_pool_tags;
	struct lg_str_map all = {
		.items = lg_new_array(cx, struct lg_str_pair, old->count + tags->count + 1), .has = true
	};
	if (!all.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < old->count; i++)
		put(&all, &old->items[i]);
	for (size_t i = 0; i < tags->count; i++)
		put(&all, &tags->items[i]);
	return write_tags(cx, env, &row, &all);
}

lg_status
lg_identity_pool_tags_remove(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_list *keys)
{
	struct lg_identity_pool_row row = { 0 };
	LG_TRY(read_row(cx, env, arn, &row));
	const struct lg_str_map *old = &row.settings.type->identity_pool_tags;
	struct lg_str_map left = { .items = lg_new_array(cx, struct lg_str_pair, old->count + 1),
		.has = true };
	if (!left.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < old->count; i++)
		if (!lg_str_list_has(keys, old->items[i].key))
			put(&left, &old->items[i]);
	return write_tags(cx, env, &row, &left);
}

lg_status
lg_identity_pool_tags_list(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_str_map *ret)
{
	struct lg_identity_pool_row row = { 0 };
	LG_TRY(read_row(cx, env, arn, &row));
	*ret = row.settings.type->identity_pool_tags;
	ret->has = true;
	return LG_OK;
}
