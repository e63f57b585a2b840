#include "proto/oauth.h"

#include "codec/json.h"
#include "codec/uri.h"
#include "gen/error.h"
#include "oauth/browser.h"
#include "oauth/par.h"
#include "oauth/token.h"
#include "oauth/user_info.h"
#include "proto/answer.h"

#define JSON_MAX ((size_t)512 * 1024)
#define FORM LG_STR("application/x-www-form-urlencoded")

/* One request to one of the endpoints. */
struct call {
	struct lg_env *env;
	struct lg_ctx *cx;
	const struct lg_http_req *req;
	const struct lg_pool *host; /* whose host it came to; NULL = the client decides */
	struct lg_http_answer *ret;
};

/* ---- answers ---- */

/* Fresh, and for no cache (RFC 6749, 5.1). Programs of any origin read them. */
static void
begin(const struct call *call, int status)
{
	lg_answer_begin(call->env, call->cx, status, call->ret);
	lg_answer_allow_any_origin(call->ret);
	lg_http_answer_header(call->ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(call->ret, LG_STR("Pragma"), LG_STR("no-cache"));
	lg_http_answer_header(call->ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
}

/* What a failure is called here; the log has what is told nobody. */
static const struct lg_error_info *
error_of(const struct call *call, lg_status s, lg_str *ret_text)
{
	const struct lg_error_info *info = lg_error_info(s.code);
	if (info->oauth && info->http < 500) {
		*ret_text = lg_failure_text(call->cx, s.code);
		return info;
	}
	const struct lg_answer_error logged = lg_answer_error(call->cx, s.code, call->req->path);
	*ret_text = logged.text;
	return info->oauth ? info : lg_error_info(LG_E_INTERNAL);
}

static void
send_failure(const struct call *call, int status, const char *error, lg_str description)
{
	struct lg_json *j = lg_json_new(call->cx, JSON_MAX);
	lg_str body;
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("error"), lg_str_from_c(error));
	/* A name that says it all has no description, as Cognito has it. */
	if (lg_str_present(description) && !lg_str_eq(description, lg_str_from_c(error)))
		lg_json_pair_str(j, LG_STR("error_description"), description);
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(call->cx, j, &body)))
		body = LG_STR("{\"error\":\"server_error\"}");
	begin(call, status);
	lg_answer_body(call->ret, LG_STR("application/json"), body);
}

/* Failures of the token endpoint; `unauthorized` is the status of a client that is not known. */
static void
send_error(const struct call *call, lg_status s, int unauthorized)
{
	lg_str text;
	const struct lg_error_info *info = error_of(call, s, &text);
	const bool client = s.code == LG_E_OAUTH_INVALID_CLIENT;
	send_failure(call, client ? unauthorized : info->http, info->oauth, text);
	if (client && unauthorized == 401)
		lg_http_answer_header(
			call->ret, LG_STR("WWW-Authenticate"), LG_STR("Basic realm=\"lifeguard\""));
}

/* ---- forms ---- */

static lg_str
media_type(const struct lg_http_req *req)
{
	lg_str header = lg_http_header(req, LG_STR("Content-Type"));
	return lg_str_trim(lg_str_cut(&header, ';'));
}

/* The body as parameters, none of them twice (RFC 6749, 3.2). */
static lg_status
read_form(const struct call *call, struct lg_str_map *ret)
{
	struct lg_ctx *cx = call->cx;
	if (!lg_str_eq_nocase(media_type(call->req), FORM))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST,
			"The body is to be application/x-www-form-urlencoded.");
	const lg_status s = lg_form_parse(cx, call->req->body, ret);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "The body cannot be read.");
	LG_TRY(s);
	for (size_t i = 0; i < ret->count; i++)
		if (lg_form_repeats(ret, ret->items[i].key))
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "A parameter stands twice.");
	return LG_OK;
}

static lg_status
read_client(const struct call *call, struct lg_str_map *params, struct lg_oauth_client *ret)
{
	LG_TRY(read_form(call, params));
	const struct lg_oauth_credentials credentials = {
		.host = call->host,
		.authorization = lg_http_header(call->req, LG_STR("Authorization")),
		.params = params,
	};
	return lg_oauth_client_find(call->cx, call->env, &credentials, ret);
}

static struct lg_caller
caller_of(const struct call *call)
{
	return (struct lg_caller){
		.ip = call->req->peer,
		.user_agent = lg_http_header(call->req, LG_STR("User-Agent")),
	};
}

/* ---- /oauth2/authorize ---- */

/* Signed in lately enough, and not asked to sign in again. */
static bool
goes_on(const struct lg_oauth_request *request, const struct lg_browser *browser, lg_time now)
{
	const bool again = request->prompt & (LG_OAUTH_PROMPT_LOGIN | LG_OAUTH_PROMPT_SELECT);
	const bool fresh = request->max_age_s < 0 ||
			   now.ms - browser->auth_time.ms <= request->max_age_s * LG_SECOND_MS;
	return !again && fresh;
}

