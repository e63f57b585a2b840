/*
 * pool_defaults.h - what a pool's settings are when nothing is said (spec/user-pools.md 3).
 */
#ifndef LG_DOMAIN_POOL_DEFAULTS_H
#define LG_DOMAIN_POOL_DEFAULTS_H

#include "gen/idp_types.h"

/*
 * Fill in the defaults and keep mirrored settings alike. `type` passed lg_pool_check; structures it shares
 * with a request are copied before they change.
 */
LG_MUST lg_status lg_pool_defaults(struct lg_ctx *cx, struct lg_idp_user_pool_type *type);

#endif
