#include "domain/pool/client_admin.h"

#include "domain/members.h"
#include "domain/page.h"
#include "domain/pool/client_check.h"
#include "domain/pool/client_items.h"
#include "domain/pool/client_secret.h"
#include "domain/quota.h"
#include "domain/scratch.h"

#define ID_ALPHABET LG_STR("0123456789abcdefghijklmnopqrstuvwxyz")
#define ID_LENGTH 26
#define PAGE_MAX 60
#define CHUNK_MAX 64
#define CHUNK_MIN 4

typedef struct lg_idp_user_pool_client_type client_type;

lg_status
lg_client_row_read(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str client_id,
	struct lg_client_row *ret)
{
	lg_str pool_id;
	lg_status s = lg_store_client_read(env->store, cx, client_id, ret, &pool_id);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && ret->pool != pool))
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "User pool client %.*s does not exist.",
			LG_FMT(client_id));
	return s;
}

lg_status
lg_client_row_write(struct lg_ctx *cx, struct lg_env *env, struct lg_client_row *row)
{
	struct lg_batch *batch;
	row->settings.modified = (struct lg_opt_time){ true, cx->now };
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_client_update(batch, row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row->pool);
	return LG_OK;
}

/* Dates and secret stand beside the settings. */
static lg_status
show(struct lg_ctx *cx, const struct lg_client_row *row, client_type **ret)
{
	client_type *type = lg_new(cx, client_type);
	if (!type)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*type = *row->settings.type;
	type->creation_date = row->settings.created;
	type->last_modified_date = row->settings.modified;
	if (row->settings.secrets.count)
		type->client_secret = row->settings.secrets.items[0].value;
	*ret = type;
	return LG_OK;
}

static lg_status
check_quota(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool)
{
	int64_t count;
	LG_TRY(lg_store_client_count(env->store, cx, pool->pool, &count));
	return lg_quota_check(cx, env, LG_QUOTA_CLIENTS, count + 1);
}

lg_status
lg_client_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_user_pool_client_request *in, lg_str fixed_id, client_type **ret)
{
	if (in->generate_secret.v && lg_str_present(in->client_secret))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"GenerateSecret and ClientSecret can't be used together.");
	client_type type = { 0 };
	lg_members_copy(&lg_shape_idp_create_user_pool_client_request, in,
		&lg_shape_idp_user_pool_client_type, &type);
	type.client_secret = LG_STR_NONE;
	const struct lg_client_draft draft = {
		.env = env,
		.pool = pool,
		.type = &type,
		.has_secret = in->generate_secret.v || lg_str_present(in->client_secret),
		.creating = true,
	};
	LG_TRY(lg_client_check(cx, &draft));
	LG_TRY(lg_client_defaults(cx, &type));
	LG_TRY(check_quota(cx, env, pool));

	type.client_id = fixed_id;
	if (!lg_str_present(type.client_id))
		LG_TRY(lg_rand_text(cx, ID_ALPHABET, ID_LENGTH, &type.client_id));
	type.user_pool_id = pool->id;
	struct lg_client_row row = {
		.client_id = type.client_id,
		.pool = pool->pool,
		.version = 1,
		.settings = { .type = &type, .created = { true, cx->now }, .modified = { true, cx->now } },
	};
	if (draft.has_secret)
		LG_TRY(lg_client_secret_append(
			cx, type.client_id, in->client_secret, &row.settings.secrets));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_client_insert(batch, &row);
	LG_TRY(lg_store_commit(batch));
	return show(cx, &row, ret);
}

lg_status
lg_client_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	client_type **ret)
{
	struct lg_client_row row;
	LG_TRY(lg_client_row_read(cx, env, pool->pool, client_id, &row));
	return show(cx, &row, ret);
}

