#include "domain/iam/iam_user.h"

#include "domain/iam/iam_attach.h"
#include "domain/quota.h"

static lg_status
show_short(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row, struct lg_iam_user *ret)
{
	const struct lg_rec_iam_entity *user = row->record;
	*ret = (struct lg_iam_user){
		.path = user->path,
		.user_name = user->name,
		.user_id = user->id,
		.create_date = { true, row->created },
	};
	return lg_iam_arn(cx, env->settings, "user", user->path, user->name, &ret->arn);
}

static lg_status
show(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row, struct lg_iam_user **ret)
{
	const struct lg_rec_iam_entity *user = row->record;
	struct lg_iam_user *shown = lg_new(cx, struct lg_iam_user);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(show_short(cx, env, row, shown));
	LG_TRY(lg_iam_tags_show(cx, &user->tags, &shown->tags));
	LG_TRY(lg_iam_boundary_show(cx, user, &shown->permissions_boundary));
	*ret = shown;
	return LG_OK;
}

static lg_status
check_free(struct lg_ctx *cx, struct lg_env *env, lg_str name)
{
	struct lg_item_row there;
	const lg_status s = lg_iam_read(cx, env, LG_IAM_USER, name, &there);
	if (!lg_failed(s))
		return lg_fail(
			cx, LG_E_ENTITY_ALREADY_EXISTS, "User with name %.*s already exists.", LG_FMT(name));
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

lg_status
lg_iam_user_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_create_user_request *in,
	struct lg_iam_user **ret)
{
	int64_t count;
	LG_TRY(check_free(cx, env, in->user_name));
	LG_TRY(lg_iam_count(cx, env, LG_IAM_USER, &count));
	LG_TRY(lg_quota_check_entity(cx, env, LG_QUOTA_IAM_USERS, count + 1));
	struct lg_rec_iam_entity user = {
		.name = in->user_name,
		.path = lg_str_present(in->path) ? in->path : LG_STR("/"),
		.boundary = in->permissions_boundary,
	};
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_tags_put(cx, &in->tags, &user.tags));
	LG_TRY(lg_iam_draw_id(cx, LG_STR("AIDA"), &user.id));
	LG_TRY(lg_iam_new_row(cx, LG_IAM_USER, in->user_name, &user, &row));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (lg_str_present(user.boundary))
		LG_TRY(lg_iam_hold_policy(cx, env, user.boundary, batch));
	lg_iam_put(cx, batch, &row);
	LG_TRY(lg_iam_commit(env, batch));
	return show(cx, env, &row, ret);
}

lg_status
lg_iam_user_get(struct lg_ctx *cx, struct lg_env *env, lg_str name, struct lg_iam_user **ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_USER, name, &row));
	return show(cx, env, &row, ret);
}

lg_status
lg_iam_user_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_list_users_request *in,
	struct lg_iam_list_users_response *ret)
{
	struct lg_item_row *rows;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_read_page(cx, env, LG_IAM_USER, in->path_prefix, &page, &rows));
	struct lg_iam_user *shown = lg_new_array(cx, struct lg_iam_user, page.count);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < page.count; i++)
		LG_TRY(show_short(cx, env, &rows[i], &shown[i]));
	ret->users = (struct lg_iam_user_list_type){ .items = shown, .count = page.count, .has = true };
	ret->is_truncated = page.is_truncated;
	ret->marker = page.next;
	return LG_OK;
}

/* ---- changed ---- */

/* Under another name it is another row; its keys name it. */
static lg_status
rename_row(
	struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row, lg_str name, struct lg_batch *batch)
{
	struct lg_rec_iam_entity *user = row->record;
	struct lg_item_row moved = *row;
	LG_TRY(lg_str_lower(cx, name, &moved.name));
	user->name = name;
	if (!lg_str_eq(moved.name, row->name)) {
		LG_TRY(check_free(cx, env, name));
		lg_store_item_delete(batch, row);
		moved.version = 0;
	}
	lg_iam_put(cx, batch, &moved);
	for (size_t i = 0; i < user->keys.count; i++) {
		struct lg_item_row key;
		LG_TRY(lg_iam_read(cx, env, LG_IAM_KEY, user->keys.items[i], &key));
		((struct lg_rec_iam_key *)key.record)->user_name = name;
		lg_iam_put(cx, batch, &key);
	}
	return LG_OK;
}

lg_status
lg_iam_user_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_update_user_request *in)
{
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_USER, in->user_name, &row));
	struct lg_rec_iam_entity *user = row.record;
	if (lg_str_present(in->new_path))
		user->path = in->new_path;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (lg_str_present(in->new_user_name))
		LG_TRY(rename_row(cx, env, &row, in->new_user_name, batch));
	else
		lg_iam_put(cx, batch, &row);
	return lg_iam_commit(env, batch);
}

lg_status
lg_iam_user_delete(struct lg_ctx *cx, struct lg_env *env, lg_str name)
{
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_USER, name, &row));
	const struct lg_rec_iam_entity *user = row.record;
	if (user->keys.count)
		return lg_fail(
			cx, LG_E_DELETE_CONFLICT, "Cannot delete entity, must delete access keys first.");
	if (user->attached.count)
		return lg_fail(
			cx, LG_E_DELETE_CONFLICT, "Cannot delete entity, must detach all policies first.");
	if (user->inside.count)
		return lg_fail(
			cx, LG_E_DELETE_CONFLICT, "Cannot delete entity, must delete policies first.");
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, &row);
	return lg_iam_commit(env, batch);
}
