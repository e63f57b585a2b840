#include "page/signup.h"

#include "codec/bytes.h"
#include "domain/auth/password.h"
#include "domain/auth/signup.h"
#include "domain/user/user_edit.h"
#include "page/attributes.h"
#include "page/form.h"
#include "page/limits.h"
#include "page/name.h"
#include "page/phone.h"
#include "page/signin.h"
#include "page/state.h"
#include "page/terms.h"

#define PASSWORD LG_STR("password")
#define MOST (LG_VIEW_FIELDS - 2) /* attributes beside name and password */

bool
lg_signup_is_open(const struct lg_page *pg)
{
	return !pg->request.pool->type->admin_create_user_config->allow_admin_create_user_only.v
	       && lg_client_has_local_users(pg->request.client);
}

/* ---- what is asked ---- */

struct asked {
	const struct lg_idp_schema_attribute_type *schema;
	bool required;
	lg_str value, problem;
};

struct sign_up {
	struct asked attributes[MOST];
	size_t count;
	lg_str username, password;
	lg_str username_problem, password_problem, password_detail;
};

/* The address that is the user name is asked for once, by that name. */
static bool
is_user_name(const struct lg_pool *pool, lg_str attribute)
{
	const struct lg_name_rules *names = &pool->names;
	return (lg_str_eq(attribute, LG_STR("email")) && names->email_username && !names->phone_username)
	       || (lg_str_eq(attribute, LG_STR("phone_number")) && names->phone_username
		   && !names->email_username);
}

/* An account is confirmed by a code, and without an address none can be sent. */
static bool
needs_for_code(const struct lg_pool *pool, lg_str attribute)
{
	const struct lg_str_list *verified = &pool->type->auto_verified_attributes;
	return verified->count && lg_str_eq(verified->items[0], attribute)
	       && !pool->names.email_username && !pool->names.phone_username;
}

static bool
is_asked(const struct lg_page *pg, const struct lg_idp_schema_attribute_type *schema)
{
	const struct lg_pool *pool = pg->request.pool;
	if (!lg_attribute_is_typed(schema) || is_user_name(pool, schema->name))
		return false;
	if (schema->required.v)
		return true;
	return lg_str_list_has(&pool->type->auto_verified_attributes, schema->name)
	       && !pool->names.email_username && !pool->names.phone_username
	       && lg_client_may_write(pool, pg->request.client, schema->name);
}

static void
list_attributes(const struct lg_page *pg, struct sign_up *ret)
{
	const struct lg_pool *pool = pg->request.pool;
	for (size_t i = 0; i < pool->schema_count && ret->count < MOST; i++) {
		const struct lg_idp_schema_attribute_type *schema = &pool->schema[i];
		if (is_asked(pg, schema))
			ret->attributes[ret->count++] = (struct asked){
				.schema = schema,
				.required = schema->required.v || needs_for_code(pool, schema->name),
			};
	}
}

/* ---- the form ---- */

static lg_status
add_username(struct lg_page *pg, struct lg_view *view)
{
	const struct lg_name_rules *names = &pg->request.pool->names;
	const bool email = names->email_username, phone = names->phone_username;
	struct lg_view_field *field;
	LG_TRY(lg_page_name_field(pg, view, LG_STR_NONE, &field));
	if (email != phone)
		field->autocomplete = email ? LG_STR("email") : LG_STR("tel");
	if (email && !phone)
		field->kind = LG_FIELD_EMAIL;
	if (email || phone)
		return LG_OK;
	field->label = lg_text(LG_STR("field.username"));
	field->hint = lg_text(LG_STR("hint.username"));
	return LG_OK;
}

static lg_status
add_fields(struct lg_page *pg, struct lg_view *view, const struct sign_up *form)
{
	LG_TRY(add_username(pg, view));
	for (size_t i = 0; i < form->count; i++) {
		const struct asked *one = &form->attributes[i];
		LG_TRY(lg_attribute_field(pg, view, one->schema, one->value, one->required));
	}
	struct lg_view_field *field =
		lg_view_field(view, LG_FIELD_NEW_PASSWORD, PASSWORD, LG_STR("field.password"));
	field->autocomplete = LG_STR("new-password");
	field->required = true;
	return LG_OK;
}

static lg_status
add_problems(struct lg_page *pg, struct lg_view *view, const struct sign_up *form, bool *ret_any)
{
	*ret_any = false;
	if (lg_str_present(form->username_problem)) {
		lg_view_problem(view, LG_PAGE_NAME, form->username_problem, LG_STR_NONE);
		*ret_any = true;
	}
	for (size_t i = 0; i < form->count; i++) {
		lg_str name;
		if (!lg_str_present(form->attributes[i].problem))
			continue;
		LG_TRY(lg_attribute_field_name(pg->cx, form->attributes[i].schema->name, &name));
		lg_view_problem(view, name, form->attributes[i].problem, LG_STR_NONE);
		*ret_any = true;
	}
	if (lg_str_present(form->password_problem)) {
		lg_view_problem(view, PASSWORD, form->password_problem, form->password_detail);
		*ret_any = true;
	}
	return LG_OK;
}

