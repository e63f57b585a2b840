#include "domain/group.h"

#include <stdlib.h>
#include <string.h>

#include "domain/page.h"
#include "domain/quota.h"
#include "domain/user_scan.h"

#define KIND LG_STR("group")
#define PAGE_MAX 60

typedef struct lg_idp_group_type group_type;

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	struct lg_item_row *ret)
{
	lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, name, &lg_shape_rec_group, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Group not found.");
	return s;
}

/* The record says what was set, the row when, and both together what is shown. */
static group_type
show_row(const struct lg_pool *pool, const struct lg_item_row *row)
{
	const struct lg_rec_group *record = row->record;
	group_type group = *record->type;
	group.group_name = row->name;
	group.user_pool_id = pool->id;
	group.creation_date = (struct lg_opt_time){ true, row->created };
	group.last_modified_date = (struct lg_opt_time){ true, row->modified };
	return group;
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *row, group_type **ret)
{
	group_type *group = lg_new(cx, group_type);
	if (!group)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*group = show_row(pool, row);
	*ret = group;
	return LG_OK;
}

lg_status
lg_group_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_group_request *in, group_type **ret)
{
	struct lg_item_row there;
	lg_status s = lg_store_item_read(
		env->store, cx, pool->pool, KIND, in->group_name, &lg_shape_rec_group, &there);
	if (!lg_failed(s))
		return lg_fail_default(cx, LG_E_GROUP_EXISTS);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, KIND, &count));
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_GROUPS, count + 1));

	group_type type = {
		.description = in->description, .role_arn = in->role_arn, .precedence = in->precedence
	};
	struct lg_rec_group record = { .type = &type };
	struct lg_item_row row = {
		.pool = pool->pool,
		.kind = KIND,
		.name = in->group_name,
		.version = 1,
		.created = cx->now,
		.modified = cx->now,
		.record = &record,
	};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_insert(batch, &row, &lg_shape_rec_group);
	LG_TRY(lg_store_commit(batch));
	return show(cx, pool, &row, ret);
}

lg_status
lg_group_read(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, group_type **ret)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, name, &row));
	return show(cx, pool, &row, ret);
}

lg_status
lg_group_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_group_request *in, group_type **ret)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, in->group_name, &row));
	struct lg_rec_group *record = row.record;
	if (lg_str_present(in->description))
		record->type->description = in->description;
	if (lg_str_present(in->role_arn))
		record->type->role_arn = in->role_arn;
	if (in->precedence.has)
		record->type->precedence = in->precedence;
	row.modified = cx->now;

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, &row, &lg_shape_rec_group);
	LG_TRY(lg_store_commit(batch));
	return show(cx, pool, &row, ret);
}

lg_status
lg_group_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, name, &row));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, &row);
	return lg_store_commit(batch);
}

static lg_status
show_all(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *rows, size_t count,
	struct lg_idp_group_list_type *ret)
{
	group_type *items = lg_new_array(cx, group_type, count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		items[i] = show_row(pool, &rows[i]);
	*ret = (struct lg_idp_group_list_type){ .items = items, .count = count, .has = true };
	return LG_OK;
}

lg_status
lg_group_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_groups_request *in, struct lg_idp_list_groups_response *ret)
{
	const struct lg_page_query query = { .pool = pool->pool, .operation = LG_STR("ListGroups") };
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	size_t limit = lg_page_size(in->limit, PAGE_MAX);
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_store_item_page(
		env->store, cx, pool->pool, KIND, after, limit + 1, &lg_shape_rec_group, &rows, &count));
	bool more = count > limit;
	LG_TRY(show_all(cx, pool, rows, more ? limit : count, &ret->groups));
	return more ? lg_page_make(cx, env, &query, rows[limit - 1].name, &ret->next_token) : LG_OK;
}

/* ---- members ---- */

lg_status
lg_group_add_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str name)
{
	struct lg_item_row row;
	struct lg_item_row *groups;
	size_t count;
	LG_TRY(read_row(cx, env, pool, name, &row));
	LG_TRY(lg_store_groups_of_user(
		env->store, cx, pool->pool, user->row.uid, &lg_shape_rec_group, &groups, &count));
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(groups[i].id, row.id))
			return LG_OK;
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_GROUPS_OF_USER, (int64_t)count + 1));

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_group_add(batch, pool->pool, user->row.uid, row.id);
	return lg_store_commit(batch);
}

lg_status
lg_group_remove_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str name)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, name, &row));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_group_remove(batch, pool->pool, user->row.uid, row.id);
	return lg_store_commit(batch);
}

static int
by_precedence(const void *left, const void *right)
{
	const group_type *a = left;
	const group_type *b = right;
	if (a->precedence.has != b->precedence.has)
		return a->precedence.has ? -1 : 1;
	if (a->precedence.has && a->precedence.v != b->precedence.v)
		return a->precedence.v < b->precedence.v ? -1 : 1;
	return lg_str_cmp(a->group_name, b->group_name);
}

lg_status
lg_groups_of_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_idp_group_list_type *ret)
{
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_store_groups_of_user(
		env->store, cx, pool->pool, user->row.uid, &lg_shape_rec_group, &rows, &count));
	LG_TRY(show_all(cx, pool, rows, count, ret));
	qsort(ret->items, ret->count, sizeof(*ret->items), by_precedence);
	return LG_OK;
}

lg_status
lg_group_list_of_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_opt_int limit, lg_str token,
	struct lg_idp_group_list_type *ret, lg_str *ret_token)
{
	const struct lg_page_query query = {
		.pool = pool->pool,
		.operation = LG_STR("AdminListGroupsForUser"),
		.parts = { user->sub },
	};
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, token, &after));
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_store_groups_of_user(
		env->store, cx, pool->pool, user->row.uid, &lg_shape_rec_group, &rows, &count));
	size_t from = 0;
	while (lg_str_present(after) && from < count && lg_str_cmp(rows[from].name, after) <= 0)
		from++;
	size_t size = lg_page_size(limit, PAGE_MAX);
	bool more = count - from > size;
	LG_TRY(show_all(cx, pool, rows + from, more ? size : count - from, ret));
	return more ? lg_page_make(cx, env, &query, rows[from + size - 1].name, ret_token) : LG_OK;
}

lg_status
lg_group_members(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_users_in_group_request *in, struct lg_idp_list_users_in_group_response *ret)
{
	struct lg_item_row group;
	LG_TRY(read_row(cx, env, pool, in->group_name, &group));
	const struct lg_page_query query = {
		.pool = pool->pool,
		.operation = LG_STR("ListUsersInGroup"),
		.parts = { group.id },
	};
	struct lg_user_scan scan = {
		.source = LG_USERS_OF_GROUP,
		.group = group.id,
		.limit = lg_page_size(in->limit, PAGE_MAX),
	};
	lg_str next;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &scan.after));
	LG_TRY(lg_user_scan(cx, env, pool, &scan, &ret->users, &next));
	return lg_str_present(next) ? lg_page_make(cx, env, &query, next, &ret->next_token) : LG_OK;
}
