/*
 * replica.h - further regions in which a pool answers (docs/DIFFERENCES.md).
 *
 * Every node works on the same store, so there is nothing to copy: an active replica lets signed calls of
 * its region name the pool. The pool's own region is its primary and is never stored.
 */
#ifndef LG_DOMAIN_REPLICA_H
#define LG_DOMAIN_REPLICA_H

#include "domain/pool/pool.h"

/*
 * Shown as CREATING, active at once. LG_E_INVALID_PARAMETER: no region, one that is not served here, or one
 * that has the pool already; LG_E_FEATURE_UNAVAILABLE_IN_TIER, LG_E_USER_POOL_TAGGING, LG_E_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_replica_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_user_pool_replica_request *in,
	struct lg_idp_user_pool_replica_type **ret);

/* The primary first. */
LG_MUST lg_status lg_replica_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_pool_replicas_request *in,
	struct lg_idp_list_user_pool_replicas_response *ret);

/* LG_E_RESOURCE_NOT_FOUND; LG_E_INVALID_PARAMETER for the primary. */
LG_MUST lg_status lg_replica_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_user_pool_replica_request *in,
	struct lg_idp_user_pool_replica_type **ret);
/* Shown as DELETING, gone at once. */
LG_MUST lg_status lg_replica_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str region, struct lg_idp_user_pool_replica_type **ret);

/* Does the pool, whose own region is another, answer in `region`? False, too, when it does not exist. */
LG_MUST lg_status lg_replica_answers(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str region, bool *ret);

/* The replica of the pool that this ARN names. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_replica_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *pool,
	lg_str arn, struct lg_item_row *ret);
/* Replace its tags. LG_E_USER_POOL_TAGGING. */
LG_MUST lg_status lg_replica_tags_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *replica, const struct lg_str_map *tags);

/* Has the pool replicas, active or not? */
LG_MUST lg_status lg_replica_any(struct lg_ctx *cx, struct lg_env *env, int64_t pool, bool *ret);

#endif
