#include "domain/iam/iam_attach.h"

#include "domain/iam/iam_managed.h"
#include "domain/iam/iam_policy.h"

lg_status
lg_iam_usage_read(struct lg_ctx *cx, struct lg_env *env, struct lg_iam_usage *ret)
{
	struct lg_item_row *roles, *users;
	size_t role_count, user_count;
	LG_TRY(lg_iam_read_all(cx, env, LG_IAM_ROLE, LG_STR_NONE, &roles, &role_count));
	LG_TRY(lg_iam_read_all(cx, env, LG_IAM_USER, LG_STR_NONE, &users, &user_count));
	struct lg_item_row *rows = lg_new_array(cx, struct lg_item_row, role_count + user_count);
	if (!rows)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < role_count; i++)
		rows[i] = roles[i];
	for (size_t i = 0; i < user_count; i++)
		rows[role_count + i] = users[i];
	*ret = (struct lg_iam_usage){ rows, role_count + user_count };
	return LG_OK;
}

int64_t
lg_iam_usage_attached(const struct lg_iam_usage *usage, lg_str policy_arn)
{
	int64_t count = 0;
	for (size_t i = 0; i < usage->count; i++) {
		const struct lg_rec_iam_entity *entity = usage->rows[i].record;
		count += lg_str_list_has(&entity->attached, policy_arn);
	}
	return count;
}

int64_t
lg_iam_usage_bounds(const struct lg_iam_usage *usage, lg_str policy_arn)
{
	int64_t count = 0;
	for (size_t i = 0; i < usage->count; i++) {
		const struct lg_rec_iam_entity *entity = usage->rows[i].record;
		count += lg_str_eq(entity->boundary, policy_arn);
	}
	return count;
}

static bool
is_wanted(const struct lg_iam_list_entities_for_policy_request *in, const struct lg_item_row *row)
{
	const struct lg_rec_iam_entity *entity = row->record;
	const bool role = lg_str_eq(row->kind, LG_IAM_ROLE);
	const lg_str filter = in->entity_filter, usage = in->policy_usage_filter;
	if (lg_str_present(filter) &&
		!lg_str_eq(filter, role ? LG_IAM_ENTITY_TYPE_ROLE : LG_IAM_ENTITY_TYPE_USER))
		return false;
	if (lg_str_present(in->path_prefix) && !lg_str_starts(entity->path, in->path_prefix))
		return false;
	const bool attached = lg_str_list_has(&entity->attached, in->policy_arn);
	const bool bound = lg_str_eq(entity->boundary, in->policy_arn);
	if (lg_str_eq(usage, LG_IAM_POLICY_USAGE_TYPE_PERMISSIONS_POLICY))
		return attached;
	if (lg_str_eq(usage, LG_IAM_POLICY_USAGE_TYPE_PERMISSIONS_BOUNDARY))
		return bound;
	return attached || bound;
}

/* Those of the rows that are wanted, and names by which they are paged: roles first. */
static lg_status
select_rows(struct lg_ctx *cx, const struct lg_iam_list_entities_for_policy_request *in,
	struct lg_iam_usage *usage, lg_str **ret_names)
{
	lg_str *names = lg_new_array(cx, lg_str, usage->count);
	if (!names)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < usage->count; i++) {
		if (!is_wanted(in, &usage->rows[i]))
			continue;
		usage->rows[count] = usage->rows[i];
		const struct lg_item_row *row = &usage->rows[count];
		LG_TRY(lg_str_fmt(cx, &names[count++], "%.*s/%.*s", LG_FMT(row->kind), LG_FMT(row->name)));
	}
	usage->count = count;
	*ret_names = names;
	return LG_OK;
}

lg_status
lg_iam_entities_of_policy(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_entities_for_policy_request *in,
	struct lg_iam_list_entities_for_policy_response *ret)
{
	struct lg_iam_usage usage;
	struct lg_item_row row;
	lg_str *names;
	LG_TRY(lg_iam_policy_arn_check(cx, in->policy_arn));
	if (!lg_iam_managed_find(in->policy_arn))
		LG_TRY(lg_iam_policy_own(cx, env, in->policy_arn, &row));
	LG_TRY(lg_iam_usage_read(cx, env, &usage));
	LG_TRY(select_rows(cx, in, &usage, &names));
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_page(cx, names, usage.count, &page));

	struct lg_iam_policy_role *roles = lg_new_array(cx, struct lg_iam_policy_role, page.count);
	struct lg_iam_policy_user *users = lg_new_array(cx, struct lg_iam_policy_user, page.count);
	if (!roles || !users)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	ret->policy_roles = (struct lg_iam_policy_role_list_type){ .items = roles, .has = true };
	ret->policy_users = (struct lg_iam_policy_user_list_type){ .items = users, .has = true };
	ret->policy_groups.has = true;
	for (size_t i = page.from; i < page.from + page.count; i++) {
		const struct lg_rec_iam_entity *entity = usage.rows[i].record;
		if (lg_str_eq(usage.rows[i].kind, LG_IAM_ROLE))
			roles[ret->policy_roles.count++] =
				(struct lg_iam_policy_role){ entity->name, entity->id };
		else
			users[ret->policy_users.count++] =
				(struct lg_iam_policy_user){ entity->name, entity->id };
	}
	ret->is_truncated = page.is_truncated;
	ret->marker = page.next;
	return LG_OK;
}
