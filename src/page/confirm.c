#include "page/signup.h"

#include "domain/auth/signup.h"
#include "page/form.h"
#include "page/limits.h"
#include "page/name.h"
#include "page/signin.h"
#include "page/state.h"

#define CODE LG_STR("code")
#define LINKED LG_STR("/confirmUser/done")
#define STEP_LINKED LG_STR("LINKED") /* by the link of a message */

/* ---- the form ---- */

static bool
is_waiting(const struct lg_page *pg)
{
	return lg_str_eq(pg->state.step, LG_STEP_CONFIRM) && !lg_str_empty(pg->state.username);
}

/* By a link in an e-mail, there is nothing to type here. */
static bool
is_by_link(const struct lg_page *pg)
{
	const struct lg_idp_verification_message_template_type *template =
		pg->request.pool->type->verification_message_template;
	return lg_str_eq(pg->state.medium, LG_STR("EMAIL"))
	       && lg_str_eq(template->default_email_option,
		       LG_IDP_DEFAULT_EMAIL_OPTION_TYPE_CONFIRM_WITH_LINK);
}

static struct lg_text
lead_of(const struct lg_page *pg)
{
	if (lg_str_empty(pg->state.destination))
		return lg_text(LG_STR("confirm.lead"));
	const lg_str key = is_by_link(pg) ? LG_STR("confirm.lead_link")
			   : lg_str_eq(pg->state.medium, LG_STR("SMS")) ? LG_STR("confirm.lead_sms")
									: LG_STR("confirm.lead_email");
	return lg_text_with(key, LG_STR("destination"), pg->state.destination);
}

static lg_status
username_of(const struct lg_page *pg, lg_str *ret)
{
	if (!is_waiting(pg))
		return lg_page_name_typed(pg, ret);
	*ret = pg->state.username;
	return LG_OK;
}

static lg_status
add_fields(struct lg_page *pg, struct lg_view *view)
{
	struct lg_view_field *name;
	LG_TRY(lg_page_name_field(pg, view, LG_STR_NONE, &name));
	if (is_waiting(pg)) {
		name->kind = LG_FIELD_FIXED;
		name->value = pg->state.username;
	}
	if (is_by_link(pg))
		return LG_OK;
	struct lg_view_field *code = lg_view_field(view, LG_FIELD_CODE, CODE, LG_STR("field.code"));
	code->autocomplete = LG_STR("one-time-code");
	code->required = true;
	return LG_OK;
}

static lg_status
show(struct lg_page *pg, lg_str field, const struct lg_signin_problem *problem)
{
	struct lg_view view = { .page = LG_STR("confirm"), .title = lg_text(LG_STR("confirm.title")) };
	lg_str address;
	view.lead = lead_of(pg);
	if (lg_str_present(pg->state.notice))
		view.notice = lg_text(pg->state.notice);
	LG_TRY(add_fields(pg, &view));
	view.sent = pg->state.sent.v;
	view.primary = lg_view_action(
		is_by_link(pg) ? LG_STR("button.continue") : LG_STR("button.confirm"), LG_STR("confirm"));
	lg_view_way(&view, is_by_link(pg) ? LG_STR("link.resend_link") : LG_STR("link.resend"),
		LG_STR("resend"));
	LG_TRY(lg_page_link(pg, LG_STR("/login"), &address));
	lg_view_link(&view, LG_STR("link.sign_in"), address);
	if (problem)
		lg_view_problem(&view, field, problem->key, problem->detail);
	return lg_page_show(pg, problem ? 400 : 200, &view);
}

static lg_status
show_failure(struct lg_page *pg, lg_status s)
{
	struct lg_signin_problem problem;
	const bool code = s.code == LG_E_CODE_MISMATCH || s.code == LG_E_EXPIRED_CODE;
	LG_TRY(lg_signin_problem(pg, s, &problem));
	/* Whether there is a code at all is not told apart from whether it is this one. */
	if (code)
		problem = (struct lg_signin_problem){ .key = LG_STR("error.code_or_old") };
	return show(pg, code ? CODE : LG_STR_NONE, &problem);
}

