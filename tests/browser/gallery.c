/*
 * gallery FOLDER LANGUAGE...: every kind of page with sample data, without a running flow. Writes
 * FOLDER/LANGUAGE/NAME.html, and FOLDER/policy with the Content-Security-Policy that pages are served with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "page/language.h"
#include "page/look.h"
#include "page/view.h"

#define WORD "Donaudampfschifffahrtselektrizitaetenhaup"
#define T(key) lg_text(LG_STR(key))

struct gallery {
	struct lg_ctx cx;
	struct lg_env env;
	struct lg_languages *languages;
	const char *folder;
	const struct lg_language *language;
};

static int64_t
fixed_now(struct lg_clock *clock)
{
	(void)clock;
	return INT64_C(1793955903000);
}

static void
must(lg_status s, const char *what)
{
	if (lg_failed(s)) {
		fprintf(stderr, "gallery: %s: %d\n", what, s.code);
		exit(1);
	}
}

/* ---- parts ---- */

static struct lg_view_field *
field(struct lg_view *view, enum lg_field_kind kind, const char *name, const char *label, const char *fill)
{
	struct lg_view_field *one =
		lg_view_field(view, kind, lg_str_from_c(name), lg_str_from_c(label));
	one->required = true;
	one->autocomplete = lg_str_from_c(fill);
	return one;
}

static void
begin(struct lg_view *view, const char *page, const char *title, const char *lead)
{
	view->page = lg_str_from_c(page);
	view->title = lg_text(lg_str_from_c(title));
	view->lead = lg_text(lg_str_from_c(lead));
}

static void
code(struct lg_view *view)
{
	field(view, LG_FIELD_CODE, "code", "field.code", "one-time-code");
	view->primary = lg_view_action(LG_STR("button.next"), LG_STR("next"));
}

static void
item(struct gallery *g, struct lg_view *view, struct lg_text title, struct lg_text detail, const char *badge,
	const char *const *buttons)
{
	struct lg_view_item *one;
	must(lg_view_item(&g->cx, view, &one), "item");
	one->title = title;
	one->detail = detail;
	if (badge)
		one->badge = lg_text(lg_str_from_c(badge));
	one->id = LG_STR("1");
	for (size_t i = 0; buttons && buttons[i]; i++)
		lg_view_item_button(one, lg_str_from_c(buttons[i]), lg_str_from_c(buttons[i]));
	if (!buttons)
		one->address = LG_STR("/account/x?client_id=1");
}

/* ---- pages ---- */

static void
login(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "login", "login.title", "");
	field(view, LG_FIELD_TEXT, "username", "field.username_or_email", "username");
	field(view, LG_FIELD_PASSWORD, "password", "field.password", "current-password");
	view->primary = lg_view_action(LG_STR("button.sign_in"), LG_STR("sign_in"));
	lg_view_link(view, LG_STR("link.forgot"), LG_STR("/forgotPassword?client_id=1"));
	lg_view_link(view, LG_STR("link.sign_up"), LG_STR("/signup?client_id=1"));
}

static void
login_error(struct gallery *g, struct lg_view *view)
{
	login(g, view);
	view->fields[0].value = LG_STR(WORD "@example.com");
	lg_view_problem(view, LG_STR_NONE, LG_STR("error.sign_in"), LG_STR_NONE);
}

static void
login_name(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "login", "login.title", "");
	field(view, LG_FIELD_EMAIL, "username", "field.email", "username webauthn");
	lg_view_field(view, LG_FIELD_CREDENTIAL, LG_STR("credential"), LG_STR_NONE);
	view->passkey_autofill = true;
	view->notice = T("notice.confirmed");
	view->primary = lg_view_action(LG_STR("button.next"), LG_STR("sign_in"));
	lg_view_link(view, LG_STR("link.sign_up"), LG_STR("/signup?client_id=1"));
}

