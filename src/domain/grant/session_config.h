/*
 * session_config.h - whether sessions of a pool's users are tracked, and how many a user may have
 * (spec/user-pools.md 3.2).
 *
 * Every setting of a call replaces the former one. What was never set reads as its default.
 */
#ifndef LG_DOMAIN_SESSION_CONFIG_H
#define LG_DOMAIN_SESSION_CONFIG_H

#include "domain/pool/pool.h"

/* Are they tracked? `*ret_max` is how many of one user. */
bool lg_session_tracking(const struct lg_rec_pool *settings, int64_t *ret_max);

/*
 * LG_E_RESOURCE_NOT_FOUND, LG_E_FEATURE_UNAVAILABLE_IN_TIER. LG_E_CONFLICT: changed since it was read, call
 * again.
 */
LG_MUST lg_status lg_session_config_set(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_set_user_pool_session_configuration_request *in,
	struct lg_idp_set_user_pool_session_configuration_response *ret);
LG_MUST lg_status lg_session_config_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_idp_get_user_pool_session_configuration_response *ret);

/*
 * How long a client goes on with somebody's browser session. LG_E_OPERATION_NOT_ENABLED while the pool does
 * not track: what is set is kept then, and read.
 */
LG_MUST lg_status lg_session_config_set_client(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_set_user_pool_client_session_configuration_request *in,
	struct lg_idp_set_user_pool_client_session_configuration_response *ret);
LG_MUST lg_status lg_session_config_get_client(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	lg_str client_id, struct lg_idp_get_user_pool_client_session_configuration_response *ret);

/* LG_E_TIER_CHANGE_NOT_ALLOWED when the pool tracks: LITE cannot. */
LG_MUST lg_status lg_session_config_check_lite(struct lg_ctx *cx, const struct lg_rec_pool *settings);

#endif
