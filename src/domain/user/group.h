/*
 * group.h - groups of users (spec/user-pools.md 14).
 *
 * A membership names the group by an id of its own, so deleting a group is one row, and a group made again
 * under the same name has no members.
 */
#ifndef LG_DOMAIN_GROUP_H
#define LG_DOMAIN_GROUP_H

#include "domain/user/user.h"

/* LG_E_GROUP_EXISTS, LG_E_LIMIT_EXCEEDED. */
LG_MUST lg_status lg_group_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_group_request *in, struct lg_idp_group_type **ret);

/* The group of those who sign in with a provider, unless it is there already; no quota counts it. */
LG_MUST lg_status lg_group_add_of_provider(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_batch *batch, lg_str provider);

/* In the batch that makes him: the user belongs to it, if it is still there. */
LG_MUST lg_status lg_group_join_of_provider(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, struct lg_batch *batch, const struct lg_user *user, lg_str provider);

/* LG_E_RESOURCE_NOT_FOUND "Group not found.", here and below. */
LG_MUST lg_status lg_group_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, struct lg_idp_group_type **ret);
/* Members that are absent stay as they are. */
LG_MUST lg_status lg_group_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_group_request *in, struct lg_idp_group_type **ret);
LG_MUST lg_status lg_group_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name);
LG_MUST lg_status lg_group_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_groups_request *in, struct lg_idp_list_groups_response *ret);

/* Adding twice is once; removing somebody who is no member is fine. */
LG_MUST lg_status lg_group_add_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str name);
LG_MUST lg_status lg_group_remove_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str name);

/* The user's groups for his tokens: best precedence first (none is the weakest), then by name. One read. */
LG_MUST lg_status lg_groups_of_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_idp_group_list_type *ret);
LG_MUST lg_status lg_group_list_of_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_opt_int limit, lg_str token,
	struct lg_idp_group_list_type *ret, lg_str *ret_token);
LG_MUST lg_status lg_group_members(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_users_in_group_request *in,
	struct lg_idp_list_users_in_group_response *ret);

#endif
