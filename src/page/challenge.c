#include "page/challenge.h"

#include "page/attributes.h"
#include "page/form.h"
#include "page/state.h"

#define S LG_STR_INIT
#define MOST_PARAMS 40

/* ---- answers ---- */

static lg_status
respond(struct lg_page *pg, lg_str challenge, const struct lg_str_pair *pairs, size_t count,
	struct lg_auth_step *ret)
{
	/* Whose it is stands in the Session; who came by a passkey has typed no name. */
	struct lg_str_pair all[MOST_PARAMS] = { { LG_STR("USERNAME"), LG_STR("-") } };
	for (size_t i = 0; i < count; i++)
		all[i + 1] = pairs[i];
	const struct lg_str_map params = { all, count + 1, true };
	struct lg_auth_call call = lg_signin_call(pg);
	call.challenge = challenge;
	call.params = &params;
	LG_TRY(lg_signin_session(pg, &call.session));
	return lg_auth_respond(pg->cx, pg->env, &call, ret);
}

/* Stay in the engine's challenge, but show another page for it. */
static lg_status
turn_to(struct lg_page *pg, lg_str step)
{
	struct lg_rec_page_state state = pg->state;
	state.step = step;
	return lg_state_keep(pg, &state);
}

/* How a page that needs no step of the engine says where to go on: the state names it. */
static lg_status
moved(void)
{
	return LG_STATUS(LG_E_CLOSED);
}

/* What is wrong stands beside the fields already. */
static lg_status
beside_fields(void)
{
	return LG_STATUS(LG_E_REFUSED);
}

static lg_status
answer_choice(struct lg_page *pg, struct lg_auth_step *ret)
{
	const lg_str factor = lg_form_get(pg, LG_STR("factor"));
	if (!lg_str_list_has(&pg->state.choices, factor))
		return lg_fail(pg->cx, LG_E_MFA_METHOD_NOT_FOUND, "no choice");
	if (lg_str_eq(factor, LG_STR("PASSWORD")) || lg_str_eq(factor, LG_STR("WEB_AUTHN"))) {
		LG_TRY(turn_to(pg, factor));
		return moved();
	}
	return respond(pg, LG_STR("SELECT_CHALLENGE"),
		&(const struct lg_str_pair){ LG_STR("ANSWER"), factor }, 1, ret);
}

static lg_status
answer_password(struct lg_page *pg, struct lg_auth_step *ret)
{
	const struct lg_str_pair pairs[] = { { LG_STR("ANSWER"), LG_STR("PASSWORD") },
		{ LG_STR("PASSWORD"), lg_form_raw(pg, LG_STR("password")) } };
	return respond(pg, LG_STR("SELECT_CHALLENGE"), pairs, LG_LEN(pairs), ret);
}

static lg_status
answer_code(struct lg_page *pg, struct lg_auth_step *ret)
{
	struct lg_str_pair pair;
	LG_TRY(lg_str_concat(pg->cx, (const lg_str[]){ pg->state.step, LG_STR("_CODE") }, 2, &pair.key));
	LG_TRY(lg_form_code(pg, LG_STR("code"), &pair.value));
	return respond(pg, pg->state.step, &pair, 1, ret);
}

static lg_status
answer_mfa_choice(struct lg_page *pg, struct lg_auth_step *ret)
{
	return respond(pg, LG_STR("SELECT_MFA_TYPE"),
		&(const struct lg_str_pair){ LG_STR("ANSWER"), lg_form_get(pg, LG_STR("factor")) }, 1, ret);
}

static lg_status
answer_setup(struct lg_page *pg, struct lg_auth_step *ret)
{
	if (lg_str_eq(lg_form_get(pg, LG_STR("factor")), LG_STR("SOFTWARE_TOKEN_MFA"))) {
		LG_TRY(lg_signin_begin_totp(pg));
		return moved();
	}
	return respond(pg, LG_STR("MFA_SETUP"),
		&(const struct lg_str_pair){ LG_STR("EMAIL"), lg_form_get(pg, LG_STR("email")) }, 1, ret);
}

