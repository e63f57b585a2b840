#include "domain/identity/login.h"

#include "domain/identity/login_verify.h"

/* The ARN in the list whose end is this name; absent when there is none. */
static lg_str
arn_of(const struct lg_settings *settings, const struct lg_str_list *arns, lg_str name)
{
	for (size_t i = 0; i < arns->count; i++)
		if (lg_str_eq(
			    lg_login_iam_provider(settings, LG_STR("oidc-provider"), arns->items[i]), name))
			return arns->items[i];
	return LG_STR_NONE;
}

static lg_status
verify(struct lg_ctx *cx, const struct lg_login_claim *claim, struct lg_login *ret)
{
	const struct lg_ci_identity_pool *type = claim->pool->type;
	const struct lg_settings *settings = claim->env->settings;
	if (lg_str_eq(claim->name, LG_LOGIN_OWN))
		return lg_login_invalid(cx, "Can't pass in a Cognito token.");

	const lg_str user_pool = lg_login_user_pool(settings, claim->name);
	if (lg_str_present(user_pool))
		return lg_login_of_user_pool(cx, claim, user_pool, ret);
	const lg_str app = lg_str_map_get(&type->supported_login_providers, claim->name);
	if (lg_str_present(app))
		return lg_login_of_social(cx, claim, lg_login_social(claim->name), app, ret);
	if (lg_str_list_has(&type->saml_provider_arns, claim->name))
		return lg_login_of_saml(cx, claim, claim->name, ret);
	const lg_str arn = arn_of(settings, &type->open_id_connect_provider_arns, claim->name);
	if (lg_str_present(arn))
		return lg_login_of_oidc(cx, claim, arn, ret);
	return lg_login_unsupported(cx);
}

lg_status
lg_login_developer(
	struct lg_ctx *cx, const struct lg_identity_pool *pool, lg_str user_id, struct lg_login *ret)
{
	struct lg_login login = {
		.provider = pool->type->developer_provider_name, .user_id = user_id, .developer = true
	};
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("developer "), login.provider }, 2, &login.scope));
	LG_TRY(lg_str_concat(cx,
		(const lg_str[]){ login.provider, LG_STR(":"), pool->id, LG_STR(":"), user_id }, 5,
		&login.proof));
	*ret = login;
	return LG_OK;
}

/* One user pool may have been named in two ways: the same user is one login, two users are too many. */
static lg_status
add(struct lg_ctx *cx, struct lg_logins *logins, const struct lg_login *login)
{
	for (size_t i = 0; i < logins->count; i++) {
		const struct lg_login *other = &logins->items[i];
		if (!lg_str_eq(other->scope, login->scope))
			continue;
		if (lg_str_eq(other->user_id, login->user_id))
			return LG_OK;
		return lg_fail(cx, LG_E_RESOURCE_CONFLICT, "Logins hold different users of %.*s.",
			LG_FMT(login->provider));
	}
	logins->items[logins->count++] = *login;
	return LG_OK;
}

lg_status
lg_logins_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	const struct lg_str_map *logins, unsigned use, struct lg_logins *ret)
{
	const lg_str developer = pool->type->developer_provider_name;
	struct lg_logins all = { .items = lg_new_array(cx, struct lg_login, logins->count) };
	if (!all.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < logins->count; i++) {
		const struct lg_login_claim claim = {
			.env = env,
			.pool = pool,
			.name = logins->items[i].key,
			.token = logins->items[i].value,
			.stand = (use & LG_LOGINS_STAND) != 0,
		};
		struct lg_login login;
		const bool named = lg_str_present(developer) && lg_str_eq(claim.name, developer);
		if (named && !(use & LG_LOGINS_DEVELOPER))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "Please provide a valid public provider");
		if (named)
			LG_TRY(lg_login_developer(cx, pool, claim.token, &login));
		else
			LG_TRY(verify(cx, &claim, &login));
		LG_TRY(add(cx, &all, &login));
	}
	*ret = all;
	return LG_OK;
}
