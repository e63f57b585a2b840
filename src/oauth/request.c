#include "oauth/request.h"

#include "base/buf.h"
#include "codec/uri.h"
#include "oauth/hint.h"
#include "oauth/par.h"
#include "oauth/resource.h"
#include "oauth/scopes.h"

#define ALL (LG_OAUTH_AUTHORIZE | LG_OAUTH_PAGE | LG_OAUTH_PAR)
#define CHALLENGE_LENGTH 43 /* of a SHA-256 in base64url */
#define STATE_MAX ((size_t)4096)

/* A request while it is read. */
struct reading {
	struct lg_env *env;
	const struct lg_pool *host; /* whose host it is; NULL = the client decides */
	enum lg_oauth_endpoint endpoint;
	const struct lg_str_map *params;
	struct lg_oauth_request *request;
};

static lg_str
sent(const struct reading *r, const char *name)
{
	const lg_str value = lg_str_map_get(r->params, lg_str_from_c(name));
	/* A parameter without value is treated as if it were omitted (RFC 6749, 3.1). */
	return value.len ? value : LG_STR_NONE;
}

static lg_status
refuse(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%s", text);
}

/* ---- before the application is known to be one ---- */

static lg_status
check_client(struct lg_ctx *cx, struct reading *r)
{
	struct lg_oauth_request *request = r->request;
	const lg_str id = sent(r, "client_id");
	if (lg_form_repeats(r->params, LG_STR("client_id")) || !lg_str_present(id))
		return lg_fail(cx, LG_E_OAUTH_INVALID_CLIENT, "client_id is missing, or there are two.");
	const struct lg_pool *pool;
	const struct lg_client *client;
	const lg_status s = lg_client_find(cx, r->env, id, &pool, &client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND || (!lg_failed(s) && r->host && r->host->pool != pool->pool))
		return lg_fail(cx, LG_E_OAUTH_INVALID_CLIENT, "Client does not exist.");
	LG_TRY(s);
	request->pool = pool;
	request->client = client;
	return LG_OK;
}

/* Byte for byte, ports of the own machine included (RFC 9700, 4.1.3; spec/oauth-endpoints.md 3). */
static lg_status
check_redirect_uri(struct lg_ctx *cx, struct reading *r)
{
	const lg_str uri = sent(r, "redirect_uri");
	if (lg_form_repeats(r->params, LG_STR("redirect_uri")) || !lg_str_present(uri))
		return lg_fail(
			cx, LG_E_OAUTH_REDIRECT_MISMATCH, "redirect_uri is missing, or there are two.");
	if (!lg_str_list_has(&r->request->client->type->callback_urls, uri))
		return lg_fail(cx, LG_E_OAUTH_REDIRECT_MISMATCH, "redirect_uri is none of the client's.");
	r->request->redirect_uri = uri;
	r->request->state = lg_str_map_get(r->params, LG_STR("state"));
	return LG_OK;
}

/* ---- what the application asks for ---- */

static lg_status
check_mode(struct lg_ctx *cx, struct reading *r)
{
	static const lg_str names[] = { [LG_OAUTH_QUERY] = LG_STR_INIT("query"),
		[LG_OAUTH_FRAGMENT] = LG_STR_INIT("fragment"),
		[LG_OAUTH_FORM_POST] = LG_STR_INIT("form_post") };
	struct lg_oauth_request *request = r->request;
	const lg_str type = sent(r, "response_type"), mode = sent(r, "response_mode");
	request->implicit = lg_str_eq(type, LG_STR("token")) || lg_str_eq(type, LG_STR("id_token token"));
	request->mode = request->implicit ? LG_OAUTH_FRAGMENT : LG_OAUTH_QUERY;
	if (!lg_str_present(mode))
		return LG_OK;
	for (size_t i = 0; i < LG_LEN(names); i++) {
		if (!lg_str_eq(names[i], mode))
			continue;
		/* Tokens never stand in a query (RFC 9700, 4.3.2). */
		if (request->implicit && i == LG_OAUTH_QUERY)
			break;
		request->mode = (enum lg_oauth_mode)i;
		return LG_OK;
	}
	return refuse(cx, "response_mode is not supported for this response_type.");
}

