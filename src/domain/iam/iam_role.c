#include "domain/iam/iam_role.h"

#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_document.h"
#include "domain/iam/iam_entity.h"
#include "domain/quota.h"

/* What lists show, too. */
static lg_status
show_short(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row, struct lg_iam_role *ret)
{
	const struct lg_rec_iam_entity *role = row->record;
	lg_str trust;
	*ret = (struct lg_iam_role){
		.path = role->path,
		.role_name = role->name,
		.role_id = role->id,
		.create_date = { true, row->created },
		.description = role->description,
		.max_session_duration = role->max_session,
	};
	LG_TRY(lg_iam_arn(cx, env->settings, "role", role->path, role->name, &ret->arn));
	LG_TRY(lg_iam_trust_text(cx, env, role, &trust));
	return lg_iam_document_show(cx, trust, &ret->assume_role_policy_document);
}

static lg_status
show(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row, struct lg_iam_role **ret)
{
	const struct lg_rec_iam_entity *role = row->record;
	struct lg_iam_role *shown = lg_new(cx, struct lg_iam_role);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(show_short(cx, env, row, shown));
	LG_TRY(lg_iam_tags_show(cx, &role->tags, &shown->tags));
	LG_TRY(lg_iam_boundary_show(cx, role, &shown->permissions_boundary));
	*ret = shown;
	return LG_OK;
}

static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, lg_str name)
{
	struct lg_item_row there;
	int64_t count;
	const lg_status s = lg_iam_read(cx, env, LG_IAM_ROLE, name, &there);
	if (!lg_failed(s))
		return lg_fail(
			cx, LG_E_ENTITY_ALREADY_EXISTS, "Role with name %.*s already exists.", LG_FMT(name));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(lg_iam_count(cx, env, LG_IAM_ROLE, &count));
	return lg_quota_check_entity(cx, env, LG_QUOTA_IAM_ROLES, count + 1);
}

lg_status
lg_iam_role_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_create_role_request *in,
	struct lg_iam_role **ret)
{
	LG_TRY(check_new(cx, env, in->role_name));
	struct lg_rec_iam_entity role = {
		.name = in->role_name,
		.path = lg_str_present(in->path) ? in->path : LG_STR("/"),
		.description = in->description,
		.max_session = { true,
			in->max_session_duration.has ? in->max_session_duration.v : LG_IAM_SESSION_S },
		.boundary = in->permissions_boundary,
	};
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_trust_set(cx, env, in->assume_role_policy_document, &role));
	LG_TRY(lg_iam_tags_put(cx, &in->tags, &role.tags));
	LG_TRY(lg_iam_draw_id(cx, LG_STR("AROA"), &role.id));
	LG_TRY(lg_iam_new_row(cx, LG_IAM_ROLE, in->role_name, &role, &row));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (lg_str_present(role.boundary))
		LG_TRY(lg_iam_hold_policy(cx, env, role.boundary, batch));
	lg_iam_put(cx, batch, &row);
	LG_TRY(lg_iam_commit(env, batch));
	LG_TRY(show(cx, env, &row, ret));
	if (!in->max_session_duration.has)
		(*ret)->max_session_duration.has = false;
	return LG_OK;
}

lg_status
lg_iam_role_get(struct lg_ctx *cx, struct lg_env *env, lg_str name, struct lg_iam_role **ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_ROLE, name, &row));
	LG_TRY(show(cx, env, &row, ret));
	/* Nobody counts when a role was used; the element is there all the same. */
	(*ret)->role_last_used = lg_new(cx, struct lg_iam_role_last_used);
	return (*ret)->role_last_used ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

lg_status
lg_iam_role_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_list_roles_request *in,
	struct lg_iam_list_roles_response *ret)
{
	struct lg_item_row *rows;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_read_page(cx, env, LG_IAM_ROLE, in->path_prefix, &page, &rows));
	struct lg_iam_role *shown = lg_new_array(cx, struct lg_iam_role, page.count);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < page.count; i++)
		LG_TRY(show_short(cx, env, &rows[i], &shown[i]));
	ret->roles = (struct lg_iam_role_list_type){ .items = shown, .count = page.count, .has = true };
	ret->is_truncated = page.is_truncated;
	ret->marker = page.next;
	return LG_OK;
}

lg_status
lg_iam_role_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_update_role_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_ROLE, in->role_name, &row));
	struct lg_rec_iam_entity *role = row.record;
	if (lg_str_present(in->description))
		role->description = in->description;
	if (in->max_session_duration.has)
		role->max_session = in->max_session_duration;
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_role_set_trust(struct lg_ctx *cx, struct lg_env *env, lg_str name, lg_str document)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_ROLE, name, &row));
	LG_TRY(lg_iam_trust_set(cx, env, document, row.record));
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_role_delete(struct lg_ctx *cx, struct lg_env *env, lg_str name)
{
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_ROLE, name, &row));
	const struct lg_rec_iam_entity *role = row.record;
	if (role->attached.count)
		return lg_fail(
			cx, LG_E_DELETE_CONFLICT, "Cannot delete entity, must detach all policies first.");
	if (role->inside.count)
		return lg_fail(
			cx, LG_E_DELETE_CONFLICT, "Cannot delete entity, must delete policies first.");
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, &row);
	return lg_iam_commit(env, batch);
}
