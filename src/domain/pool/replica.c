#include "domain/pool/replica.h"

#include "codec/text.h"
#include "domain/page.h"
#include "domain/pool/pool_check.h"
#include "domain/pool_item.h"
#include "domain/quota.h"

#define KIND LG_STR("replica")
#define SHAPE (&lg_shape_rec_replica)
#define PAGE_SIZE 60
#define REGION_PATTERN "[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}"

typedef struct lg_idp_user_pool_replica_type replica_type;

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str region,
	struct lg_item_row *ret)
{
	if (lg_str_eq(region, pool->region))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is the primary region of the user pool.",
			LG_FMT(region));
	const lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, region, SHAPE, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "User pool %.*s has no replica in %.*s.",
			LG_FMT(pool->id), LG_FMT(region));
	return s;
}

static lg_status
arn_in(struct lg_ctx *cx, const struct lg_env *env, lg_str pool_id, lg_str region, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "arn:aws:cognito-idp:%.*s:%.*s:userpool/%.*s", LG_FMT(region),
		LG_FMT(env->settings->account), LG_FMT(pool_id));
}

/* What is shown of the replica in `region`. */
static lg_status
describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str region, lg_str status,
	replica_type *ret)
{
	*ret = (replica_type){ .region_name = region, .status = status };
	ret->role = lg_str_eq(region, pool->region) ? LG_IDP_REPLICA_ROLE_TYPE_PRIMARY
						    : LG_IDP_REPLICA_ROLE_TYPE_SECONDARY;
	return arn_in(cx, env, pool->id, region, &ret->user_pool_arn);
}

static lg_status
show(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_item_row *row,
	lg_str status, replica_type **ret)
{
	replica_type *replica = lg_new(cx, replica_type);
	if (!replica)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(describe(cx, env, pool, row->name, status, replica));
	*ret = replica;
	return LG_OK;
}

static lg_status
check_region(struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool, lg_str region)
{
	const struct lg_str_list *served = &env->settings->regions;
	bool matches;
	LG_TRY(lg_text_matches(cx, region, REGION_PATTERN, &matches));
	if (!matches)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is no region.", LG_FMT(region));
	if (lg_str_eq(region, pool->region))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is the primary region of the user pool.",
			LG_FMT(region));
	if (!lg_str_list_has(served, LG_STR("*")) && !lg_str_list_has(served, region) &&
		!lg_str_eq(region, env->settings->region))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"%.*s is none of the regions of this server (server.regions).", LG_FMT(region));
	return LG_OK;
}

static lg_status
check_tags(struct lg_ctx *cx, const struct lg_str_map *tags)
{
	for (size_t i = 0; i < tags->count; i++)
		if (lg_str_starts(tags->items[i].key, LG_STR("lifeguard:")))
			return lg_fail(cx, LG_E_USER_POOL_TAGGING,
				"Tags lifeguard:... are settings of the pool, not of a replica.");
	return lg_pool_check_tags(cx, tags);
}

lg_status
lg_replica_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_user_pool_replica_request *in, replica_type **ret)
{
	LG_TRY(check_region(cx, env, pool, in->region_name));
	LG_TRY(check_tags(cx, &in->user_pool_tags));
	LG_TRY(lg_tier_require(cx, pool->type->user_pool_tier, LG_TIER_ESSENTIALS, "replicas"));
	struct lg_item_row row = { 0 };
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, in->region_name, SHAPE, &row));
	if (row.version)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "User pool %.*s has a replica in %.*s already.",
			LG_FMT(pool->id), LG_FMT(in->region_name));
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, KIND, &count));
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_REPLICAS, count + 1));

	replica_type type = { .status = LG_IDP_REPLICA_STATUS_TYPE_ACTIVE };
	*(struct lg_rec_replica *)row.record =
		(struct lg_rec_replica){ .type = &type, .tags = in->user_pool_tags };
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	return show(cx, env, pool, &row, LG_IDP_REPLICA_STATUS_TYPE_CREATING, ret);
}

lg_status
lg_replica_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_pool_replicas_request *in,
	struct lg_idp_list_user_pool_replicas_response *ret)
{
	const struct lg_page_query query = { .pool = pool->pool,
		.operation = LG_STR("ListUserPoolReplicas") };
	lg_str after;
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	LG_TRY(lg_store_item_page(
		env->store, cx, pool->pool, KIND, after, PAGE_SIZE + 1, SHAPE, &rows, &count));
	const bool more = count > PAGE_SIZE;
	replica_type *items = lg_new_array(cx, replica_type, PAGE_SIZE + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t shown = 0;
	if (!lg_str_present(after))
		LG_TRY(describe(
			cx, env, pool, pool->region, LG_IDP_REPLICA_STATUS_TYPE_ACTIVE, &items[shown++]));
	for (size_t i = 0; i < count && i < PAGE_SIZE; i++) {
		const struct lg_rec_replica *record = rows[i].record;
		LG_TRY(describe(cx, env, pool, rows[i].name, record->type->status, &items[shown++]));
	}
	ret->user_pool_replicas = (struct lg_idp_user_pool_replica_list_type){ items, shown, true };
	return more ? lg_page_make(cx, env, &query, rows[PAGE_SIZE - 1].name, &ret->next_token) : LG_OK;
}

lg_status
lg_replica_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_user_pool_replica_request *in, replica_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, in->region_name, &row));
	((struct lg_rec_replica *)row.record)->type->status = in->status;
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	return show(cx, env, pool, &row, in->status, ret);
}

lg_status
lg_replica_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str region, replica_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, region, &row));
	LG_TRY(lg_pool_item_delete(cx, env, &row));
	return show(cx, env, pool, &row, LG_IDP_REPLICA_STATUS_TYPE_DELETING, ret);
}

lg_status
lg_replica_answers(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str region, bool *ret)
{
	const struct lg_pool *pool;
	struct lg_item_row row = { 0 };
	*ret = false;
	lg_status s = lg_pool_find(cx, env, pool_id, &pool);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, region, SHAPE, &row));
	*ret = row.version && lg_str_eq(((const struct lg_rec_replica *)row.record)->type->status,
				      LG_IDP_REPLICA_STATUS_TYPE_ACTIVE);
	return LG_OK;
}

lg_status
lg_replica_any(struct lg_ctx *cx, struct lg_env *env, int64_t pool, bool *ret)
{
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool, KIND, &count));
	*ret = count > 0;
	return LG_OK;
}

lg_status
lg_replica_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *pool, lg_str arn,
	struct lg_item_row *ret)
{
	lg_str region = arn;
	lg_str expected;
	for (int i = 0; i < 3; i++)
		lg_str_cut(&region, ':');
	region = lg_str_cut(&region, ':');
	LG_TRY(arn_in(cx, env, pool->pool_id, region, &expected));
	if (!lg_str_eq(arn, expected))
		return LG_STATUS(LG_E_NOT_FOUND);
	return lg_store_item_read(env->store, cx, pool->pool, KIND, region, SHAPE, ret);
}

lg_status
lg_replica_tags_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *replica, const struct lg_str_map *tags)
{
	LG_TRY(check_tags(cx, tags));
	((struct lg_rec_replica *)replica->record)->tags = *tags;
	return lg_pool_item_write(cx, env, replica, SHAPE);
}
