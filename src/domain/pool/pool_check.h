/*
 * pool_check.h - what the settings of a pool must be, beyond the limits of single members
 * (spec/user-pools.md 3).
 */
#ifndef LG_DOMAIN_POOL_CHECK_H
#define LG_DOMAIN_POOL_CHECK_H

#include "gen/rec_types.h"

/* Settings that somebody wants a pool to have. */
struct lg_pool_draft {
	const struct lg_idp_user_pool_type
		*type; /* as asked for: omitted members are absent; the schema is complete */
	const struct lg_rec_pool *current;        /* NULL while the pool is being made */
};

/*
 * The first rule that is broken: mostly LG_E_INVALID_PARAMETER; LG_E_FEATURE_UNAVAILABLE_IN_TIER,
 * LG_E_TIER_CHANGE_NOT_ALLOWED, LG_E_USER_POOL_TAGGING.
 */
LG_MUST lg_status lg_pool_check(struct lg_ctx *cx, const struct lg_pool_draft *draft);

/* The part of it about tags: LG_E_USER_POOL_TAGGING; LG_E_INVALID_PARAMETER for a setting of ours. */
LG_MUST lg_status lg_pool_check_tags(struct lg_ctx *cx, const struct lg_str_map *tags);

/* Feature plans, lowest first. An absent name is ESSENTIALS. */
enum lg_tier { LG_TIER_LITE, LG_TIER_ESSENTIALS, LG_TIER_PLUS };
enum lg_tier lg_tier_of(lg_str name);

/* LG_E_FEATURE_UNAVAILABLE_IN_TIER unless the pool's plan is `least` or better. */
LG_MUST lg_status lg_tier_require(struct lg_ctx *cx, lg_str tier, enum lg_tier least, const char *feature);

/* Rules of messages and their delivery; a part of lg_pool_check (pool_check_messages.c). */
LG_MUST lg_status lg_pool_check_templates(struct lg_ctx *cx, const struct lg_pool_draft *draft);
LG_MUST lg_status lg_pool_check_invitation(struct lg_ctx *cx, const struct lg_pool_draft *draft);
LG_MUST lg_status lg_pool_check_email(struct lg_ctx *cx, const struct lg_pool_draft *draft);
LG_MUST lg_status lg_pool_check_sms(struct lg_ctx *cx, const struct lg_pool_draft *draft);

/* First factors go together with each other and with required MFA; a part of lg_pool_check. */
LG_MUST lg_status lg_pool_check_factors(struct lg_ctx *cx, const struct lg_pool_draft *draft);

/* The first factors that users may choose; "PASSWORD" alone when nothing is said. */
bool lg_pool_allows_factor(const struct lg_idp_user_pool_type *type, lg_str factor);

#endif