/* A name that nobody can have. */
static lg_status
check_name(struct lg_page *pg, lg_str username, lg_str *ret_key)
{
	bool fits;
	*ret_key = LG_STR("error.required");
	if (lg_str_empty(username))
		return LG_OK;
	LG_TRY(lg_limits_username(pg->cx, username, &fits));
	*ret_key = fits ? LG_STR_NONE : LG_STR("error.name");
	return LG_OK;
}

static lg_status
show_problem(struct lg_page *pg, lg_str field, lg_str key)
{
	return show(pg, field, &(const struct lg_signin_problem){ .key = key });
}

/* ---- the code ---- */

static lg_status
confirm(struct lg_page *pg, lg_str username, lg_str code, lg_str session, lg_str *ret_session)
{
	const struct lg_client *client;
	const struct lg_sign_up_confirm call = { .username = username, .code = code, .session = session };
	LG_TRY(lg_client_hosted(pg->cx, pg->request.client, &client));
	return lg_sign_up_confirm(pg->cx, pg->env, pg->request.pool, client, &call, ret_session);
}

/*
 * With the Session of the sign-up in this browser the person is signed in at once. One that is of another
 * sign-up, as two presses of a button leave it, takes nothing from the code.
 */
static lg_status
try_code(struct lg_page *pg, lg_str username, lg_str code, lg_str *ret_session)
{
	lg_str session = LG_STR_NONE;
	if (is_waiting(pg) && !lg_str_empty(pg->state.session))
		LG_TRY(lg_signin_session(pg, &session));
	lg_status s = confirm(pg, username, code, session, ret_session);
	if (lg_str_present(session) && s.code == LG_E_NOT_AUTHORIZED) {
		session = LG_STR_NONE;
		s = confirm(pg, username, code, session, ret_session);
	}
	if (!lg_str_present(session))
		*ret_session = LG_STR_NONE;
	return s;
}

static lg_status
answer_code(struct lg_page *pg)
{
	lg_str username, code, problem, session = LG_STR_NONE;
	bool fits;
	LG_TRY(username_of(pg, &username));
	LG_TRY(check_name(pg, username, &problem));
	if (lg_str_present(problem))
		return show_problem(pg, LG_PAGE_NAME, problem);
	LG_TRY(lg_form_code(pg, CODE, &code));
	LG_TRY(lg_limits_code(pg->cx, code, &fits));
	if (!fits)
		return show_problem(pg, CODE,
			lg_str_empty(code) ? LG_STR("error.required") : LG_STR("error.code_or_old"));
	const lg_status s = try_code(pg, username, code, &session);
	if (s.code == LG_E_NOT_AUTHORIZED) /* after a right code: he is confirmed already */
		return lg_signin_again(pg, LG_STR("notice.confirmed"));
	return lg_failed(s) ? show_failure(pg, s) : lg_signup_sign_in(pg, username, session);
}

/* The link was followed, perhaps: the Session of the sign-up is good for who is confirmed. */
static lg_status
answer_link(struct lg_page *pg)
{
	lg_str session;
	LG_TRY(lg_signin_session(pg, &session));
	return lg_signup_sign_in(pg, pg->state.username, session);
}

/* ---- another code ---- */

static lg_status
resend(struct lg_page *pg)
{
	const struct lg_caller caller = lg_page_caller(pg);
	const struct lg_client *client;
	struct lg_delivery delivery;
	lg_str username, problem;
	LG_TRY(username_of(pg, &username));
	LG_TRY(check_name(pg, username, &problem));
	if (lg_str_present(problem))
		return show_problem(pg, LG_PAGE_NAME, problem);
	LG_TRY(lg_client_hosted(pg->cx, pg->request.client, &client));
	const lg_status s = lg_sign_up_resend(
		pg->cx, pg->env, pg->request.pool, client, username, &caller, NULL, &delivery);
	if (lg_failed(s))
		return show_failure(pg, s);
	struct lg_rec_page_state state = { .username = username };
	if (is_waiting(pg))
		state = pg->state;
	/* Where this browser was told that the code goes, it still goes: nobody's would differ. */
	if (lg_str_empty(state.destination)) {
		state.destination = delivery.masked;
		state.medium = delivery.medium;
	}
	state.step = LG_STEP_CONFIRM;
	state.notice = LG_STR("notice.code_sent");
	state.sent = (struct lg_opt_time){ true, pg->cx->now };
	state.expires = (struct lg_opt_time){ true, lg_time_add_ms(pg->cx->now, LG_DAY_MS) };
	LG_TRY(lg_state_keep(pg, &state));
	return lg_page_go(pg, LG_STR("/confirm"));
}

