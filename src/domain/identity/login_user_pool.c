#include "domain/identity/login_verify.h"

#include "domain/grant/id_token.h"
#include "domain/pool/pool.h"

/* The clients of this user pool whose tokens the identity pool takes. */
struct clients {
	lg_str *ids;
	const struct lg_ci_cognito_identity_provider **items;
	size_t count;
};

static lg_status
find_clients(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str pool_id, struct clients *ret)
{
	const struct lg_ci_cognito_identity_provider_list *list =
		&claim->pool->type->cognito_identity_providers;
	struct clients found = {
		.ids = lg_new_array(cx, lg_str, list->count),
		.items = lg_new_array(cx, const struct lg_ci_cognito_identity_provider *, list->count),
	};
	if (!found.ids || !found.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++) {
		const struct lg_ci_cognito_identity_provider *item = &list->items[i];
		if (!lg_str_eq(lg_login_user_pool(claim->env->settings, item->provider_name), pool_id))
			continue;
		found.ids[found.count] = item->client_id;
		found.items[found.count++] = item;
	}
	*ret = found;
	return LG_OK;
}

static lg_status
find_pool(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_pool **ret)
{
	const lg_status s = lg_pool_find(cx, env, pool_id, ret);
	return s.code == LG_E_RESOURCE_NOT_FOUND ? lg_login_invalid(cx, "Not a Cognito token.") : s;
}

/* Of the entry whose client the token is for. */
static bool
wants_check(const struct clients *clients, lg_str client_id)
{
	for (size_t i = 0; i < clients->count; i++)
		if (lg_str_eq(clients->ids[i], client_id) && clients->items[i]->server_side_token_check.v)
			return true;
	return false;
}

static lg_status
check_stands(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const json_t *claims)
{
	const lg_status s = lg_id_token_stands(cx, env, pool, claims);
	if (s.code != LG_E_REFUSED)
		return s;
	const lg_str why = lg_failure_text(cx, s.code);
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid login token. %.*s", LG_FMT(why));
}

lg_status
lg_login_of_user_pool(
	struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str pool_id, struct lg_login *ret)
{
	struct clients clients = { 0 };
	LG_TRY(find_clients(cx, claim, pool_id, &clients));
	if (!clients.count)
		return lg_login_unsupported(cx);
	const struct lg_pool *pool;
	LG_TRY(find_pool(cx, claim->env, pool_id, &pool));

	struct lg_jws jws;
	LG_TRY(lg_login_read_jwt(cx, claim, &pool->issuer, 1, &jws));
	if (!lg_str_eq(lg_json_member_text(jws.claims, LG_STR("token_use")), LG_STR("id")))
		return lg_login_invalid(cx, "Not a Cognito token.");
	const lg_status s = lg_id_token_verify(cx, claim->env, pool, &jws);
	if (s.code == LG_E_MISMATCH)
		return lg_login_invalid(cx, "Couldn't verify signed token.");
	LG_TRY(s);
	struct lg_login login = { .user_pool = true, .claims = jws.claims };
	if (!lg_login_audience(jws.claims, clients.ids, clients.count, &login.audience))
		return lg_login_unsupported(cx);
	LG_TRY(lg_login_check_times(cx, jws.claims));
	if (claim->stand && wants_check(&clients, login.audience))
		LG_TRY(check_stands(cx, claim->env, pool, jws.claims));

	LG_TRY(lg_login_user_pool_name(cx, pool_id, &login.provider));
	login.scope = login.provider;
	login.map = login.provider;
	login.user_id = lg_json_member_text(jws.claims, LG_STR("sub"));
	LG_TRY(lg_str_concat(cx,
		(const lg_str[]){ login.provider, LG_STR(":CognitoSignIn:"), login.user_id }, 3,
		&login.proof));
	LG_TRY(lg_str_concat(
		cx, (const lg_str[]){ login.provider, LG_STR(":"), login.audience }, 3, &login.mapping));
	*ret = login;
	return LG_OK;
}
