/*
 * pool_tier.h - what a pool uses and a lower feature plan does not have (spec/user-pools.md 3.1).
 */
#ifndef LG_DOMAIN_POOL_TIER_H
#define LG_DOMAIN_POOL_TIER_H

#include "domain/env.h"
#include "store/config.h"

/*
 * LG_E_TIER_CHANGE_NOT_ALLOWED when what other operations set up keeps the pool from going to `tier`. Moving
 * up, or staying, is always fine.
 */
LG_MUST lg_status lg_pool_tier_check(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row, lg_str tier);

#endif