static lg_status
authorize(const struct call *call, struct lg_oauth_request *request)
{
	struct lg_ctx *cx = call->cx;
	const lg_str text = lg_str_present(call->req->query) ? call->req->query : LG_STR("");
	struct lg_str_map params;
	lg_status s = lg_form_parse(cx, text, &params);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "The request cannot be read.");
	LG_TRY(s);
	LG_TRY(lg_oauth_request_read(cx, call->env, call->host, LG_OAUTH_AUTHORIZE, &params, request));
	const struct lg_browser_at at = {
		.pool = request->pool,
		.client = request->client,
		.host = call->req->host,
		.cookies = lg_http_header(call->req, LG_STR("Cookie")),
		.caller = caller_of(call),
	};
	struct lg_browser browser;
	s = lg_browser_open(cx, call->env, &at, &browser);
	if (s.code != LG_E_NOT_FOUND)
		LG_TRY(s);
	if (!lg_failed(s) && goes_on(request, &browser, cx->now)) {
		const struct lg_oauth_subject subject = {
			.user = browser.user, .auth_time = browser.auth_time, .caller = at.caller
		};
		struct lg_oauth_response response;
		LG_TRY(lg_oauth_respond(cx, call->env, request, &subject, &response));
		lg_oauth_send(call->env, cx, call->req, &response, call->ret);
		return LG_OK;
	}
	if (request->prompt & LG_OAUTH_PROMPT_NONE)
		return lg_fail(cx, LG_E_OAUTH_LOGIN_REQUIRED, "login_required");
	lg_str url;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("/login?"), request->query }, 2, &url));
	lg_oauth_redirect(call->env, cx, call->req, url, call->ret);
	return LG_OK;
}

static void
authorize_endpoint(const struct call *call)
{
	struct lg_oauth_request request = { 0 };
	const lg_status s = authorize(call, &request);
	if (lg_failed(s))
		lg_oauth_send_error(call->env, call->cx, call->req, &request, s, call->ret);
}

/* ---- /oauth2/token ---- */

static lg_status
write_tokens(struct lg_ctx *cx, const struct lg_oauth_tokens *tokens, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '{');
	if (lg_str_present(tokens->id))
		lg_json_pair_str(j, LG_STR("id_token"), tokens->id);
	lg_json_pair_str(j, LG_STR("access_token"), tokens->access);
	if (lg_str_present(tokens->refresh))
		lg_json_pair_str(j, LG_STR("refresh_token"), tokens->refresh);
	lg_json_pair_int(j, LG_STR("expires_in"), tokens->expires_in_s);
	lg_json_pair_str(j, LG_STR("token_type"), tokens->dpop ? LG_STR("DPoP") : LG_STR("Bearer"));
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static lg_status
token(const struct call *call)
{
	struct lg_str_map params;
	struct lg_oauth_token_call asked = { .params = &params, .caller = caller_of(call) };
	struct lg_oauth_tokens tokens;
	lg_str body;
	LG_TRY(read_client(call, &params, &asked.by));
	LG_TRY(lg_oauth_token(call->cx, call->env, &asked, &tokens));
	LG_TRY(write_tokens(call->cx, &tokens, &body));
	begin(call, 200);
	lg_answer_body(call->ret, LG_STR("application/json;charset=UTF-8"), body);
	return LG_OK;
}

static void
token_endpoint(const struct call *call)
{
	const lg_status s = token(call);
	if (lg_failed(s))
		send_error(call, s, 400);
}

/* ---- /oauth2/par ---- */

/* Its own secret, and what proves it, are no part of the request. */
static lg_status
without_proof(struct lg_ctx *cx, const struct lg_str_map *params, lg_str client_id, struct lg_str_map *ret)
{
	*ret = (struct lg_str_map){
		.items = lg_new_array(cx, struct lg_str_pair, params->count + 1), .has = true
	};
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	ret->items[ret->count++] = (struct lg_str_pair){ LG_STR("client_id"), client_id };
	for (size_t i = 0; i < params->count; i++) {
		const lg_str key = params->items[i].key;
		if (lg_str_starts(key, LG_STR("client_")))
			continue;
		if (lg_str_eq(key, LG_STR("request_uri")))
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST,
				"request_uri cannot be pushed."); /* RFC 9126, 2.1 */
		ret->items[ret->count++] = params->items[i];
	}
	return LG_OK;
}

static lg_status
push(const struct call *call)
{
	struct lg_str_map params, own;
	struct lg_oauth_client client;
	struct lg_oauth_request request;
	lg_str uri, body;
	LG_TRY(read_client(call, &params, &client));
	LG_TRY(without_proof(call->cx, &params, client.client->id, &own));
	LG_TRY(lg_oauth_request_read(call->cx, call->env, client.pool, LG_OAUTH_PAR, &own, &request));
	LG_TRY(lg_oauth_par_make(call->cx, call->env, &request, &uri));
	struct lg_json *j = lg_json_new(call->cx, JSON_MAX);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("request_uri"), uri);
	lg_json_pair_int(j, LG_STR("expires_in"), LG_OAUTH_PAR_S);
	lg_json_close(j, '}');
	LG_TRY(lg_json_finish(call->cx, j, &body));
	begin(call, 201);
	lg_answer_body(call->ret, LG_STR("application/json"), body);
	return LG_OK;
}

