/*
 * pool_schema.h - the schema of a pool as it is made and extended (spec/user-pools.md 5).
 *
 * Names are complete ("custom:tier", "dev:custom:risk"). Attributes are added, never changed or removed.
 */
#ifndef LG_DOMAIN_POOL_SCHEMA_H
#define LG_DOMAIN_POOL_SCHEMA_H

#include "gen/idp_types.h"

struct lg_env;

/* The standard attributes with the overrides in `asked`, and behind them its custom ones. */
LG_MUST lg_status lg_pool_schema_make(struct lg_ctx *cx, const struct lg_env *env,
	const struct lg_idp_schema_attributes_list_type *asked,
	struct lg_idp_schema_attributes_list_type *ret);

/* `schema` and the custom attributes in `added`. */
LG_MUST lg_status lg_pool_schema_extend(struct lg_ctx *cx, const struct lg_env *env,
	const struct lg_idp_schema_attributes_list_type *schema,
	const struct lg_idp_custom_attributes_list_type *added,
	struct lg_idp_schema_attributes_list_type *ret);

/* NULL when there is none of this complete name. */
const struct lg_idp_schema_attribute_type *lg_pool_schema_find(
	const struct lg_idp_schema_attributes_list_type *schema, lg_str name);

#endif
