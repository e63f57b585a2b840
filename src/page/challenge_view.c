#include "page/challenge.h"

#include "codec/uri.h"
#include "page/attributes.h"

#define S LG_STR_INIT

/* ---- parts ---- */

static lg_status
begin(struct lg_page *pg, struct lg_view *view, lg_str page, lg_str title, lg_str lead)
{
	(void)pg;
	view->page = page;
	view->title = lg_text(title);
	view->lead = lg_text(lead);
	view->primary = lg_view_action(LG_STR("button.next"), LG_STR("next"));
	return LG_OK;
}

static void
add_ways_out(const struct lg_page *pg, struct lg_view *view)
{
	if (pg->state.choices.count > 1)
		lg_view_way(view, LG_STR("link.another_way"), LG_STR("other"));
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
}

/* Ways to prove who one is, as people call them. */
static lg_str
factor_key(lg_str factor)
{
	static const struct lg_str_pair names[] = {
		{ S("PASSWORD"), S("factor.password") },
		{ S("EMAIL_OTP"), S("factor.email") },
		{ S("SMS_OTP"), S("factor.sms") },
		{ S("SMS_MFA"), S("factor.sms") },
		{ S("SOFTWARE_TOKEN_MFA"), S("factor.app") },
		{ S("WEB_AUTHN"), S("factor.passkey") },
	};
	for (size_t i = 0; i < LG_LEN(names); i++) {
		if (lg_str_eq(names[i].key, factor))
			return names[i].value;
	}
	return factor;
}

static void
add_factors(const struct lg_page *pg, struct lg_view *view)
{
	struct lg_view_field *field =
		lg_view_field(view, LG_FIELD_CHOICE, LG_STR("factor"), LG_STR("field.factor"));
	for (size_t i = 0; i < pg->state.choices.count; i++)
		lg_view_choice(field, pg->state.choices.items[i],
			factor_key(pg->state.choices.items[i]));
	if (pg->state.choices.count)
		field->value = pg->state.choices.items[0];
}

static void
add_code(struct lg_view *view)
{
	struct lg_view_field *field =
		lg_view_field(view, LG_FIELD_CODE, LG_STR("code"), LG_STR("field.code"));
	field->autocomplete = LG_STR("one-time-code");
	field->required = true;
}

/* ---- pages ---- */

lg_status
lg_challenge_view_choice(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("factor"), LG_STR("factor.title"), LG_STR("factor.lead")));
	add_factors(pg, view);
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
	return LG_OK;
}

lg_status
lg_challenge_view_password(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("password"), LG_STR("password.title"), LG_STR_NONE));
	struct lg_view_field *name =
		lg_view_field(view, LG_FIELD_FIXED, LG_STR("username"), LG_STR("field.username"));
	name->value = pg->state.username;
	name->autocomplete = LG_STR("username");
	struct lg_view_field *field =
		lg_view_field(view, LG_FIELD_PASSWORD, LG_STR("password"), LG_STR("field.password"));
	field->autocomplete = LG_STR("current-password");
	field->required = true;
	view->primary = lg_view_action(LG_STR("button.sign_in"), LG_STR("next"));
	add_ways_out(pg, view);
	lg_str address;
	LG_TRY(lg_page_link(pg, LG_STR("/forgotPassword"), &address));
	lg_view_link(view, LG_STR("link.forgot"), address);
	return LG_OK;
}

lg_status
lg_challenge_view_code(struct lg_page *pg, struct lg_view *view)
{
	const bool app = lg_str_eq(pg->state.step, LG_STR("SOFTWARE_TOKEN_MFA"));
	const bool sms = lg_str_eq(pg->state.medium, LG_STR("SMS"));
	const lg_str title = app   ? LG_STR("code.title_app")
			     : sms ? LG_STR("code.title_sms")
				   : LG_STR("code.title_email");
	LG_TRY(begin(pg, view, LG_STR("code"), title, LG_STR("code.lead_app")));
	if (!app) {
		view->lead = lg_text_with(sms ? LG_STR("code.lead_sms") : LG_STR("code.lead_email"),
			LG_STR("destination"), pg->state.destination);
		view->expires = pg->state.expires.v;
		view->sent = pg->state.sent.v;
		lg_view_way(view, LG_STR("link.resend"), LG_STR("resend"));
	}
	add_code(view);
	if (pg->state.second.v && pg->request.pool->recovery_codes)
		view->fields[view->field_count - 1].hint = lg_text(LG_STR("hint.recovery_code"));
	add_ways_out(pg, view);
	return LG_OK;
}

