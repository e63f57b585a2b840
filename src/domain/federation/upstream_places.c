#include "domain/federation/upstream.h"

#include "domain/federation/upstream_impl.h"
#include "domain/pool/provider_details.h"

#define DISCOVERY LG_STR("/.well-known/openid-configuration")

/* ---- what the owner wrote down ---- */

static void
written_down(const struct lg_upstream *up, struct lg_upstream_places *ret)
{
	ret->authorize = lg_upstream_detail(up, "authorize_url");
	ret->token = lg_upstream_detail(up, "token_url");
	ret->user_info = lg_upstream_detail(up, "attributes_url");
	ret->jwks = lg_upstream_detail(up, "jwks_uri");
}

/* ---- what the issuer tells ---- */

static bool
lists(const json_t *document, lg_str name, lg_str item)
{
	const json_t *list = lg_json_member(document, name);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (lg_str_eq(lg_json_text(json_array_get(list, i)), item))
			return true;
	return false;
}

/* Only one that we would have taken from the owner: whoever can change the document leads nowhere else. */
static bool
read_place(const struct lg_env *env, const json_t *document, const char *name, lg_str *ret)
{
	*ret = lg_json_member_text(document, lg_str_from_c(name));
	return !lg_str_present(*ret) || lg_provider_url_is_web(env, *ret);
}

/* Cognito puts the secret into the body; so do we, unless it is known that it belongs elsewhere. */
static bool
wants_basic(const json_t *document)
{
	const lg_str methods = LG_STR("token_endpoint_auth_methods_supported");
	return lists(document, methods, LG_STR("client_secret_basic"))
		&& !lists(document, methods, LG_STR("client_secret_post"));
}

/* OpenID Connect Discovery 1.0, 4. */
static lg_status
told(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up, json_t **ret)
{
	const struct lg_fetch_header accept = { LG_STR("Accept"), LG_STR("application/json") };
	struct lg_fetch request = { .headers = &accept, .header_count = 1 };
	int status;
	LG_TRY(lg_str_concat(
		cx, (const lg_str[]){ up->places.issuer, DISCOVERY }, 2, (lg_str *)&request.url));
	LG_TRY(lg_upstream_ask(cx, env, up, &request, &status, ret));
	if (status != 200)
		return lg_fail(cx, LG_E_UNAVAILABLE, "status %d", status);
	if (!lg_str_eq(lg_json_member_text(*ret, LG_STR("issuer")), up->places.issuer))
		return lg_upstream_error(cx, up, "the issuer names another one");
	return LG_OK;
}

static lg_status
read_document(struct lg_ctx *cx, const struct lg_env *env, const struct lg_upstream *up,
	const json_t *document, struct lg_upstream_places *ret)
{
	if (!read_place(env, document, "authorization_endpoint", &ret->authorize)
		|| !read_place(env, document, "token_endpoint", &ret->token)
		|| !read_place(env, document, "userinfo_endpoint", &ret->user_info)
		|| !read_place(env, document, "jwks_uri", &ret->jwks))
		return lg_upstream_error(cx, up, "the issuer names an address that is none");
	ret->pkce = lists(document, LG_STR("code_challenge_methods_supported"), LG_STR("S256"));
	ret->basic = wants_basic(document);
	ret->says_issuer = json_is_true(
		lg_json_member(document, LG_STR("authorization_response_iss_parameter_supported")));
	return LG_OK;
}

/* Settings of the server name other places for tests. */
static lg_str
issuer_of(const struct lg_env *env, const struct lg_upstream *up)
{
	const struct {
		lg_str type, set;
	} others[] = {
		{ LG_STR("Google"), env->settings->google_issuer },
		{ LG_STR("SignInWithApple"), env->settings->apple_issuer },
	};
	for (size_t i = 0; i < LG_LEN(others); i++)
		if (lg_str_eq(others[i].type, up->kind->type) && lg_str_present(others[i].set))
			return others[i].set;
	return lg_upstream_detail(up, "oidc_issuer");
}

lg_status
lg_upstream_find_places(struct lg_ctx *cx, struct lg_env *env, struct lg_upstream *up)
{
	struct lg_upstream_places *places = &up->places;
	json_t *document = NULL;
	*places = (struct lg_upstream_places){ 0 };
	written_down(up, places);
	if (up->kind->openid) {
		places->issuer = issuer_of(env, up);
		const lg_status s = told(cx, env, up, &document);
		if (s.code != LG_E_UNAVAILABLE)
			LG_TRY(s);
		if (!lg_failed(s))
			LG_TRY(read_document(cx, env, up, document, places));
	}
	const bool whole = lg_str_present(places->authorize) && lg_str_present(places->token)
		&& (up->kind->openid ? lg_str_present(places->issuer) && lg_str_present(places->jwks)
				     : lg_str_present(places->user_info));
	return whole ? LG_OK : lg_upstream_error(cx, up, "its addresses could not be found");
}
