/*
 * user_list.h - ListUsers: pages of users in the order of their uid, filtered by one condition
 * (spec/user-pools.md 12).
 *
 * Conditions on digests (domain/search.h) read their candidates only. Any condition looks at no more than
 * 5,000 users a page and may return few or none with a token.
 */
#ifndef LG_DOMAIN_USER_LIST_H
#define LG_DOMAIN_USER_LIST_H

#include "domain/user.h"

#define LG_USER_LIST_SCAN 5000

LG_MUST lg_status lg_user_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_users_request *in, struct lg_idp_list_users_response *ret);

/*
 * UserType of a user: what AdminCreateUser, ListUsers and ListUsersInGroup return; `only` some attributes,
 * NULL = all.
 */
LG_MUST lg_status lg_user_type(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_str_list *only, struct lg_idp_user_type *ret);

#endif
