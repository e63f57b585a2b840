#include "domain/auth/auth_steps.h"

#include "domain/auth/device.h"

/* They have a say in every sign-in: while functions cannot be called, there is none without them. */
static const struct ask {
	lg_str name;
	enum lg_trigger trigger;
} asks[] = {
	{ LG_STR_INIT("PreAuthentication"), LG_TRIGGER_PRE_AUTHENTICATION },
	{ LG_STR_INIT("PostAuthentication"), LG_TRIGGER_POST_AUTHENTICATION },
	{ LG_STR_INIT("PreTokenGeneration"), LG_TRIGGER_PRE_TOKEN_GENERATION },
};

enum { ISSUE_SIGN_IN = 3 };

lg_status
lg_auth_triggers_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool)
{
	for (size_t i = 0; !env->functions && i < LG_LEN(asks); i++) {
		if (lg_trigger_is_set(pool, asks[i].trigger))
			return lg_auth_not_built(cx, "Trigger", asks[i].name, ISSUE_SIGN_IN);
	}
	return LG_OK;
}

struct lg_trigger_about
lg_auth_about(const struct lg_auth *auth, enum lg_trigger trigger)
{
	return (struct lg_trigger_about){ .trigger = trigger, .occasion = LG_STR("Authentication"),
		.pool = auth->call->pool, .client = auth->call->client, .user = auth->user };
}

const struct lg_str_map *
lg_auth_client_metadata(const struct lg_auth *auth)
{
	return lg_str_present(auth->call->challenge) ? auth->call->metadata : NULL;
}

lg_status
lg_auth_pre_authentication(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	const struct lg_trigger_about about = lg_auth_about(auth, LG_TRIGGER_PRE_AUTHENTICATION);
	if (!lg_trigger_is_set(about.pool, about.trigger))
		return LG_OK;
	struct lg_trigger_call call;
	const json_t *response;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	lg_trigger_map(call.json, LG_STR("validationData"), auth->call->metadata);
	lg_trigger_user_not_found(&call);
	return lg_trigger_invoke(cx, env, &call, &response);
}

lg_status
lg_auth_post_authentication(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	const struct lg_trigger_about about = lg_auth_about(auth, LG_TRIGGER_POST_AUTHENTICATION);
	if (!lg_trigger_is_set(about.pool, about.trigger))
		return LG_OK;
	const bool new_device = lg_pool_tracks_devices(about.pool) && !auth->device;
	struct lg_trigger_call call;
	const json_t *response;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	lg_json_pair_bool(call.json, LG_STR("newDeviceUsed"), new_device);
	lg_trigger_client_metadata(call.json, lg_auth_client_metadata(auth));
	return lg_trigger_invoke(cx, env, &call, &response);
}
