#include "proto/oauth_impl.h"

#include "oauth/provider.h"
#include "oauth/response.h"

/* Signed in lately enough, and not asked to sign in again. */
static bool
goes_on(const struct lg_oauth_request *request, const struct lg_browser *browser, lg_time now)
{
	const bool again = request->prompt & (LG_OAUTH_PROMPT_LOGIN | LG_OAUTH_PROMPT_SELECT);
	const bool fresh = request->max_age_s < 0 ||
			   now.ms - browser->auth_time.ms <= request->max_age_s * LG_SECOND_MS;
	const bool meant = !lg_str_present(request->hinted) ||
			   lg_str_eq(request->hinted, browser->user->sub);
	return !again && fresh && meant;
}

static lg_status
respond(const struct lg_oauth_call *call, const struct lg_oauth_request *request,
	const struct lg_browser *browser)
{
	const struct lg_oauth_subject subject = {
		.user = browser->user,
		.auth_time = browser->auth_time,
		.browser = browser->id,
		.caller = lg_oauth_call_caller(call),
	};
	struct lg_oauth_response response;
	LG_TRY(lg_oauth_respond(call->cx, call->env, request, &subject, &response));
	lg_oauth_send(call->env, call->cx, call->req, &response, call->ret);
	return LG_OK;
}

/* To the sign-in page, or past it to the provider that the application wants. */
static lg_status
sign_in(const struct lg_oauth_call *call, const struct lg_oauth_request *request)
{
	struct lg_ctx *cx = call->cx;
	struct lg_upstream up;
	lg_str url;
	const lg_status s = lg_provider_of_request(cx, call->env, request, &up);
	if (s.code != LG_E_NOT_FOUND)
		LG_TRY(s);
	const lg_str path = lg_failed(s) ? LG_STR("/login") : LG_TRIP_START;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ path, LG_STR("?"), request->query }, 3, &url));
	lg_oauth_redirect(call->env, cx, call->req, url, call->ret);
	return LG_OK;
}

static lg_status
authorize(const struct lg_oauth_call *call, struct lg_oauth_request *request)
{
	struct lg_ctx *cx = call->cx;
	struct lg_str_map params;
	struct lg_browser browser;
	const struct lg_pool *host;
	LG_TRY(lg_oauth_call_params(call, &params));
	LG_TRY(lg_oauth_pool_of_host(cx, call->env, call->req->host, &host));
	LG_TRY(lg_oauth_request_read(cx, call->env, host, LG_OAUTH_AUTHORIZE, &params, request));
	const struct lg_browser_at at = lg_oauth_call_browser(call, request->pool, request->client);
	const lg_status s = lg_browser_open(cx, call->env, &at, &browser);
	if (!lg_failed(s) && goes_on(request, &browser, cx->now))
		return respond(call, request, &browser);
	if (s.code != LG_E_NOT_FOUND)
		LG_TRY(s);
	if (request->prompt & LG_OAUTH_PROMPT_NONE)
		return lg_fail(cx, LG_E_OAUTH_LOGIN_REQUIRED, "login_required");
	return sign_in(call, request);
}

void
lg_oauth_authorize_endpoint(const struct lg_oauth_call *call)
{
	struct lg_oauth_request request = { 0 };
	const lg_status s = authorize(call, &request);
	if (lg_failed(s))
		lg_oauth_send_error(call->env, call->cx, call->req, &request, s, call->ret);
}
