/*
 * iam_attach.h - what is attached to whom: managed policies, permissions boundaries, and policies inside of
 * a role or user.
 */
#ifndef LG_DOMAIN_IAM_ATTACH_H
#define LG_DOMAIN_IAM_ATTACH_H

#include "domain/iam/iam_item.h"
#include "domain/iam/iam_tags.h"
#include "gen/iam_types.h"

#define LG_IAM_ATTACHED_MAX 10

/* The row of a role or user. LG_E_NO_SUCH_ENTITY "The role with name X cannot be found." */
LG_MUST lg_status lg_iam_entity_row(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, struct lg_item_row *ret);

/*
 * Attach, which may have been done before. LG_E_NO_SUCH_ENTITY for entity and policy; LG_E_VALIDATION: no
 * ARN of a policy; LG_E_ENTITY_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_iam_attach(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy_arn);
/* LG_E_NO_SUCH_ENTITY, also when it was not attached. */
LG_MUST lg_status lg_iam_detach(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy_arn);
LG_MUST lg_status lg_iam_attached(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name,
	lg_str path_prefix, struct lg_iam_page *page, struct lg_iam_attached_policies_list_type *ret);

/* Absent `policy_arn` takes the boundary away. Fails like lg_iam_attach. */
LG_MUST lg_status lg_iam_bound(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy_arn);
/*
 * Check that there is such a policy, and make the batch fail if it is deleted meanwhile. Fails like
 * lg_iam_attach.
 */
LG_MUST lg_status lg_iam_hold_policy(
	struct lg_ctx *cx, struct lg_env *env, lg_str policy_arn, struct lg_batch *batch);
/* As the API shows a boundary; NULL when there is none. */
LG_MUST lg_status lg_iam_boundary_show(struct lg_ctx *cx, const struct lg_rec_iam_entity *entity,
	struct lg_iam_attached_permissions_boundary **ret);

/*
 * A policy inside: put, replaced when it is there. LG_E_MALFORMED_POLICY_DOCUMENT,
 * LG_E_ENTITY_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_iam_inside_put(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy, lg_str document);
/* Its text, as the API shows it. LG_E_NO_SUCH_ENTITY, here and below. */
LG_MUST lg_status lg_iam_inside_get(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name,
	lg_str policy, lg_str *ret_name, lg_str *ret_policy, lg_str *ret_document);
LG_MUST lg_status lg_iam_inside_delete(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy);
LG_MUST lg_status lg_iam_inside_list(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name,
	struct lg_iam_page *page, struct lg_str_list *ret);

/* Who uses managed policies, of all roles and users. */
struct lg_iam_usage {
	struct lg_item_row *rows;
	size_t count;
};
LG_MUST lg_status lg_iam_usage_read(struct lg_ctx *cx, struct lg_env *env, struct lg_iam_usage *ret);
int64_t lg_iam_usage_attached(const struct lg_iam_usage *usage, lg_str policy_arn);
int64_t lg_iam_usage_bounds(const struct lg_iam_usage *usage, lg_str policy_arn);

LG_MUST lg_status lg_iam_entities_of_policy(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_entities_for_policy_request *in,
	struct lg_iam_list_entities_for_policy_response *ret);

#endif