static void
login_providers(struct gallery *g, struct lg_view *view)
{
	static const char *const types[][2] = { { "Google", "Google" }, { "Facebook", "Facebook" },
		{ "Amazon", "LoginWithAmazon" }, { "Apple", "SignInWithApple" },
		{ WORD " Corporation", "SAML" } };
	login(g, view);
	view->by_domain = true;
	for (size_t i = 0; i < LG_LEN(types); i++)
		must(lg_view_provider(&g->cx, view, lg_str_from_c(types[i][0]), lg_str_from_c(types[i][1]),
			     LG_STR("/oauth2/authorize?identity_provider=x")),
			"provider");
}

static void
proceed(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "continue", "continue.title", "");
	view->lead = lg_text_with(LG_STR("continue.lead"), LG_STR("user"), LG_STR("ada@example.com"));
	view->primary = lg_view_action(LG_STR("button.continue"), LG_STR("continue"));
	lg_view_button(view, LG_STR("button.another_account"), LG_STR("another"));
}

static void
factor(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "factor", "factor.title", "factor.lead");
	struct lg_view_field *choice = field(view, LG_FIELD_CHOICE, "factor", "field.factor", "");
	lg_view_choice(choice, LG_STR("WEB_AUTHN"), LG_STR("factor.passkey"));
	lg_view_choice(choice, LG_STR("EMAIL_OTP"), LG_STR("factor.email"));
	lg_view_choice(choice, LG_STR("SMS_OTP"), LG_STR("factor.sms"));
	lg_view_choice(choice, LG_STR("PASSWORD"), LG_STR("factor.password"));
	choice->value = LG_STR("EMAIL_OTP");
	view->primary = lg_view_action(LG_STR("button.next"), LG_STR("next"));
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
}

static void
password(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "password", "password.title", "");
	field(view, LG_FIELD_FIXED, "username", "field.username", "username")->value =
		LG_STR("ada@example.com");
	field(view, LG_FIELD_PASSWORD, "password", "field.password", "current-password");
	view->primary = lg_view_action(LG_STR("button.sign_in"), LG_STR("next"));
	lg_view_way(view, LG_STR("link.another_way"), LG_STR("other"));
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
	lg_view_link(view, LG_STR("link.forgot"), LG_STR("/forgotPassword?client_id=1"));
}

static void
code_email(struct gallery *g, struct lg_view *view)
{
	begin(view, "code", "code.title_email", "");
	view->lead = lg_text_with(LG_STR("code.lead_email"), LG_STR("destination"), LG_STR("a***@e***"));
	view->sent = g->cx.now;
	view->expires = lg_time_add_ms(g->cx.now, 3 * LG_MINUTE_MS);
	code(view);
	lg_view_way(view, LG_STR("link.resend"), LG_STR("resend"));
	lg_view_way(view, LG_STR("link.another_way"), LG_STR("other"));
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
}

static void
code_error(struct gallery *g, struct lg_view *view)
{
	code_email(g, view);
	view->fields[0].value = LG_STR("123456");
	view->fields[0].hint = T("hint.recovery_code");
	lg_view_problem(view, LG_STR("code"), LG_STR("error.code"), LG_STR_NONE);
}

static void
totp(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "totp", "totp.title", "totp.lead");
	view->qr = LG_STR("otpauth://totp/Example:ada%40example.com?secret="
			  "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW&issuer=Example");
	view->secret = LG_STR("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW");
	code(view);
	lg_view_way(view, LG_STR("link.start_again"), LG_STR("back"));
}

static void
passkey(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "passkey", "passkey_add.title", "passkey_add.lead");
	lg_view_field(view, LG_FIELD_CREDENTIAL, LG_STR("credential"), LG_STR_NONE);
	view->primary = lg_view_action(LG_STR("button.add_passkey"), LG_STR("add"));
	lg_view_button(view, LG_STR("button.not_now"), LG_STR("skip"));
}

