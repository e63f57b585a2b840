/*
 * identity_pool_check.h - what the settings of an identity pool must be beyond their shapes
 * (spec/identity-pools.md 1.4, 2).
 */
#ifndef LG_DOMAIN_IDENTITY_POOL_CHECK_H
#define LG_DOMAIN_IDENTITY_POOL_CHECK_H

#include "domain/env.h"
#include "gen/identity_types.h"

/* `current` is what the pool has; NULL = it is new. LG_E_INVALID_PARAMETER, LG_E_LIMIT_EXCEEDED. */
LG_MUST lg_status lg_identity_pool_check(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_identity_pool *type, const struct lg_ci_identity_pool *current);

/* LG_E_INVALID_PARAMETER: too many, or reserved. */
LG_MUST lg_status lg_identity_pool_check_tags(struct lg_ctx *cx, const struct lg_str_map *tags);

#endif
