/*
 * iam_policy.h - managed policies: the account's own, with up to five versions, and those of AWS, which
 * nobody changes.
 */
#ifndef LG_DOMAIN_IAM_POLICY_H
#define LG_DOMAIN_IAM_POLICY_H

#include "domain/iam/iam_item.h"
#include "gen/iam_types.h"

#define LG_IAM_VERSIONS_MAX 5

/* The account's policy with this ARN. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_iam_policy_row(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret);

/* NULL when it has no such version. */
const struct lg_rec_iam_version *lg_iam_version_find(const struct lg_rec_iam_policy *policy, int64_t number);

/* LG_E_VALIDATION: the ARN of no policy at all. */
LG_MUST lg_status lg_iam_policy_arn_check(struct lg_ctx *cx, lg_str arn);

/*
 * LG_E_ENTITY_ALREADY_EXISTS, LG_E_MALFORMED_POLICY_DOCUMENT, LG_E_ENTITY_LIMIT_EXCEEDED,
 * LG_E_INVALID_INPUT.
 */
LG_MUST lg_status lg_iam_policy_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_policy_request *in, struct lg_iam_policy **ret);

/* LG_E_NO_SUCH_ENTITY "Policy <arn> was not found.", here and below. */
LG_MUST lg_status lg_iam_policy_get(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_iam_policy **ret);
LG_MUST lg_status lg_iam_policy_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_policies_request *in, struct lg_iam_list_policies_response *ret);
/* LG_E_DELETE_CONFLICT: attached, a boundary, or with more than its default version. */
LG_MUST lg_status lg_iam_policy_delete(struct lg_ctx *cx, struct lg_env *env, lg_str arn);

LG_MUST lg_status lg_iam_version_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_policy_version_request *in, struct lg_iam_policy_version **ret);
LG_MUST lg_status lg_iam_version_get(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id,
	struct lg_iam_policy_version **ret);
LG_MUST lg_status lg_iam_version_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_policy_versions_request *in,
	struct lg_iam_list_policy_versions_response *ret);
/* LG_E_DELETE_CONFLICT: it is the default. */
LG_MUST lg_status lg_iam_version_delete(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id);
LG_MUST lg_status lg_iam_version_set_default(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str version_id);

/* The row of a policy of the account, to be changed. LG_E_ACCESS_DENIED: it is one of AWS. */
LG_MUST lg_status lg_iam_policy_own(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret);

#endif
