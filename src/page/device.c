#include "page/device.h"

#include "codec/uri.h"
#include "oauth/device.h"
#include "page/form.h"
#include "page/state.h"

#define USER_CODE LG_STR("user_code")
#define STEP_CONNECTED LG_STR("CONNECTED")
#define CONFIRM LG_STR("/device/confirm")
#define DONE LG_STR("/device/done")
#define DENIED LG_STR("/device/denied")

/* What was typed, or came with the address that the device shows as a picture. */
static lg_str
code_of(const struct lg_page *pg)
{
	const lg_str typed = pg->is_post ? lg_form_get(pg, USER_CODE) : LG_STR_NONE;
	return lg_str_present(typed) ? typed : lg_str_map_get(&pg->params, USER_CODE);
}

static lg_status
show_code(struct lg_page *pg, lg_str problem, lg_str notice)
{
	struct lg_view view = { .page = LG_STR("device_code"),
		.title = lg_text(LG_STR("device_code.title")),
		.lead = lg_text(LG_STR("device_code.lead")),
		.notice = lg_text(notice) };
	struct lg_view_field *field =
		lg_view_field(&view, LG_FIELD_USER_CODE, USER_CODE, LG_STR("field.device_code"));
	field->value = lg_str_present(notice) ? LG_STR_NONE : code_of(pg);
	field->autocomplete = LG_STR("off");
	field->required = true;
	view.primary = lg_view_action(LG_STR("button.next"), LG_STR("next"));
	if (lg_str_present(problem))
		lg_view_problem(&view, USER_CODE, problem, LG_STR_NONE);
	return lg_page_show(pg, lg_str_present(problem) ? 400 : 200, &view);
}

static lg_status
show_refused(struct lg_page *pg, lg_status s)
{
	if (s.code == LG_E_LIMIT_EXCEEDED)
		return show_code(pg, LG_STR("error.too_many"), LG_STR_NONE);
	return s.code == LG_E_NOT_FOUND ? show_code(pg, LG_STR("error.device_code"), LG_STR_NONE) : s;
}

static lg_status
find(const struct lg_page *pg, struct lg_oauth_device_wait *ret)
{
	const struct lg_caller caller = lg_page_caller(pg);
	return lg_oauth_device_find(pg->cx, pg->env, code_of(pg), &caller, ret);
}

/* A page that is one of the client's; the one that asks has the code, those behind it have none. */
static lg_status
go(struct lg_page *pg, lg_str path, const struct lg_client *client, lg_str code)
{
	lg_str lang;
	LG_TRY(lg_uri_encode(pg->cx, lg_str_map_get(&pg->params, LG_STR("lang")), false, &lang));
	const lg_str parts[] = { LG_STR("client_id="), client->id,
		lg_str_empty(code) ? LG_STR("") : LG_STR("&user_code="), code,
		lg_str_empty(lang) ? LG_STR("") : LG_STR("&lang="), lang };
	LG_TRY(lg_str_concat(pg->cx, parts, LG_LEN(parts), &pg->request.query));
	return lg_page_go(pg, path);
}

lg_status
lg_page_device(struct lg_page *pg)
{
	struct lg_oauth_device_wait wait = { 0 };
	if (!pg->is_post)
		return show_code(pg, LG_STR_NONE,
			lg_str_eq(pg->req->path, DENIED) ? LG_STR("notice.unchanged") : LG_STR_NONE);
	if (lg_str_empty(lg_form_get(pg, USER_CODE)))
		return show_code(pg, LG_STR("error.required"), LG_STR_NONE);
	const lg_status s = find(pg, &wait);
	return lg_failed(s) ? show_refused(pg, s) : go(pg, CONFIRM, wait.client, wait.user_code);
}

static lg_status
show_confirm(struct lg_page *pg, const struct lg_oauth_device_wait *wait)
{
	struct lg_view view = { .page = LG_STR("device_code_confirm"),
		.title = lg_text(LG_STR("device_code_confirm.title")),
		.lead = { .key = LG_STR("device_code_confirm.lead"),
			.args = { { LG_STR("app"), wait->client->type->client_name },
				{ LG_STR("code"), wait->user_code } } } };
	view.primary = lg_view_action(LG_STR("button.connect"), LG_STR("connect"));
	lg_view_button(&view, LG_STR("button.deny"), LG_STR("deny"));
	return lg_page_show(pg, 200, &view);
}

/* Neither says anything about a device, so that whoever opens it learns nothing. */
lg_status
lg_page_device_done(struct lg_page *pg)
{
	struct lg_view view = { .page = LG_STR("device_code_done"),
		.title = lg_text(LG_STR("device_code_done.title")),
		.lead = lg_text(LG_STR("device_code_done.lead")) };
	return lg_page_show(pg, 200, &view);
}

/* Back, or pressed twice: the browser knows that it was done. */
static lg_status
remember_connected(struct lg_page *pg)
{
	struct lg_rec_page_state state = { .step = STEP_CONNECTED, .username = code_of(pg) };
	return lg_state_keep(pg, &state);
}

lg_status
lg_page_device_confirm(struct lg_page *pg)
{
	struct lg_oauth_device_wait wait = { 0 };
	if (lg_str_eq(pg->state.step, STEP_CONNECTED) && lg_str_eq(pg->state.username, code_of(pg)))
		return go(pg, DONE, pg->request.client, LG_STR_NONE);
	lg_status s = find(pg, &wait);
	if (lg_failed(s))
		return show_refused(pg, s);
	if (!lg_str_eq(wait.client->id, pg->request.client->id))
		return go(pg, CONFIRM, wait.client, wait.user_code);
	const bool connect = pg->is_post && lg_form_action(pg, LG_STR("connect"));
	if (!connect && !(pg->is_post && lg_form_action(pg, LG_STR("deny"))))
		return show_confirm(pg, &wait);
	const struct lg_oauth_subject subject = {
		.user = pg->browser.user,
		.auth_time = pg->browser.auth_time,
		.browser = pg->browser.id,
		.caller = lg_page_caller(pg),
	};
	s = lg_oauth_device_decide(pg->cx, pg->env, &wait, connect ? &subject : NULL);
	if (lg_failed(s))
		return show_refused(pg, s);
	if (connect)
		LG_TRY(remember_connected(pg));
	return go(pg, connect ? DONE : DENIED, wait.client, LG_STR_NONE);
}
