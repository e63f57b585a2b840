/*
 * role_choice.h - which role an identity gets (spec/identity-pools.md 6.2).
 */
#ifndef LG_DOMAIN_ROLE_CHOICE_H
#define LG_DOMAIN_ROLE_CHOICE_H

#include "domain/identity/login.h"

/* For whom. */
struct lg_role_wish {
	bool guest;
	const struct lg_logins *logins; /* of this call */
	lg_str custom; /* CustomRoleArn; absent = none */
};

/*
 * LG_E_NOT_AUTHORIZED: the mapping's rules deny it, or the role that was asked for is none of his.
 * LG_E_INVALID_IDENTITY_POOL_CONFIGURATION: the pool has no role for him.
 */
LG_MUST lg_status lg_role_choose(struct lg_ctx *cx, const struct lg_settings *settings,
	const struct lg_identity_pool *pool, const struct lg_role_wish *wish, lg_str *ret);

/* LG_E_INVALID_IDENTITY_POOL_CONFIGURATION with its one text. */
LG_MUST lg_status lg_role_unusable(struct lg_ctx *cx);

#endif
