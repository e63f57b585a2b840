#include "page/forgot.h"

#include "domain/auth/recover.h"
#include "page/form.h"
#include "page/limits.h"
#include "page/name.h"
#include "page/signin.h"
#include "page/signup.h"
#include "page/state.h"

#define PASSWORD LG_STR("password")
#define CODE LG_STR("code")
#define CHANGED LG_STR("notice.password_changed")
#define RESET_MS (8 * LG_MINUTE_MS)

/* ---- whose ---- */

static lg_status
show_name(struct lg_page *pg, lg_str field, const struct lg_signin_problem *problem)
{
	struct lg_view view = { .page = LG_STR("forgot"),
		.title = lg_text(LG_STR("forgot.title")),
		.lead = lg_text(LG_STR("forgot.lead")) };
	lg_str address;
	const bool must = !pg->is_post && lg_str_eq(pg->state.step, LG_STEP_FORGOT);
	struct lg_view_field *name;
	if (must)
		view.notice = lg_text(LG_STR("notice.must_reset"));
	LG_TRY(lg_page_name_field(pg, &view, must ? pg->state.username : pg->request.login_hint, &name));
	view.primary = lg_view_action(LG_STR("button.send_code"), LG_STR("send"));
	LG_TRY(lg_page_link(pg, LG_STR("/login"), &address));
	lg_view_link(&view, LG_STR("link.back_to_sign_in"), address);
	if (problem)
		lg_view_problem(&view, field, problem->key, problem->detail);
	return lg_page_show(pg, problem ? 400 : 200, &view);
}

/* Send it, and say where it went; a failure that a person can do something about is `*ret_problem`. */
static lg_status
send(struct lg_page *pg, lg_str username, lg_str notice, struct lg_signin_problem *ret_problem)
{
	const struct lg_caller caller = lg_page_caller(pg);
	const struct lg_client *client;
	struct lg_delivery delivery;
	LG_TRY(lg_client_hosted(pg->cx, pg->request.client, &client));
	const lg_status s = lg_forgot_password(
		pg->cx, pg->env, pg->request.pool, client, username, &caller, NULL, &delivery);
	if (s.code == LG_E_NOT_AUTHORIZED) {
		*ret_problem = (struct lg_signin_problem){ .key = LG_STR("error.ask_administrator") };
		return LG_OK;
	}
	if (lg_failed(s))
		return lg_signin_problem(pg, s, ret_problem);
	struct lg_rec_page_state state = {
		.step = LG_STEP_RESET,
		.username = username,
		.destination = delivery.masked,
		.medium = delivery.medium,
		.notice = notice,
		.sent = { true, pg->cx->now },
		.expires = { true, lg_time_add_ms(pg->cx->now, RESET_MS) },
	};
	return lg_state_keep(pg, &state);
}

lg_status
lg_page_forgot(struct lg_page *pg)
{
	struct lg_signin_problem problem = { .key = LG_STR_NONE };
	if (!pg->is_post)
		return show_name(pg, LG_STR_NONE, NULL);
	lg_str username;
	bool fits;
	LG_TRY(lg_page_name_typed(pg, &username));
	LG_TRY(lg_limits_username(pg->cx, username, &fits));
	if (!fits) {
		problem.key = lg_str_empty(username) ? LG_STR("error.required") : LG_STR("error.name");
		return show_name(pg, LG_PAGE_NAME, &problem);
	}
	LG_TRY(send(pg, username, LG_STR_NONE, &problem));
	if (lg_str_present(problem.key))
		return show_name(pg, LG_STR_NONE, &problem);
	return lg_page_go(pg, LG_STR("/confirmForgotPassword"));
}

/* ---- code and new password ---- */

static void
add_fields(const struct lg_page *pg, struct lg_view *view)
{
	struct lg_view_field *field =
		lg_view_field(view, LG_FIELD_FIXED, LG_PAGE_NAME, lg_page_name_key(pg));
	field->value = pg->state.username;
	field->autocomplete = LG_STR("username");
	field = lg_view_field(view, LG_FIELD_CODE, CODE, LG_STR("field.code"));
	field->value = lg_form_get(pg, CODE);
	field->autocomplete = LG_STR("one-time-code");
	field->required = true;
	field = lg_view_field(view, LG_FIELD_NEW_PASSWORD, PASSWORD, LG_STR("field.new_password"));
	field->autocomplete = LG_STR("new-password");
	field->required = true;
}

