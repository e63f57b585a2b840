/*
 * identity_pool_tags.h - tags of an identity pool by its ARN (spec/identity-pools.md 2). They are the same
 * as IdentityPoolTags.
 */
#ifndef LG_DOMAIN_IDENTITY_POOL_TAGS_H
#define LG_DOMAIN_IDENTITY_POOL_TAGS_H

#include "domain/env.h"

/* The pool id in the ARN, a view; absent when it is no ARN of an identity pool. */
lg_str lg_identity_pool_arn_id(lg_str arn);

/*
 * What each does again changes nothing. LG_E_INVALID_PARAMETER: no ARN of an identity pool, or tags that are
 * refused. LG_E_RESOURCE_NOT_FOUND: no such pool, or in another account.
 */
LG_MUST lg_status lg_identity_pool_tags_add(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_map *tags);
LG_MUST lg_status lg_identity_pool_tags_remove(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_list *keys);
LG_MUST lg_status lg_identity_pool_tags_list(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_str_map *ret);

#endif
