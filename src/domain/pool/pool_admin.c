#include "domain/pool/pool_admin.h"

#include "codec/shape_io.h"
#include "domain/members.h"
#include "domain/page.h"
#include "domain/pool/mfa_config.h"
#include "domain/pool/pool_check.h"
#include "domain/pool/pool_defaults.h"
#include "domain/pool/pool_schema.h"
#include "domain/pool/pool_settings.h"
#include "domain/pool/pool_tier.h"
#include "domain/pool/schema_change.h"
#include "domain/quota.h"
#include "domain/scratch.h"
#include "domain/transfer/import_job.h"
#include "domain/user/user.h"

#define ID_ALPHABET LG_STR("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#define ID_LENGTH 9
#define PAGE_MAX 60
#define CHUNK 8 /* pools with the longest templates fit */

lg_status
lg_pool_row_read(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_pool_row *ret)
{
	lg_status s = lg_store_pool_read(env->store, cx, pool_id, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(
			cx, LG_E_RESOURCE_NOT_FOUND, "User pool %.*s does not exist.", LG_FMT(pool_id));
	return s;
}

/* What is kept of the past is added when somebody looks. */
static lg_status
show(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row,
	struct lg_idp_user_pool_type **ret)
{
	struct lg_idp_user_pool_type *type = lg_new(cx, struct lg_idp_user_pool_type);
	if (!type)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*type = *row->settings.type;
	type->creation_date = (struct lg_opt_time){ true, row->created };
	type->last_modified_date = (struct lg_opt_time){ true, row->modified };
	type->estimated_number_of_users.has = true;
	LG_TRY(lg_store_user_estimate(env->store, cx, row->pool, &type->estimated_number_of_users.v));
	*ret = type;
	return LG_OK;
}

/* ---- create ---- */

static lg_status
draw_id(struct lg_ctx *cx, lg_str region, lg_str *ret)
{
	lg_str tail;
	LG_TRY(lg_rand_text(cx, ID_ALPHABET, ID_LENGTH, &tail));
	return lg_str_fmt(cx, ret, "%.*s_%.*s", LG_FMT(region), LG_FMT(tail));
}

static lg_status
check_quota(struct lg_ctx *cx, struct lg_env *env, lg_str region)
{
	lg_str prefix;
	int64_t count;
	LG_TRY(lg_str_fmt(cx, &prefix, "%.*s_", LG_FMT(region)));
	LG_TRY(lg_store_pool_count(env->store, cx, prefix, &count));
	return lg_quota_check(cx, env, LG_QUOTA_POOLS, count + 1);
}

lg_status
lg_pool_create(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_create_user_pool_request *in, lg_str fixed_id,
	struct lg_idp_user_pool_type **ret)
{
	struct lg_idp_user_pool_type type = { 0 };
	lg_members_copy(&lg_shape_idp_create_user_pool_request, in, &lg_shape_idp_user_pool_type, &type);
	type.name = in->pool_name;
	LG_TRY(lg_pool_schema_make(cx, env, &in->schema, &type.schema_attributes));
	LG_TRY(lg_pool_check(cx, &(struct lg_pool_draft){ .type = &type }));
	LG_TRY(lg_pool_defaults(cx, &type));
	LG_TRY(check_quota(cx, env, region));

	type.id = fixed_id;
	if (!lg_str_present(type.id))
		LG_TRY(draw_id(cx, region, &type.id));
	LG_TRY(lg_str_fmt(cx, &type.arn, "arn:aws:cognito-idp:%.*s:%.*s:userpool/%.*s", LG_FMT(region),
		LG_FMT(env->settings->account), LG_FMT(type.id)));

	struct lg_pool_row row = {
		.pool_id = type.id,
		.state = LG_POOL_ACTIVE,
		.version = 1,
		.valid_since = cx->now,
		.created = cx->now,
		.modified = cx->now,
		.settings = { .type = &type },
	};
	LG_TRY(lg_mfa_config_imply(cx, &row.settings));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_pool_insert(batch, &row);
	LG_TRY(lg_schema_change_ask(cx, env, batch, &row));
	LG_TRY(lg_store_commit(batch));
	return show(cx, env, &row, ret);
}

lg_status
lg_pool_describe(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_idp_user_pool_type **ret)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &row));
	return show(cx, env, &row, ret);
}

