#include "oauth/introspect.h"

#include "domain/grant/grant.h"
#include "domain/grant/id_token.h"
#include "domain/grant/signing_keys.h"
#include "domain/grant/token_claims.h"

#define JSON_MAX ((size_t)64 * 1024)

static lg_status
nothing(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MISMATCH, "no token that is good for anything");
}

/* ---- access tokens ---- */

static lg_status
verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_jws *jws)
{
	const struct lg_signing_key *key;
	const lg_status s = lg_pool_verifying_key(cx, env, pool, LG_STR("access"), jws->kid, &key);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && !lg_str_eq(jws->alg, lg_alg_name(key->alg))))
		return nothing(cx);
	LG_TRY(s);
	return lg_pkey_verify(cx, key->public_key, jws->input, jws->signature);
}

/* The user and the session, or the client, whose token it is, are still there. */
static lg_status
check_owner(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const json_t *claims)
{
	struct lg_token_session session;
	const struct lg_client *client;
	const lg_str client_id = lg_json_member_text(claims, LG_STR("client_id"));
	lg_status s = lg_client_find_in(cx, env, pool, client_id, &client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return nothing(cx);
	LG_TRY(s);
	if (lg_str_eq(lg_json_member_text(claims, LG_STR("sub")), client_id))
		return LG_OK;
	s = lg_token_session_of(cx, env, pool->pool, claims, &session);
	if (!lg_failed(s))
		s = lg_token_session_stands(cx, env, &session);
	return s.code == LG_E_REFUSED ? nothing(cx) : s;
}

static lg_status
read_access(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str token,
	const json_t **ret)
{
	struct lg_jws jws;
	lg_time expires;
	const lg_status s = lg_jws_parse(cx, token, &jws);
	if (s.code == LG_E_MALFORMED)
		return nothing(cx);
	LG_TRY(s);
	if (!lg_str_eq(lg_json_member_text(jws.claims, LG_STR("iss")), pool->issuer) ||
		!lg_str_eq(lg_json_member_text(jws.claims, LG_STR("token_use")), LG_STR("access")) ||
		!lg_claim_time(jws.claims, LG_STR("exp"), &expires) || !lg_time_before(cx->now, expires))
		return nothing(cx);
	LG_TRY(verify(cx, env, pool, &jws));
	LG_TRY(check_owner(cx, env, pool, jws.claims));
	*ret = jws.claims;
	return LG_OK;
}

static lg_status
write_access(struct lg_ctx *cx, const json_t *claims, lg_str *ret)
{
	static const lg_str told[] = { LG_STR_INIT("scope"), LG_STR_INIT("client_id"),
		LG_STR_INIT("username"), LG_STR_INIT("sub"), LG_STR_INIT("aud"), LG_STR_INIT("iss"),
		LG_STR_INIT("jti"), LG_STR_INIT("exp"), LG_STR_INIT("iat"), LG_STR_INIT("auth_time"),
		LG_STR_INIT("cognito:groups"), LG_STR_INIT("cnf") };
	const bool bound = lg_json_member(claims, LG_STR("cnf"));
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '{');
	lg_json_pair_bool(j, LG_STR("active"), true);
	lg_json_pair_str(j, LG_STR("token_type"), bound ? LG_STR("DPoP") : LG_STR("Bearer"));
	for (size_t i = 0; i < LG_LEN(told); i++) {
		const json_t *value = lg_json_member(claims, told[i]);
		if (!value)
			continue;
		lg_json_key(j, told[i]);
		lg_json_tree(j, value);
	}
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

/* ---- refresh tokens ---- */

static lg_status
refresh_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_client *by, lg_str token,
	lg_str *ret)
{
	struct lg_refresh *refresh;
	lg_time expires;
	lg_str scope;
	lg_status s = lg_refresh_open(cx, env, by->pool, by->client, token, &refresh);
	if (!lg_failed(s))
		s = lg_refresh_stands(cx, env, refresh, &expires);
	if (s.code == LG_E_NOT_AUTHORIZED || s.code == LG_E_USER_NOT_FOUND)
		return nothing(cx);
	LG_TRY(s);
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '{');
	lg_json_pair_bool(j, LG_STR("active"), true);
	if (lg_refresh_of_oauth(refresh, &scope))
		lg_json_pair_str(j, LG_STR("scope"), scope);
	lg_json_pair_str(j, LG_STR("client_id"), by->client->id);
	lg_json_pair_str(j, LG_STR("username"), lg_refresh_user(refresh)->username);
	lg_json_pair_str(j, LG_STR("sub"), lg_refresh_user(refresh)->sub);
	lg_json_pair_str(j, LG_STR("iss"), by->pool->issuer);
	lg_json_pair_int(j, LG_STR("exp"), lg_time_s(expires));
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_oauth_introspect(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_client *by,
	const struct lg_str_map *params, lg_str *ret)
{
	const lg_str token = lg_str_map_get(params, LG_STR("token"));
	const json_t *claims;
	if (!by->proved)
		return lg_fail(cx, LG_E_OAUTH_INVALID_CLIENT, "invalid_client");
	if (lg_str_empty(token))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "token is missing.");
	lg_status s = read_access(cx, env, by->pool, token, &claims);
	if (!lg_failed(s))
		return write_access(cx, claims, ret);
	if (s.code == LG_E_MISMATCH)
		s = refresh_token(cx, env, by, token, ret);
	if (s.code == LG_E_MISMATCH)
		return lg_str_dup(cx, LG_STR("{\"active\":false}"), ret);
	return s;
}
