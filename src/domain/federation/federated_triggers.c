#include "domain/federation/federated_triggers.h"

#include "domain/auth/trigger.h"

static const enum lg_trigger asked[] = { LG_TRIGGER_PRE_SIGN_UP, LG_TRIGGER_POST_CONFIRMATION,
	LG_TRIGGER_PRE_AUTHENTICATION, LG_TRIGGER_POST_AUTHENTICATION, LG_TRIGGER_PRE_TOKEN_GENERATION };

static bool
has_inbound(const struct lg_pool *pool)
{
	const struct lg_idp_lambda_config_type *config = pool->type->lambda_config;
	return config && config->inbound_federation && !lg_str_empty(config->inbound_federation->lambda_arn);
}

lg_status
lg_federated_triggers_check(struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool)
{
	bool all = !has_inbound(pool);
	for (size_t i = 0; !env->functions && i < LG_LEN(asked); i++)
		all = all && !lg_trigger_is_set(pool, asked[i]);
	if (all)
		return LG_OK;
	return lg_fail(cx, LG_E_NOT_IMPLEMENTED, "a trigger of sign-ins by providers cannot be asked");
}

/* Who comes by a provider brought no data to be validated, and has no device here. */
static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_trigger_about *about)
{
	struct lg_trigger_call call;
	const json_t *response;
	if (!lg_trigger_is_set(about->pool, about->trigger))
		return LG_OK;
	LG_TRY(lg_trigger_begin(cx, about, &call));
	if (about->trigger == LG_TRIGGER_PRE_AUTHENTICATION) {
		lg_trigger_map(call.json, LG_STR("validationData"), NULL);
		lg_trigger_user_not_found(&call);
	} else {
		lg_json_pair_bool(call.json, LG_STR("newDeviceUsed"), false);
	}
	return lg_trigger_invoke(cx, env, &call, &response);
}

lg_status
lg_federated_pre_authentication(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_user *user)
{
	return ask(cx, env,
		&(struct lg_trigger_about){ .trigger = LG_TRIGGER_PRE_AUTHENTICATION,
			.occasion = LG_STR("Authentication"), .pool = pool,
			.client = client, .user = user });
}

lg_status
lg_federated_post_authentication(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_user *user)
{
	return ask(cx, env,
		&(struct lg_trigger_about){ .trigger = LG_TRIGGER_POST_AUTHENTICATION,
			.occasion = LG_STR("Authentication"), .pool = pool,
			.client = client, .user = user });
}