/* ---- update ---- */

/* What can only be chosen at creation, and what other operations set, stays as it is. */
static void
keep(const struct lg_idp_user_pool_type *old, struct lg_idp_user_pool_type *type)
{
	type->id = old->id;
	type->arn = old->arn;
	type->schema_attributes = old->schema_attributes;
	type->alias_attributes = old->alias_attributes;
	type->username_attributes = old->username_attributes;
	type->username_configuration = old->username_configuration;
	type->domain = old->domain;
	type->custom_domain = old->custom_domain;
	type->rest = old->rest;
}

/* Users that are there have no prefix digests yet, so prefix searches would not find them. */
static lg_status
check_search_change(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row,
	const struct lg_str_map *tags)
{
	struct lg_pool old = { 0 };
	struct lg_pool new = { 0 };
	lg_pool_settings_read(&row->settings.type->user_pool_tags, &old);
	lg_pool_settings_read(tags, &new);
	if (!old.search_exact || new.search_exact)
		return LG_OK;
	struct lg_user_page page;
	LG_TRY(lg_store_user_page(env->store, cx, row->pool, NULL, 1, &page));
	if (page.count)
		return lg_fail(cx, LG_E_USER_POOL_TAGGING,
			"lifeguard:search can't change from exact to prefix in a pool that has users.");
	return LG_OK;
}

lg_status
lg_pool_row_write(struct lg_ctx *cx, struct lg_env *env, struct lg_pool_row *row)
{
	struct lg_batch *batch;
	row->modified = cx->now;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_pool_update(batch, row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row->pool);
	return LG_OK;
}

/* The same, and what the tags want to become of the schema begins. */
static lg_status
write_with_wish(struct lg_ctx *cx, struct lg_env *env, struct lg_pool_row *row)
{
	struct lg_batch *batch;
	row->modified = cx->now;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_schema_change_ask(cx, env, batch, row));
	lg_store_pool_update(batch, row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row->pool);
	return LG_OK;
}

lg_status
lg_pool_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_update_user_pool_request *in)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, in->user_pool_id, &row));
	LG_TRY(lg_import_refuse_running(cx, env, row.pool));

	struct lg_idp_user_pool_type type = { 0 };
	lg_members_copy(&lg_shape_idp_update_user_pool_request, in, &lg_shape_idp_user_pool_type, &type);
	type.name = lg_str_present(in->pool_name) ? in->pool_name : row.settings.type->name;
	keep(row.settings.type, &type);
	LG_TRY(lg_pool_check(cx, &(struct lg_pool_draft){ .type = &type, .current = &row.settings }));
	LG_TRY(check_search_change(cx, env, &row, &type.user_pool_tags));
	LG_TRY(lg_pool_tier_check(cx, env, &row, type.user_pool_tier));
	LG_TRY(lg_pool_defaults(cx, &type));

	row.settings.type = &type;
	LG_TRY(lg_mfa_config_imply(cx, &row.settings));
	return write_with_wish(cx, env, &row);
}

lg_status
lg_pool_add_attributes(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_add_custom_attributes_request *in)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, in->user_pool_id, &row));
	LG_TRY(lg_import_refuse_running(cx, env, row.pool));
	struct lg_idp_user_pool_type type = *row.settings.type;
	LG_TRY(lg_pool_schema_extend(cx, env, &row.settings.type->schema_attributes,
		&in->custom_attributes, &type.schema_attributes));
	row.settings.type = &type;
	return lg_pool_row_write(cx, env, &row);
}

lg_status
lg_pool_tags_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_pool_row *row, const struct lg_str_map *tags)
{
	LG_TRY(lg_pool_check_tags(cx, tags));
	LG_TRY(check_search_change(cx, env, row, tags));
	struct lg_idp_user_pool_type type = *row->settings.type;
	type.user_pool_tags = *tags;
	row->settings.type = &type;
	return write_with_wish(cx, env, row);
}

/* ---- delete ---- */

