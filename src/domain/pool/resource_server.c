#include "domain/pool/resource_server.h"

#include "domain/page.h"
#include "domain/quota.h"

#define KIND LG_STR("resource_server")
#define SHAPE (&lg_shape_rec_resource_server)
#define PAGE_MAX 50

typedef struct lg_idp_resource_server_type server_type;

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str identifier,
	struct lg_item_row *ret)
{
	lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, identifier, SHAPE, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Resource server %.*s does not exist.",
			LG_FMT(identifier));
	return s;
}

static server_type
show_row(const struct lg_pool *pool, const struct lg_item_row *row)
{
	const struct lg_rec_resource_server *record = row->record;
	server_type server = *record->type;
	server.user_pool_id = pool->id;
	server.identifier = row->name;
	server.scopes.has = true;
	return server;
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *row, server_type **ret)
{
	server_type *server = lg_new(cx, server_type);
	if (!server)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*server = show_row(pool, row);
	*ret = server;
	return LG_OK;
}

/* Which scopes still count is in the snapshots of clients. */
static lg_status
commit(struct lg_env *env, const struct lg_pool *pool, struct lg_batch *batch)
{
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, pool->pool);
	return LG_OK;
}

/* Scopes are asked for by name, so a name stands once. */
static lg_status
check_scopes(struct lg_ctx *cx, const struct lg_idp_resource_server_scope_list_type *scopes)
{
	for (size_t i = 0; i < scopes->count; i++)
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(scopes->items[i].scope_name, scopes->items[k].scope_name))
				return lg_fail(cx, LG_E_INVALID_PARAMETER, "Scope %.*s is named twice.",
					LG_FMT(scopes->items[i].scope_name));
	return LG_OK;
}

static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str identifier)
{
	struct lg_item_row there;
	lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, identifier, SHAPE, &there);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s already exists in user pool %.*s.",
			LG_FMT(identifier), LG_FMT(pool->id));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, KIND, &count));
	return lg_quota_check(cx, env, LG_QUOTA_RESOURCE_SERVERS, count + 1);
}

lg_status
lg_resource_server_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_resource_server_request *in, server_type **ret)
{
	LG_TRY(check_scopes(cx, &in->scopes));
	LG_TRY(check_new(cx, env, pool, in->identifier));
	server_type type = { .name = in->name, .scopes = in->scopes };
	struct lg_rec_resource_server record = { .type = &type };
	struct lg_item_row row = {
		.pool = pool->pool, .kind = KIND, .name = in->identifier, .record = &record
	};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_insert(batch, &row, SHAPE);
	LG_TRY(commit(env, pool, batch));
	return show(cx, pool, &row, ret);
}

lg_status
lg_resource_server_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str identifier,
	server_type **ret)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, identifier, &row));
	return show(cx, pool, &row, ret);
}

lg_status
lg_resource_server_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_resource_server_request *in, server_type **ret)
{
	LG_TRY(check_scopes(cx, &in->scopes));
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, in->identifier, &row));
	struct lg_rec_resource_server *record = row.record;
	record->type->name = in->name;
	record->type->scopes = in->scopes;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, &row, SHAPE);
	LG_TRY(commit(env, pool, batch));
	return show(cx, pool, &row, ret);
}

lg_status
lg_resource_server_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str identifier)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, identifier, &row));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, &row);
	return commit(env, pool, batch);
}

lg_status
lg_resource_server_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_resource_servers_request *in,
	struct lg_idp_list_resource_servers_response *ret)
{
	const struct lg_page_query query = {
		.pool = pool->pool, .operation = LG_STR("ListResourceServers")
	};
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	const size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_store_item_page(
		env->store, cx, pool->pool, KIND, after, limit + 1, SHAPE, &rows, &count));
	const bool more = count > limit;
	const size_t shown = more ? limit : count;
	server_type *items = lg_new_array(cx, server_type, shown + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++)
		items[i] = show_row(pool, &rows[i]);
	ret->resource_servers = (struct lg_idp_resource_servers_list_type){
		.items = items, .count = shown, .has = true
	};
	return more ? lg_page_make(cx, env, &query, rows[limit - 1].name, &ret->next_token) : LG_OK;
}

bool
lg_resource_scope_is_custom(lg_str scope)
{
	return lg_str_has_byte(scope, '/');
}

lg_status
lg_resource_scope_exists(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str scope, bool *ret)
{
	/* The identifier may be a URL; the name of a scope has no slash. */
	size_t slash = scope.len;
	while (slash > 0 && scope.ptr[slash - 1] != '/')
		slash--;
	*ret = false;
	if (slash < 2)
		return LG_OK;
	const lg_str identifier = lg_str_slice(scope, 0, slash - 1);
	const lg_str name = lg_str_slice(scope, slash, scope.len);
	struct lg_item_row row;
	const lg_status s = lg_store_item_read(env->store, cx, pool, KIND, identifier, SHAPE, &row);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	const struct lg_rec_resource_server *record = row.record;
	for (size_t i = 0; i < record->type->scopes.count; i++)
		*ret = *ret || lg_str_eq(record->type->scopes.items[i].scope_name, name);
	return LG_OK;
}
