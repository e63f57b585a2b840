#include "domain/iam/iam_policy.h"

#include "domain/iam/iam_document.h"
#include "domain/iam/iam_managed.h"
#include "domain/iam/iam_tags.h"

const struct lg_rec_iam_version *
lg_iam_version_find(const struct lg_rec_iam_policy *policy, int64_t number)
{
	for (size_t i = 0; i < policy->versions.count; i++)
		if (policy->versions.items[i].number.v == number)
			return &policy->versions.items[i];
	return NULL;
}

/* "v12"; 0 when it is none that we make. */
static int64_t
number_of(lg_str version_id)
{
	uint64_t number;
	if (!lg_str_to_uint(lg_str_slice(version_id, 1, version_id.len), INT64_MAX, &number))
		return 0;
	return (int64_t)number;
}

static lg_status
no_version(struct lg_ctx *cx, lg_str arn, lg_str version_id)
{
	return lg_fail(cx, LG_E_NO_SUCH_ENTITY,
		"Policy %.*s version %.*s does not exist or is not attachable.", LG_FMT(arn),
		LG_FMT(version_id));
}

/* The policy's row, and its version, which is there. */
static lg_status
find(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id, struct lg_item_row *ret,
	const struct lg_rec_iam_version **ret_version)
{
	LG_TRY(lg_iam_policy_own(cx, env, arn, ret));
	*ret_version = lg_iam_version_find(ret->record, number_of(version_id));
	return *ret_version ? LG_OK : no_version(cx, arn, version_id);
}

static lg_status
show(struct lg_ctx *cx, const struct lg_rec_iam_policy *policy, const struct lg_rec_iam_version *version,
	struct lg_iam_policy_version *ret)
{
	*ret = (struct lg_iam_policy_version){
		.is_default_version = { true, policy->current.v == version->number.v },
		.create_date = version->created,
	};
	return lg_str_fmt(cx, &ret->version_id, "v%lld", (long long)version->number.v);
}

static lg_status
add_version(struct lg_ctx *cx, struct lg_rec_iam_policy *policy, lg_str document,
	const struct lg_rec_iam_version **ret)
{
	const size_t count = policy->versions.count;
	struct lg_rec_iam_version *all = lg_new_array(cx, struct lg_rec_iam_version, count + 1);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		all[i] = policy->versions.items[i];
	policy->newest.v++;
	all[count] = (struct lg_rec_iam_version){
		.number = policy->newest, .document = document, .created = { true, cx->now }
	};
	policy->versions.items = all;
	policy->versions.count = count + 1;
	policy->updated = (struct lg_opt_time){ true, cx->now };
	*ret = &all[count];
	return LG_OK;
}

lg_status
lg_iam_version_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_policy_version_request *in, struct lg_iam_policy_version **ret)
{
	struct lg_item_row row;
	const struct lg_rec_iam_version *version;
	struct lg_iam_policy_version *shown = lg_new(cx, struct lg_iam_policy_version);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_iam_policy_own(cx, env, in->policy_arn, &row));
	struct lg_rec_iam_policy *policy = row.record;
	LG_TRY(lg_iam_document_check(cx, env, in->policy_document));
	if (lg_policy_size(in->policy_document) > LG_POLICY_MAX_MANAGED)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED, "Cannot exceed quota for PolicySize: %zu",
			LG_POLICY_MAX_MANAGED);
	if (policy->versions.count >= LG_IAM_VERSIONS_MAX)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED,
			"A managed policy can have up to %d versions. Before you create a new version, you "
			"must delete an existing version.",
			LG_IAM_VERSIONS_MAX);
	LG_TRY(add_version(cx, policy, in->policy_document, &version));
	if (in->set_as_default.v)
		policy->current = version->number;
	LG_TRY(lg_iam_write(cx, env, &row));
	LG_TRY(show(cx, policy, version, shown));
	*ret = shown;
	return LG_OK;
}