static void
push_endpoint(const struct call *call)
{
	const lg_status s = push(call);
	if (lg_failed(s))
		send_error(call, s, 401);
}

/* ---- /oauth2/revoke ---- */

static lg_status
revoke(const struct call *call)
{
	struct lg_str_map params;
	struct lg_oauth_client client;
	LG_TRY(read_client(call, &params, &client));
	LG_TRY(lg_oauth_revoke(call->cx, call->env, &client, &params));
	begin(call, 200);
	return LG_OK;
}

static void
revoke_endpoint(const struct call *call)
{
	const lg_status s = revoke(call);
	if (lg_failed(s))
		send_error(call, s, 401);
}

/* ---- /oauth2/userInfo ---- */

/* The token of the header; of a POST's body, too (RFC 6750, 2.2). Two are none. */
static lg_status
bearer(const struct call *call, lg_str *ret)
{
	static const char bad[] = "Bad OAuth2 request at UserInfo Endpoint";
	const lg_str header = lg_http_header(call->req, LG_STR("Authorization"));
	const lg_str scheme = LG_STR("Bearer ");
	*ret = LG_STR_NONE;
	if (header.len > scheme.len && lg_str_eq_nocase(lg_str_slice(header, 0, scheme.len), scheme))
		*ret = lg_str_trim(lg_str_slice(header, scheme.len, header.len));
	else if (lg_str_present(header))
		return lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST, bad);
	if (!lg_str_eq(call->req->method, LG_STR("POST")) || !lg_str_eq_nocase(media_type(call->req), FORM))
		return LG_OK;
	struct lg_str_map params;
	if (lg_failed(read_form(call, &params)))
		return lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST, bad);
	const lg_str token = lg_str_map_get(&params, LG_STR("access_token"));
	if (!lg_str_present(token))
		return LG_OK;
	if (lg_str_present(*ret))
		return lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST, bad);
	*ret = token;
	return LG_OK;
}

static lg_status
user_info(const struct call *call)
{
	lg_str token, body;
	LG_TRY(bearer(call, &token));
	LG_TRY(lg_oauth_user_info(call->cx, call->env, token, &body));
	begin(call, 200);
	lg_answer_body(call->ret, LG_STR("application/json;charset=UTF-8"), body);
	return LG_OK;
}

static void
user_info_endpoint(const struct call *call)
{
	const lg_status s = user_info(call);
	lg_str text, challenge;
	if (!lg_failed(s))
		return;
	const struct lg_error_info *info = error_of(call, s, &text);
	send_failure(call, info->http, info->oauth, text);
	if (info->http < 500 && !lg_failed(lg_str_fmt(call->cx, &challenge,
					"Bearer error=\"%s\", error_description=\"%.*s\"", info->oauth,
					LG_FMT(text))))
		lg_http_answer_header(call->ret, LG_STR("WWW-Authenticate"), challenge);
}

/* ---- which of them ---- */

enum { GET = 1, POST = 2 };

static const struct {
	lg_str path;
	unsigned methods;
	const char *allow;
	bool outbound;
	void (*run)(const struct call *call);
} endpoints[] = {
	{ LG_STR_INIT("/oauth2/authorize"), GET, "GET, HEAD, OPTIONS", true, authorize_endpoint },
	{ LG_STR_INIT("/oauth2/token"), POST, "POST, OPTIONS", true, token_endpoint },
	{ LG_STR_INIT("/oauth2/userInfo"), GET | POST, "GET, HEAD, POST, OPTIONS", false,
		user_info_endpoint },
	{ LG_STR_INIT("/oauth2/par"), POST, "POST, OPTIONS", false, push_endpoint },
	{ LG_STR_INIT("/oauth2/revoke"), POST, "POST, OPTIONS", false, revoke_endpoint },
};

/* Index, or LG_LEN(endpoints). */
static size_t
find(lg_str path)
{
	size_t i = 0;
	while (i < LG_LEN(endpoints) && !lg_str_eq(endpoints[i].path, path))
		i++;
	return i;
}

static unsigned
method_of(const struct lg_http_req *req)
{
	if (lg_str_eq(req->method, LG_STR("POST")))
		return POST;
	return lg_str_eq(req->method, LG_STR("GET")) || lg_str_eq(req->method, LG_STR("HEAD")) ? GET : 0;
}

bool
lg_oauth_is_outbound(const struct lg_http_req *req)
{
	const size_t i = find(req->path);
	return i < LG_LEN(endpoints) && endpoints[i].outbound;
}

bool
lg_oauth_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	const size_t i = find(req->path);
	if (i == LG_LEN(endpoints))
		return false;
	struct call call = { .env = env, .cx = cx, .req = req, .ret = ret };
	if (!(endpoints[i].methods & method_of(req))) {
		lg_answer_wrong_method(env, cx, lg_str_from_c(endpoints[i].allow), ret);
		return true;
	}
	const lg_status s = lg_oauth_pool_of_host(cx, env, req->host, &call.host);
	if (lg_failed(s))
		send_error(&call, s, 400);
	else
		endpoints[i].run(&call);
	return true;
}