static lg_status
check_repeats(struct lg_ctx *cx, struct reading *r)
{
	for (size_t i = 0; i < r->params->count; i++)
		if (lg_form_repeats(r->params, r->params->items[i].key))
			return refuse(cx, "A parameter stands twice.");
	return r->request->state.len > STATE_MAX ? refuse(cx, "state is too long.") : LG_OK;
}

static lg_status
check_unknown_forms(struct lg_ctx *cx, struct reading *r)
{
	if (lg_str_present(sent(r, "request")))
		return lg_fail(cx, LG_E_OAUTH_REQUEST_NOT_SUPPORTED, "Request objects are not supported.");
	/* Nothing is ever fetched from there (CVE-2020-10770). */
	if (lg_str_present(sent(r, "request_uri")))
		return lg_fail(cx, LG_E_OAUTH_REQUEST_URI_UNKNOWN,
			"request_uri is good for requests that were pushed here.");
	return LG_OK;
}

static lg_status
check_response_type(struct lg_ctx *cx, struct reading *r)
{
	const struct lg_idp_user_pool_client_type *type = r->request->client->type;
	const lg_str asked = sent(r, "response_type");
	if (!lg_str_present(asked))
		return refuse(cx, "response_type is missing.");
	if (!r->request->implicit && !lg_str_eq(asked, LG_STR("code")))
		return lg_fail(cx, LG_E_OAUTH_UNSUPPORTED_RESPONSE, "response_type is code or token.");
	const lg_str flow = r->request->implicit ? LG_IDP_OAUTH_FLOW_TYPE_IMPLICIT
						 : LG_IDP_OAUTH_FLOW_TYPE_CODE;
	/* RFC 9700, 2.1.2 */
	if (r->request->implicit && r->request->pool->oidc_strict)
		return lg_fail(cx, LG_E_OAUTH_UNSUPPORTED_RESPONSE, "response_type is code in this pool.");
	if (!type->allowed_oauth_flows_user_pool_client.v ||
		!lg_str_list_has(&type->allowed_oauth_flows, flow))
		return lg_fail(cx, LG_E_OAUTH_UNAUTHORIZED_CLIENT, "The client may not use this flow.");
	return LG_OK;
}

static lg_status
check_scope(struct lg_ctx *cx, struct reading *r)
{
	const lg_str asked = sent(r, "scope");
	const lg_status s = lg_oauth_scopes(cx, r->request->client, asked, &r->request->scope);
	if (s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_OAUTH_INVALID_SCOPE, "invalid_scope");
	return s;
}

/* ---- the rest ---- */

static bool
is_base64url(lg_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return true;
}

/* S256 only (RFC 9700, 2.1.1): "plain" is what a challenge without method would be. */
static lg_status
check_pkce(struct lg_ctx *cx, struct reading *r)
{
	const lg_str challenge = sent(r, "code_challenge"), method = sent(r, "code_challenge_method");
	const bool strict = r->request->pool->oidc_strict;
	if (!lg_str_present(challenge) && !lg_str_present(method)) {
		if (strict && !r->request->implicit && !r->request->client->has_secret)
			return refuse(cx, "code_challenge is required.");
		return LG_OK;
	}
	if (!lg_str_present(challenge))
		return refuse(cx, "code_challenge_method without code_challenge");
	if (!lg_str_eq(method, LG_STR("S256")))
		return refuse(cx, "code_challenge_method must be S256.");
	if (challenge.len != CHALLENGE_LENGTH || !is_base64url(challenge))
		return refuse(cx, "code_challenge is no SHA-256 in base64url.");
	r->request->challenge = challenge;
	return LG_OK;
}

static lg_status
check_prompt(struct lg_ctx *cx, struct reading *r)
{
	static const struct {
		lg_str name;
		unsigned bit;
	} prompts[] = { { LG_STR_INIT("none"), LG_OAUTH_PROMPT_NONE },
		{ LG_STR_INIT("login"), LG_OAUTH_PROMPT_LOGIN },
		{ LG_STR_INIT("select_account"), LG_OAUTH_PROMPT_SELECT },
		{ LG_STR_INIT("consent"), LG_OAUTH_PROMPT_CONSENT } };
	unsigned bits = 0;
	for (lg_str rest = sent(r, "prompt"); lg_str_present(rest);) {
		const lg_str name = lg_str_cut(&rest, ' ');
		size_t i = 0;
		while (i < LG_LEN(prompts) && !lg_str_eq(prompts[i].name, name))
			i++;
		if (i == LG_LEN(prompts))
			return refuse(cx, "prompt has a value that is not known.");
		bits |= prompts[i].bit;
	}
	if ((bits & LG_OAUTH_PROMPT_NONE) && bits != LG_OAUTH_PROMPT_NONE)
		return refuse(cx, "prompt=none stands alone.");
	r->request->prompt = bits;
	return LG_OK;
}

