/*
 * identity_pool.h - snapshots of identity pools: immutable, loaded on first use, swapped whole, as those of
 * user pools are (domain/pool/pool.h). Describe, Update and List read the store instead.
 */
#ifndef LG_DOMAIN_IDENTITY_POOL_H
#define LG_DOMAIN_IDENTITY_POOL_H

#include "domain/env.h"
#include "gen/identity_types.h"
#include "store/identity.h"

/* Which claims of a provider's tokens become session tags. */
struct lg_principal_map {
	lg_str provider;
	bool defaults;
	const struct lg_str_map *tags; /* tag -> claim */
};

struct lg_identity_pool {
	int64_t pool;
	lg_str id; /* "us-east-1:76c25234-b041-40f2-8ba4-caf538363b35" */
	lg_str region; /* before ':' */
	lg_str arn;
	int64_t version;
	const struct lg_ci_identity_pool *type; /* as DescribeIdentityPool shows it */
	const struct lg_str_map *roles;
	const struct lg_ci_role_mapping_map *mappings;
	const struct lg_principal_map *maps;
	size_t map_count;
};

LG_MUST lg_status lg_identity_pool_arn(
	struct lg_ctx *cx, const struct lg_settings *settings, lg_str pool_id, lg_str *ret);

/* LG_E_RESOURCE_NOT_FOUND "IdentityPool '<id>' not found." */
LG_MUST lg_status lg_identity_pool_find(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_identity_pool **ret);
/* LG_E_NOT_FOUND */
LG_MUST lg_status lg_identity_pool_find_number(
	struct lg_ctx *cx, struct lg_env *env, int64_t pool, const struct lg_identity_pool **ret);

/* For pool_load.c: `key` is an id or a number, everything lies in `cx`'s arena. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_identity_pool_load(
	struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_identity_pool **ret);

#endif
