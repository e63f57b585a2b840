/* IAM, what would be decided, and how much there is: src/domain/iam/iam_simulate.h, iam_item.h. */
#include "gen/ops.h"

#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_policy.h"
#include "domain/iam/iam_simulate.h"
#include "domain/iam/iam_user.h"
#include "op/req.h"
#include "policy/policy.h"

lg_status
lg_op_iam_simulate_principal_policy(struct lg_req *rq,
	const struct lg_iam_simulate_principal_policy_request *in,
	struct lg_iam_simulate_policy_response *out)
{
	return lg_iam_simulate(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_simulate_custom_policy(struct lg_req *rq, const struct lg_iam_simulate_custom_policy_request *in,
	struct lg_iam_simulate_policy_response *out)
{
	const struct lg_iam_simulate_principal_policy_request same = {
		.policy_input_list = in->policy_input_list,
		.permissions_boundary_policy_input_list = in->permissions_boundary_policy_input_list,
		.action_names = in->action_names,
		.resource_arns = in->resource_arns,
		.resource_policy = in->resource_policy,
		.caller_arn = in->caller_arn,
		.context_entries = in->context_entries,
		.max_items = in->max_items,
		.marker = in->marker,
	};
	return lg_iam_simulate(rq->cx, rq->env, &same, out);
}

lg_status
lg_op_iam_get_account_summary(struct lg_req *rq, const struct lg_iam_get_account_summary_request *in,
	struct lg_iam_get_account_summary_response *out)
{
	(void)in;
	const struct {
		lg_str counted; /* a kind; absent: the number is fixed */
		lg_str key;
		int64_t number;
	} rows[] = {
		{ LG_IAM_USER, LG_IAM_SUMMARY_KEY_TYPE_USERS, 0 },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_USERS_QUOTA,
			lg_quota_most(rq->env, LG_QUOTA_IAM_USERS) },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_GROUPS, 0 },
		{ LG_IAM_POLICY, LG_IAM_SUMMARY_KEY_TYPE_POLICIES, 0 },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_POLICIES_QUOTA,
			lg_quota_most(rq->env, LG_QUOTA_IAM_POLICIES) },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_POLICY_SIZE_QUOTA, LG_POLICY_MAX_MANAGED },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_USER_POLICY_SIZE_QUOTA, LG_POLICY_MAX_USER_INLINE },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_VERSIONS_PER_POLICY_QUOTA, LG_IAM_VERSIONS_MAX },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_ATTACHED_POLICIES_PER_ROLE_QUOTA,
			LG_IAM_ATTACHED_MAX },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_ATTACHED_POLICIES_PER_USER_QUOTA,
			LG_IAM_ATTACHED_MAX },
		{ LG_STR_NONE, LG_IAM_SUMMARY_KEY_TYPE_ACCESS_KEYS_PER_USER_QUOTA, LG_IAM_KEYS_MAX },
	};
	struct lg_iam_summary_map_type_pair *pairs =
		lg_new_array(rq->cx, struct lg_iam_summary_map_type_pair, LG_LEN(rows));
	if (!pairs)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		pairs[i].key = rows[i].key;
		pairs[i].value = (struct lg_opt_int){ true, rows[i].number };
		if (lg_str_present(rows[i].counted))
			LG_TRY(lg_iam_count(rq->cx, rq->env, rows[i].counted, &pairs[i].value.v));
	}
	out->summary_map =
		(struct lg_iam_summary_map_type){ .items = pairs, .count = LG_LEN(rows), .has = true };
	return LG_OK;
}
