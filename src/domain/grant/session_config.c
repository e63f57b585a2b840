#include "domain/grant/session_config.h"

#include "domain/pool/client_admin.h"
#include "domain/pool/pool_admin.h"
#include "domain/pool/pool_check.h"

#define DEFAULT_MAX_PER_USER 20
#define DEFAULT_VALIDITY_MINUTES 60

bool
lg_session_tracking(const struct lg_rec_pool *settings, int64_t *ret_max)
{
	const struct lg_idp_user_pool_token_session_config_type *limit = settings->token_session;
	*ret_max = limit && limit->max_per_user.has ? limit->max_per_user.v : DEFAULT_MAX_PER_USER;
	return lg_str_eq(settings->user_session_tracking, LG_IDP_USER_SESSION_TRACKING_TYPE_ENABLED);
}

lg_status
lg_session_config_check_lite(struct lg_ctx *cx, const struct lg_rec_pool *settings)
{
	int64_t max;
	if (!lg_session_tracking(settings, &max))
		return LG_OK;
	return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
		"The tier can't be LITE while sessions are tracked.");
}

static lg_status
check_tier(struct lg_ctx *cx, const struct lg_pool_row *row)
{
	return lg_tier_require(
		cx, row->settings.type->user_pool_tier, LG_TIER_ESSENTIALS, "session tracking");
}

/* ---- pools ---- */

lg_status
lg_session_config_set(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_set_user_pool_session_configuration_request *in,
	struct lg_idp_set_user_pool_session_configuration_response *ret)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, in->user_pool_id, &row));
	LG_TRY(check_tier(cx, &row));
	row.settings.user_session_tracking = in->user_session_tracking;
	row.settings.token_session = in->token_session;
	LG_TRY(lg_pool_row_write(cx, env, &row));

	ret->user_pool_id = row.pool_id;
	ret->user_session_tracking = in->user_session_tracking;
	ret->token_session = in->token_session;
	return LG_OK;
}

lg_status
lg_session_config_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_idp_get_user_pool_session_configuration_response *ret)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &row));
	struct lg_idp_user_pool_token_session_config_type *limit =
		lg_new(cx, struct lg_idp_user_pool_token_session_config_type);
	if (!limit)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	limit->max_per_user.has = true;
	const bool on = lg_session_tracking(&row.settings, &limit->max_per_user.v);

	ret->user_pool_id = row.pool_id;
	ret->user_session_tracking = on ? LG_IDP_USER_SESSION_TRACKING_TYPE_ENABLED
					: LG_IDP_USER_SESSION_TRACKING_TYPE_DISABLED;
	ret->token_session = limit;
	return LG_OK;
}

/* ---- clients ---- */

lg_status
lg_session_config_set_client(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_set_user_pool_client_session_configuration_request *in,
	struct lg_idp_set_user_pool_client_session_configuration_response *ret)
{
	struct lg_pool_row pool;
	struct lg_client_row row;
	int64_t max;
	LG_TRY(lg_pool_row_read(cx, env, in->user_pool_id, &pool));
	LG_TRY(lg_client_row_read(cx, env, pool.pool, in->client_id, &row));
	LG_TRY(check_tier(cx, &pool));
	if (!lg_session_tracking(&pool.settings, &max))
		return lg_fail(cx, LG_E_OPERATION_NOT_ENABLED,
			"Session tracking is not enabled for user pool %.*s.", LG_FMT(pool.pool_id));
	row.settings.sso_session = in->sso_session;
	LG_TRY(lg_client_row_write(cx, env, &row));

	ret->user_pool_id = pool.pool_id;
	ret->client_id = row.client_id;
	ret->sso_session = in->sso_session;
	return LG_OK;
}

lg_status
lg_session_config_get_client(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str client_id,
	struct lg_idp_get_user_pool_client_session_configuration_response *ret)
{
	struct lg_pool_row pool;
	struct lg_client_row row;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &pool));
	LG_TRY(lg_client_row_read(cx, env, pool.pool, client_id, &row));
	struct lg_idp_client_sso_session_config_type *limit =
		lg_new(cx, struct lg_idp_client_sso_session_config_type);
	if (!limit)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	limit->max_validity_minutes = (struct lg_opt_int){ true, DEFAULT_VALIDITY_MINUTES };
	if (row.settings.sso_session && row.settings.sso_session->max_validity_minutes.has)
		limit->max_validity_minutes = row.settings.sso_session->max_validity_minutes;

	ret->user_pool_id = pool.pool_id;
	ret->client_id = row.client_id;
	ret->sso_session = limit;
	return LG_OK;
}