lg_status
lg_challenge_view_mfa_choice(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("mfa"), LG_STR("mfa.title"), LG_STR("mfa.lead")));
	add_factors(pg, view);
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
	return LG_OK;
}

lg_status
lg_challenge_view_setup(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("setup"), LG_STR("setup.title"), LG_STR("setup.lead")));
	add_factors(pg, view);
	if (lg_str_list_has(&pg->state.choices, LG_STR("EMAIL_OTP"))) {
		struct lg_view_field *email =
			lg_view_field(view, LG_FIELD_EMAIL, LG_STR("email"), LG_STR("field.email"));
		email->hint = lg_text(LG_STR("hint.setup_email"));
		email->autocomplete = LG_STR("email");
	}
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
	return LG_OK;
}

/* otpauth://totp/Pool:alice?secret=...&issuer=Pool (spec/sign-in.md 6.3) */
lg_status
lg_signin_key_uri(struct lg_page *pg, lg_str *ret)
{
	lg_str issuer, user;
	LG_TRY(lg_uri_encode(pg->cx, pg->request.pool->type->name, false, &issuer));
	LG_TRY(lg_uri_encode(pg->cx, pg->state.username, false, &user));
	return lg_str_fmt(pg->cx, ret, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s", LG_FMT(issuer),
		LG_FMT(user), LG_FMT(pg->state.secret), LG_FMT(issuer));
}

lg_status
lg_challenge_view_totp(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("totp"), LG_STR("totp.title"), LG_STR("totp.lead")));
	LG_TRY(lg_signin_key_uri(pg, &view->qr));
	view->secret = pg->state.secret;
	add_code(view);
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
	return LG_OK;
}

/* One that the pool requires and the person lacks, with what is wrong about what he typed. */
static lg_status
add_attribute(struct lg_page *pg, struct lg_view *view, const struct lg_idp_schema_attribute_type *schema)
{
	lg_str typed, name, problem;
	LG_TRY(lg_attribute_typed(pg, schema, &typed));
	LG_TRY(lg_attribute_field(pg, view, schema, typed, true));
	if (!pg->is_post)
		return LG_OK;
	LG_TRY(lg_attribute_problem(pg, schema, false, true, typed, &problem));
	LG_TRY(lg_attribute_field_name(pg->cx, schema->name, &name));
	if (lg_str_present(problem))
		lg_view_problem(view, name, problem, LG_STR_NONE);
	return LG_OK;
}

lg_status
lg_challenge_view_new_password(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("new_password"), LG_STR("new_password.title"),
		LG_STR("new_password.lead")));
	struct lg_view_field *field = lg_view_field(
		view, LG_FIELD_NEW_PASSWORD, LG_STR("password"), LG_STR("field.new_password"));
	field->autocomplete = LG_STR("new-password");
	field->required = true;
	for (size_t i = 0; i < pg->state.required.count; i++) {
		const struct lg_idp_schema_attribute_type *schema =
			lg_pool_attribute(pg->request.pool, pg->state.required.items[i]);
		if (schema)
			LG_TRY(add_attribute(pg, view, schema));
	}
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
	return LG_OK;
}

lg_status
lg_challenge_view_passkey(struct lg_page *pg, struct lg_view *view)
{
	LG_TRY(begin(pg, view, LG_STR("passkey"), LG_STR("passkey.title"), LG_STR("passkey.lead")));
	lg_view_field(view, LG_FIELD_CREDENTIAL, LG_STR("credential"), LG_STR_NONE);
	view->primary = lg_view_action(LG_STR("button.use_passkey"), LG_STR("next"));
	add_ways_out(pg, view);
	return LG_OK;
}
