#include "proto/oauth_impl.h"

#include "codec/uri.h"
#include "gen/error.h"
#include "proto/answer.h"

#define FORM LG_STR("application/x-www-form-urlencoded")

/* ---- what came in ---- */

static bool
is_post(const struct lg_oauth_call *call)
{
	return lg_str_eq(call->req->method, LG_STR("POST"));
}

bool
lg_oauth_call_is_form(const struct lg_oauth_call *call)
{
	lg_str header = lg_http_header(call->req, LG_STR("Content-Type"));
	return lg_str_eq_nocase(lg_str_trim(lg_str_cut(&header, ';')), FORM);
}

static lg_status
parse(struct lg_ctx *cx, lg_str text, struct lg_str_map *ret)
{
	const lg_status s = lg_form_parse(cx, lg_str_present(text) ? text : LG_STR(""), ret);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "The request cannot be read.");
	return s;
}

static lg_status
read_body(const struct lg_oauth_call *call, struct lg_str_map *ret)
{
	if (!lg_oauth_call_is_form(call))
		return lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST,
			"The body is to be application/x-www-form-urlencoded.");
	return parse(call->cx, call->req->body, ret);
}

lg_status
lg_oauth_call_form(const struct lg_oauth_call *call, struct lg_str_map *ret)
{
	LG_TRY(read_body(call, ret));
	for (size_t i = 0; i < ret->count; i++)
		if (lg_form_repeats(ret, ret->items[i].key))
			return lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST, "A parameter stands twice.");
	return LG_OK;
}

lg_status
lg_oauth_call_params(const struct lg_oauth_call *call, struct lg_str_map *ret)
{
	return is_post(call) ? read_body(call, ret) : parse(call->cx, call->req->query, ret);
}

lg_status
lg_oauth_call_client(
	const struct lg_oauth_call *call, struct lg_str_map *params, struct lg_oauth_client *ret)
{
	LG_TRY(lg_oauth_call_form(call, params));
	const struct lg_oauth_credentials credentials = {
		.host = call->req->host,
		.authorization = lg_http_header(call->req, LG_STR("Authorization")),
		.params = params,
	};
	return lg_oauth_client_find(call->cx, call->env, &credentials, ret);
}

struct lg_caller
lg_oauth_call_caller(const struct lg_oauth_call *call)
{
	return (struct lg_caller){
		.ip = call->req->peer,
		.user_agent = lg_http_header(call->req, LG_STR("User-Agent")),
	};
}

struct lg_oauth_proof
lg_oauth_call_proof(const struct lg_oauth_call *call)
{
	struct lg_oauth_proof proof = { .method = call->req->method, .path = call->req->path };
	for (size_t i = 0; i < call->req->headers.count; i++) {
		if (!lg_str_eq_nocase(call->req->headers.items[i].key, LG_STR("DPoP")))
			continue;
		proof.repeated = lg_str_present(proof.jwt);
		proof.jwt = call->req->headers.items[i].value;
	}
	return proof;
}

struct lg_browser_at
lg_oauth_call_browser(
	const struct lg_oauth_call *call, const struct lg_pool *pool, const struct lg_client *client)
{
	return (struct lg_browser_at){
		.pool = pool,
		.client = client,
		.host = call->req->host,
		.cookies = lg_http_header(call->req, LG_STR("Cookie")),
		.caller = lg_oauth_call_caller(call),
	};
}

/* ---- what goes out ---- */

void
lg_oauth_call_begin(const struct lg_oauth_call *call, int status)
{
	lg_answer_begin(call->env, call->cx, status, call->ret);
	lg_answer_allow_any_origin(call->ret);
	lg_http_answer_header(call->ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(call->ret, LG_STR("Pragma"), LG_STR("no-cache"));
	lg_http_answer_header(call->ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
}

lg_status
lg_oauth_call_json(const struct lg_oauth_call *call, int status, struct lg_json *j)
{
	lg_str body;
	LG_TRY(lg_json_finish(call->cx, j, &body));
	lg_oauth_call_begin(call, status);
	lg_answer_body(call->ret, LG_STR("application/json;charset=UTF-8"), body);
	return LG_OK;
}

const struct lg_error_info *
lg_oauth_call_error(const struct lg_oauth_call *call, lg_status s, lg_str *ret_text)
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

void
lg_oauth_call_failure(const struct lg_oauth_call *call, int status, const char *error, lg_str description)
{
	struct lg_json *j = lg_json_new(call->cx, LG_OAUTH_JSON_MAX);
	lg_str body;
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("error"), lg_str_from_c(error));
	/* A name that says it all has no description, as Cognito has it. */
	if (lg_str_present(description) && !lg_str_eq(description, lg_str_from_c(error)))
		lg_json_pair_str(j, LG_STR("error_description"), description);
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(call->cx, j, &body)))
		body = LG_STR("{\"error\":\"server_error\"}");
	lg_oauth_call_begin(call, status);
	lg_answer_body(call->ret, LG_STR("application/json"), body);
}

void
lg_oauth_call_refuse(const struct lg_oauth_call *call, lg_status s, int unauthorized)
{
	lg_str text;
	const struct lg_error_info *info = lg_oauth_call_error(call, s, &text);
	const bool client = s.code == LG_E_OAUTH_INVALID_CLIENT;
	lg_oauth_call_failure(call, client ? unauthorized : info->http, info->oauth, text);
	if (client && unauthorized == 401)
		lg_http_answer_header(
			call->ret, LG_STR("WWW-Authenticate"), LG_STR("Basic realm=\"lifeguard\""));
}
