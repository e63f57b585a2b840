#include "page/signin.h"

#include "codec/bytes.h"
#include "codec/json.h"
#include "oauth/response.h"
#include "page/goal.h"
#include "page/remember.h"
#include "page/state.h"

#define S LG_STR_INIT

/* The page of each step; a challenge of the engine, or a word of our own. */
static const struct place {
	lg_str step;
	lg_str path;
} places[] = {
	{ S("SELECT_CHALLENGE"), S("/selectFactor") },
	{ S("PASSWORD"), S("/password") },
	{ S("EMAIL_OTP"), S("/mfa") },
	{ S("SMS_OTP"), S("/mfa") },
	{ S("SMS_MFA"), S("/mfa") },
	{ S("SOFTWARE_TOKEN_MFA"), S("/mfa") },
	{ S("SELECT_MFA_TYPE"), S("/mfaOption") },
	{ S("MFA_SETUP"), S("/mfaSetup") },
	{ S("TOTP_SETUP"), S("/mfaTotp") },
	{ S("NEW_PASSWORD_REQUIRED"), S("/newPassword") },
	{ S("WEB_AUTHN"), S("/passkey") },
};

static lg_str
path_of(lg_str step)
{
	for (size_t i = 0; i < LG_LEN(places); i++) {
		if (lg_str_eq(places[i].step, step))
			return places[i].path;
	}
	return LG_STR_NONE;
}

struct lg_auth_call
lg_signin_call(const struct lg_page *pg)
{
	return (struct lg_auth_call){
		.pool = pg->request.pool,
		.client = pg->request.client,
		.hosted = true,
		.caller = lg_page_caller(pg),
		.device = pg->device,
	};
}

lg_status
lg_signin_session(const struct lg_page *pg, lg_str *ret)
{
	return lg_base64url_encode(pg->cx, pg->state.session, ret);
}

/* ---- back to the client ---- */

static lg_status
respond(struct lg_page *pg, const struct lg_browser *browser)
{
	if (lg_str_present(pg->goal))
		return lg_goal_reached(pg);
	const struct lg_oauth_subject subject = {
		.user = browser->user,
		.auth_time = browser->auth_time,
		.browser = browser->id,
		.caller = lg_page_caller(pg),
	};
	struct lg_oauth_response response;
	LG_TRY(lg_oauth_respond(pg->cx, pg->env, &pg->request, &subject, &response));
	lg_page_leave(pg, &response);
	return LG_OK;
}

/* Names of RFC 8176 for what the engine says. */
static lg_status
amr_of(struct lg_ctx *cx, const struct lg_str_list *proven, struct lg_str_list *ret)
{
	static const struct lg_str_pair names[] = {
		{ S("PASSWORD"), S("pwd") },
		{ S("OTP"), S("otp") },
		{ S("PASSKEY"), S("hwk") },
		{ S("MFA"), S("mfa") },
		{ S("SIGN_UP"), S("otp") },
	};
	lg_str *items = lg_new_array(cx, lg_str, LG_LEN(names));
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(names); i++) {
		if (lg_str_list_has(proven, names[i].key))
			items[count++] = names[i].value;
	}
	*ret = (struct lg_str_list){ items, count, true };
	return LG_OK;
}

/* A new browser session, then back to the client. */
static lg_status
done(struct lg_page *pg, struct lg_user *user, const struct lg_str_list *proven)
{
	const struct lg_browser_at at = lg_page_browser_at(pg);
	struct lg_str_list amr;
	struct lg_browser browser;
	lg_str cookie;
	LG_TRY(amr_of(pg->cx, proven, &amr));
	LG_TRY(lg_browser_begin(pg->cx, pg->env, &at, user, &amr, &browser, &cookie));
	lg_page_cookie(pg, cookie);
	LG_TRY(lg_state_drop(pg));
	bool asks;
	LG_TRY(lg_remember_after(pg, user, proven, &asks));
	return asks ? LG_OK : respond(pg, &browser);
}

/* How he proved who he is there is not known here, so nothing is said about it. */
lg_status
lg_signin_arrived(struct lg_page *pg, lg_str provider, struct lg_user *user)
{
	const struct lg_str_list amr = { .has = true };
	struct lg_browser_at at = lg_page_browser_at(pg);
	at.provider = provider;
	struct lg_browser browser;
	lg_str cookie;
	LG_TRY(lg_browser_begin(pg->cx, pg->env, &at, user, &amr, &browser, &cookie));
	lg_page_cookie(pg, cookie);
	LG_TRY(lg_state_drop(pg));
	return respond(pg, &browser);
}

/* ---- from the engine to a page ---- */

/* A parameter that holds a list as JSON, each item without `prefix`. */
static lg_status
read_list(struct lg_ctx *cx, lg_str json, lg_str prefix, struct lg_str_list *ret)
{
	json_t *list;
	if (lg_str_empty(json))
		return LG_OK;
	LG_TRY(lg_json_parse(cx, json, &list));
	const size_t count = json_array_size(list);
	lg_str *items = lg_new_array(cx, lg_str, count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		items[i] = lg_json_text(json_array_get(list, i));
		if (lg_str_starts(items[i], prefix))
			items[i] = lg_str_slice(items[i], prefix.len, items[i].len);
	}
	*ret = (struct lg_str_list){ items, count, true };
	return LG_OK;
}