static void
signup(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "signup", "signup.title", "");
	field(view, LG_FIELD_EMAIL, "attribute.email", "attribute.email", "email");
	field(view, LG_FIELD_TEXT, "attribute.given_name", "attribute.given_name", "given-name");
	field(view, LG_FIELD_TEXT, "attribute.family_name", "attribute.family_name", "family-name");
	field(view, LG_FIELD_DATE, "attribute.birthdate", "attribute.birthdate", "bday");
	struct lg_view_field *phone =
		field(view, LG_FIELD_TEL, "attribute.phone_number", "attribute.phone_number", "tel");
	phone->country = LG_STR("DE");
	phone->required = false;
	field(view, LG_FIELD_NEW_PASSWORD, "password", "field.password", "new-password");
	view->rules = (struct lg_view_rules){ 8, true, true, true, true };
	view->primary = lg_view_action(LG_STR("button.sign_up"), LG_STR("sign_up"));
	lg_view_link(view, LG_STR("link.have_account"), LG_STR("/login?client_id=1"));
}

static void
signup_errors(struct gallery *g, struct lg_view *view)
{
	signup(g, view);
	view->fields[0].value = LG_STR("ada");
	view->fields[1].value = LG_STR(WORD);
	lg_view_problem(view, LG_STR("attribute.email"), LG_STR("error.email"), LG_STR_NONE);
	lg_view_problem(view, LG_STR("attribute.birthdate"), LG_STR("error.date"), LG_STR_NONE);
	lg_view_problem(view, LG_STR("password"), LG_STR("error.password_policy"), LG_STR_NONE);
}

static void
reset(struct gallery *g, struct lg_view *view)
{
	code_email(g, view);
	begin(view, "reset", "reset.title", "");
	view->lead = lg_text_with(LG_STR("reset.lead_email"), LG_STR("destination"), LG_STR("a***@e***"));
	field(view, LG_FIELD_NEW_PASSWORD, "password", "field.new_password", "new-password");
	view->rules = (struct lg_view_rules){ 12, true, false, true, false };
	view->primary = lg_view_action(LG_STR("button.set_password"), LG_STR("reset"));
}

static void
account(struct gallery *g, struct lg_view *view)
{
	begin(view, "account", "account.title", "");
	view->lead = lg_text_with(LG_STR("continue.lead"), LG_STR("user"), LG_STR("ada@example.com"));
	view->notice = T("notice.password_changed");
	item(g, view, T("account_profile.title"), T("account_profile.lead"), NULL, NULL);
	item(g, view, T("account_factors.title"), T("account_factors.lead"), NULL, NULL);
	item(g, view, T("account_passkeys.title"), T("account_passkeys.lead"), NULL, NULL);
	item(g, view, T("account_sessions.title"), T("account_sessions.lead"), NULL, NULL);
	item(g, view, T("account_delete.title"), T("account_delete.lead"), NULL, NULL);
	lg_view_link(view, LG_STR("button.sign_out"), LG_STR("/logout?client_id=1"));
}

static void
sessions(struct gallery *g, struct lg_view *view)
{
	static const char *const none[] = { NULL };
	static const char *const end[] = { "button.end_session", NULL };
	struct lg_text detail = lg_text_with(
		LG_STR("session.detail_ip"), LG_STR("time"), LG_STR("2026-11-24T19:05:00Z"));
	detail.args[1] = (struct lg_str_pair){ LG_STR("ip"), LG_STR("203.0.113.9") };
	begin(view, "account_sessions", "account_sessions.title", "account_sessions.lead");
	item(g, view, lg_text_raw(LG_STR("Firefox, Linux")), detail, "session.this", none);
	item(g, view, lg_text_raw(LG_STR(WORD)), detail, "session.app", end);
	view->primary = lg_view_action(LG_STR("button.sign_out"), LG_STR("sign_out"));
	lg_view_button(view, LG_STR("button.sign_out_everywhere"), LG_STR("everywhere"));
	lg_view_link(view, LG_STR("link.back_to_account"), LG_STR("/account?client_id=1"));
}

static void
factors(struct gallery *g, struct lg_view *view)
{
	static const char *const app[] = { "button.replace", "button.prefer", "button.remove", NULL };
	static const char *const mail[] = { "button.turn_on", NULL };
	static const char *const recovery[] = { "button.new_codes", NULL };
	begin(view, "account_factors", "account_factors.title", "account_factors.lead");
	item(g, view, T("factor.app"), T("factor.on"), NULL, app);
	item(g, view, T("factor.email"), T("factor.off"), NULL, mail);
	item(g, view, T("recovery.title"),
		lg_text_with(LG_STR("recovery.left"), LG_STR("count"), LG_STR("7")), NULL, recovery);
	lg_view_link(view, LG_STR("link.back_to_account"), LG_STR("/account?client_id=1"));
}

