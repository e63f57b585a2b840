#include "page/route.h"

#include "codec/uri.h"
#include "page/account.h"
#include "page/asset.h"
#include "page/device.h"
#include "page/forgot.h"
#include "page/form.h"
#include "page/goal.h"
#include "page/provider.h"
#include "page/remember.h"
#include "page/signin.h"
#include "page/signup.h"
#include "page/state.h"
#include "proto/answer.h"

#define S LG_STR_INIT
/* A page answers with its own address, to which a connection's memory has to hold both heads. */
#define QUERY_MAX_BYTES 6144
#define FORM (LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST)
#define OWN (LG_PAGE_CLIENT | LG_PAGE_SESSION | LG_PAGE_GET | LG_PAGE_POST)

static const struct lg_page_route routes[] = {
	{ S("/login"), LG_PAGE_REQUEST | LG_PAGE_GET, lg_page_login_get },
	{ S("/login"), LG_PAGE_REQUEST | LG_PAGE_POST, lg_page_login_post },
	{ S("/login/provider"), LG_PAGE_REQUEST | LG_PAGE_GET, lg_page_provider },
	{ S("/oauth2/idpresponse"), LG_PAGE_REQUEST | LG_PAGE_BACK | LG_PAGE_GET | LG_PAGE_POST,
		lg_page_provider_back },
	{ S("/selectFactor"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/password"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/mfa"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/mfaOption"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/mfaSetup"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/mfaTotp"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/newPassword"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/passkey"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_challenge },
	{ S("/login/options"), LG_PAGE_REQUEST | LG_PAGE_POST, lg_page_login_options },
	{ S("/rememberDevice"), LG_PAGE_REQUEST | LG_PAGE_GET | LG_PAGE_POST, lg_page_remember },
	{ S("/passkey/options"), LG_PAGE_REQUEST | LG_PAGE_POST, lg_page_passkey_options },
	{ S("/signup"), FORM, lg_page_signup },
	{ S("/confirm"), FORM, lg_page_confirm },
	{ S("/resendcode"), FORM, lg_page_resend },
	{ S("/confirmUser"), LG_PAGE_CLIENT | LG_PAGE_GET | LG_PAGE_POST, lg_page_confirm_link },
	{ S("/confirmUser/done"), LG_PAGE_CLIENT | LG_PAGE_GET, lg_page_confirm_linked },
	{ S("/forgotPassword"), FORM, lg_page_forgot },
	{ S("/confirmForgotPassword"), FORM, lg_page_reset },
	{ S("/resetPassword"), FORM, lg_page_reset },
	{ S("/account"), LG_PAGE_CLIENT | LG_PAGE_SESSION | LG_PAGE_GET, lg_page_account },
	{ S("/account/profile"), OWN, lg_page_account_profile },
	{ S("/account/contact"), OWN, lg_page_account_contact },
	{ S("/account/verify"), OWN, lg_page_account_verify },
	{ S("/account/password"), OWN, lg_page_account_password },
	{ S("/account/factors"), OWN, lg_page_account_factors },
	{ S("/account/app"), OWN, lg_page_account_totp },
	{ S("/account/recovery"), OWN, lg_page_account_recovery },
	{ S("/account/passkeys"), OWN, lg_page_account_passkeys },
	{ S("/account/passkeys/options"), LG_PAGE_CLIENT | LG_PAGE_SESSION | LG_PAGE_POST,
		lg_page_passkey_create_options },
	{ S("/account/passkey"), OWN, lg_page_account_passkey },
	{ S("/account/devices"), OWN, lg_page_account_devices },
	{ S("/account/sessions"), OWN, lg_page_account_sessions },
	{ S("/account/delete"), OWN, lg_page_account_delete },
	{ S("/passkeys/add"), FORM, lg_page_passkey_add },
	{ S("/passkeys/add/options"), LG_PAGE_REQUEST | LG_PAGE_SESSION | LG_PAGE_POST,
		lg_page_passkey_create_options },
	{ S("/device"), LG_PAGE_LOOK | LG_PAGE_GET | LG_PAGE_POST, lg_page_device },
	{ S("/device/confirm"), OWN, lg_page_device_confirm },
	{ S("/device/denied"), LG_PAGE_LOOK | LG_PAGE_GET | LG_PAGE_POST, lg_page_device },
	{ S("/device/done"), LG_PAGE_LOOK | LG_PAGE_GET, lg_page_device_done },
	{ S("/signedOut"), LG_PAGE_LOOK | LG_PAGE_GET, lg_page_signed_out },
	{ S("/error"), LG_PAGE_LOOK | LG_PAGE_GET, lg_page_error_page },
};

/* The row of path and method; `*ret_known` tells whether there is one of the path at all. */
static const struct lg_page_route *
find_route(lg_str path, bool is_post, bool *ret_known)
{
	*ret_known = false;
	for (size_t i = 0; i < LG_LEN(routes); i++) {
		if (!lg_str_eq(routes[i].path, path))
			continue;
		*ret_known = true;
		if (routes[i].needs & (is_post ? LG_PAGE_POST : LG_PAGE_GET))
			return &routes[i];
	}
	return NULL;
}

/* ---- what a page needs ---- */

/* Of one name the first counts, as it does everywhere else. */
static lg_status
read_request(struct lg_page *pg, const struct lg_page_route *route)
{
	const struct lg_pool *of_host;
	LG_TRY(lg_oauth_pool_of_host(pg->cx, pg->env, pg->req->host, &of_host));
	pg->goal = lg_goal_of(&pg->params);
	const bool has_request = lg_str_present(lg_str_map_get(&pg->params, LG_STR("redirect_uri")));
	if ((route->needs & LG_PAGE_CLIENT) || (lg_str_present(pg->goal) && !has_request))
		return lg_goal_request(pg, of_host);
	return lg_oauth_request_read(
		pg->cx, pg->env, of_host, LG_OAUTH_PAGE, &pg->params, &pg->request);
}

/* Without it the page has our own look. */
static lg_status
read_look(struct lg_page *pg)
{
	const lg_status s = lg_str_present(lg_str_map_get(&pg->params, LG_STR("client_id")))
				    ? lg_goal_request(pg, NULL)
				    : LG_STATUS(LG_E_RESOURCE_NOT_FOUND);
	if (s.code != LG_E_RESOURCE_NOT_FOUND && s.code != LG_E_OAUTH_UNAUTHORIZED_CLIENT)
		return s;
	pg->request = (struct lg_oauth_request){ .max_age_s = -1 };
	return LG_OK;
}

static lg_status
read_browser(struct lg_page *pg)
{
	const struct lg_browser_at at = lg_page_browser_at(pg);
	const lg_status s = lg_browser_open(pg->cx, pg->env, &at, &pg->browser);
	pg->signed_in = !lg_failed(s);
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

/* A tab that was left open for long shows its page anew; what it sent is not looked at. */
static lg_status
read_post(struct lg_page *pg, bool *ret_stale)
{
	const lg_status s = lg_form_read(pg);
	*ret_stale = s.code == LG_E_MISMATCH;
	return *ret_stale ? LG_OK : s;
}

/* What one person asked for about his account is not done to the one who has signed in since. */
static bool
is_anothers(const struct lg_page *pg, const struct lg_page_route *route)
{
	return pg->is_post && pg->signed_in && (route->needs & LG_PAGE_SESSION) && lg_state_is_anothers(pg);
}

static lg_status
run_page(struct lg_page *pg, const struct lg_page_route *route)
{
	bool stale = false;
	const bool has_client = route->needs & (LG_PAGE_REQUEST | LG_PAGE_CLIENT);
	if (has_client)
		LG_TRY(read_request(pg, route));
	if (route->needs & LG_PAGE_LOOK)
		LG_TRY(read_look(pg));
	LG_TRY(lg_page_dress(pg));
	LG_TRY(lg_form_token(pg));
	if (pg->is_post)
		LG_TRY(read_post(pg, &stale));
	if (has_client) {
		LG_TRY(lg_state_read(pg));
		LG_TRY(lg_remember_read(pg));
		LG_TRY(read_browser(pg));
		LG_TRY(lg_state_whose(pg));
		stale = stale || is_anothers(pg, route);
	}
	if (stale) {
		if (has_client)
			LG_TRY(lg_state_excuse(pg, LG_STR("notice.stale")));
		pg->request.query = pg->req->query; /* all of it: a link in a message has its code there */
		return lg_page_go(pg, route->path);
	}
	if ((route->needs & LG_PAGE_SESSION) && !pg->signed_in) {
		if (pg->is_post)
			LG_TRY(lg_state_excuse(pg, LG_STR("notice.expired")));
		return lg_goal_sign_in(pg, route->path);
	}
	return route->page(pg);
}

/* ---- one request ---- */

struct job {
	struct lg_env *env;
	const struct lg_http_req *req;
	struct lg_http_answer *answer;
	const struct lg_page_route *route;
	struct lg_page *pg; /* outlives a try that is repeated */
};

static struct lg_page
bare_page(struct lg_ctx *cx, const struct job *job)
{
	return (struct lg_page){
		.cx = cx,
		.env = job->env,
		.req = job->req,
		.answer = job->answer,
		.is_post = lg_str_eq(job->req->method, LG_STR("POST")),
	};
}

static lg_status
try_page(struct lg_ctx *cx, struct job *job)
{
	if (job->req->query.len > QUERY_MAX_BYTES)
		return LG_STATUS(LG_E_TOO_LARGE);
	LG_TRY(lg_form_parse(cx, job->req->query, &job->pg->params));
	bool moved = false;
	if (job->route->needs & LG_PAGE_BACK)
		LG_TRY(lg_provider_resume(job->pg, &moved));
	return moved ? LG_OK : run_page(job->pg, job->route);
}

/* Before the next try, or after the last one, all that this one has read is given back. */
static lg_status
run(struct lg_ctx *cx, void *arg)
{
	struct job *job = arg;
	*job->pg = bare_page(cx, job);
	const lg_status s = try_page(cx, job);
	if (s.code == LG_E_CONFLICT)
		*job->pg = bare_page(cx, job);
	return s;
}

/* The application is told, where it may be. */
static lg_status
refuse(struct lg_page *pg, lg_status s)
{
	struct lg_oauth_response response;
	LG_TRY(lg_oauth_refuse(pg->cx, pg->env, &pg->request, s.code, &response));
	lg_page_leave(pg, &response);
	return LG_OK;
}

/* An error has the look of its client, as far as that is known; whatever fails here leaves our own. */
static void
show_error(struct lg_page *pg, lg_status s)
{
	if (!pg->look && pg->cx && !lg_failed(read_look(pg)) && lg_failed(lg_page_dress(pg)))
		pg->look = NULL;
	lg_page_error(pg, s);
}

bool
lg_pages_answer(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	struct lg_http_answer *ret)
{
	const bool is_post = lg_str_eq(req->method, LG_STR("POST"));
	bool known;
	if (lg_page_asset_answer(env, cx, req, ret))
		return true;
	const struct lg_page_route *route = find_route(req->path, is_post, &known);
	if (!known)
		return false;
	if (!route || (!is_post && !lg_str_eq(req->method, LG_STR("GET")))) {
		lg_answer_wrong_method(env, cx, LG_STR("GET, HEAD, POST"), ret);
		return true;
	}
	struct lg_page page = { 0 };
	struct job job = { env, req, ret, route, &page };
	const lg_status s = lg_retry(cx, run, &job);
	if (lg_failed(s) && lg_failed(refuse(&page, s)))
		show_error(&page, s);
	return true;
}
