#include "base/log.h"
#include "codec/uri.h"
#include "gen/error.h"
#include "proto/answer.h"
#include "proto/oauth.h"

#define HEADS_MAX ((size_t)16 * 1024)

static void
private_headers(struct lg_http_answer *ret)
{
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(ret, LG_STR("Pragma"), LG_STR("no-cache"));
	lg_http_answer_header(ret, LG_STR("Referrer-Policy"), LG_STR("no-referrer"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
}

/* A connection has one memory for both heads (src/net/http.c); cookies that are set come on top. */
static bool
is_too_long(const struct lg_http_req *req, lg_str url)
{
	size_t bytes = req->target.len + url.len;
	for (size_t i = 0; i < req->headers.count; i++)
		bytes += req->headers.items[i].key.len + req->headers.items[i].value.len;
	return bytes > HEADS_MAX;
}

void
lg_oauth_redirect(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, lg_str url,
	struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, lg_str_eq(req->method, LG_STR("POST")) ? 303 : 302, ret);
	private_headers(ret);
	lg_http_answer_header(ret, LG_STR("Location"),
		is_too_long(req, url) ? LG_STR("/error?error=invalid_request") : url);
}

static lg_status
render_post(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_response *response, lg_str *ret_language, lg_html *ret)
{
	if (!env->post_page)
		return lg_fail(cx, LG_E_INTERNAL, "no page for a form_post");
	return env->post_page->render(env, cx, req, response, ret_language, ret);
}

static void
send_post(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_response *response, struct lg_http_answer *ret)
{
	lg_html page;
	lg_str language;
	const lg_status s = render_post(env, cx, req, response, &language, &page);
	if (lg_failed(s)) {
		const struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("authorize"));
		lg_answer_message(env, cx, error.info->http, error.text, ret);
		return;
	}
	lg_answer_begin(env, cx, 200, ret);
	private_headers(ret);
	lg_http_answer_header(ret, LG_STR("Content-Security-Policy"),
		LG_STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
		       "frame-ancestors 'none'; "
		       "base-uri 'none'"));
	lg_http_answer_header(ret, LG_STR("X-Frame-Options"), LG_STR("DENY"));
	lg_http_answer_header(ret, LG_STR("Content-Language"), language);
	lg_answer_body(ret, LG_STR("text/html; charset=utf-8"), page.markup);
}

void
lg_oauth_send(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_response *response, struct lg_http_answer *ret)
{
	if (response->mode == LG_OAUTH_FORM_POST)
		send_post(env, cx, req, response, ret);
	else
		lg_oauth_redirect(env, cx, req, response->url, ret);
}

/* Where people read that the application has asked for something odd: of the application's own address
 * nothing is believed then. */
static lg_status
error_page(struct lg_ctx *cx, const struct lg_http_req *req, const struct lg_oauth_request *request,
	int code, lg_str *ret)
{
	const struct lg_error_info *info = lg_error_info(code);
	struct lg_str_map params = { 0 };
	struct lg_str_pair pairs[2] = { { LG_STR("error"),
		lg_str_from_c(info->oauth ? info->oauth : "server_error") } };
	/* Cognito's name for a client that is unknown, at this endpoint. */
	if (code == LG_E_OAUTH_INVALID_CLIENT)
		pairs[0].value = LG_STR("invalid_request");
	size_t count = 1;
	(void)req;
	if (request->client)
		pairs[count++] = (struct lg_str_pair){ LG_STR("client_id"), request->client->id };
	params = (struct lg_str_map){ .items = pairs, .count = count, .has = true };
	lg_str query;
	LG_TRY(lg_form_write(cx, &params, &query));
	return lg_str_concat(cx, (const lg_str[]){ LG_STR("/error?"), query }, 2, ret);
}

void
lg_oauth_send_error(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_request *request, lg_status s, struct lg_http_answer *ret)
{
	const struct lg_error_info *info = lg_error_info(s.code);
	struct lg_oauth_response response;
	if (!info->oauth || info->http >= 500)
		(void)lg_answer_error(cx, s.code, LG_STR("authorize")); /* for the log */
	if (!info->oauth)
		s.code = LG_E_INTERNAL;
	const lg_status sent = lg_oauth_refuse(cx, env, request, s.code, &response);
	if (!lg_failed(sent)) {
		lg_oauth_send(env, cx, req, &response, ret);
		return;
	}
	lg_str url;
	if (lg_failed(error_page(cx, req, request, s.code, &url)))
		url = LG_STR("/error");
	lg_oauth_redirect(env, cx, req, url, ret);
}
