/*
 * pool_admin.h - user pools made, read, replaced, deleted and listed (spec/user-pools.md 3).
 *
 * A pool's record holds UserPoolType as DescribeUserPool shows it, defaults filled in and the whole schema
 * in SchemaAttributes (names as in tokens: "custom:x", "dev:custom:x"); dates and the number of users are
 * added when it is read. Every write drops the snapshots of this node. LG_E_CONFLICT: changed since it was
 * read, call again. LG_E_USER_IMPORT_IN_PROGRESS: nothing changes while users are imported.
 */
#ifndef LG_DOMAIN_POOL_ADMIN_H
#define LG_DOMAIN_POOL_ADMIN_H

#include "domain/pool/pool.h"

/* `fixed_id` is absent outside of the demo pool: "<region>_" and nine random characters. */
LG_MUST lg_status lg_pool_create(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_create_user_pool_request *in, lg_str fixed_id,
	struct lg_idp_user_pool_type **ret);

/* LG_E_RESOURCE_NOT_FOUND "User pool <id> does not exist.", here and below. */
LG_MUST lg_status lg_pool_describe(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_idp_user_pool_type **ret);

/*
 * What is omitted gets its default; what can only be chosen at creation stays, and so does an omitted name.
 */
LG_MUST lg_status lg_pool_update(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_update_user_pool_request *in);
LG_MUST lg_status lg_pool_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id);
LG_MUST lg_status lg_pool_add_attributes(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_add_custom_attributes_request *in);

/* A pool as it is stored now. */
LG_MUST lg_status lg_pool_row_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_pool_row *ret);
/* Its settings as they are in `row` now. */
LG_MUST lg_status lg_pool_row_write(struct lg_ctx *cx, struct lg_env *env, struct lg_pool_row *row);
/* Put `tags` in place of those that the row has: the rules of lg_pool_update for them. */
LG_MUST lg_status lg_pool_tags_write(struct lg_ctx *cx, struct lg_env *env, struct lg_pool_row *row,
	const struct lg_str_map *tags);

/* The pools of one region, by id. */
LG_MUST lg_status lg_pool_list(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_list_user_pools_request *in, struct lg_idp_list_user_pools_response *ret);

#endif
