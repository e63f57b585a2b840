/*
 * identity_pool_admin.h - identity pools made, read, replaced, deleted and listed
 * (spec/identity-pools.md 2).
 *
 * A pool's record holds the IdentityPool as it is shown. Every write drops the snapshots of this node.
 * LG_E_CONFLICT: changed since it was read, call again.
 */
#ifndef LG_DOMAIN_IDENTITY_POOL_ADMIN_H
#define LG_DOMAIN_IDENTITY_POOL_ADMIN_H

#include "domain/identity/identity_pool.h"

/*
 * LG_E_INVALID_PARAMETER: lg_identity_pool_check refuses it. LG_E_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_identity_pool_create(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_ci_create_identity_pool_input *in, struct lg_ci_identity_pool *ret);

/* LG_E_RESOURCE_NOT_FOUND "IdentityPool '<id>' not found.", here and below. */
LG_MUST lg_status lg_identity_pool_describe(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_ci_identity_pool *ret);

/*
 * All of it is replaced, but for tags that are omitted. The name of the developer's provider can be set
 * once.
 */
LG_MUST lg_status lg_identity_pool_update(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_identity_pool *in, struct lg_ci_identity_pool *ret);
LG_MUST lg_status lg_identity_pool_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id);

/* The pools of one region, by id. */
LG_MUST lg_status lg_identity_pool_list(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_ci_list_identity_pools_input *in, struct lg_ci_list_identity_pools_response *ret);

/* A pool as it is stored now, and its settings as they are in `row` now. */
LG_MUST lg_status lg_identity_pool_row_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_identity_pool_row *ret);
LG_MUST lg_status lg_identity_pool_row_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_identity_pool_row *row);

#endif
