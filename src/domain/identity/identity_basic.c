#include "domain/identity/identity_basic.h"

#include "domain/iam/session_tags.h"
#include "domain/identity/identity_join.h"
#include "domain/identity/identity_token.h"

#define TOKEN_LIFE_S 600
#define DEVELOPER_TOKEN_LIFE_S 900

static lg_status
make_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *identity,
	const struct lg_logins *logins, const struct lg_str_map *tags, int64_t life_s, lg_str *ret)
{
	struct lg_identity_claims claims = {
		.sub = identity->id,
		.aud = identity->pool->id,
		.tags = *tags,
		.issued = cx->now,
		.expires = lg_time_add_ms(cx->now, life_s * LG_SECOND_MS),
	};
	LG_TRY(lg_identity_amr(cx, logins, &claims.amr));
	return lg_identity_token_make(cx, env, identity->pool, &claims, ret);
}

/* ---- GetOpenIdToken ---- */

static bool
allows_classic(const struct lg_settings *settings, const struct lg_identity_pool *pool)
{
	const struct lg_opt_bool *classic = &pool->type->allow_classic_flow;
	return classic->has ? classic->v : !settings->identity_classic_off;
}

static bool
names_saml(const struct lg_identity_pool *pool, const struct lg_str_map *logins)
{
	for (size_t i = 0; i < logins->count; i++)
		if (lg_str_list_has(&pool->type->saml_provider_arns, logins->items[i].key))
			return true;
	return false;
}

static lg_status
check_classic(struct lg_ctx *cx, const struct lg_settings *settings, const struct lg_identity_pool *pool,
	const struct lg_str_map *logins)
{
	if (!allows_classic(settings, pool))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Basic (classic) flow is not enabled, please use enhanced flow.");
	if (pool->mappings->count)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Basic (classic) flow is not supported with RoleMappings, please use enhanced "
			"flow.");
	if (names_saml(pool, logins))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Basic (classic) flow is not supported with SAML, please use enhanced flow.");
	return LG_OK;
}

lg_status
lg_identity_open_id_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_get_open_id_token_input *in, struct lg_ci_get_open_id_token_response *ret)
{
	struct lg_identity identity;
	struct lg_logins logins;
	struct lg_str_map tags;
	LG_TRY(lg_identity_read(cx, env, in->identity_id, &identity));
	LG_TRY(check_classic(cx, env->settings, identity.pool, &in->logins));
	LG_TRY(lg_identity_prove(cx, env, &identity, &in->logins, &logins));
	LG_TRY(lg_session_tags(cx, identity.pool, &logins, &tags));
	LG_TRY(make_token(cx, env, &identity, &logins, &tags, TOKEN_LIFE_S, &ret->token));
	ret->identity_id = identity.id;
	return LG_OK;
}

/* ---- GetOpenIdTokenForDeveloperIdentity ---- */

static lg_status
check_developer(struct lg_ctx *cx, const struct lg_identity_pool *pool, const struct lg_str_map *logins)
{
	const lg_str provider = pool->type->developer_provider_name;
	if (lg_str_present(provider) && lg_str_present(lg_str_map_get(logins, provider)))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"This identity pool does not support the specified developer provider");
}

/* Link the logins to the identity that the backend names. */
static lg_status
link_to(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, lg_str id,
	const struct lg_logins *logins, struct lg_identity *ret)
{
	struct lg_identity given;
	LG_TRY(lg_identity_read_in(cx, env, pool, id, &given));
	if (!given.row.head.enabled)
		return lg_identity_forbidden(cx, &given);
	const lg_status s = lg_identity_link(cx, env, &given, logins, ret);
	if (s.code != LG_E_EXISTS)
		return s;
	return lg_fail(cx, LG_E_DEVELOPER_USER_ALREADY_REGISTERED,
		"A login is linked to another identity than %.*s.", LG_FMT(id));
}

lg_status
lg_identity_developer_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_get_open_id_token_for_developer_identity_input *in,
	struct lg_ci_get_open_id_token_for_developer_identity_response *ret)
{
	const struct lg_identity_pool *pool;
	struct lg_logins logins;
	struct lg_identity identity;
	LG_TRY(lg_identity_pool_find(cx, env, in->identity_pool_id, &pool));
	LG_TRY(check_developer(cx, pool, &in->logins));
	LG_TRY(lg_session_tags_check(cx, &in->principal_tags));
	LG_TRY(lg_logins_verify(cx, env, pool, &in->logins, LG_LOGINS_DEVELOPER | LG_LOGINS_STAND, &logins));
	if (lg_str_present(in->identity_id))
		LG_TRY(link_to(cx, env, pool, in->identity_id, &logins, &identity));
	else
		LG_TRY(lg_identity_join(cx, env, pool, NULL, &logins, &identity));
	const int64_t life_s = in->token_duration.has ? in->token_duration.v : DEVELOPER_TOKEN_LIFE_S;
	LG_TRY(make_token(cx, env, &identity, &logins, &in->principal_tags, life_s, &ret->token));
	ret->identity_id = identity.id;
	return LG_OK;
}