static lg_status
show(struct lg_page *pg, const struct sign_up *form, const struct lg_signin_problem *problem)
{
	struct lg_view view = { .page = LG_STR("signup"), .title = lg_text(LG_STR("signup.title")) };
	bool any;
	lg_str address;
	LG_TRY(add_fields(pg, &view, form));
	LG_TRY(add_problems(pg, &view, form, &any));
	if (problem)
		lg_view_problem(&view, LG_STR_NONE, problem->key, problem->detail);
	view.primary = lg_view_action(LG_STR("button.sign_up"), LG_STR("sign_up"));
	LG_TRY(lg_page_link(pg, LG_STR("/login"), &address));
	lg_view_link(&view, LG_STR("link.have_account"), address);
	LG_TRY(lg_terms_links(pg, &view));
	return lg_page_show(pg, any || problem ? 400 : 200, &view);
}

static lg_status
show_closed(struct lg_page *pg)
{
	struct lg_view view = { .page = LG_STR("signup_closed"),
		.title = lg_text(LG_STR("signup_closed.title")),
		.lead = lg_text(LG_STR("signup_closed.lead")) };
	lg_str address;
	LG_TRY(lg_page_link(pg, LG_STR("/login"), &address));
	lg_view_link(&view, LG_STR("link.sign_in"), address);
	return lg_page_show(pg, 403, &view);
}

/* ---- what was typed ---- */

static lg_status
read_username(struct lg_page *pg, struct sign_up *form)
{
	const struct lg_name_rules *names = &pg->request.pool->names;
	const lg_str typed = lg_form_get(pg, LG_PAGE_NAME);
	lg_str named;
	form->username = typed;
	if (lg_str_empty(typed)) {
		form->username_problem = LG_STR("error.required");
		return LG_OK;
	}
	/* Where it may be an address, too, no country is chosen: a message to the wrong one helps nobody. */
	if (names->phone_username)
		LG_TRY(lg_phone_typed(pg, LG_PAGE_NAME, &form->username));
	bool fits;
	LG_TRY(lg_limits_username(pg->cx, form->username, &fits));
	const lg_status s = fits ? lg_username_check(pg->cx, pg->request.pool, form->username, &named)
				 : LG_STATUS(LG_E_INVALID_PARAMETER);
	if (s.code != LG_E_INVALID_PARAMETER)
		return s;
	const bool email = names->email_username, phone = names->phone_username;
	form->username_problem = email && phone ? LG_STR("error.email_or_phone")
				 : email        ? LG_STR("error.email")
				 : phone        ? LG_STR("error.phone")
						: LG_STR("error.username");
	return LG_OK;
}

static lg_status
read_password(struct lg_page *pg, struct sign_up *form)
{
	form->password = lg_form_raw(pg, PASSWORD);
	if (lg_str_empty(form->password)) {
		form->password_problem = LG_STR("error.required");
		return LG_OK;
	}
	bool fits;
	LG_TRY(lg_limits_password(pg->cx, form->password, &fits));
	if (!fits) {
		form->password_problem = LG_STR("error.password_form");
		return LG_OK;
	}
	const lg_status s = lg_password_policy_check(pg->cx, pg->request.pool, form->password, false);
	if (s.code != LG_E_INVALID_PASSWORD)
		return s;
	form->password_problem = LG_STR("error.password_policy");
	form->password_detail = lg_failure_text(pg->cx, s.code);
	return LG_OK;
}

/* The address that the user name is, where it may be either, need not be typed twice. */
static bool
is_given(const struct lg_page *pg, const struct sign_up *form, const struct asked *one)
{
	lg_str named;
	return !lg_str_present(form->username_problem)
	       && !lg_failed(lg_username_check(pg->cx, pg->request.pool, form->username, &named))
	       && lg_str_eq(named, one->schema->name);
}

static lg_status
read_form(struct lg_page *pg, struct sign_up *form, bool *ret_ok)
{
	LG_TRY(read_username(pg, form));
	LG_TRY(read_password(pg, form));
	*ret_ok = !lg_str_present(form->username_problem) && !lg_str_present(form->password_problem);
	for (size_t i = 0; i < form->count; i++) {
		struct asked *one = &form->attributes[i];
		LG_TRY(lg_attribute_typed(pg, one->schema, &one->value));
		LG_TRY(lg_attribute_problem(pg, one->schema, true,
			one->required && !is_given(pg, form, one), one->value, &one->problem));
		*ret_ok = *ret_ok && !lg_str_present(one->problem);
	}
	return LG_OK;
}

