#include "domain/iam/iam_policy.h"

#include <stdlib.h>

#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_document.h"
#include "domain/iam/iam_managed.h"
#include "domain/iam/iam_tags.h"
#include "domain/quota.h"

#define ARN_FIELDS 6

lg_status
lg_iam_policy_arn_check(struct lg_ctx *cx, lg_str arn)
{
	lg_str rest = arn;
	for (int i = 0; i < ARN_FIELDS - 1; i++)
		lg_str_cut(&rest, ':');
	if (lg_str_starts(arn, LG_STR("arn:")) && lg_str_starts(rest, LG_STR("policy/")))
		return LG_OK;
	return lg_fail(cx, LG_E_VALIDATION, "Invalid ARN:  Could not be parsed!");
}

lg_status
lg_iam_policy_row(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret)
{
	lg_str path, name;
	if (!lg_iam_arn_read(env->settings, LG_STR("policy"), arn, &path, &name))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	struct lg_item_row row;
	LG_TRY(lg_iam_read(cx, env, LG_IAM_POLICY, name, &row));
	const struct lg_rec_iam_policy *policy = row.record;
	if (!lg_str_eq(policy->path, path) || !lg_str_eq(policy->name, name))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	*ret = row;
	return LG_OK;
}

static lg_status
not_found(struct lg_ctx *cx, lg_str arn)
{
	return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "Policy %.*s was not found.", LG_FMT(arn));
}

lg_status
lg_iam_policy_own(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret)
{
	LG_TRY(lg_iam_policy_arn_check(cx, arn));
	if (lg_iam_managed_find(arn))
		return lg_fail(cx, LG_E_ACCESS_DENIED,
			"Policy %.*s is managed by AWS and cannot be changed.", LG_FMT(arn));
	const lg_status s = lg_iam_policy_row(cx, env, arn, ret);
	return s.code == LG_E_NOT_FOUND ? not_found(cx, arn) : s;
}

/* ---- what is shown ---- */

static lg_status
show_own(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row,
	const struct lg_iam_usage *usage, struct lg_iam_policy *ret)
{
	const struct lg_rec_iam_policy *policy = row->record;
	*ret = (struct lg_iam_policy){
		.policy_name = policy->name,
		.policy_id = policy->id,
		.path = policy->path,
		.is_attachable = { true, true },
		.create_date = { true, row->created },
		.update_date = policy->updated,
	};
	LG_TRY(lg_iam_arn(cx, env->settings, "policy", policy->path, policy->name, &ret->arn));
	ret->attachment_count = (struct lg_opt_int){ true, lg_iam_usage_attached(usage, ret->arn) };
	ret->permissions_boundary_usage_count =
		(struct lg_opt_int){ true, lg_iam_usage_bounds(usage, ret->arn) };
	return lg_str_fmt(cx, &ret->default_version_id, "v%lld", (long long)policy->current.v);
}

static lg_status
show_managed(struct lg_ctx *cx, const struct lg_managed_policy *policy, const struct lg_iam_usage *usage,
	struct lg_iam_policy *ret)
{
	*ret = (struct lg_iam_policy){
		.policy_name = policy->name,
		.policy_id = policy->id,
		.path = LG_STR("/"),
		.default_version_id = LG_STR("v1"),
		.is_attachable = { true, true },
		.create_date = { true, policy->created },
		.update_date = { true, policy->created },
	};
	LG_TRY(lg_iam_managed_arn(cx, policy, &ret->arn));
	ret->attachment_count = (struct lg_opt_int){ true, lg_iam_usage_attached(usage, ret->arn) };
	ret->permissions_boundary_usage_count =
		(struct lg_opt_int){ true, lg_iam_usage_bounds(usage, ret->arn) };
	return LG_OK;
}

lg_status
lg_iam_policy_get(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_iam_policy **ret)
{
	struct lg_iam_usage usage;
	struct lg_item_row row;
	struct lg_iam_policy *shown = lg_new(cx, struct lg_iam_policy);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_iam_policy_arn_check(cx, arn));
	const struct lg_managed_policy *managed = lg_iam_managed_find(arn);
	if (managed) {
		LG_TRY(lg_iam_usage_read(cx, env, &usage));
		LG_TRY(show_managed(cx, managed, &usage, shown));
		shown->description = managed->description;
	} else {
		LG_TRY(lg_iam_policy_own(cx, env, arn, &row));
		LG_TRY(lg_iam_usage_read(cx, env, &usage));
		LG_TRY(show_own(cx, env, &row, &usage, shown));
		const struct lg_rec_iam_policy *policy = row.record;
		shown->description = policy->description;
		LG_TRY(lg_iam_tags_show(cx, &policy->tags, &shown->tags));
	}
	*ret = shown;
	return LG_OK;
}

/* ---- lists ---- */

static int
by_name(const void *left, const void *right)
{
	const struct lg_iam_policy *a = left, *b = right;
	const int order = lg_str_cmp(a->policy_name, b->policy_name);
	return order ? order : lg_str_cmp(a->arn, b->arn);
}

static bool
is_wanted(const struct lg_iam_list_policies_request *in, const struct lg_iam_policy *policy)
{
	const bool bound = lg_str_eq(in->policy_usage_filter, LG_IAM_POLICY_USAGE_TYPE_PERMISSIONS_BOUNDARY);
	if (lg_str_present(in->path_prefix) && !lg_str_starts(policy->path, in->path_prefix))
		return false;
	return !in->only_attached.v || policy->attachment_count.v > 0 ||
	       (bound && policy->permissions_boundary_usage_count.v > 0);
}

