/*
 * log_delivery.h - where a pool's logs go (spec/messages-and-threats.md 5).
 */
#ifndef LG_DOMAIN_LOG_DELIVERY_H
#define LG_DOMAIN_LOG_DELIVERY_H

#include "domain/pool/pool.h"

/*
 * Replaces the list; an empty one turns delivery off. LG_E_INVALID_PARAMETER: levels, sources and
 * destinations that do not go together. LG_E_FEATURE_UNAVAILABLE_IN_TIER: events of users need PLUS.
 */
LG_MUST lg_status lg_log_delivery_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_log_configuration_list_type *list,
	struct lg_idp_log_delivery_configuration_type **ret);
LG_MUST lg_status lg_log_delivery_get(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_idp_log_delivery_configuration_type **ret);

/* Are events of users delivered, as only PLUS can? */
LG_MUST lg_status lg_log_delivery_exports_users(
	struct lg_ctx *cx, struct lg_env *env, int64_t pool, bool *ret);

#endif