static lg_status
check_max_age(struct lg_ctx *cx, struct reading *r)
{
	uint64_t seconds;
	const lg_str age = sent(r, "max_age");
	r->request->max_age_s = -1;
	if (!lg_str_present(age))
		return LG_OK;
	if (!lg_str_to_uint(age, INT32_MAX, &seconds))
		return refuse(cx, "max_age is no number of seconds.");
	r->request->max_age_s = (int64_t)seconds;
	return LG_OK;
}

static lg_status
check_resource(struct lg_ctx *cx, struct reading *r)
{
	const lg_str resource = sent(r, "resource");
	if (lg_str_present(resource) && !lg_oauth_resource_fits(resource))
		return refuse(cx, "resource is no address that tokens can be for.");
	r->request->resource = resource;
	return LG_OK;
}

/* Whom the application takes to be signed in; the token may have expired (OpenID Connect Core, 3.1.2.1). */
static lg_status
check_hint(struct lg_ctx *cx, struct reading *r)
{
	const lg_str hint = sent(r, "id_token_hint");
	json_t *claims;
	if (!lg_str_present(hint))
		return LG_OK;
	const lg_status s = lg_oauth_hint_open(cx, r->env, r->request->pool, hint, &claims);
	if (s.code == LG_E_MISMATCH)
		return refuse(cx, "id_token_hint is no ID token of ours.");
	LG_TRY(s);
	r->request->hinted = lg_json_member_text(claims, LG_STR("sub"));
	return LG_OK;
}

static lg_status
check_plain(struct lg_ctx *cx, struct reading *r)
{
	struct lg_oauth_request *request = r->request;
	request->nonce = sent(r, "nonce");
	request->login_hint = sent(r, "login_hint");
	request->lang = sent(r, "lang");
	request->identity_provider = sent(r, "identity_provider");
	request->idp_identifier = sent(r, "idp_identifier");
	request->jkt = sent(r, "dpop_jkt");
	if (request->nonce.len > STATE_MAX)
		return refuse(cx, "nonce is too long.");
	if (lg_str_present(request->jkt) &&
		(request->jkt.len != CHALLENGE_LENGTH || !is_base64url(request->jkt)))
		return refuse(cx, "dpop_jkt is no thumbprint.");
	return LG_OK;
}

/* In this order. Behind check_redirect_uri errors may go to the application. */
static const struct {
	lg_status (*run)(struct lg_ctx *cx, struct reading *r);
	unsigned on;
} checks[] = {
	{ check_client, ALL },
	{ check_redirect_uri, ALL },
	{ check_mode, ALL },
	{ check_repeats, ALL },
	{ check_unknown_forms, ALL },
	{ check_response_type, ALL },
	{ check_scope, ALL },
	{ check_pkce, ALL },
	{ check_prompt, ALL },
	{ check_max_age, ALL },
	{ check_resource, ALL },
	{ check_hint, ALL },
	{ check_plain, ALL },
};

lg_status
lg_oauth_request_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	enum lg_oauth_endpoint endpoint, const struct lg_str_map *params, struct lg_oauth_request *ret)
{
	*ret = (struct lg_oauth_request){ .max_age_s = -1 };
	struct lg_str_map pushed;
	struct reading r = {
		.env = env, .host = pool, .endpoint = endpoint, .params = params, .request = ret
	};
	LG_TRY(lg_form_write(cx, params, &ret->query));
	if (endpoint != LG_OAUTH_PAR) {
		LG_TRY(lg_oauth_par_open(cx, env, endpoint, params, &pushed));
		if (pushed.has) {
			r.params = &pushed;
			ret->pushed = lg_str_map_get(params, LG_STR("request_uri"));
		}
	}
	for (size_t i = 0; i < LG_LEN(checks); i++)
		if (checks[i].on & endpoint)
			LG_TRY(checks[i].run(cx, &r));
	return LG_OK;
}