/* ---- signing up ---- */

lg_status
lg_signup_sign_in(struct lg_page *pg, lg_str username, lg_str session)
{
	const struct lg_str_pair pair = { LG_STR("USERNAME"), username };
	const struct lg_str_map params = { (struct lg_str_pair *)&pair, 1, true };
	struct lg_auth_call call = lg_signin_call(pg);
	struct lg_auth_step step = { 0 };
	call.flow = LG_STR("USER_AUTH");
	call.session = session;
	call.params = &params;
	const lg_status s = lg_str_empty(session) ? LG_STATUS(LG_E_NOT_AUTHORIZED)
						  : lg_auth_initiate(pg->cx, pg->env, &call, &step);
	if (s.code == LG_E_NOT_AUTHORIZED || s.code == LG_E_INVALID_PARAMETER)
		return lg_signin_again(pg, LG_STR("notice.confirmed"));
	LG_TRY(s);
	return lg_signin_step(pg, &step, username, LG_STR_NONE);
}

/* The code is good for a day, and so is the page that asks for it. */
static lg_status
go_to_confirm(struct lg_page *pg, const struct sign_up *form, const struct lg_signed_up *done)
{
	struct lg_rec_page_state state = {
		.step = LG_STEP_CONFIRM,
		.username = form->username,
		.destination = done->delivery.masked,
		.medium = done->delivery.medium,
		.sent = { true, pg->cx->now },
		.expires = { true, lg_time_add_ms(pg->cx->now, LG_DAY_MS) },
	};
	LG_TRY(lg_base64url_decode(pg->cx, done->session, &state.session));
	LG_TRY(lg_state_keep(pg, &state));
	return lg_page_go(pg, LG_STR("/confirm"));
}

static lg_status
call_sign_up(struct lg_page *pg, const struct sign_up *form, struct lg_signed_up *ret)
{
	struct lg_idp_attribute_type items[MOST];
	struct lg_idp_attribute_list_type attributes = { .items = items, .has = true };
	for (size_t i = 0; i < form->count; i++) {
		if (!lg_str_empty(form->attributes[i].value))
			items[attributes.count++] = (struct lg_idp_attribute_type){
				.name = form->attributes[i].schema->name,
				.value = form->attributes[i].value,
			};
	}
	const struct lg_caller caller = lg_page_caller(pg);
	const struct lg_sign_up call = {
		.username = form->username,
		.password = form->password,
		.attributes = &attributes,
		.caller = &caller,
	};
	const struct lg_client *client;
	LG_TRY(lg_client_hosted(pg->cx, pg->request.client, &client));
	return lg_sign_up(pg->cx, pg->env, pg->request.pool, client, &call, ret);
}

static lg_status
sign_up(struct lg_page *pg, struct sign_up *form)
{
	struct lg_signed_up done;
	const lg_status s = call_sign_up(pg, form, &done);
	if (s.code == LG_E_USERNAME_EXISTS) {
		form->username_problem = LG_STR("error.username_taken");
		return show(pg, form, NULL);
	}
	/* The account is there, and another code can be asked for. */
	if (s.code == LG_E_CODE_DELIVERY_FAILURE)
		return go_to_confirm(pg, form, &(struct lg_signed_up){ .session = LG_STR("") });
	struct lg_signin_problem problem;
	if (lg_failed(s)) {
		LG_TRY(lg_signin_problem(pg, s, &problem));
		return show(pg, form, &problem);
	}
	if (done.confirmed)
		return lg_signup_sign_in(pg, form->username, done.session);
	if (!done.has_delivery)
		return lg_signin_again(pg, LG_STR("notice.signed_up"));
	return go_to_confirm(pg, form, &done);
}

/* The same form again, from a tab that was left behind or a button that was pressed twice. */
static bool
is_repeated(const struct lg_page *pg, const struct sign_up *form)
{
	return lg_str_eq(pg->state.step, LG_STEP_CONFIRM) && lg_str_eq(pg->state.username, form->username)
	       && lg_state_is_stale(pg);
}

lg_status
lg_page_signup(struct lg_page *pg)
{
	struct sign_up form = { .count = 0 };
	bool ok;
	if (!lg_signup_is_open(pg))
		return show_closed(pg);
	list_attributes(pg, &form);
	if (!pg->is_post)
		return show(pg, &form, NULL);
	LG_TRY(read_form(pg, &form, &ok));
	if (is_repeated(pg, &form))
		return lg_page_go(pg, LG_STR("/confirm"));
	return ok ? sign_up(pg, &form) : show(pg, &form, NULL);
}
