/*
 * identity_roles.h - the roles of an identity pool, and which of them whose token gets
 * (spec/identity-pools.md 6.1).
 */
#ifndef LG_DOMAIN_IDENTITY_ROLES_H
#define LG_DOMAIN_IDENTITY_ROLES_H

#include "domain/identity/identity_pool.h"

/*
 * All of it is replaced. LG_E_INVALID_PARAMETER: no role's ARN, a mapping for a provider that the pool has
 * not, or one that lacks what its type needs. LG_E_RESOURCE_NOT_FOUND. LG_E_CONFLICT: call again.
 */
LG_MUST lg_status lg_identity_roles_set(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_set_identity_pool_roles_input *in);
LG_MUST lg_status lg_identity_roles_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_ci_get_identity_pool_roles_response *ret);

#endif
