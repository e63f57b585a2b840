/*
 * provider_mapping.h - AttributeMapping of an identity provider: which attribute of a user comes from which
 * of the provider's (spec/federation.md 3.1).
 */
#ifndef LG_DOMAIN_PROVIDER_MAPPING_H
#define LG_DOMAIN_PROVIDER_MAPPING_H

#include "domain/pool/pool.h"
#include "domain/pool/provider_details.h"

/*
 * `sent` as it is to be stored: with the user name, which comes from the provider's subject and from nothing
 * else. LG_E_INVALID_PARAMETER for what is no attribute of the pool.
 */
LG_MUST lg_status lg_provider_mapping_make(struct lg_ctx *cx, const struct lg_pool *pool,
	const struct lg_provider_type *type, const struct lg_str_map *sent, struct lg_str_map *ret);

#endif
