#include "domain/pool_admin.h"

#include "domain/members.h"
#include "domain/page.h"
#include "domain/pool_check.h"
#include "domain/pool_defaults.h"
#include "domain/pool_schema.h"
#include "domain/pool_settings.h"
#include "domain/quota.h"
#include "domain/user.h"

#define ID_ALPHABET LG_STR("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#define ID_LENGTH 9
#define PAGE_MAX 60

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_pool_row *ret)
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
	return lg_quota_check(cx, LG_QUOTA_POOLS, count + 1);
}

lg_status
lg_pool_create(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_create_user_pool_request *in, lg_str fixed_id,
	struct lg_idp_user_pool_type **ret)
{
	struct lg_idp_user_pool_type type = { 0 };
	lg_members_copy(&lg_shape_idp_create_user_pool_request, in, &lg_shape_idp_user_pool_type, &type);
	type.name = in->pool_name;
	LG_TRY(lg_pool_schema_make(cx, &in->schema, &type.schema_attributes));
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
		.state = LG_STR("active"),
		.version = 1,
		.valid_since = cx->now,
		.created = cx->now,
		.modified = cx->now,
		.settings = { .type = &type },
	};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_pool_insert(batch, &row);
	LG_TRY(lg_store_commit(batch));
	return show(cx, env, &row, ret);
}

lg_status
lg_pool_describe(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_idp_user_pool_type **ret)
{
	struct lg_pool_row row;
	LG_TRY(read_row(cx, env, pool_id, &row));
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

/* Clients whose settings need ESSENTIALS hold the pool there. */
static lg_status
check_clients_of_tier(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row)
{
	lg_str after = LG_STR_NONE;
	struct lg_client_row *clients;
	size_t count;
	do {
		LG_TRY(lg_store_client_page(env->store, cx, row->pool, after, PAGE_MAX, &clients, &count));
		for (size_t i = 0; i < count; i++) {
			const struct lg_idp_user_pool_client_type *client = clients[i].settings.type;
			after = clients[i].client_id;
			if (lg_str_list_has(&client->explicit_auth_flows, LG_STR("ALLOW_USER_AUTH"))
				|| (client->refresh_token_rotation
					&& lg_str_eq(
						client->refresh_token_rotation->feature, LG_STR("ENABLED"))))
				return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
					"The tier can't be LITE while app client %.*s uses ALLOW_USER_AUTH "
					"or "
					"refresh token rotation.",
					LG_FMT(after));
		}
	} while (count == PAGE_MAX);
	return LG_OK;
}

/* Users that are there have no prefix digests yet, so prefix searches would not find them. */
static lg_status
check_search_change(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row,
	const struct lg_idp_user_pool_type *type)
{
	struct lg_pool old = { 0 };
	struct lg_pool new = { 0 };
	lg_pool_settings_read(&row->settings.type->user_pool_tags, &old);
	lg_pool_settings_read(&type->user_pool_tags, &new);
	if (!old.search_exact || new.search_exact)
		return LG_OK;
	struct lg_user_page page;
	LG_TRY(lg_store_user_page(env->store, cx, row->pool, NULL, 1, &page));
	if (page.count)
		return lg_fail(cx, LG_E_USER_POOL_TAGGING,
			"lifeguard:search can't change from exact to prefix in a pool that has users.");
	return LG_OK;
}

static lg_status
write_settings(struct lg_ctx *cx, struct lg_env *env, struct lg_pool_row *row)
{
	struct lg_batch *batch;
	row->modified = cx->now;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_pool_update(batch, row);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row->pool);
	return LG_OK;
}

lg_status
lg_pool_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_update_user_pool_request *in)
{
	struct lg_pool_row row;
	LG_TRY(read_row(cx, env, in->user_pool_id, &row));

	struct lg_idp_user_pool_type type = { 0 };
	lg_members_copy(&lg_shape_idp_update_user_pool_request, in, &lg_shape_idp_user_pool_type, &type);
	type.name = lg_str_present(in->pool_name) ? in->pool_name : row.settings.type->name;
	keep(row.settings.type, &type);
	LG_TRY(lg_pool_check(cx, &(struct lg_pool_draft){ .type = &type, .current = &row.settings }));
	LG_TRY(check_search_change(cx, env, &row, &type));
	if (lg_tier_of(type.user_pool_tier) == LG_TIER_LITE
	    && lg_tier_of(row.settings.type->user_pool_tier) != LG_TIER_LITE)
		LG_TRY(check_clients_of_tier(cx, env, &row));
	LG_TRY(lg_pool_defaults(cx, &type));

	row.settings.type = &type;
	return write_settings(cx, env, &row);
}

lg_status
lg_pool_add_attributes(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_add_custom_attributes_request *in)
{
	struct lg_pool_row row;
	LG_TRY(read_row(cx, env, in->user_pool_id, &row));
	struct lg_idp_user_pool_type type = *row.settings.type;
	LG_TRY(lg_pool_schema_extend(cx, &row.settings.type->schema_attributes, &in->custom_attributes,
		&type.schema_attributes));
	row.settings.type = &type;
	return write_settings(cx, env, &row);
}

/* ---- delete ---- */

lg_status
lg_pool_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_pool_row row;
	LG_TRY(read_row(cx, env, pool_id, &row));
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
	return LG_OK;
}

/* ---- list ---- */

/* Rows of the region behind `after`, one more than asked for when there are more. */
static lg_status
read_page(struct lg_ctx *cx, struct lg_env *env, lg_str prefix, lg_str after, size_t limit,
	struct lg_pool_row **ret, size_t *ret_count)
{
	struct lg_pool_row *rows;
	size_t count;
	/* No id is the prefix itself, so the first page begins behind it. */
	LG_TRY(lg_store_pool_page(
		env->store, cx, lg_str_present(after) ? after : prefix, limit + 1, &rows, &count));
	size_t ours = 0;
	while (ours < count && lg_str_starts(rows[ours].pool_id, prefix))
		ours++;
	*ret = rows;
	*ret_count = ours;
	return LG_OK;
}

lg_status
lg_pool_list(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_list_user_pools_request *in, struct lg_idp_list_user_pools_response *ret)
{
	const struct lg_page_query query = { .operation = LG_STR("ListUserPools"), .parts = { region } };
	lg_str after;
	lg_str prefix;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	LG_TRY(lg_str_fmt(cx, &prefix, "%.*s_", LG_FMT(region)));

	size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	struct lg_pool_row *rows;
	size_t count;
	LG_TRY(read_page(cx, env, prefix, after, limit, &rows, &count));
	bool more = count > limit;
	if (more)
		count = limit;
	struct lg_idp_user_pool_description_type *items =
		lg_new_array(cx, struct lg_idp_user_pool_description_type, count ? count : 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		items[i] = (struct lg_idp_user_pool_description_type){
			.id = rows[i].pool_id,
			.name = rows[i].settings.type->name,
			.lambda_config = rows[i].settings.type->lambda_config,
			.last_modified_date = { true, rows[i].modified },
			.creation_date = { true, rows[i].created },
		};
	ret->user_pools = (struct lg_idp_user_pool_list_type){ .items = items, .count = count, .has = true };
	if (more)
		LG_TRY(lg_page_make(cx, env, &query, rows[count - 1].pool_id, &ret->next_token));
	return LG_OK;
}
