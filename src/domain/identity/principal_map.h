/*
 * principal_map.h - which claims of a provider's tokens become tags of the session: attributes for access
 * control (spec/identity-pools.md 9). A map is an item of the pool, named by its provider.
 */
#ifndef LG_DOMAIN_PRINCIPAL_MAP_H
#define LG_DOMAIN_PRINCIPAL_MAP_H

#include "domain/identity/identity_pool.h"

/*
 * LG_E_INVALID_PARAMETER: not a provider of the pool, or a tag that no session can have.
 * LG_E_RESOURCE_NOT_FOUND: no such pool. LG_E_CONFLICT: call again.
 */
LG_MUST lg_status lg_principal_map_set(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_set_principal_tag_attribute_map_input *in,
	struct lg_ci_set_principal_tag_attribute_map_response *ret);
/* LG_E_RESOURCE_NOT_FOUND: no such pool, or none was ever set for the provider. */
LG_MUST lg_status lg_principal_map_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	lg_str provider, struct lg_ci_get_principal_tag_attribute_map_response *ret);

/* All maps of a pool, for its snapshot. */
LG_MUST lg_status lg_principal_maps_load(struct lg_ctx *cx, struct lg_env *env, int64_t pool,
	const struct lg_principal_map **ret, size_t *ret_count);

#endif
