/*
 * iam_entity.h - a role or user with every policy that counts for it, as a snapshot: what decides what its
 * sessions and keys may do. A change counts at once here and within 300 ms elsewhere (DATA 8).
 */
#ifndef LG_DOMAIN_IAM_ENTITY_H
#define LG_DOMAIN_IAM_ENTITY_H

#include "domain/env.h"
#include "gen/rec_types.h"

/* A policy's text and what reasons call it: an ARN, or the name of one inside. */
struct lg_iam_policy_text {
	lg_str name;
	lg_str document;
};

struct lg_iam_entity {
	bool is_role;
	lg_str name;
	lg_str path;
	lg_str arn;
	lg_str id; /* AROA..., AIDA... */
	int64_t max_session_s; /* of a role */
	lg_str trust; /* of a role, as it stands now: whoever is gone is named by a former id */
	const struct lg_rec_iam_tag *tags;
	size_t tag_count;
	const struct lg_iam_policy_text *policies;
	size_t policy_count;
	bool has_boundary;
	struct lg_iam_policy_text boundary; /* without document: it is gone and allows nothing */
};

/* Live until the request ends. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_iam_role_find(
	struct lg_ctx *cx, struct lg_env *env, lg_str name, const struct lg_iam_entity **ret);
LG_MUST lg_status lg_iam_user_find(
	struct lg_ctx *cx, struct lg_env *env, lg_str name, const struct lg_iam_entity **ret);

/* For the cache: `kind` as in iam_item.h, key in lower case. */
LG_MUST lg_status lg_iam_entity_load(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str key, const struct lg_iam_entity **ret);

/* The text of a managed policy's default version, of the account's or of AWS. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_iam_managed_text(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_iam_policy_text *ret);

/*
 * A trust policy whose ARNs of this account mean whom they meant when it was saved: an ARN whose user or
 * role is gone, or was made again, is replaced by the former id, which nobody has.
 */
LG_MUST lg_status lg_iam_trust_text(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_iam_entity *role, lg_str *ret);

#endif