lg_status
lg_pool_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &row));
	LG_TRY(lg_import_refuse_running(cx, env, row.pool));
	const struct lg_idp_user_pool_type *type = row.settings.type;
	if (lg_str_eq(type->deletion_protection, LG_IDP_DELETION_PROTECTION_TYPE_ACTIVE))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"The user pool cannot be deleted because deletion protection is activated. "
			"Deletion protection must be inactivated first.");
	if (lg_str_present(type->domain) || lg_str_present(type->custom_domain))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"User pool cannot be deleted. It has a domain configured that should be deleted "
			"first.");

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_pool_delete(batch, &row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row.pool);
	/* What is left of the pool can be opened by nobody from now on. */
	lg_keyring_forget(lg_store_keyring(env->store), row.pool);
	return LG_OK;
}

/* ---- list ---- */

struct listing {
	lg_str prefix;
	size_t limit;
	struct lg_idp_user_pool_list_type list;
	bool more;
	bool ended;
};

/* What is listed of a pool, copied out of the memory in which it was read. */
static lg_status
add(struct lg_ctx *cx, struct lg_ctx *scratch, const struct lg_pool_row *row, struct listing *listing)
{
	struct lg_idp_user_pool_description_type *item = &listing->list.items[listing->list.count];
	lg_str lambda;
	*item = (struct lg_idp_user_pool_description_type){
		.last_modified_date = { true, row->modified },
		.creation_date = { true, row->created },
	};
	LG_TRY(lg_str_dup(cx, row->pool_id, &item->id));
	LG_TRY(lg_str_dup(cx, row->settings.type->name, &item->name));
	item->lambda_config = lg_new(cx, struct lg_idp_lambda_config_type);
	if (!item->lambda_config)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_shape_to_cbor(
		scratch, &lg_shape_idp_lambda_config_type, row->settings.type->lambda_config, &lambda));
	LG_TRY(lg_shape_from_cbor(cx, &lg_shape_idp_lambda_config_type, lambda, item->lambda_config));
	listing->list.count++;
	return LG_OK;
}

/* A chunk of rows in id order, the next place in `*after`. */
static lg_status
add_chunk(struct lg_ctx *cx, struct lg_ctx *scratch, struct lg_env *env, lg_str *after,
	struct listing *listing)
{
	struct lg_pool_row *rows;
	size_t count;
	LG_TRY(lg_store_pool_page(env->store, scratch, *after, CHUNK, &rows, &count));
	listing->ended = count < CHUNK;
	for (size_t i = 0; i < count; i++) {
		if (!lg_str_starts(rows[i].pool_id, listing->prefix)) {
			listing->ended = true;
			return LG_OK;
		}
		listing->more = listing->list.count == listing->limit;
		if (listing->more)
			return LG_OK;
		LG_TRY(add(cx, scratch, &rows[i], listing));
		*after = listing->list.items[listing->list.count - 1].id;
	}
	return LG_OK;
}

lg_status
lg_pool_list(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_list_user_pools_request *in, struct lg_idp_list_user_pools_response *ret)
{
	const struct lg_page_query query = { .operation = LG_STR("ListUserPools"), .parts = { region } };
	struct listing listing = { .limit = lg_page_size(in->max_results, PAGE_MAX),
		.list = { .has = true } };
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	LG_TRY(lg_str_fmt(cx, &listing.prefix, "%.*s_", LG_FMT(region)));
	/* No id is the prefix itself, so the first page begins behind it. */
	if (!lg_str_present(after))
		after = listing.prefix;
	listing.list.items = lg_new_array(cx, struct lg_idp_user_pool_description_type, listing.limit);
	if (!listing.list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(cx, &scratch));
	const struct lg_arena_mark mark = lg_arena_mark(scratch.cx.arena);
	while (!listing.ended && !listing.more) {
		LG_TRY(add_chunk(cx, &scratch.cx, env, &after, &listing));
		lg_arena_rewind(scratch.cx.arena, mark);
	}
	ret->user_pools = listing.list;
	return listing.more ? lg_page_make(cx, env, &query, after, &ret->next_token) : LG_OK;
}
