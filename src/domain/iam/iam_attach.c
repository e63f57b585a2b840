#include "domain/iam/iam_attach.h"

#include <stdlib.h>

#include "domain/iam/iam_managed.h"
#include "domain/iam/iam_policy.h"

lg_status
lg_iam_entity_row(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, struct lg_item_row *ret)
{
	const lg_status s = lg_iam_read(cx, env, kind, name, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "The %s with name %.*s cannot be found.",
			lg_str_eq(kind, LG_IAM_ROLE) ? "role" : "user", LG_FMT(name));
	return s;
}

lg_status
lg_iam_hold_policy(struct lg_ctx *cx, struct lg_env *env, lg_str policy_arn, struct lg_batch *batch)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_policy_arn_check(cx, policy_arn));
	if (lg_iam_managed_find(policy_arn))
		return LG_OK;
	const lg_status s = lg_iam_policy_row(cx, env, policy_arn, &row);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "Policy %.*s does not exist or is not attachable.",
			LG_FMT(policy_arn));
	LG_TRY(s);
	/* Written as it is: of two who attach and delete at once, one has to start again. */
	lg_store_item_update(batch, &row, lg_iam_shape(LG_IAM_POLICY));
	return LG_OK;
}

/* ---- attached ---- */

static lg_status
add_attached(struct lg_ctx *cx, struct lg_rec_iam_entity *entity, lg_str policy_arn)
{
	if (entity->attached.count >= LG_IAM_ATTACHED_MAX)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED,
			"Cannot exceed quota for PoliciesPerEntity: %d", LG_IAM_ATTACHED_MAX);
	lg_str *all = lg_new_array(cx, lg_str, entity->attached.count + 1);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < entity->attached.count; i++)
		all[i] = entity->attached.items[i];
	all[entity->attached.count++] = policy_arn;
	entity->attached.items = all;
	entity->attached.has = true;
	return LG_OK;
}

lg_status
lg_iam_attach(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy_arn)
{
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, &row));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_iam_hold_policy(cx, env, policy_arn, batch));
	struct lg_rec_iam_entity *entity = row.record;
	if (lg_str_list_has(&entity->attached, policy_arn))
		return LG_OK;
	LG_TRY(add_attached(cx, entity, policy_arn));
	lg_iam_put(cx, batch, &row);
	return lg_iam_commit(env, batch);
}

lg_status
lg_iam_detach(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy_arn)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_policy_arn_check(cx, policy_arn));
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, &row));
	struct lg_rec_iam_entity *entity = row.record;
	size_t at = 0;
	while (at < entity->attached.count && !lg_str_eq(entity->attached.items[at], policy_arn))
		at++;
	if (at == entity->attached.count)
		return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "Policy %.*s was not found.", LG_FMT(policy_arn));
	for (size_t i = at + 1; i < entity->attached.count; i++)
		entity->attached.items[i - 1] = entity->attached.items[i];
	entity->attached.count--;
	return lg_iam_write(cx, env, &row);
}

/* What stands behind the last slash; and the path before it, of an ARN's sixth field. */
static lg_str
name_of_arn(lg_str arn)
{
	lg_str name = arn;
	while (lg_str_has_byte(name, '/'))
		lg_str_cut(&name, '/');
	return name;
}

static bool
is_below(lg_str arn, lg_str prefix)
{
	const size_t path = lg_str_find_byte(arn, '/');
	return !lg_str_present(prefix) || lg_str_starts(lg_str_slice(arn, path, arn.len), prefix);
}

static int
by_text(const void *left, const void *right)
{
	return lg_str_cmp(*(const lg_str *)left, *(const lg_str *)right);
}

lg_status
lg_iam_attached(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str path_prefix,
	struct lg_iam_page *page, struct lg_iam_attached_policies_list_type *ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, &row));
	const struct lg_rec_iam_entity *entity = row.record;
	lg_str *arns = lg_new_array(cx, lg_str, entity->attached.count);
	struct lg_iam_attached_policy *shown =
		lg_new_array(cx, struct lg_iam_attached_policy, entity->attached.count);
	if (!arns || !shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < entity->attached.count; i++)
		if (is_below(entity->attached.items[i], path_prefix))
			arns[count++] = entity->attached.items[i];
	qsort(arns, count, sizeof(*arns), by_text);
	LG_TRY(lg_iam_page(cx, arns, count, page));
	for (size_t i = 0; i < page->count; i++) {
		const lg_str arn = arns[page->from + i];
		shown[i] = (struct lg_iam_attached_policy){ name_of_arn(arn), arn };
	}
	*ret = (struct lg_iam_attached_policies_list_type){
		.items = shown, .count = page->count, .has = true
	};
	return LG_OK;
}

/* ---- boundary ---- */

lg_status
lg_iam_bound(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy_arn)
{
	struct lg_item_row row;
	struct lg_batch *batch;
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, &row));
	struct lg_rec_iam_entity *entity = row.record;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (lg_str_present(policy_arn))
		LG_TRY(lg_iam_hold_policy(cx, env, policy_arn, batch));
	else if (!lg_str_present(entity->boundary))
		return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "%.*s has no permissions boundary.", LG_FMT(name));
	entity->boundary = policy_arn;
	lg_iam_put(cx, batch, &row);
	return lg_iam_commit(env, batch);
}

lg_status
lg_iam_boundary_show(struct lg_ctx *cx, const struct lg_rec_iam_entity *entity,
	struct lg_iam_attached_permissions_boundary **ret)
{
	*ret = NULL;
	if (!lg_str_present(entity->boundary))
		return LG_OK;
	struct lg_iam_attached_permissions_boundary *shown =
		lg_new(cx, struct lg_iam_attached_permissions_boundary);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*shown = (struct lg_iam_attached_permissions_boundary){ LG_STR("Policy"), entity->boundary };
	*ret = shown;
	return LG_OK;
}
