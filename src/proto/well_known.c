#include "proto/well_known.h"

#include "codec/json.h"
#include "domain/identity/identity_keys.h"
#include "domain/identity/identity_token.h"
#include "domain/pool/pool.h"
#include "oauth/proof.h"
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

/* Words with a blank between them, as a list. */
static void
put_words(struct lg_json *j, lg_str words)
{
	while (lg_str_present(words))
		lg_json_str(j, lg_str_cut(&words, ' '));
}

static void
put_locales(struct lg_json *j, const struct lg_str_list *locales)
{
	const lg_str english = LG_STR("en");
	if (locales)
		put_list(j, LG_STR("ui_locales_supported"), locales->items, locales->count);
	else
		put_list(j, LG_STR("ui_locales_supported"), &english, 1);
}

#define ALGS "RS256 RS384 RS512 ES256 ES384 ES512"
#define PROOFS "client_secret_basic client_secret_post private_key_jwt"

/*
 * What all pools have, and what only those have that are Cognito's way: its word for tokens at once, which
 * RFC 9700, 2.1.2 is against, and a claim for which there is no scope. Each is exercised by
 * tests/oidc/discovery.test.js.
 */
static const struct {
	lg_str name, all, compatible;
} lists[] = {
	{ LG_STR_INIT("response_types_supported"), LG_STR_INIT("code"), LG_STR_INIT("token") },
	{ LG_STR_INIT("scopes_supported"), LG_STR_INIT("openid email phone profile"), { 0 } },
	{ LG_STR_INIT("subject_types_supported"), LG_STR_INIT("public"), { 0 } },
	{ LG_STR_INIT("token_endpoint_auth_methods_supported"), LG_STR_INIT(PROOFS " none"), { 0 } },
	{ LG_STR_INIT("token_endpoint_auth_signing_alg_values_supported"), LG_STR_INIT(ALGS), { 0 } },
	{ LG_STR_INIT("revocation_endpoint_auth_methods_supported"), LG_STR_INIT(PROOFS " none"), { 0 } },
	{ LG_STR_INIT("revocation_endpoint_auth_signing_alg_values_supported"), LG_STR_INIT(ALGS), { 0 } },
	{ LG_STR_INIT("introspection_endpoint_auth_methods_supported"), LG_STR_INIT(PROOFS), { 0 } },
	{ LG_STR_INIT("introspection_endpoint_auth_signing_alg_values_supported"), LG_STR_INIT(ALGS),
		{ 0 } },
	{ LG_STR_INIT("dpop_signing_alg_values_supported"), LG_STR_INIT(LG_OAUTH_PROOF_ALGS), { 0 } },
	{ LG_STR_INIT("grant_types_supported"),
		LG_STR_INIT("authorization_code refresh_token client_credentials "
			    "urn:ietf:params:oauth:grant-type:device_code"),
		LG_STR_INIT("implicit") },
	{ LG_STR_INIT("response_modes_supported"), LG_STR_INIT("query fragment form_post"), { 0 } },
	{ LG_STR_INIT("code_challenge_methods_supported"), LG_STR_INIT("S256"), { 0 } },
	{ LG_STR_INIT("prompt_values_supported"), LG_STR_INIT("none login select_account consent"), { 0 } },
	{ LG_STR_INIT("claims_supported"),
		LG_STR_INIT("sub iss aud exp iat auth_time nonce at_hash name given_name family_name "
			    "middle_name nickname preferred_username profile picture website email "
			    "email_verified gender birthdate zoneinfo locale phone_number "
			    "phone_number_verified updated_at"),
		LG_STR_INIT("address") },
};

static void
put_lists(struct lg_json *j, bool strict)
{
	for (size_t i = 0; i < LG_LEN(lists); i++) {
		lg_json_key(j, lists[i].name);
		lg_json_open(j, '[');
		put_words(j, lists[i].all);
		if (!strict)
			put_words(j, lists[i].compatible);
		lg_json_close(j, ']');
	}
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
	lg_str own;
	LG_TRY(lg_str_concat(cx, (lg_str[]){ base, LG_STR("/"), pool->id }, 3, &own));

	struct lg_json *j = lg_json_new(cx, DISCOVERY_MAX_BYTES);
	lg_json_open(j, '{');
	for (size_t i = 0; i < LG_LEN(endpoints); i++)
		put_url(cx, j, endpoints[i].name, base, endpoints[i].path);
	put_list(j, LG_STR("id_token_signing_alg_values_supported"), &alg, 1);
	lg_json_pair_str(j, LG_STR("issuer"), pool->issuer);
	put_url(cx, j, LG_STR("jwks_uri"), own, "/.well-known/jwks.json");
	put_lists(j, pool->oidc_strict);
	put_locales(j, env->locales);
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
