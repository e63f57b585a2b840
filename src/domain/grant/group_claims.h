/*
 * group_claims.h - what tokens say about a user's groups (spec/user-pools.md 14, tokens.md 2).
 */
#ifndef LG_DOMAIN_GROUP_CLAIMS_H
#define LG_DOMAIN_GROUP_CLAIMS_H

#include "domain/user/user.h"

struct lg_group_claims {
	struct lg_str_list names; /* in the order of lg_groups_of_user: by precedence, then by name */
	struct lg_str_list roles; /* each once, in the same order */
	lg_str preferred_role;    /* of the best groups, when they agree; else absent */
};

LG_MUST lg_status lg_group_claims_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_group_claims *ret);

/* The same from groups that were read, best precedence first. */
LG_MUST lg_status lg_group_claims_make(struct lg_ctx *cx, const struct lg_idp_group_list_type *groups,
	struct lg_group_claims *ret);

#endif