/* Pages never speak SRP: of the two forms of a password there is one. */
static lg_status
drop_srp(struct lg_ctx *cx, const struct lg_str_list *list, struct lg_str_list *ret)
{
	lg_str *items = lg_new_array(cx, lg_str, list->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (!lg_str_eq(list->items[i], LG_STR("PASSWORD_SRP")))
			items[count++] = list->items[i];
	}
	*ret = (struct lg_str_list){ items, count, true };
	return LG_OK;
}

static lg_status
state_of(struct lg_page *pg, const struct lg_auth_step *step, struct lg_rec_page_state *ret)
{
	struct lg_ctx *cx = pg->cx;
	const struct lg_str_map *params = &step->params;
	ret->step = step->challenge;
	LG_TRY(lg_base64url_decode(cx, step->session, &ret->session));
	ret->second = (struct lg_opt_bool){ true, step->proven.count > 0 };
	ret->medium = lg_str_map_get(params, LG_STR("CODE_DELIVERY_DELIVERY_MEDIUM"));
	ret->destination = lg_str_map_get(params, LG_STR("CODE_DELIVERY_DESTINATION"));
	if (lg_str_present(ret->medium))
		ret->sent = (struct lg_opt_time){ true, cx->now };
	LG_TRY(read_list(cx, lg_str_map_get(params, LG_STR("requiredAttributes")),
		LG_STR("userAttributes."), &ret->required));
	LG_TRY(drop_srp(cx, &step->available, &ret->choices));
	LG_TRY(read_list(cx, lg_str_map_get(params, LG_STR("MFAS_CAN_SETUP")), LG_STR(""), &ret->choices));
	return read_list(cx, lg_str_map_get(params, LG_STR("MFAS_CAN_CHOOSE")), LG_STR(""), &ret->choices);
}

lg_status
lg_signin_step(struct lg_page *pg, const struct lg_auth_step *step, lg_str username, lg_str notice)
{
	if (step->done)
		return done(pg, step->user, &step->proven);
	struct lg_rec_page_state state = { .username = username, .notice = notice };
	LG_TRY(state_of(pg, step, &state));
	/* One way is no choice. */
	if (lg_str_eq(state.step, LG_STR("SELECT_CHALLENGE")) && state.choices.count == 1
	    && lg_str_eq(state.choices.items[0], LG_STR("PASSWORD")))
		state.step = LG_STR("PASSWORD");
	if (!lg_str_present(path_of(state.step)))
		return lg_fail(pg->cx, LG_E_INTERNAL, "no page for this challenge");
	LG_TRY(lg_state_keep(pg, &state));
	if (lg_str_eq(state.step, LG_STR("MFA_SETUP")) && state.choices.count == 1
	    && lg_str_eq(state.choices.items[0], LG_STR("SOFTWARE_TOKEN_MFA")))
		LG_TRY(lg_signin_begin_totp(pg));
	return lg_signin_here(pg);
}

lg_status
lg_signin_here(struct lg_page *pg)
{
	const lg_str path = path_of(pg->state.step);
	return lg_str_present(path) ? lg_page_go(pg, path) : lg_signin_again(pg, LG_STR("notice.expired"));
}

lg_status
lg_signin_keep_session(struct lg_page *pg, lg_str session)
{
	struct lg_rec_page_state state = pg->state;
	state.expires = (struct lg_opt_time){ 0 };
	LG_TRY(lg_base64url_decode(pg->cx, session, &state.session));
	return lg_state_keep(pg, &state);
}

lg_status
lg_signin_begin_totp(struct lg_page *pg)
{
	lg_str session, next;
	struct lg_rec_page_state state = pg->state;
	LG_TRY(lg_signin_session(pg, &session));
	LG_TRY(lg_auth_totp_associate(pg->cx, pg->env, true, session, &state.secret, &next));
	LG_TRY(lg_base64url_decode(pg->cx, next, &state.session));
	state.expires = (struct lg_opt_time){ 0 };
	state.step = LG_STR("TOTP_SETUP");
	return lg_state_keep(pg, &state);
}

lg_status
lg_signin_at(struct lg_page *pg, lg_str path, bool *ret_moved)
{
	const lg_str own = path_of(pg->state.step);
	*ret_moved = !lg_str_eq(own, path);
	return *ret_moved ? lg_signin_here(pg) : LG_OK;
}

lg_status
lg_signin_again(struct lg_page *pg, lg_str notice)
{
	struct lg_rec_page_state state = { .step = LG_STR("LOGIN"), .notice = notice };
	LG_TRY(lg_state_keep(pg, &state));
	return lg_page_go(pg, LG_STR("/login"));
}

lg_status
lg_signin_renew(struct lg_page *pg)
{
	struct lg_browser_at at = lg_page_browser_at(pg);
	at.provider = pg->browser.provider;
	struct lg_browser browser;
	lg_str cookie;
	LG_TRY(lg_browser_begin(
		pg->cx, pg->env, &at, pg->browser.user, &pg->browser.amr, &browser, &cookie));
	lg_page_cookie(pg, cookie);
	pg->browser = browser;
	return LG_OK;
}

lg_status
lg_signin_continue(struct lg_page *pg)
{
	LG_TRY(lg_state_drop(pg));
	return respond(pg, &pg->browser);
}