static lg_status
show_reset(struct lg_page *pg, lg_str field, const struct lg_signin_problem *problem)
{
	const bool sms = lg_str_eq(pg->state.medium, LG_STR("SMS"));
	struct lg_view view = { .page = LG_STR("reset"), .title = lg_text(LG_STR("reset.title")) };
	lg_str address;
	view.lead = lg_text_with(sms ? LG_STR("reset.lead_sms") : LG_STR("reset.lead_email"),
		LG_STR("destination"), pg->state.destination);
	if (lg_str_present(pg->state.notice))
		view.notice = lg_text(pg->state.notice);
	view.sent = pg->state.sent.v;
	view.expires = pg->state.expires.v;
	add_fields(pg, &view);
	view.primary = lg_view_action(LG_STR("button.set_password"), LG_STR("reset"));
	lg_view_way(&view, LG_STR("link.resend"), LG_STR("resend"));
	LG_TRY(lg_page_link(pg, LG_STR("/forgotPassword"), &address));
	lg_view_link(&view, LG_STR("link.other_account"), address);
	if (problem)
		lg_view_problem(&view, field, problem->key, problem->detail);
	return lg_page_show(pg, problem ? 400 : 200, &view);
}

static lg_status
show_failure(struct lg_page *pg, lg_status s)
{
	struct lg_signin_problem problem;
	const bool code = s.code == LG_E_CODE_MISMATCH || s.code == LG_E_EXPIRED_CODE;
	const bool password = s.code == LG_E_INVALID_PASSWORD
			      || s.code == LG_E_PASSWORD_HISTORY_POLICY_VIOLATION;
	LG_TRY(lg_signin_problem(pg, s, &problem));
	if (code)
		problem = (struct lg_signin_problem){ .key = LG_STR("error.code_or_old") };
	return show_reset(pg, code ? CODE : password ? PASSWORD : LG_STR_NONE, &problem);
}

/* What cannot be a code, or a password; the problem's key is absent when both can. */
static lg_status
check_typed(struct lg_page *pg, lg_str code, lg_str password, lg_str *ret_field,
	struct lg_signin_problem *ret)
{
	bool code_fits, password_fits;
	LG_TRY(lg_limits_code(pg->cx, code, &code_fits));
	LG_TRY(lg_limits_password(pg->cx, password, &password_fits));
	*ret_field = code_fits ? PASSWORD : CODE;
	*ret = (struct lg_signin_problem){ .key = LG_STR_NONE };
	if (!code_fits)
		ret->key = lg_str_empty(code) ? LG_STR("error.required") : LG_STR("error.code_or_old");
	else if (lg_str_empty(password))
		ret->key = LG_STR("error.required");
	else if (!password_fits)
		ret->key = LG_STR("error.password_form");
	return LG_OK;
}

static lg_status
reset(struct lg_page *pg)
{
	const lg_str password = lg_form_raw(pg, PASSWORD);
	const struct lg_caller caller = lg_page_caller(pg);
	const struct lg_client *client;
	struct lg_signin_problem problem;
	lg_str code, field;
	LG_TRY(lg_form_code(pg, CODE, &code));
	LG_TRY(check_typed(pg, code, password, &field, &problem));
	if (lg_str_present(problem.key))
		return show_reset(pg, field, &problem);
	LG_TRY(lg_client_hosted(pg->cx, pg->request.client, &client));
	const lg_status s = lg_forgot_password_confirm(pg->cx, pg->env, pg->request.pool, client,
		pg->state.username, code, password, &caller, NULL);
	if (s.code == LG_E_USER_NOT_CONFIRMED) { /* after a right code */
		struct lg_rec_page_state state = { .step = LG_STEP_CONFIRM, .username = pg->state.username };
		LG_TRY(lg_state_keep(pg, &state));
		return lg_page_go(pg, LG_STR("/confirm"));
	}
	return lg_failed(s) ? show_failure(pg, s) : lg_signin_again(pg, CHANGED);
}

/* Back, or pressed twice: the first time did it. */
static bool
is_set(const struct lg_page *pg)
{
	return lg_str_eq(pg->state.notice, CHANGED);
}

/* Too late; the person begins again. */
static lg_status
over(struct lg_page *pg)
{
	if (pg->is_post)
		LG_TRY(lg_state_excuse(pg, LG_STR("notice.stale")));
	return lg_page_go(pg, LG_STR("/forgotPassword"));
}

lg_status
lg_page_reset(struct lg_page *pg)
{
	/* Nothing is set for a name that this browser did not have a code sent for. */
	if (!lg_str_eq(pg->state.step, LG_STEP_RESET))
		return is_set(pg) ? lg_page_go(pg, LG_STR("/login")) : over(pg);
	if (!pg->is_post)
		return show_reset(pg, LG_STR_NONE, NULL);
	if (lg_state_is_stale(pg)) {
		LG_TRY(lg_state_excuse(pg, LG_STR("notice.stale")));
		return lg_page_go(pg, LG_STR("/confirmForgotPassword"));
	}
	if (!lg_form_action(pg, LG_STR("resend")))
		return reset(pg);
	struct lg_signin_problem problem = { .key = LG_STR_NONE };
	LG_TRY(send(pg, pg->state.username, LG_STR("notice.code_sent"), &problem));
	if (lg_str_present(problem.key))
		return show_reset(pg, LG_STR_NONE, &problem);
	return lg_page_go(pg, LG_STR("/confirmForgotPassword"));
}
