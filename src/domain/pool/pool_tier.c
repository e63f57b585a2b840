#include "domain/pool/pool_tier.h"

#include "domain/grant/session_config.h"
#include "domain/pool/client_admin.h"
#include "domain/pool/domain.h"
#include "domain/pool/log_delivery.h"
#include "domain/pool/pool_check.h"
#include "domain/pool/replica.h"

/* A client whose settings need ESSENTIALS holds the pool there. */
static lg_status
check_client(struct lg_ctx *cx, const struct lg_client_row *row, void *arg, bool *ret_stop)
{
	(void)arg;
	(void)ret_stop;
	const struct lg_idp_user_pool_client_type *client = row->settings.type;
	const struct lg_idp_refresh_token_rotation_type *rotation = client->refresh_token_rotation;
	if (!lg_str_list_has(
		    &client->explicit_auth_flows, LG_IDP_EXPLICIT_AUTH_FLOWS_TYPE_ALLOW_USER_AUTH) &&
		!(rotation && lg_str_eq(rotation->feature, LG_IDP_FEATURE_TYPE_ENABLED)))
		return LG_OK;
	return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
		"The tier can't be LITE while app client %.*s uses ALLOW_USER_AUTH or refresh token "
		"rotation.",
		LG_FMT(row->client_id));
}

lg_status
lg_pool_tier_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row, lg_str tier)
{
	const enum lg_tier from = lg_tier_of(row->settings.type->user_pool_tier);
	const enum lg_tier to = lg_tier_of(tier);
	if (to >= from)
		return LG_OK;
	bool used;
	LG_TRY(lg_log_delivery_exports_users(cx, env, row->pool, &used));
	if (used)
		return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
			"The tier must be PLUS while logs of userAuthEvents are delivered.");
	if (to > LG_TIER_LITE)
		return LG_OK;
	LG_TRY(lg_session_config_check_lite(cx, &row->settings));
	LG_TRY(lg_domain_check_lite(cx, env, row->settings.type));
	LG_TRY(lg_replica_any(cx, env, row->pool, &used));
	if (used)
		return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
			"The tier can't be LITE while the user pool has replicas.");
	return lg_client_each(cx, env, row->pool, LG_STR_NONE, check_client, NULL);
}
