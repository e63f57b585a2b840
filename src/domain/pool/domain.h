/*
 * domain.h - where the pages of a pool are: a prefix of the server's own domain, a domain of the owner's, or
 * one of each (spec/oauth-endpoints.md 1).
 *
 * A host belongs to one pool of the server. The pool's settings name its domains, so every write changes
 * both rows, and the pool's epoch tells the other nodes.
 */
#ifndef LG_DOMAIN_DOMAIN_H
#define LG_DOMAIN_DOMAIN_H

#include "domain/pool/pool.h"

/*
 * LG_E_RESOURCE_NOT_FOUND "User pool <id> does not exist.", here and below. LG_E_INVALID_PARAMETER for a
 * host that is taken or reserved, or a second one of its kind; LG_E_LIMIT_EXCEEDED;
 * LG_E_FEATURE_UNAVAILABLE_IN_TIER for managed login below ESSENTIALS.
 */
LG_MUST lg_status lg_domain_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_create_user_pool_domain_request *in,
	struct lg_idp_create_user_pool_domain_response *ret);

/* An empty description when there is no such domain, or its pool is in another region. */
LG_MUST lg_status lg_domain_describe(struct lg_ctx *cx, struct lg_env *env, lg_str region, lg_str host,
	struct lg_idp_domain_description_type **ret);

/*
 * What is omitted stays. LG_E_INVALID_PARAMETER "No such domain or user pool exists.", also for a domain of
 * another pool.
 */
LG_MUST lg_status lg_domain_update(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_update_user_pool_domain_request *in,
	struct lg_idp_update_user_pool_domain_response *ret);
LG_MUST lg_status lg_domain_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str host);

/* LG_E_TIER_CHANGE_NOT_ALLOWED when a domain of the pool has managed login, which LITE has not. */
LG_MUST lg_status lg_domain_check_lite(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_user_pool_type *pool);

#endif