static void
delete(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "account_delete", "account_delete.title", "account_delete.lead");
	field(view, LG_FIELD_CHECK, "sure", "field.delete_sure", "");
	view->primary = lg_view_action(LG_STR("button.delete_account"), LG_STR("delete"));
	view->danger = true;
	lg_view_problem(view, LG_STR("sure"), LG_STR("error.not_sure"), LG_STR_NONE);
	lg_view_link(view, LG_STR("link.back_to_account"), LG_STR("/account?client_id=1"));
}

static void
device(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "device_code", "device_code.title", "device_code.lead");
	field(view, LG_FIELD_USER_CODE, "user_code", "field.device_code", "off");
	view->primary = lg_view_action(LG_STR("button.next"), LG_STR("next"));
}

static void
device_error(struct gallery *g, struct lg_view *view)
{
	device(g, view);
	view->fields[0].value = LG_STR("BCDF-GHJK");
	lg_view_problem(view, LG_STR("user_code"), LG_STR("error.device_code"), LG_STR_NONE);
}

static void
device_confirm(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "device_code_confirm", "device_code_confirm.title", "");
	view->lead = lg_text_with(
		LG_STR("device_code_confirm.lead"), LG_STR("app"), LG_STR("Example Television"));
	view->lead.args[1] = (struct lg_str_pair){ LG_STR("code"), LG_STR("BCDF-GHJK") };
	view->primary = lg_view_action(LG_STR("button.connect"), LG_STR("connect"));
	lg_view_button(view, LG_STR("button.deny"), LG_STR("deny"));
}

static void
device_done(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "device_code_done", "device_code_done.title", "device_code_done.lead");
}

static void
remember(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "device", "device.title", "device.lead");
	view->primary = lg_view_action(LG_STR("button.remember"), LG_STR("remember"));
	lg_view_button(view, LG_STR("button.not_now"), LG_STR("skip"));
}

static void
devices(struct gallery *g, struct lg_view *view)
{
	static const char *const forget[] = { "button.forget_device", NULL };
	const struct lg_text used =
		lg_text_with(LG_STR("device.detail"), LG_STR("time"), LG_STR("2026-11-24T19:05:00Z"));
	begin(view, "account_devices", "account_devices.title", "account_devices.lead");
	view->notice = T("notice.device_forgotten");
	item(g, view, lg_text_raw(LG_STR("Firefox, Linux")), used, NULL, forget);
	item(g, view, lg_text_raw(LG_STR(WORD)), used, NULL, forget);
	lg_view_link(view, LG_STR("link.back_to_account"), LG_STR("/account?client_id=1"));
}

static void
recovery(struct gallery *g, struct lg_view *view)
{
	static const char *const none[] = { NULL };
	static const lg_str codes[] = { LG_STR_INIT("7hqk-2m4p"), LG_STR_INIT("w9xz-c3vb"),
		LG_STR_INIT("n6td-8rgs"), LG_STR_INIT("j5fy-k7lw"), LG_STR_INIT("p2qa-x9mh"),
		LG_STR_INIT("b4cz-t6nv"), LG_STR_INIT("g8rd-s3jf"), LG_STR_INIT("y7wk-5lqx") };
	begin(view, "recovery", "recovery.title", "recovery.lead");
	for (size_t i = 0; i < LG_LEN(codes); i++)
		item(g, view, lg_text_raw(codes[i]), T(""), NULL, none);
	lg_view_link(view, LG_STR("link.back_to_account"), LG_STR("/account?client_id=1"));
}