lg_status
lg_page_confirm(struct lg_page *pg)
{
	/* Back, or pressed twice: the first time did it. */
	if (pg->signed_in && !is_waiting(pg) && (!pg->is_post || lg_state_is_stale(pg)))
		return lg_page_go(pg, LG_STR("/login"));
	if (!pg->is_post)
		return show(pg, LG_STR_NONE, NULL);
	if (lg_form_action(pg, LG_STR("resend")))
		return resend(pg);
	return is_by_link(pg) && is_waiting(pg) ? answer_link(pg) : answer_code(pg);
}

lg_status
lg_page_resend(struct lg_page *pg)
{
	return pg->is_post ? resend(pg) : lg_page_go(pg, LG_STR("/confirm"));
}

/* ---- links in e-mails ---- */

/*
 * Programs that look through mail follow its links: what confirms an account is the button behind it
 * (docs/DIFFERENCES.md).
 */
static lg_status
show_link(struct lg_page *pg, lg_str key)
{
	struct lg_view view = { .page = LG_STR("confirm_link"),
		.title = lg_text(LG_STR("confirm_link.title")),
		.lead = lg_text(LG_STR("confirm_link.lead")) };
	view.primary = lg_view_action(LG_STR("button.confirm"), LG_STR("confirm"));
	if (lg_str_present(key))
		lg_view_problem(&view, LG_STR_NONE, key, LG_STR_NONE);
	return lg_page_show(pg, lg_str_present(key) ? 400 : 200, &view);
}

lg_status
lg_page_confirm_linked(struct lg_page *pg)
{
	struct lg_view view = { .page = LG_STR("confirmed"),
		.title = lg_text(LG_STR("confirmed.title")),
		.lead = lg_text(LG_STR("confirmed.lead")) };
	return lg_page_show(pg, 200, &view);
}

/* Back, or pressed twice: the browser knows that it was done, unless it waits for the code of a sign-up. */
static lg_status
linked(struct lg_page *pg, lg_str username)
{
	struct lg_rec_page_state state = { .step = STEP_LINKED, .username = username };
	if (!is_waiting(pg))
		LG_TRY(lg_state_keep(pg, &state));
	return lg_page_go(pg, LINKED);
}

lg_status
lg_page_confirm_link(struct lg_page *pg)
{
	const lg_str username = lg_str_map_get(&pg->params, LG_STR("user_name"));
	const lg_str code = lg_str_map_get(&pg->params, LG_STR("confirmation_code"));
	lg_str session;
	bool name_fits, code_fits;
	LG_TRY(lg_limits_username(pg->cx, username, &name_fits));
	LG_TRY(lg_limits_code(pg->cx, code, &code_fits));
	if (!name_fits || !code_fits)
		return show_link(pg, LG_STR("error.link"));
	if (lg_str_eq(pg->state.step, STEP_LINKED) && lg_str_eq(pg->state.username, username))
		return lg_page_go(pg, LINKED);
	if (!pg->is_post)
		return show_link(pg, LG_STR_NONE);
	const lg_status s = confirm(pg, username, code, LG_STR_NONE, &session);
	if (s.code == LG_E_CODE_MISMATCH || s.code == LG_E_EXPIRED_CODE || s.code == LG_E_NOT_AUTHORIZED)
		return show_link(pg, LG_STR("error.link"));
	struct lg_signin_problem problem;
	if (!lg_failed(s))
		return linked(pg, username);
	LG_TRY(lg_signin_problem(pg, s, &problem));
	return show_link(pg, problem.key);
}
