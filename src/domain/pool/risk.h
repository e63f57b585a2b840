/*
 * risk.h - what threat protection is to do, for a pool or one of its app clients
 * (spec/messages-and-threats.md 4).
 *
 * A client's configuration overrides that of the pool as a whole.
 */
#ifndef LG_DOMAIN_RISK_H
#define LG_DOMAIN_RISK_H

#include "domain/pool/pool.h"

bool lg_protection_is_on(const struct lg_pool *pool);
/* LG_E_USER_POOL_ADD_ON_NOT_ENABLED unless the pool's AdvancedSecurityMode is AUDIT or ENFORCED. */
LG_MUST lg_status lg_protection_require(struct lg_ctx *cx, const struct lg_pool *pool);

/*
 * Replaces all of it: parts that are left out are gone. LG_E_INVALID_PARAMETER: weaker actions on higher
 * risk, a notice without sender, ranges that are not CIDR. LG_E_RESOURCE_NOT_FOUND: no such client.
 */
LG_MUST lg_status lg_risk_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_set_risk_configuration_request *in, struct lg_idp_risk_configuration_type **ret);

/*
 * What was set for this client, or for the pool when `client_id` is absent; only the ids when nothing was.
 * LG_E_USER_POOL_ADD_ON_NOT_ENABLED, here and above, unless AdvancedSecurityMode is AUDIT or ENFORCED.
 */
LG_MUST lg_status lg_risk_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, struct lg_idp_risk_configuration_type **ret);

#endif
