#include "proto/well_known.h"

#include "codec/json.h"
#include "domain/identity/identity_keys.h"
#include "domain/identity/identity_token.h"
#include "domain/pool/pool.h"
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
	/* A new key is published for longer than this before it signs (DATA 8). */
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

/* Lists that are the same for all pools; Cognito's own members stand among them. */
static void
put_lists(struct lg_json *j)
{
	static const lg_str algs[] = { LG_STR_INIT("RS256"), LG_STR_INIT("RS384"), LG_STR_INIT("RS512"),
		LG_STR_INIT("ES256"), LG_STR_INIT("ES384"), LG_STR_INIT("ES512") };
	static const lg_str methods[] = { LG_STR_INIT("client_secret_basic"),
		LG_STR_INIT("client_secret_post"), LG_STR_INIT("private_key_jwt"), LG_STR_INIT("none") };
	static const lg_str scopes[] = { LG_STR_INIT("openid"), LG_STR_INIT("email"), LG_STR_INIT("phone"),
		LG_STR_INIT("profile") };
	static const lg_str grants[] = { LG_STR_INIT("authorization_code"), LG_STR_INIT("implicit"),
		LG_STR_INIT("refresh_token"), LG_STR_INIT("client_credentials"),
		LG_STR_INIT("urn:ietf:params:oauth:grant-type:device_code") };
	static const lg_str modes[] = { LG_STR_INIT("query"), LG_STR_INIT("fragment"),
		LG_STR_INIT("form_post") };
	static const lg_str challenges[] = { LG_STR_INIT("S256") };
	static const lg_str subjects[] = { LG_STR_INIT("public") };
	static const lg_str prompts[] = { LG_STR_INIT("none"), LG_STR_INIT("login"),
		LG_STR_INIT("select_account"), LG_STR_INIT("consent") };
	static const lg_str claims[] = { LG_STR_INIT("sub"), LG_STR_INIT("iss"), LG_STR_INIT("aud"),
		LG_STR_INIT("exp"), LG_STR_INIT("iat"), LG_STR_INIT("auth_time"), LG_STR_INIT("nonce"),
		LG_STR_INIT("at_hash"), LG_STR_INIT("name"), LG_STR_INIT("given_name"),
		LG_STR_INIT("family_name"), LG_STR_INIT("middle_name"), LG_STR_INIT("nickname"),
		LG_STR_INIT("preferred_username"), LG_STR_INIT("profile"), LG_STR_INIT("picture"),
		LG_STR_INIT("website"), LG_STR_INIT("email"), LG_STR_INIT("email_verified"),
		LG_STR_INIT("gender"), LG_STR_INIT("birthdate"), LG_STR_INIT("zoneinfo"),
		LG_STR_INIT("locale"), LG_STR_INIT("phone_number"),
		LG_STR_INIT("phone_number_verified"), LG_STR_INIT("updated_at") };
	put_list(j, LG_STR("scopes_supported"), scopes, LG_LEN(scopes));
	put_list(j, LG_STR("subject_types_supported"), subjects, LG_LEN(subjects));
	put_list(j, LG_STR("token_endpoint_auth_methods_supported"), methods, LG_LEN(methods));
	put_list(j, LG_STR("token_endpoint_auth_signing_alg_values_supported"), algs, LG_LEN(algs));
	put_list(j, LG_STR("dpop_signing_alg_values_supported"), algs, LG_LEN(algs));
	put_list(j, LG_STR("grant_types_supported"), grants, LG_LEN(grants));
	put_list(j, LG_STR("response_modes_supported"), modes, LG_LEN(modes));
	put_list(j, LG_STR("code_challenge_methods_supported"), challenges, LG_LEN(challenges));
	put_list(j, LG_STR("prompt_values_supported"), prompts, LG_LEN(prompts));
	put_list(j, LG_STR("claims_supported"), claims, LG_LEN(claims));
	lg_json_pair_bool(j, LG_STR("claims_parameter_supported"), false);
	lg_json_pair_bool(j, LG_STR("request_parameter_supported"), false);
	lg_json_pair_bool(j, LG_STR("request_uri_parameter_supported"), false);
	lg_json_pair_bool(j, LG_STR("authorization_response_iss_parameter_supported"), true);
}

/* spec/oauth-endpoints.md 9; all endpoints are always there (DESIGN 2). */
static lg_status
render_discovery(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str *ret)
{
	static const struct {
		lg_str name;
		const char *path;
	} endpoints[] = {
		{ LG_STR_INIT("authorization_endpoint"), "/oauth2/authorize" },
		{ LG_STR_INIT("device_authorization_endpoint"), "/oauth2/device_authorization" },
		{ LG_STR_INIT("end_session_endpoint"), "/logout" },
		{ LG_STR_INIT("introspection_endpoint"), "/oauth2/introspect" },
		{ LG_STR_INIT("pushed_authorization_request_endpoint"), "/oauth2/par" },
		{ LG_STR_INIT("revocation_endpoint"), "/oauth2/revoke" },
		{ LG_STR_INIT("token_endpoint"), "/oauth2/token" },
		{ LG_STR_INIT("userinfo_endpoint"), "/oauth2/userInfo" },
	};
	const lg_str base = env->settings->public_url;
	const lg_str alg = lg_alg_name(pool->token_alg);
	/* Cognito's word for tokens at once; a strict pool has none (RFC 9700, 2.1.2). */
	const lg_str responses[] = { LG_STR("code"), LG_STR("token") };
	lg_str own;
	LG_TRY(lg_str_concat(cx, (lg_str[]){ base, LG_STR("/"), pool->id }, 3, &own));

	struct lg_json *j = lg_json_new(cx, DISCOVERY_MAX_BYTES);
	lg_json_open(j, '{');
	for (size_t i = 0; i < LG_LEN(endpoints); i++)
		put_url(cx, j, endpoints[i].name, base, endpoints[i].path);
	put_list(j, LG_STR("id_token_signing_alg_values_supported"), &alg, 1);
	lg_json_pair_str(j, LG_STR("issuer"), pool->issuer);
	put_url(cx, j, LG_STR("jwks_uri"), own, "/.well-known/jwks.json");
	put_list(j, LG_STR("response_types_supported"), responses, pool->oidc_strict ? 1 : 2);
	put_lists(j);
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
