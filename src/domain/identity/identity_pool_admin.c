#include "domain/identity/identity_pool_admin.h"

#include "domain/identity/identity_pool_check.h"
#include "domain/members.h"
#include "domain/page.h"
#include "domain/pool/pool.h"
#include "domain/scratch.h"

#define PAGE_MAX 60
#define CHUNK 8

lg_status
lg_identity_pool_row_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_identity_pool_row *ret)
{
	const lg_status s = lg_store_identity_pool_read(env->store, cx, pool_id, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(
			cx, LG_E_RESOURCE_NOT_FOUND, "IdentityPool '%.*s' not found.", LG_FMT(pool_id));
	return s;
}

lg_status
lg_identity_pool_row_write(struct lg_ctx *cx, struct lg_env *env, struct lg_identity_pool_row *row)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_identity_pool_update(batch, row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row->pool);
	return LG_OK;
}

/* What is empty is left out, tags alone are shown empty (spec/identity-pools.md 2). */
static void
tidy(struct lg_ci_identity_pool *type)
{
	type->supported_login_providers.has = type->supported_login_providers.count > 0;
	type->open_id_connect_provider_arns.has = type->open_id_connect_provider_arns.count > 0;
	type->cognito_identity_providers.has = type->cognito_identity_providers.count > 0;
	type->saml_provider_arns.has = type->saml_provider_arns.count > 0;
	type->identity_pool_tags.has = true;
}

/* ---- create ---- */

static lg_status
check_quota(struct lg_ctx *cx, struct lg_env *env, lg_str region)
{
	lg_str prefix;
	int64_t count;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ region, LG_STR(":") }, 2, &prefix));
	LG_TRY(lg_store_identity_pool_count(env->store, cx, prefix, &count));
	return lg_quota_check(cx, env, LG_QUOTA_IDENTITY_POOLS, count + 1);
}

lg_status
lg_identity_pool_create(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_ci_create_identity_pool_input *in, struct lg_ci_identity_pool *ret)
{
	struct lg_ci_identity_pool type = { 0 };
	lg_members_copy(&lg_shape_ci_create_identity_pool_input, in, &lg_shape_ci_identity_pool, &type);
	LG_TRY(lg_identity_pool_check(cx, env, &type, NULL));
	LG_TRY(check_quota(cx, env, region));
	lg_str uuid;
	LG_TRY(lg_rand_uuid(cx, &uuid));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ region, LG_STR(":"), uuid }, 3, &type.identity_pool_id));
	tidy(&type);

	struct lg_identity_pool_row row = { .pool_id = type.identity_pool_id,
		.settings = { .type = &type } };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_identity_pool_insert(batch, &row);
	LG_TRY(lg_store_commit(batch));
	*ret = type;
	return LG_OK;
}

lg_status
lg_identity_pool_describe(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_ci_identity_pool *ret)
{
	struct lg_identity_pool_row row;
	LG_TRY(lg_identity_pool_row_read(cx, env, pool_id, &row));
	*ret = *row.settings.type;
	return LG_OK;
}

lg_status
lg_identity_pool_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_identity_pool *in,
	struct lg_ci_identity_pool *ret)
{
	struct lg_identity_pool_row row;
	LG_TRY(lg_identity_pool_row_read(cx, env, in->identity_pool_id, &row));
	struct lg_ci_identity_pool type = *in;
	if (!type.identity_pool_tags.has)
		type.identity_pool_tags = row.settings.type->identity_pool_tags;
	type.rest = row.settings.type->rest;
	LG_TRY(lg_identity_pool_check(cx, env, &type, row.settings.type));
	tidy(&type);
	row.settings.type = &type;
	LG_TRY(lg_identity_pool_row_write(cx, env, &row));
	*ret = type;
	return LG_OK;
}

lg_status
lg_identity_pool_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_identity_pool_row row;
	LG_TRY(lg_identity_pool_row_read(cx, env, pool_id, &row));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_identity_pool_delete(batch, &row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row.pool);
	/* Its identities can be opened by nobody from now on. */
	lg_keyring_forget(lg_store_keyring(env->store), row.pool);
	return LG_OK;
}

/* ---- list ---- */

struct listing {
	lg_str prefix;
	size_t limit;
	struct lg_ci_identity_pools_list list;
	bool more;
	bool ended;
};

/* A chunk of rows in id order, copied out of the memory in which it was read; the next place in `*after`. */
static lg_status
add_chunk(struct lg_ctx *cx, struct lg_ctx *scratch, struct lg_env *env, lg_str *after,
	struct listing *listing)
{
	struct lg_identity_pool_row *rows;
	size_t count;
	LG_TRY(lg_store_identity_pool_page(env->store, scratch, *after, CHUNK, &rows, &count));
	listing->ended = count < CHUNK;
	for (size_t i = 0; i < count; i++) {
		if (!lg_str_starts(rows[i].pool_id, listing->prefix)) {
			listing->ended = true;
			return LG_OK;
		}
		listing->more = listing->list.count == listing->limit;
		if (listing->more)
			return LG_OK;
		struct lg_ci_identity_pool_short_description *item =
			&listing->list.items[listing->list.count];
		LG_TRY(lg_str_dup(cx, rows[i].pool_id, &item->identity_pool_id));
		LG_TRY(lg_str_dup(cx, rows[i].settings.type->identity_pool_name, &item->identity_pool_name));
		listing->list.count++;
		*after = item->identity_pool_id;
	}
	return LG_OK;
}

lg_status
lg_identity_pool_list(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_ci_list_identity_pools_input *in, struct lg_ci_list_identity_pools_response *ret)
{
	const struct lg_page_query query = { .operation = LG_STR("ListIdentityPools"), .parts = { region } };
	struct listing listing = { .limit = lg_page_size(in->max_results, PAGE_MAX),
		.list = { .has = true } };
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ region, LG_STR(":") }, 2, &listing.prefix));
	/* No id is the prefix itself, so the first page begins behind it. */
	if (!lg_str_present(after))
		after = listing.prefix;
	listing.list.items = lg_new_array(cx, struct lg_ci_identity_pool_short_description, listing.limit);
	if (!listing.list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(cx, &scratch));
	const struct lg_arena_mark mark = lg_arena_mark(scratch.cx.arena);
	while (!listing.ended && !listing.more) {
		LG_TRY(add_chunk(cx, &scratch.cx, env, &after, &listing));
		lg_arena_rewind(scratch.cx.arena, mark);
	}
	ret->identity_pools = listing.list;
	return listing.more ? lg_page_make(cx, env, &query, after, &ret->next_token) : LG_OK;
}