/* The app is the person's from its first right code on; the challenge is answered with what that gave. */
static lg_status
answer_totp(struct lg_page *pg, struct lg_auth_step *ret)
{
	lg_str session, code, next;
	LG_TRY(lg_form_code(pg, LG_STR("code"), &code));
	LG_TRY(lg_signin_session(pg, &session));
	LG_TRY(lg_auth_totp_verify(pg->cx, pg->env, true, session, code, LG_STR_NONE, &next));
	const struct lg_str_pair name = { LG_STR("USERNAME"), LG_STR("-") };
	const struct lg_str_map params = { (struct lg_str_pair *)&name, 1, true };
	struct lg_auth_call call = lg_signin_call(pg);
	call.challenge = LG_STR("MFA_SETUP");
	call.params = &params;
	call.session = next;
	return lg_auth_respond(pg->cx, pg->env, &call, ret);
}

static lg_status
answer_new_password(struct lg_page *pg, struct lg_auth_step *ret)
{
	struct lg_str_pair pairs[MOST_PARAMS - 1] = {
		{ LG_STR("NEW_PASSWORD"), lg_form_raw(pg, LG_STR("password")) } };
	size_t count = 1;
	for (size_t i = 0; i < pg->state.required.count && count < LG_LEN(pairs); i++) {
		const struct lg_idp_schema_attribute_type *schema =
			lg_pool_attribute(pg->request.pool, pg->state.required.items[i]);
		lg_str problem;
		if (!schema)
			continue;
		LG_TRY(lg_str_concat(pg->cx, (const lg_str[]){ LG_STR("userAttributes."), schema->name }, 2,
			&pairs[count].key));
		LG_TRY(lg_attribute_typed(pg, schema, &pairs[count].value));
		LG_TRY(lg_attribute_problem(pg, schema, false, true, pairs[count].value, &problem));
		if (lg_str_present(problem))
			return beside_fields();
		count++;
	}
	return respond(pg, LG_STR("NEW_PASSWORD_REQUIRED"), pairs, count, ret);
}

static lg_status
answer_passkey(struct lg_page *pg, struct lg_auth_step *ret)
{
	const struct lg_str_pair pair = { LG_STR("CREDENTIAL"), lg_form_raw(pg, LG_STR("credential")) };
	return respond(pg, LG_STR("WEB_AUTHN"), &pair, 1, ret);
}

/* ---- the table ---- */

static const struct row {
	lg_str step;
	lg_str field; /* beside which a problem stands */
	lg_str empty; /* what is said when it was left empty; absent = nothing is asked for */
	lg_challenge_view_fn *view;
	lg_challenge_answer_fn *answer;
} rows[] = {
	{ S("SELECT_CHALLENGE"), S("factor"), S("error.no_choice"), lg_challenge_view_choice,
		answer_choice },
	{ S("PASSWORD"), S("password"), S("error.no_password"), lg_challenge_view_password,
		answer_password },
	{ S("EMAIL_OTP"), S("code"), S("error.no_code"), lg_challenge_view_code, answer_code },
	{ S("SMS_OTP"), S("code"), S("error.no_code"), lg_challenge_view_code, answer_code },
	{ S("SMS_MFA"), S("code"), S("error.no_code"), lg_challenge_view_code, answer_code },
	{ S("SOFTWARE_TOKEN_MFA"), S("code"), S("error.no_code"), lg_challenge_view_code, answer_code },
	{ S("SELECT_MFA_TYPE"), S("factor"), S("error.no_choice"), lg_challenge_view_mfa_choice,
		answer_mfa_choice },
	{ S("MFA_SETUP"), S("factor"), S("error.no_choice"), lg_challenge_view_setup, answer_setup },
	{ S("TOTP_SETUP"), S("code"), S("error.no_code"), lg_challenge_view_totp, answer_totp },
	{ S("NEW_PASSWORD_REQUIRED"), S("password"), S("error.no_password"),
		lg_challenge_view_new_password, answer_new_password },
	{ S("WEB_AUTHN"), S("credential"), S("error.passkey"), lg_challenge_view_passkey, answer_passkey },
};