static void
contact(struct gallery *g, struct lg_view *view)
{
	begin(view, "account_contact", "account_contact.title", "account_contact.lead");
	static const char *const none[] = { NULL };
	item(g, view, lg_text_raw(LG_STR("ada@example.com")), T("contact.verified"), NULL, none);
	field(view, LG_FIELD_EMAIL, "attribute.email", "attribute.email", "email")->value =
		LG_STR("ada@example.com");
	field(view, LG_FIELD_TEL, "attribute.phone_number", "attribute.phone_number", "tel")->value =
		LG_STR("+442079460958");
	view->primary = lg_view_action(LG_STR("button.save"), LG_STR("save"));
	lg_view_link(view, LG_STR("link.back_to_account"), LG_STR("/account?client_id=1"));
}

static void
error(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "error", "error_page.title", "error_page.lead");
}

static void
error_busy(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "error", "error_page.title", "error.unavailable");
}

static void
signed_out(struct gallery *g, struct lg_view *view)
{
	(void)g;
	begin(view, "signed_out", "signed_out.title", "signed_out.lead");
	lg_view_link(view, LG_STR("link.sign_in"), LG_STR("/login?client_id=1"));
}

static const struct {
	const char *name;
	void (*make)(struct gallery *g, struct lg_view *view);
} pages[] = {
	{ "account", account },
	{ "code", code_email },
	{ "code_error", code_error },
	{ "continue", proceed },
	{ "contact", contact },
	{ "delete", delete },
	{ "device", device },
	{ "device_confirm", device_confirm },
	{ "device_done", device_done },
	{ "device_error", device_error },
	{ "devices", devices },
	{ "error", error },
	{ "error_busy", error_busy },
	{ "factor", factor },
	{ "factors", factors },
	{ "login", login },
	{ "login_error", login_error },
	{ "login_name", login_name },
	{ "login_providers", login_providers },
	{ "passkey", passkey },
	{ "password", password },
	{ "recovery", recovery },
	{ "remember", remember },
	{ "reset", reset },
	{ "sessions", sessions },
	{ "signed_out", signed_out },
	{ "signup", signup },
	{ "signup_errors", signup_errors },
	{ "totp", totp },
};

/* ---- files ---- */

static void
write_file(const char *folder, const char *name, const char *end, lg_str text)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s%s", folder, name, end);
	FILE *file = fopen(path, "we");
	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file)) {
		perror(path);
		exit(1);
	}
}

static void
write_page(struct gallery *g, size_t i)
{
	static const struct lg_look look = { .name = LG_STR_INIT("Example") };
	struct lg_view view = { .csrf = LG_STR("00000000-0000-0000-0000-000000000000"),
		.state = LG_STR("1"),
		.here = LG_STR("/login?client_id=1234567890123456789012&response_type=code&"
			       "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&state=abc"),
		.languages = g->languages };
	struct lg_http_answer answer = { 0 };
	char folder[512];
	pages[i].make(g, &view);
	must(lg_view_render(&g->cx, &g->env, &look, g->language, &view, 200, &answer), pages[i].name);
	snprintf(folder, sizeof(folder), "%s/%.*s", g->folder, LG_FMT(g->language->tag));
	mkdir(folder, 0777);
	write_file(folder, pages[i].name, ".html", answer.body);
	for (size_t h = 0; h < answer.header_count; h++)
		if (lg_str_eq(answer.headers[h].name, LG_STR("Content-Security-Policy")))
			write_file(g->folder, "policy", "", answer.headers[h].value);
}

int
main(int argc, char **argv)
{
	struct lg_clock clock = { .now_ms = fixed_now };
	const struct lg_settings settings = { .dev = true };
	struct gallery g = { .env = { .clock = &clock, .settings = &settings } };
	if (argc < 3)
		return 2;
	g.folder = argv[1];
	g.cx.now.ms = fixed_now(&clock);
	must(lg_arena_new((size_t)64 << 20, &g.cx.arena), "memory");
	g.cx.random = &lg_random_kernel;
	must(lg_languages_new(&g.cx, NULL, 0, &g.languages), "languages");
	mkdir(g.folder, 0777);
	for (int i = 2; i < argc; i++) {
		g.language = lg_language_find(g.languages, lg_str_from_c(argv[i]));
		for (size_t p = 0; g.language && p < LG_LEN(pages); p++)
			write_page(&g, p);
	}
	lg_languages_free(g.languages);
	lg_arena_free(g.cx.arena);
	return 0;
}
