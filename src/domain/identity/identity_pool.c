#include "domain/identity/identity_pool.h"

#include <inttypes.h>

#include "domain/identity/identity_id.h"
#include "domain/identity/principal_map.h"
#include "domain/pool/pool_load.h"

lg_status
lg_identity_pool_arn(struct lg_ctx *cx, const struct lg_settings *settings, lg_str pool_id, lg_str *ret)
{
	const lg_str region = lg_identity_id_region(pool_id);
	return lg_str_fmt(cx, ret, "arn:aws:cognito-identity:%.*s:%.*s:identitypool/%.*s", LG_FMT(region),
		LG_FMT(settings->account), LG_FMT(pool_id));
}

lg_status
lg_identity_pool_find(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_identity_pool **ret)
{
	const struct lg_snapshot *snapshot;
	const lg_status s = lg_snapshot_find(cx, env, LG_SNAPSHOT_IDENTITY_POOL, pool_id, &snapshot);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(
			cx, LG_E_RESOURCE_NOT_FOUND, "IdentityPool '%.*s' not found.", LG_FMT(pool_id));
	LG_TRY(s);
	*ret = snapshot->identity_pool;
	return LG_OK;
}

lg_status
lg_identity_pool_find_number(
	struct lg_ctx *cx, struct lg_env *env, int64_t pool, const struct lg_identity_pool **ret)
{
	const struct lg_snapshot *snapshot;
	lg_str key;
	LG_TRY(lg_str_fmt(cx, &key, "%" PRId64, pool));
	LG_TRY(lg_snapshot_find(cx, env, LG_SNAPSHOT_IDENTITY_POOL, key, &snapshot));
	*ret = snapshot->identity_pool;
	return LG_OK;
}

lg_status
lg_identity_pool_load(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_identity_pool **ret)
{
	struct lg_identity_pool *pool = lg_new(cx, struct lg_identity_pool);
	struct lg_identity_pool_row *row = lg_new(cx, struct lg_identity_pool_row);
	uint64_t number;
	if (!pool || !row)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* An id has a colon. */
	if (lg_str_to_uint(key, INT64_MAX, &number))
		LG_TRY(lg_store_identity_pool_read_number(env->store, cx, (int64_t)number, row));
	else
		LG_TRY(lg_store_identity_pool_read(env->store, cx, key, row));
	*pool = (struct lg_identity_pool){
		.pool = row->pool,
		.version = row->version,
		.type = row->settings.type,
		.roles = &row->settings.roles,
		.mappings = &row->settings.role_mappings,
	};
	LG_TRY(lg_str_dup(cx, row->pool_id, &pool->id));
	pool->region = lg_identity_id_region(pool->id);
	LG_TRY(lg_identity_pool_arn(cx, env->settings, pool->id, &pool->arn));
	LG_TRY(lg_principal_maps_load(cx, env, pool->pool, &pool->maps, &pool->map_count));
	*ret = pool;
	return LG_OK;
}
