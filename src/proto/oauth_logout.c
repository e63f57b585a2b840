#include "proto/oauth_impl.h"

#include "codec/cookie.h"
#include "codec/uri.h"
#include "oauth/host.h"
#include "oauth/logout.h"

#define COOKIES LG_STR("cognito-") /* and the id of a pool (oauth/browser.h) */
#define POOLS_MOST 8

/* ---- the session ---- */

/* A hint that is somebody else's ends nobody's session (RP-Initiated Logout, 2). */
static lg_status
end(const struct lg_oauth_call *call, const struct lg_oauth_logout *logout)
{
	const struct lg_browser_at at = lg_oauth_call_browser(call, logout->pool, logout->client);
	struct lg_browser browser;
	lg_str cookie;
	if (lg_str_present(logout->subject)) {
		const lg_status s = lg_browser_open(call->cx, call->env, &at, &browser);
		if (s.code == LG_E_NOT_FOUND ||
			(!lg_failed(s) && !lg_str_eq(browser.user->sub, logout->subject)))
			return LG_OK;
		LG_TRY(s);
	}
	LG_TRY(lg_browser_end(call->cx, call->env, &at, &cookie));
	lg_http_answer_header(call->ret, LG_STR("Set-Cookie"), cookie);
	return LG_OK;
}

/* Nobody says which pool is meant: those that are asked for OpenID Connect's way end their sessions. */
static lg_status
end_strict(const struct lg_oauth_call *call, bool *ret_any)
{
	lg_str rest = lg_http_header(call->req, LG_STR("Cookie"));
	*ret_any = false;
	for (int i = 0; i < POOLS_MOST && lg_str_present(rest); i++) {
		lg_str cookie = lg_str_trim(lg_str_cut(&rest, ';'));
		lg_str name = lg_str_cut(&cookie, '=');
		if (lg_browser_secure(call->env) && lg_str_starts(name, LG_COOKIE_HOST))
			name = lg_str_slice(name, LG_COOKIE_HOST.len, name.len);
		struct lg_oauth_logout logout = { 0 };
		if (!lg_str_starts(name, COOKIES))
			continue;
		const lg_status s = lg_pool_find(
			call->cx, call->env, lg_str_slice(name, COOKIES.len, name.len), &logout.pool);
		if (s.code == LG_E_RESOURCE_NOT_FOUND)
			continue;
		LG_TRY(s);
		if (!logout.pool->oidc_strict)
			continue;
		LG_TRY(end(call, &logout));
		*ret_any = true;
	}
	return LG_OK;
}

/* ---- where the browser goes ---- */

static lg_status
with_state(struct lg_ctx *cx, lg_str url, lg_str state, lg_str *ret)
{
	struct lg_str_pair pair = { LG_STR("state"), state };
	const struct lg_str_map map = { .items = &pair, .count = 1, .has = true };
	lg_str query;
	*ret = url;
	if (!lg_str_present(state))
		return LG_OK;
	LG_TRY(lg_form_write(cx, &map, &query));
	const lg_str mark = lg_str_has_byte(url, '?') ? LG_STR("&") : LG_STR("?");
	return lg_str_concat(cx, (const lg_str[]){ url, mark, query }, 3, ret);
}

static lg_status
next_url(const struct lg_oauth_call *call, const struct lg_oauth_logout *logout,
	const struct lg_str_map *params, lg_str *ret)
{
	struct lg_ctx *cx = call->cx;
	lg_str query;
	if (logout->form == LG_LOGOUT_AGAIN) {
		LG_TRY(lg_form_write(cx, params, &query));
		return lg_str_concat(cx, (const lg_str[]){ LG_STR("/login?"), query }, 2, ret);
	}
	if (lg_str_present(logout->url))
		return with_state(cx, logout->url, logout->state, ret);
	*ret = LG_STR("/signedOut");
	if (!logout->client)
		return LG_OK;
	return lg_str_fmt(cx, ret, "/signedOut?client_id=%.*s", LG_FMT(logout->client->id));
}

static lg_status
log_out(const struct lg_oauth_call *call, struct lg_oauth_logout *logout)
{
	struct lg_ctx *cx = call->cx;
	struct lg_http_answer cookies = { 0 };
	struct lg_oauth_call inner = *call;
	const struct lg_pool *host;
	struct lg_str_map params;
	lg_str url;
	bool any = false;
	inner.ret = &cookies;
	LG_TRY(lg_oauth_call_params(call, &params));
	LG_TRY(lg_oauth_pool_of_host(cx, call->env, call->req->host, &host));
	LG_TRY(lg_oauth_logout_read(cx, call->env, host, &params, logout));
	if (logout->form == LG_LOGOUT_BARE && !(logout->pool && logout->pool->oidc_strict)) {
		LG_TRY(end_strict(&inner, &any));
		if (!any)
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST,
				"Required String parameter 'redirect_uri' is not present");
	} else {
		LG_TRY(end(&inner, logout));
	}
	LG_TRY(next_url(call, logout, &params, &url));
	lg_oauth_redirect(call->env, cx, call->req, url, call->ret);
	for (size_t i = 0; i < cookies.header_count; i++)
		lg_http_answer_header(call->ret, cookies.headers[i].name, cookies.headers[i].value);
	return LG_OK;
}

void
lg_oauth_logout_endpoint(const struct lg_oauth_call *call)
{
	struct lg_oauth_logout logout = { 0 };
	const lg_status s = log_out(call, &logout);
	if (!lg_failed(s))
		return;
	/* None of its addresses is known to be the application's: our own page says what is wrong. */
	const struct lg_oauth_request request = { .client = logout.client };
	lg_oauth_send_error(call->env, call->cx, call->req, &request, s, call->ret);
}