static lg_status
get_managed(struct lg_ctx *cx, const struct lg_managed_policy *policy, lg_str arn, lg_str version_id,
	struct lg_iam_policy_version *ret)
{
	if (number_of(version_id) != 1)
		return no_version(cx, arn, version_id);
	*ret = (struct lg_iam_policy_version){
		.version_id = LG_STR("v1"),
		.is_default_version = { true, true },
		.create_date = { true, policy->created },
	};
	return lg_iam_document_show(cx, policy->document, &ret->document);
}

lg_status
lg_iam_version_get(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id,
	struct lg_iam_policy_version **ret)
{
	const struct lg_managed_policy *managed = lg_iam_managed_find(arn);
	const struct lg_rec_iam_version *version;
	struct lg_item_row row;
	*ret = lg_new(cx, struct lg_iam_policy_version);
	if (!*ret)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (managed)
		return get_managed(cx, managed, arn, version_id, *ret);
	LG_TRY(find(cx, env, arn, version_id, &row, &version));
	LG_TRY(show(cx, row.record, version, *ret));
	return lg_iam_document_show(cx, version->document, &(*ret)->document);
}

static lg_status
list_managed(struct lg_ctx *cx, const struct lg_managed_policy *policy,
	struct lg_iam_list_policy_versions_response *ret)
{
	struct lg_iam_policy_version *shown = lg_new(cx, struct lg_iam_policy_version);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*shown = (struct lg_iam_policy_version){
		.version_id = LG_STR("v1"),
		.is_default_version = { true, true },
		.create_date = { true, policy->created },
	};
	ret->versions.items = shown;
	ret->versions.count = 1;
	ret->versions.has = true;
	ret->is_truncated = (struct lg_opt_bool){ true, false };
	return LG_OK;
}

/* The newest first. */
lg_status
lg_iam_version_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_policy_versions_request *in,
	struct lg_iam_list_policy_versions_response *ret)
{
	const struct lg_managed_policy *managed = lg_iam_managed_find(in->policy_arn);
	if (managed)
		return list_managed(cx, managed, ret);
	struct lg_item_row row;
	LG_TRY(lg_iam_policy_own(cx, env, in->policy_arn, &row));
	const struct lg_rec_iam_policy *policy = row.record;
	const size_t count = policy->versions.count;
	struct lg_iam_policy_version *shown = lg_new_array(cx, struct lg_iam_policy_version, count);
	lg_str *places = lg_new_array(cx, lg_str, count);
	if (!shown || !places)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_iam_version *version = &policy->versions.items[count - 1 - i];
		LG_TRY(show(cx, policy, version, &shown[i]));
		/* Descending numbers as ascending texts. */
		LG_TRY(lg_str_fmt(cx, &places[i], "%019lld", (long long)(INT64_MAX - version->number.v)));
	}
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_page(cx, places, count, &page));
	ret->versions.items = shown + page.from;
	ret->versions.count = page.count;
	ret->versions.has = true;
	ret->is_truncated = page.is_truncated;
	ret->marker = page.next;
	return LG_OK;
}

lg_status
lg_iam_version_delete(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id)
{
	struct lg_item_row row;
	const struct lg_rec_iam_version *version;
	LG_TRY(find(cx, env, arn, version_id, &row, &version));
	struct lg_rec_iam_policy *policy = row.record;
	if (policy->current.v == version->number.v)
		return lg_fail(cx, LG_E_DELETE_CONFLICT, "Cannot delete the default version of a policy.");
	const size_t at = (size_t)(version - policy->versions.items);
	for (size_t i = at + 1; i < policy->versions.count; i++)
		policy->versions.items[i - 1] = policy->versions.items[i];
	policy->versions.count--;
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_version_set_default(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id)
{
	struct lg_item_row row;
	const struct lg_rec_iam_version *version;
	LG_TRY(find(cx, env, arn, version_id, &row, &version));
	struct lg_rec_iam_policy *policy = row.record;
	policy->current = version->number;
	policy->updated = (struct lg_opt_time){ true, cx->now };
	return lg_iam_write(cx, env, &row);
}