static const struct row *
row_of(const struct lg_page *pg)
{
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		if (lg_str_eq(rows[i].step, pg->state.step))
			return &rows[i];
	}
	return NULL;
}

/* ---- ways out ---- */

/* Another second factor, or another first one, for which the sign-in begins anew under the same name. */
static lg_status
other_way(struct lg_page *pg, struct lg_auth_step *ret)
{
	struct lg_auth_call call = lg_signin_call(pg);
	const struct lg_str_pair name = { LG_STR("USERNAME"), pg->state.username };
	const struct lg_str_map params = { (struct lg_str_pair *)&name, 1, true };
	if (pg->state.second.v) {
		call.challenge = pg->state.step;
		LG_TRY(lg_signin_session(pg, &call.session));
		return lg_auth_other(pg->cx, pg->env, &call, ret);
	}
	call.flow = LG_STR("USER_AUTH");
	call.params = &params;
	return lg_auth_initiate(pg->cx, pg->env, &call, ret);
}

static lg_status
resend(struct lg_page *pg, struct lg_auth_step *ret)
{
	struct lg_auth_call call = lg_signin_call(pg);
	call.challenge = pg->state.step;
	LG_TRY(lg_signin_session(pg, &call.session));
	return lg_auth_resend(pg->cx, pg->env, &call, ret);
}

/* ---- the page ---- */

static lg_status
show(struct lg_page *pg, const struct row *row, lg_str field, const struct lg_signin_problem *problem)
{
	struct lg_view view = { 0 };
	LG_TRY(row->view(pg, &view));
	if (problem && lg_str_present(problem->key))
		lg_view_problem(&view, field, problem->key, problem->detail);
	else if (!problem && lg_str_present(pg->state.notice))
		view.notice = lg_text(pg->state.notice);
	return lg_page_show(pg, problem ? 400 : 200, &view);
}

static lg_status
show_problem(struct lg_page *pg, const struct row *row, lg_status s)
{
	if (lg_auth_session_is_over(pg->cx, s))
		return lg_signin_again(pg, LG_STR("notice.expired"));
	struct lg_signin_problem problem;
	LG_TRY(lg_signin_problem(pg, s, &problem));
	return show(pg, row, row->field, &problem);
}

static lg_status
answer(struct lg_page *pg, const struct row *row)
{
	struct lg_auth_step step = { 0 };
	lg_status s;
	const bool again = lg_form_action(pg, LG_STR("resend")) && lg_str_present(pg->state.medium);
	if (again)
		s = resend(pg, &step);
	else if (lg_form_action(pg, LG_STR("other")))
		s = other_way(pg, &step);
	else if (lg_str_empty(lg_form_raw(pg, row->field))) {
		const struct lg_signin_problem problem = { .key = row->empty };
		return show(pg, row, row->field, &problem);
	} else
		s = row->answer(pg, &step);
	if (s.code == LG_E_CLOSED)
		return lg_signin_here(pg);
	if (s.code == LG_E_REFUSED)
		return show(pg, row, LG_STR_NONE, &(const struct lg_signin_problem){ .key = LG_STR_NONE });
	if (lg_failed(s))
		return show_problem(pg, row, s);
	return lg_signin_step(
		pg, &step, pg->state.username, again ? LG_STR("notice.code_sent") : LG_STR_NONE);
}

lg_status
lg_page_challenge(struct lg_page *pg)
{
	bool elsewhere;
	LG_TRY(lg_signin_at(pg, pg->req->path, &elsewhere));
	const struct row *row = row_of(pg);
	if (elsewhere || !row)
		return LG_OK;
	if (!pg->is_post)
		return show(pg, row, LG_STR_NONE, NULL);
	if (lg_form_action(pg, LG_STR("back")))
		return lg_signin_again(pg, LG_STR_NONE);
	/* The script renewed the state of a passkey's page since it was made. */
	if (lg_state_is_stale(pg) && !lg_str_eq(row->step, LG_STR("WEB_AUTHN"))) {
		LG_TRY(lg_state_excuse(pg, LG_STR("notice.stale")));
		return lg_signin_here(pg);
	}
	return answer(pg, row);
}
