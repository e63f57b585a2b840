/*
 * limit.h - requests a second that an account wants of a category of operations in a region
 * (spec/user-pools.md 3.3, 19).
 */
#ifndef LG_DOMAIN_LIMIT_H
#define LG_DOMAIN_LIMIT_H

#include "domain/env.h"
#include "gen/idp_types.h"

/* LG_E_INVALID_PARAMETER: the attributes are not one Category. LG_E_RESOURCE_NOT_FOUND: an unknown one. */
LG_MUST lg_status lg_limit_get(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_limit_definition_type *definition, struct lg_idp_limit_type **ret);

/*
 * LG_E_INVALID_PARAMETER: less than what is free of charge. LG_E_SERVICE_QUOTA_EXCEEDED: more than an
 * account can have.
 */
LG_MUST lg_status lg_limit_set(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_idp_limit_definition_type *definition, int64_t value,
	struct lg_idp_limit_type **ret);

#endif
