/*
 * pool_tags.h - tags of a pool by its ARN (spec/user-pools.md 16). They are the same as UserPoolTags, so
 * our own settings among them change what the pool does (pool_settings.h). A replica has tags of its own.
 */
#ifndef LG_DOMAIN_POOL_TAGS_H
#define LG_DOMAIN_POOL_TAGS_H

#include "domain/env.h"
#include "gen/idp_types.h"

/*
 * The pool id in "arn:aws:cognito-idp:<region>:<account>:userpool/<pool id>", a view; absent when it is no
 * ARN of a pool.
 */
lg_str lg_pool_arn_id(lg_str arn);

/*
 * What each does again changes nothing. LG_E_INVALID_PARAMETER: no ARN of a pool, or tags that
 * UpdateUserPool would refuse. LG_E_RESOURCE_NOT_FOUND: no such pool, or in another account.
 */
LG_MUST lg_status lg_pool_tags_add(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_map *tags);
LG_MUST lg_status lg_pool_tags_remove(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_list *keys);
LG_MUST lg_status lg_pool_tags_list(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_str_map *ret);

#endif
