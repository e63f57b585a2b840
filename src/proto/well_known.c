#include "proto/well_known.h"

#include "codec/json.h"
#include "domain/identity_keys.h"
#include "domain/identity_token.h"
#include "domain/pool.h"
#include "proto/answer.h"

#define DISCOVERY_MAX_BYTES ((size_t)16 << 10)

enum lg_well_known
lg_well_known_path(lg_str path, lg_str *ret_pool_id)
{
	lg_str rest = path;
	if (!lg_str_empty(lg_str_cut(&rest, '/')))
		return LG_WELL_KNOWN_NONE;
	*ret_pool_id = lg_str_cut(&rest, '/');
	if (lg_str_eq(*ret_pool_id, LG_STR(".well-known"))) {
		*ret_pool_id = LG_STR_NONE;
		if (lg_str_eq(rest, LG_STR("jwks_uri")))
			return LG_WELL_KNOWN_IDENTITY_JWKS;
		if (lg_str_eq(rest, LG_STR("openid-configuration")))
			return LG_WELL_KNOWN_IDENTITY_DISCOVERY;
		return LG_WELL_KNOWN_NONE;
	}
	if (lg_str_empty(*ret_pool_id) || ret_pool_id->len > 55)
		return LG_WELL_KNOWN_NONE;
	if (lg_str_eq(rest, LG_STR(".well-known/jwks.json")))
		return LG_WELL_KNOWN_JWKS;
	if (lg_str_eq(rest, LG_STR(".well-known/openid-configuration")))
		return LG_WELL_KNOWN_DISCOVERY;
	return LG_WELL_KNOWN_NONE;
}

static void
document_answer(struct lg_env *env, struct lg_ctx *cx, enum lg_well_known document, lg_str body,
	struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, 200, ret);
	lg_answer_allow_any_origin(ret);
	/* A new key is published for longer than this before it signs (DATA 8; domain/identity_keys.h). */
	lg_http_answer_header(ret, LG_STR("Cache-Control"),
		document == LG_WELL_KNOWN_IDENTITY_JWKS ? LG_STR("public, max-age=2592000")
							: LG_STR("public, max-age=86400"));
	lg_answer_body(ret, LG_STR("application/json"), body);
}

/* A pair whose value is a URL below the public one. */
static void
put_url(struct lg_ctx *cx, struct lg_json *j, lg_str key, lg_str base, const char *path)
{
	lg_str url;
	if (!lg_failed(lg_str_concat(cx, (lg_str[]){ base, lg_str_from_c(path) }, 2, &url)))
		lg_json_pair_str(j, key, url);
}

static void
put_list(struct lg_json *j, lg_str key, const lg_str *items, size_t count)
{
	lg_json_key(j, key);
	lg_json_open(j, '[');
	for (size_t i = 0; i < count; i++)
		lg_json_str(j, items[i]);
	lg_json_close(j, ']');
}

/* spec/oauth-endpoints.md 9; all endpoints are always there (DESIGN 2). */
static lg_status
render_discovery(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str *ret)
{
	const lg_str base = env->settings->public_url;
	lg_str own;
	LG_TRY(lg_str_concat(cx, (lg_str[]){ base, LG_STR("/"), pool->id }, 3, &own));
	const lg_str alg = lg_alg_name(pool->token_alg);

	struct lg_json *j = lg_json_new(cx, DISCOVERY_MAX_BYTES);
	lg_json_open(j, '{');
	put_url(cx, j, LG_STR("authorization_endpoint"), base, "/oauth2/authorize");
	put_url(cx, j, LG_STR("end_session_endpoint"), base, "/logout");
	put_list(j, LG_STR("id_token_signing_alg_values_supported"), &alg, 1);
	lg_json_pair_str(j, LG_STR("issuer"), pool->issuer);
	put_url(cx, j, LG_STR("jwks_uri"), own, "/.well-known/jwks.json");
	put_list(j, LG_STR("response_types_supported"), (lg_str[]){ LG_STR("code"), LG_STR("token") }, 2);
	put_url(cx, j, LG_STR("revocation_endpoint"), base, "/oauth2/revoke");
	put_list(j, LG_STR("scopes_supported"),
		(lg_str[]){ LG_STR("openid"), LG_STR("email"), LG_STR("phone"), LG_STR("profile") }, 4);
	put_list(j, LG_STR("subject_types_supported"), (lg_str[]){ LG_STR("public") }, 1);
	put_url(cx, j, LG_STR("token_endpoint"), base, "/oauth2/token");
	put_list(j, LG_STR("token_endpoint_auth_methods_supported"),
		(lg_str[]){ LG_STR("client_secret_basic"), LG_STR("client_secret_post") }, 2);
	put_url(cx, j, LG_STR("userinfo_endpoint"), base, "/oauth2/userInfo");
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static lg_status
discovery(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	return render_discovery(cx, env, pool, ret);
}

static lg_status
pool_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	return lg_pool_jwks(cx, env, pool_id, ret);
}

static lg_status
identity_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	(void)pool_id;
	return lg_identity_jwks(cx, env, ret);
}

static lg_status
identity_discovery(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	const lg_str alg = lg_alg_name(LG_ALG_RS512);
	struct lg_json *j = lg_json_new(cx, DISCOVERY_MAX_BYTES);
	(void)pool_id;
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("issuer"), lg_identity_issuer(env->settings));
	put_url(cx, j, LG_STR("jwks_uri"), env->settings->public_url, "/.well-known/jwks_uri");
	put_list(j, LG_STR("response_types_supported"), (lg_str[]){ LG_STR("id_token") }, 1);
	put_list(j, LG_STR("subject_types_supported"), (lg_str[]){ LG_STR("public") }, 1);
	put_list(j, LG_STR("id_token_signing_alg_values_supported"), &alg, 1);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static lg_status (*const documents[])(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret) = {
	[LG_WELL_KNOWN_JWKS] = pool_jwks,
	[LG_WELL_KNOWN_DISCOVERY] = discovery,
	[LG_WELL_KNOWN_IDENTITY_JWKS] = identity_jwks,
	[LG_WELL_KNOWN_IDENTITY_DISCOVERY] = identity_discovery,
};

bool
lg_well_known_inline(struct lg_env *env, struct lg_ctx *cx, enum lg_well_known document, lg_str pool_id,
	struct lg_http_answer *ret)
{
	lg_str body;
	if (document == LG_WELL_KNOWN_JWKS) {
		if (!lg_pool_jwks_cached(cx, env, pool_id, &body))
			return false;
	} else if (document != LG_WELL_KNOWN_DISCOVERY) {
		return false;
	} else {
		const struct lg_pool *pool;
		if (!lg_pool_find_cached(cx, env, pool_id, &pool) ||
			lg_failed(render_discovery(cx, env, pool, &body)))
			return false;
	}
	document_answer(env, cx, document, body, ret);
	return true;
}

void
lg_well_known_answer(struct lg_env *env, struct lg_ctx *cx, enum lg_well_known document, lg_str pool_id,
	struct lg_http_answer *ret)
{
	lg_str body;
	const lg_status s = documents[document](cx, env, pool_id, &body);
	if (!lg_failed(s)) {
		document_answer(env, cx, document, body, ret);
		return;
	}
	const struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("well-known"));
	lg_answer_message(
		env, cx, s.code == LG_E_RESOURCE_NOT_FOUND ? 404 : error.info->http, error.text, ret);
	lg_answer_allow_any_origin(ret);
}