lg_status
lg_client_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_user_pool_client_request *in, client_type **ret)
{
	struct lg_client_row row;
	LG_TRY(lg_client_row_read(cx, env, pool->pool, in->client_id, &row));

	client_type type = { 0 };
	lg_members_copy(&lg_shape_idp_update_user_pool_client_request, in,
		&lg_shape_idp_user_pool_client_type, &type);
	if (!lg_str_present(type.client_name))
		type.client_name = row.settings.type->client_name;
	type.rest = row.settings.type->rest;
	const struct lg_client_draft draft = {
		.env = env,
		.pool = pool,
		.type = &type,
		.has_secret = row.settings.secrets.count > 0,
	};
	LG_TRY(lg_client_check(cx, &draft));
	LG_TRY(lg_client_defaults(cx, &type));

	row.settings.type = &type;
	LG_TRY(lg_client_row_write(cx, env, &row));
	return show(cx, &row, ret);
}

lg_status
lg_client_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id)
{
	struct lg_client_row row;
	LG_TRY(lg_client_row_read(cx, env, pool->pool, client_id, &row));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_client_delete(batch, &row);
	lg_client_items_drop(batch, pool->pool, row.client_id);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, pool->pool);
	return LG_OK;
}

/* ---- list ---- */

/* A chunk of rows; fewer when they are so large that they do not fit. */
static lg_status
read_chunk(struct lg_ctx *scratch, struct lg_env *env, int64_t pool, lg_str after, size_t *size,
	struct lg_client_row **ret, size_t *ret_count)
{
	const struct lg_arena_mark mark = lg_arena_mark(scratch->arena);
	lg_status s = lg_store_client_page(env->store, scratch, pool, after, *size, ret, ret_count);
	if (s.code != LG_E_NO_MEMORY || *size == CHUNK_MIN)
		return s;
	lg_arena_rewind(scratch->arena, mark);
	*size = CHUNK_MIN;
	return lg_store_client_page(env->store, scratch, pool, after, *size, ret, ret_count);
}

lg_status
lg_client_each(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str after,
	lg_status (*visit)(struct lg_ctx *cx, const struct lg_client_row *row, void *arg, bool *ret_stop),
	void *arg)
{
	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(cx, &scratch));
	const struct lg_arena_mark mark = lg_arena_mark(scratch.cx.arena);
	size_t size = CHUNK_MAX;
	size_t count;
	bool stop = false;
	do {
		struct lg_client_row *rows;
		LG_TRY(read_chunk(&scratch.cx, env, pool, after, &size, &rows, &count));
		for (size_t i = 0; i < count && !stop; i++)
			LG_TRY(visit(cx, &rows[i], arg, &stop));
		if (count)
			LG_TRY(lg_str_dup(cx, rows[count - 1].client_id, &after));
		lg_arena_rewind(scratch.cx.arena, mark);
	} while (!stop && count == size);
	return LG_OK;
}

struct listing {
	const struct lg_pool *pool;
	size_t limit;
	struct lg_idp_user_pool_client_list_type list;
	bool more;
};

static lg_status
add(struct lg_ctx *cx, const struct lg_client_row *row, void *arg, bool *ret_stop)
{
	struct listing *listing = arg;
	*ret_stop = listing->more = listing->list.count == listing->limit;
	if (listing->more)
		return LG_OK;
	struct lg_idp_user_pool_client_description *item = &listing->list.items[listing->list.count++];
	item->user_pool_id = listing->pool->id;
	LG_TRY(lg_str_dup(cx, row->client_id, &item->client_id));
	return lg_str_dup(cx, row->settings.type->client_name, &item->client_name);
}

lg_status
lg_client_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_pool_clients_request *in,
	struct lg_idp_list_user_pool_clients_response *ret)
{
	const struct lg_page_query query = {
		.pool = pool->pool,
		.operation = LG_STR("ListUserPoolClients"),
		.parts = { in->client_type },
	};
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	struct listing listing = {
		.pool = pool,
		.limit = lg_page_size(in->max_results, PAGE_MAX),
		.list = { .has = true },
	};
	listing.list.items = lg_new_array(cx, struct lg_idp_user_pool_client_description, listing.limit);
	if (!listing.list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* Clients that registered themselves come with dynamic registration: there are none yet. */
	if (!lg_str_eq(in->client_type, LG_STR("DCR")))
		LG_TRY(lg_client_each(cx, env, pool->pool, after, add, &listing));

	ret->user_pool_clients = listing.list;
	if (!listing.more)
		return LG_OK;
	return lg_page_make(
		cx, env, &query, listing.list.items[listing.list.count - 1].client_id, &ret->next_token);
}
