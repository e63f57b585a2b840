#include "page/form.h"
#include "page/name.h"
#include "page/provider.h"
#include "page/signin.h"
#include "page/signup.h"
#include "page/state.h"

#define PASSWORD LG_STR("password")
#define CREDENTIAL LG_STR("credential") /* of a passkey that the script asked for */
#define ANOTHER LG_STR("ANOTHER") /* the state of who wants to sign in as somebody else */

/* ---- which form ---- */

/*
 * The name alone comes first where there is something to choose: the client lets people choose, and the pool
 * has more than passwords.
 */
static const struct lg_str_list *
choices(const struct lg_page *pg)
{
	static const struct lg_str_list none;
	const struct lg_idp_sign_in_policy_type *policy = pg->request.pool->type->policies->sign_in_policy;
	if (!policy || !lg_client_allows_flow(pg->request.client, LG_STR("ALLOW_USER_AUTH")))
		return &none;
	return &policy->allowed_first_auth_factors;
}

static bool
asks_name_first(const struct lg_page *pg)
{
	const struct lg_str_list *list = choices(pg);
	for (size_t i = 0; i < list->count; i++) {
		if (!lg_str_eq(list->items[i], LG_STR("PASSWORD")))
			return true;
	}
	return false;
}

bool
lg_signin_takes_passkeys(const struct lg_page *pg)
{
	return lg_str_list_has(choices(pg), LG_STR("WEB_AUTHN"));
}

/* Passwords are the users' own here: with other providers alone there is no form. */
static bool
has_local_users(const struct lg_page *pg)
{
	return lg_client_has_local_users(pg->request.client);
}

static lg_status
add_links(struct lg_page *pg, struct lg_view *view, bool name_first)
{
	lg_str address;
	if (!name_first) {
		LG_TRY(lg_page_link(pg, LG_STR("/forgotPassword"), &address));
		lg_view_link(view, LG_STR("link.forgot"), address);
	}
	if (lg_signup_is_open(pg)) {
		LG_TRY(lg_page_link(pg, LG_STR("/signup"), &address));
		lg_view_link(view, LG_STR("link.sign_up"), address);
	}
	return LG_OK;
}

static lg_status
add_fields(struct lg_page *pg, struct lg_view *view, bool name_first)
{
	const lg_str hint = pg->request.login_hint;
	struct lg_view_field *name;
	LG_TRY(lg_page_name_field(pg, view, lg_str_present(hint) ? hint : pg->state.username, &name));
	if (name_first)
		name->autocomplete = LG_STR("username webauthn");
	if (!name_first) {
		struct lg_view_field *password = lg_view_field(
			view, LG_FIELD_PASSWORD, PASSWORD, LG_STR("field.password"));
		password->autocomplete = LG_STR("current-password");
		password->required = true;
	}
	if (lg_signin_takes_passkeys(pg)) {
		lg_view_field(view, LG_FIELD_CREDENTIAL, CREDENTIAL, LG_STR_NONE);
		view->passkey_autofill = true;
	}
	view->primary = lg_view_action(
		name_first ? LG_STR("button.next") : LG_STR("button.sign_in"), LG_STR("sign_in"));
	return LG_OK;
}

static lg_status
show_form(struct lg_page *pg, const struct lg_signin_problem *problem)
{
	const bool name_first = asks_name_first(pg);
	struct lg_view view = { .page = LG_STR("login"), .title = lg_text(LG_STR("login.title")) };
	LG_TRY(lg_provider_buttons(pg, &view));
	if (!has_local_users(pg) && !view.provider_count) {
		view.error = lg_text(LG_STR("error.no_way"));
		return lg_page_show(pg, 501, &view);
	}
	if (!problem && lg_str_present(pg->state.notice))
		view.notice = lg_text(pg->state.notice);
	if (has_local_users(pg)) {
		LG_TRY(add_fields(pg, &view, name_first));
		LG_TRY(add_links(pg, &view, name_first));
	}
	if (problem)
		lg_view_problem(&view, problem->field, problem->key, problem->detail);
	return lg_page_show(pg, problem ? 400 : 200, &view);
}

/* ---- somebody is signed in already ---- */

/* The request has its say about how old a sign-in may be (OpenID Connect Core, 3.1.2.1). */
bool
lg_signin_may_continue(const struct lg_page *pg)
{
	if (!pg->signed_in || (pg->request.prompt & LG_OAUTH_PROMPT_LOGIN))
		return false;
	return pg->request.max_age_s < 0
	       || lg_time_before(pg->cx->now, lg_time_add_ms(pg->browser.auth_time,
							  (pg->request.max_age_s + 1) * LG_SECOND_MS));
}

/* A name that he knows himself by. */
lg_str
lg_signin_shown_name(const struct lg_user *user)
{
	const lg_str names[] = { lg_user_attribute(user, LG_STR("email")),
		lg_user_attribute(user, LG_STR("phone_number")),
		lg_user_attribute(user, LG_STR("preferred_username")) };
	if (!lg_str_eq(user->username, user->sub))
		return user->username;
	for (size_t i = 0; i < LG_LEN(names); i++) {
		if (!lg_str_empty(names[i]))
			return names[i];
	}
	return user->username;
}

