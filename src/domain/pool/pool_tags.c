#include "domain/pool/pool_tags.h"

#include "domain/pool/pool_admin.h"
#include "domain/pool/replica.h"

lg_str
lg_pool_arn_id(lg_str arn)
{
	lg_str rest = arn;
	const lg_str prefix = lg_str_cut(&rest, ':');
	lg_str_cut(&rest, ':'); /* partition */
	const lg_str service = lg_str_cut(&rest, ':');
	lg_str_cut(&rest, ':'); /* region */
	lg_str_cut(&rest, ':'); /* account */
	const lg_str kind = lg_str_cut(&rest, '/');
	const bool pool = lg_str_eq(prefix, LG_STR("arn")) && lg_str_eq(service, LG_STR("cognito-idp")) &&
			  lg_str_eq(kind, LG_STR("userpool")) && !lg_str_empty(rest);
	return pool ? rest : LG_STR_NONE;
}

/* What an ARN names: a pool, or its replica in another region, which has tags of its own. */
struct tagged {
	struct lg_pool_row pool;
	struct lg_item_row replica; /* version 0: the pool itself */
	struct lg_str_map tags;
};

static lg_status
find(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct tagged *ret)
{
	const lg_str pool_id = lg_pool_arn_id(arn);
	if (!lg_str_present(pool_id))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is no ARN of a user pool.", LG_FMT(arn));
	struct tagged found = { 0 };
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &found.pool));
	found.tags = found.pool.settings.type->user_pool_tags;
	if (!lg_str_eq(found.pool.settings.type->arn, arn)) {
		/* The same id in another account is another pool. */
		const lg_status s = lg_replica_find(cx, env, &found.pool, arn, &found.replica);
		if (s.code == LG_E_NOT_FOUND)
			return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "User pool %.*s does not exist.",
				LG_FMT(pool_id));
		LG_TRY(s);
		found.tags = ((const struct lg_rec_replica *)found.replica.record)->tags;
	}
	*ret = found;
	return LG_OK;
}

/* These operations know no error of their own for tags. */
static lg_status
write_tags(struct lg_ctx *cx, struct lg_env *env, struct tagged *of, const struct lg_str_map *tags)
{
	const lg_status s = of->replica.version ? lg_replica_tags_write(cx, env, &of->replica, tags)
						: lg_pool_tags_write(cx, env, &of->pool, tags);
	if (s.code != LG_E_USER_POOL_TAGGING)
		return s;
	const lg_str text = lg_failure_text(cx, s.code);
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s", LG_FMT(text));
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
lg_pool_tags_add(struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_map *tags)
{
	struct tagged of = { 0 };
	LG_TRY(find(cx, env, arn, &of));
	const struct lg_str_map *old = &of.tags;
	struct lg_str_map all = {
		.items = lg_new_array(cx, struct lg_str_pair, old->count + tags->count + 1), .has = true
	};
	if (!all.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < old->count; i++)
		put(&all, &old->items[i]);
	for (size_t i = 0; i < tags->count; i++)
		put(&all, &tags->items[i]);
	return write_tags(cx, env, &of, &all);
}

lg_status
lg_pool_tags_remove(struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_list *keys)
{
	struct tagged of = { 0 };
	LG_TRY(find(cx, env, arn, &of));
	const struct lg_str_map *old = &of.tags;
	struct lg_str_map left = { .items = lg_new_array(cx, struct lg_str_pair, old->count + 1),
		.has = true };
	if (!left.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < old->count; i++)
		if (!lg_str_list_has(keys, old->items[i].key))
			put(&left, &old->items[i]);
	return write_tags(cx, env, &of, &left);
}

lg_status
lg_pool_tags_list(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_str_map *ret)
{
	struct tagged of = { 0 };
	LG_TRY(find(cx, env, arn, &of));
	*ret = of.tags;
	ret->has = true;
	return LG_OK;
}
