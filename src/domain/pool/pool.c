#include "domain/pool/pool.h"

#include "domain/pool/pool_cache.h"
#include "domain/pool/pool_load.h"

lg_status
lg_snapshot_find(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str key,
	const struct lg_snapshot **ret)
{
	struct lg_snapshot *snapshot = lg_snapshots_get(env->pools, kind, key, false);
	if (!snapshot) {
		const uint64_t mark = lg_snapshots_mark(env->pools);
		const lg_status s = lg_snapshot_load(cx, env, kind, key, &snapshot);
		if (s.code == LG_E_NOT_FOUND)
			lg_snapshots_forget(env->pools, kind, key);
		LG_TRY(s);
		lg_snapshots_put(env->pools, snapshot, mark);
	}
	LG_TRY(lg_ctx_hold(cx, lg_snapshot_release, snapshot));
	*ret = snapshot;
	return LG_OK;
}

static lg_status
no_client(struct lg_ctx *cx, lg_str client_id)
{
	return lg_fail(
		cx, LG_E_RESOURCE_NOT_FOUND, "User pool client %.*s does not exist.", LG_FMT(client_id));
}

lg_status
lg_pool_find(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_pool **ret)
{
	const struct lg_snapshot *snapshot;
	const lg_status s = lg_snapshot_find(cx, env, LG_SNAPSHOT_POOL, pool_id, &snapshot);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(
			cx, LG_E_RESOURCE_NOT_FOUND, "User pool %.*s does not exist.", LG_FMT(pool_id));
	LG_TRY(s);
	*ret = snapshot->pool_data;
	return LG_OK;
}

bool
lg_pool_find_cached(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_pool **ret)
{
	struct lg_snapshot *snapshot = lg_snapshots_get(env->pools, LG_SNAPSHOT_POOL, pool_id, false);
	if (!snapshot || lg_failed(lg_ctx_hold(cx, lg_snapshot_release, snapshot)))
		return false;
	*ret = snapshot->pool_data;
	return true;
}

lg_status
lg_client_find(struct lg_ctx *cx, struct lg_env *env, lg_str client_id, const struct lg_pool **ret_pool,
	const struct lg_client **ret)
{
	const struct lg_snapshot *snapshot;
	const lg_status s = lg_snapshot_find(cx, env, LG_SNAPSHOT_CLIENT, client_id, &snapshot);
	if (s.code == LG_E_NOT_FOUND)
		return no_client(cx, client_id);
	LG_TRY(s);

	const struct lg_pool *pool;
	const lg_status found = lg_pool_find(cx, env, snapshot->pool_id, &pool);
	if (found.code == LG_E_RESOURCE_NOT_FOUND)
		return no_client(cx, client_id);
	LG_TRY(found);
	/* A pool that was created again under its id has none of the former clients. */
	if (pool->pool != snapshot->pool)
		return no_client(cx, client_id);
	*ret_pool = pool;
	*ret = snapshot->client;
	return LG_OK;
}

lg_status
lg_client_find_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	const struct lg_client **ret)
{
	const struct lg_snapshot *snapshot;
	const lg_status s = lg_snapshot_find(cx, env, LG_SNAPSHOT_CLIENT, client_id, &snapshot);
	if (s.code == LG_E_NOT_FOUND)
		return no_client(cx, client_id);
	LG_TRY(s);
	if (snapshot->pool != pool->pool)
		return no_client(cx, client_id);
	*ret = snapshot->client;
	return LG_OK;
}

const struct lg_idp_schema_attribute_type *
lg_pool_attribute(const struct lg_pool *pool, lg_str name)
{
	const lg_str developer = LG_STR("dev:");
	for (size_t i = 0; i < pool->schema_count; i++) {
		lg_str own = pool->schema[i].name;
		if (lg_str_eq(own, name))
			return &pool->schema[i];
		/* Clients leave the prefix out (spec/user-pools.md 5). */
		if (lg_str_starts(own, developer)
			&& lg_str_eq(lg_str_slice(own, developer.len, own.len), name))
			return &pool->schema[i];
	}
	return NULL;
}

/* Attributes for developers only are none of a client's business (spec/user-pools.md 5). */
static bool
may(const struct lg_pool *pool, const struct lg_str_list *listed, lg_str attribute)
{
	const struct lg_idp_schema_attribute_type *schema = lg_pool_attribute(pool, attribute);
	if (schema && schema->developer_only_attribute.v)
		return false;
	return !listed->has || lg_str_list_has(listed, attribute);
}

bool
lg_client_has_local_users(const struct lg_client *client)
{
	const struct lg_str_list *list = &client->type->supported_identity_providers;
	return !list->has || list->count == 0 || lg_str_list_has(list, LG_STR("COGNITO"));
}

bool
lg_client_may_read(const struct lg_pool *pool, const struct lg_client *client, lg_str attribute)
{
	return lg_str_eq(attribute, LG_STR("sub")) || may(pool, &client->type->read_attributes, attribute);
}

bool
lg_client_may_write(const struct lg_pool *pool, const struct lg_client *client, lg_str attribute)
{
	return may(pool, &client->type->write_attributes, attribute);
}

/* What the values from before ALLOW_* stand for; each of them allows SRP and refresh, too. */
static const struct {
	lg_str legacy;
	lg_str allows;
} legacy_flows[] = {
	{ LG_STR_INIT("ADMIN_NO_SRP_AUTH"), LG_STR_INIT("ALLOW_ADMIN_USER_PASSWORD_AUTH") },
	{ LG_STR_INIT("CUSTOM_AUTH_FLOW_ONLY"), LG_STR_INIT("ALLOW_CUSTOM_AUTH") },
	{ LG_STR_INIT("USER_PASSWORD_AUTH"), LG_STR_INIT("ALLOW_USER_PASSWORD_AUTH") },
};

lg_status
lg_client_hosted(struct lg_ctx *cx, const struct lg_client *client, const struct lg_client **ret)
{
	struct lg_client *own = lg_new(cx, struct lg_client);
	if (!own)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*own = *client;
	own->hosted = true;
	own->hides_users = true;
	own->has_secret = false;
	*ret = own;
	return LG_OK;
}

bool
lg_client_allows_flow(const struct lg_client *client, lg_str allow)
{
	const struct lg_str_list *flows = &client->type->explicit_auth_flows;
	if (lg_str_list_has(flows, allow))
		return true;
	for (size_t i = 0; i < LG_LEN(legacy_flows); i++) {
		if (!lg_str_list_has(flows, legacy_flows[i].legacy))
			continue;
		if (lg_str_eq(legacy_flows[i].allows, allow)
			|| lg_str_eq(allow, LG_STR("ALLOW_USER_SRP_AUTH"))
			|| lg_str_eq(allow, LG_STR("ALLOW_REFRESH_TOKEN_AUTH")))
			return true;
	}
	return false;
}