static lg_status
collect(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_list_policies_request *in,
	struct lg_iam_policy **ret, size_t *ret_count)
{
	struct lg_iam_usage usage;
	struct lg_item_row *rows = NULL;
	size_t row_count = 0, count = 0;
	LG_TRY(lg_iam_usage_read(cx, env, &usage));
	if (!lg_str_eq(in->scope, LG_IAM_POLICY_SCOPE_TYPE_AWS))
		LG_TRY(lg_iam_read_all(cx, env, LG_IAM_POLICY, in->path_prefix, &rows, &row_count));
	struct lg_iam_policy *all =
		lg_new_array(cx, struct lg_iam_policy, row_count + lg_managed_policy_count);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < row_count; i++) {
		LG_TRY(show_own(cx, env, &rows[i], &usage, &all[count]));
		count += is_wanted(in, &all[count]);
	}
	for (size_t i = 0; i < lg_managed_policy_count; i++) {
		if (lg_str_eq(in->scope, LG_IAM_POLICY_SCOPE_TYPE_LOCAL))
			break;
		LG_TRY(show_managed(cx, &lg_managed_policies[i], &usage, &all[count]));
		count += is_wanted(in, &all[count]);
	}
	qsort(all, count, sizeof(*all), by_name);
	*ret = all;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_iam_policy_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_list_policies_request *in,
	struct lg_iam_list_policies_response *ret)
{
	struct lg_iam_policy *all;
	size_t count;
	LG_TRY(collect(cx, env, in, &all, &count));
	lg_str *names = lg_new_array(cx, lg_str, count);
	if (!names)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* One name may be the account's and AWS's. */
	for (size_t i = 0; i < count; i++)
		LG_TRY(lg_str_fmt(
			cx, &names[i], "%.*s %.*s", LG_FMT(all[i].policy_name), LG_FMT(all[i].arn)));
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_page(cx, names, count, &page));
	ret->policies = (struct lg_iam_policy_list_type){
		.items = all + page.from, .count = page.count, .has = true
	};
	ret->is_truncated = page.is_truncated;
	ret->marker = page.next;
	return LG_OK;
}

/* ---- made and deleted ---- */

static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_create_policy_request *in)
{
	struct lg_item_row there;
	int64_t count;
	LG_TRY(lg_iam_document_check(cx, env, in->policy_document));
	if (lg_policy_size(in->policy_document) > LG_POLICY_MAX_MANAGED)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED, "Cannot exceed quota for PolicySize: %zu",
			LG_POLICY_MAX_MANAGED);
	const lg_status s = lg_iam_read(cx, env, LG_IAM_POLICY, in->policy_name, &there);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_ENTITY_ALREADY_EXISTS,
			"A policy called %.*s already exists. Duplicate names are not allowed.",
			LG_FMT(in->policy_name));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(lg_iam_count(cx, env, LG_IAM_POLICY, &count));
	return lg_quota_check_entity(cx, env, LG_QUOTA_IAM_POLICIES, count + 1);
}

lg_status
lg_iam_policy_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_create_policy_request *in,
	struct lg_iam_policy **ret)
{
	LG_TRY(check_new(cx, env, in));
	struct lg_rec_iam_version version = {
		.number = { true, 1 }, .document = in->policy_document, .created = { true, cx->now }
	};
	struct lg_rec_iam_policy policy = {
		.name = in->policy_name,
		.path = lg_str_present(in->path) ? in->path : LG_STR("/"),
		.description = in->description,
		.current = { true, 1 },
		.newest = { true, 1 },
		.versions = { .items = &version, .count = 1, .has = true },
		.updated = { true, cx->now },
	};
	struct lg_item_row row;
	struct lg_iam_policy *shown = lg_new(cx, struct lg_iam_policy);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_iam_tags_put(cx, &in->tags, &policy.tags));
	LG_TRY(lg_iam_draw_id(cx, LG_STR("ANPA"), &policy.id));
	LG_TRY(lg_iam_new_row(cx, LG_IAM_POLICY, in->policy_name, &policy, &row));
	LG_TRY(lg_iam_write(cx, env, &row));
	LG_TRY(show_own(cx, env, &row, &(struct lg_iam_usage){ 0 }, shown));
	LG_TRY(lg_iam_tags_show(cx, &policy.tags, &shown->tags));
	*ret = shown;
	return LG_OK;
}

lg_status
lg_iam_policy_delete(struct lg_ctx *cx, struct lg_env *env, lg_str arn)
{
	struct lg_item_row row;
	struct lg_iam_usage usage;
	struct lg_batch *batch;
	LG_TRY(lg_iam_policy_own(cx, env, arn, &row));
	LG_TRY(lg_iam_usage_read(cx, env, &usage));
	if (lg_iam_usage_attached(&usage, arn) || lg_iam_usage_bounds(&usage, arn))
		return lg_fail(cx, LG_E_DELETE_CONFLICT, "Cannot delete a policy attached to entities.");
	const struct lg_rec_iam_policy *policy = row.record;
	if (policy->versions.count > 1)
		return lg_fail(cx, LG_E_DELETE_CONFLICT,
			"This policy has more than one version. Before you delete a policy, you must delete "
			"the policy's versions. The default version is deleted with the policy.");
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, &row);
	return lg_iam_commit(env, batch);
}
