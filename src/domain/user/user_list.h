/*
 * user_list.h - ListUsers: users who meet one condition, page by page (spec/user-pools.md 12).
 *
 * A condition on what the pool keeps digests of (domain/user/search.h) reads its candidates only; any other
 * looks at everybody, within the limits of domain/user/user_scan.h.
 */
#ifndef LG_DOMAIN_USER_LIST_H
#define LG_DOMAIN_USER_LIST_H

#include "domain/user/user.h"

LG_MUST lg_status lg_user_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_users_request *in, struct lg_idp_list_users_response *ret);

#endif