static lg_status
show_continue(struct lg_page *pg)
{
	struct lg_view view = { .page = LG_STR("continue"), .title = lg_text(LG_STR("continue.title")) };
	view.lead = lg_text_with(
		LG_STR("continue.lead"), LG_STR("user"), lg_signin_shown_name(pg->browser.user));
	view.primary = lg_view_action(LG_STR("button.continue"), LG_STR("continue"));
	lg_view_button(&view, LG_STR("button.another_account"), LG_STR("another"));
	return lg_page_show(pg, 200, &view);
}

/* The application wants no page shown (OpenID Connect Core, 3.1.2.1); /oauth2/authorize says the same. */
static lg_status
answer_silently(struct lg_page *pg)
{
	if (lg_signin_may_continue(pg))
		return lg_signin_continue(pg);
	return lg_fail_default(pg->cx, LG_E_OAUTH_LOGIN_REQUIRED);
}

lg_status
lg_page_login_get(struct lg_page *pg)
{
	if (pg->request.prompt & LG_OAUTH_PROMPT_NONE)
		return answer_silently(pg);
	if (lg_signin_may_continue(pg) && !lg_str_eq(pg->state.step, ANOTHER))
		return show_continue(pg);
	return show_form(pg, NULL);
}

/* ---- the form comes back ---- */

static lg_status
call_engine(struct lg_page *pg, lg_str name, struct lg_auth_step *ret)
{
	const bool name_first = asks_name_first(pg);
	const struct lg_str_pair pairs[] = { { LG_STR("USERNAME"), name },
		{ LG_STR("PASSWORD"), lg_form_raw(pg, PASSWORD) } };
	const struct lg_str_map params = { (struct lg_str_pair *)pairs, name_first ? 1 : 2, true };
	struct lg_auth_call call = lg_signin_call(pg);
	call.flow = name_first ? LG_STR("USER_AUTH") : LG_STR("USER_PASSWORD_AUTH");
	call.params = &params;
	return lg_auth_initiate(pg->cx, pg->env, &call, ret);
}

static lg_status
missing(struct lg_page *pg)
{
	const bool no_name = lg_str_empty(lg_form_get(pg, LG_PAGE_NAME));
	const struct lg_signin_problem problem = {
		.key = no_name ? LG_STR("error.no_username") : LG_STR("error.no_password"),
		.field = no_name ? LG_PAGE_NAME : PASSWORD,
	};
	return show_form(pg, &problem);
}

/* Who has the right password and may not sign in yet goes where he can mend it. */
static lg_status
send_on(struct lg_page *pg, lg_str name, lg_str step, lg_str path)
{
	struct lg_rec_page_state state = { .step = step, .username = name };
	LG_TRY(lg_state_keep(pg, &state));
	return lg_page_go(pg, path);
}

static lg_status
sign_in_by_passkey(struct lg_page *pg, lg_str name)
{
	struct lg_auth_step step = { 0 };
	const lg_status s = lg_signin_passkey(pg, lg_form_raw(pg, CREDENTIAL), &step);
	if (!lg_failed(s))
		return lg_signin_step(pg, &step, name, LG_STR_NONE);
	if (lg_auth_session_is_over(pg->cx, s))
		return lg_signin_again(pg, LG_STR("notice.expired"));
	struct lg_signin_problem problem;
	LG_TRY(lg_signin_problem(pg, s, &problem));
	return show_form(pg, &problem);
}

static lg_status
sign_in(struct lg_page *pg)
{
	lg_str name;
	LG_TRY(lg_page_name_typed(pg, &name));
	if (!lg_str_empty(lg_form_raw(pg, CREDENTIAL)))
		return sign_in_by_passkey(pg, name);
	if (lg_str_empty(name)
	    || (!asks_name_first(pg) && lg_str_empty(lg_form_raw(pg, PASSWORD))))
		return missing(pg);
	struct lg_auth_step step = { 0 };
	const lg_status s = call_engine(pg, name, &step);
	if (!lg_failed(s))
		return lg_signin_step(pg, &step, name, LG_STR_NONE);
	if (s.code == LG_E_USER_NOT_CONFIRMED)
		return send_on(pg, name, LG_STR("CONFIRM"), LG_STR("/confirm"));
	if (s.code == LG_E_PASSWORD_RESET_REQUIRED)
		return send_on(pg, name, LG_STR("FORGOT"), LG_STR("/forgotPassword"));
	struct lg_signin_problem problem;
	LG_TRY(lg_signin_problem(pg, s, &problem));
	return show_form(pg, &problem);
}

static lg_status
go_by_address(struct lg_page *pg)
{
	static const struct lg_signin_problem unknown = { .key = LG_STR_INIT("error.unknown_domain") };
	const lg_status s = lg_provider_by_address(pg);
	return s.code == LG_E_NOT_FOUND ? show_form(pg, &unknown) : s;
}

lg_status
lg_page_login_post(struct lg_page *pg)
{
	if (lg_form_action(pg, LG_STR("continue")) && pg->signed_in && lg_state_is_anothers(pg))
		return lg_page_go(pg, LG_STR("/login"));
	if (lg_form_action(pg, LG_STR("idp")))
		return go_by_address(pg);
	if (lg_form_action(pg, LG_STR("continue")))
		return lg_signin_may_continue(pg) ? lg_signin_continue(pg)
					: lg_signin_again(pg, LG_STR("notice.expired"));
	if (lg_form_action(pg, LG_STR("another"))) {
		struct lg_rec_page_state state = { .step = ANOTHER };
		LG_TRY(lg_state_keep(pg, &state));
		return lg_page_go(pg, LG_STR("/login"));
	}
	return has_local_users(pg) ? sign_in(pg) : show_form(pg, NULL);
}
