#include "tests/lib/test.h"

#include <string.h>

#include "page/asset.h"
#include "page/language.h"
#include "page/look.h"
#include "page/view.h"

struct fixture {
	struct lg_test_ctx t;
	struct lg_clock clock;
	struct lg_settings settings;
	struct lg_env env;
	struct lg_languages *languages;
	struct lg_http_answer answer;
};

static int64_t
fixed_now(struct lg_clock *clock)
{
	(void)clock;
	return LG_TEST_NOW_MS;
}

static void
prepare(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	lg_test_ctx_init(&f->t);
	f->clock.now_ms = fixed_now;
	f->env = (struct lg_env){ .clock = &f->clock, .settings = &f->settings };
	CHECK_OK(lg_languages_new(&f->t.cx, NULL, 0, &f->languages));
}

static void
finish(struct fixture *f)
{
	lg_languages_free(f->languages);
	lg_test_ctx_done(&f->t);
}

static lg_str
render(struct fixture *f, const struct lg_look *look, const char *language, const struct lg_view *view)
{
	const struct lg_language *chosen = lg_language_find(f->languages, lg_str_from_c(language));
	CHECK(chosen != NULL);
	CHECK_OK(lg_view_render(&f->t.cx, &f->env, look, chosen, view, 200, &f->answer));
	return f->answer.body;
}

static bool
has(lg_str text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static size_t
count(lg_str text, const char *part)
{
	size_t found = 0;
	const char *at = text.ptr;
	while ((at = memmem(at, text.len - (size_t)(at - text.ptr), part, strlen(part))) != NULL) {
		found++;
		at++;
	}
	return found;
}

static lg_str
header(const struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->answer.header_count; i++)
		if (lg_str_eq(f->answer.headers[i].name, lg_str_from_c(name)))
			return f->answer.headers[i].value;
	return LG_STR_NONE;
}

static struct lg_view
login(void)
{
	struct lg_view view = { .page = LG_STR("login"), .title = lg_text(LG_STR("login.title")) };
	struct lg_view_field *name =
		lg_view_field(&view, LG_FIELD_TEXT, LG_STR("username"), LG_STR("field.username"));
	name->autocomplete = LG_STR("username");
	name->required = true;
	struct lg_view_field *password =
		lg_view_field(&view, LG_FIELD_PASSWORD, LG_STR("password"), LG_STR("field.password"));
	password->autocomplete = LG_STR("current-password");
	password->required = true;
	view.primary = lg_view_action(LG_STR("button.sign_in"), LG_STR("sign_in"));
	return view;
}

TEST(a_page_names_its_language_and_carries_its_headers)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.form_target = LG_STR("https://app.example.com:8443/callback?x=1");
	const lg_str page = render(&f, NULL, "en", &view);
	CHECK(has(page, "<html lang=\"en\" dir=\"ltr\">"));
	CHECK(has(page, "<h1>Sign in</h1>"));
	CHECK(has(page, "<label for=\"f-username\">User name</label>"));
	CHECK_STR(header(&f, "Cache-Control"), LG_STR("no-store"));
	CHECK_STR(header(&f, "Referrer-Policy"), LG_STR("no-referrer"));
	CHECK_STR(header(&f, "X-Frame-Options"), LG_STR("DENY"));
	CHECK(has(header(&f, "Content-Security-Policy"),
		"form-action 'self' https://app.example.com:8443; frame-ancestors 'none'"));
	finish(&f);
}

TEST(a_target_that_is_no_source_adds_nothing_to_the_policy)
{
	static const char *const bad[] = { "https://a b/", "https://x;script-src *", "x", "javascript'://" };
	struct fixture f;
	prepare(&f);
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		struct lg_view view = login();
		view.form_target = lg_str_from_c(bad[i]);
		render(&f, NULL, "en", &view);
		CHECK(has(header(&f, "Content-Security-Policy"), "form-action 'self' ; frame-ancestors"));
	}
	finish(&f);
}

TEST(a_password_is_never_shown_again)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.fields[1].value = LG_STR("Correct-horse-9");
	CHECK(!has(render(&f, NULL, "en", &view), "Correct-horse-9"));
	view.fields[1].kind = LG_FIELD_NEW_PASSWORD;
	CHECK(!has(render(&f, NULL, "en", &view), "Correct-horse-9"));
	finish(&f);
}

TEST(a_problem_stands_beside_its_field_and_on_top)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.fields[0].value = LG_STR("ada");
	lg_view_problem(&view, LG_STR("password"), LG_STR("error.no_password"), LG_STR_NONE);
	const lg_str page = render(&f, NULL, "en", &view);
	CHECK(has(page, "role=\"alert\""));
	CHECK(has(page, "<a href=\"#f-password\"><bdi>Password</bdi>: <bdi>Enter your password.</bdi></a>"));
	CHECK(has(page, "<p class=\"error\" id=\"e-password\">Enter your password.</p>"));
	CHECK(has(page, "aria-invalid=\"true\" aria-describedby=\"e-password\""));
	CHECK(has(page, "<title>Error: Sign in"));
	CHECK(has(page, "value=\"ada\""));
	CHECK(has(page, "id=\"errors\" role=\"alert\" tabindex=\"-1\" autofocus=\"autofocus\""));
	CHECK(count(page, "autofocus=") == 1);
	lg_view_problem(&view, LG_STR_NONE, LG_STR("error.sign_in"), LG_STR_NONE);
	CHECK(has(render(&f, NULL, "en", &view), "<h2>There are <bdi>2</bdi> problems</h2>"));
	finish(&f);
}

TEST(what_a_refused_password_lacked_is_marked_in_words)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.fields[1].kind = LG_FIELD_NEW_PASSWORD;
	view.rules = (struct lg_view_rules){ .min_length = 8, .lower = true, .digit = true };
	CHECK(!has(render(&f, NULL, "en", &view), "unmet"));
	view.rules.unmet = (struct lg_password_gaps){ .digit = true, .symbol = true };
	lg_str page = render(&f, NULL, "en", &view);
	CHECK(has(page, "<li data-rule=\"digit\" class=\"unmet\"><span>A number</span><span class=\"quiet\">"
			" Missing</span></li>"));
	page = render(&f, NULL, "de", &view);
	CHECK(count(page, "class=\"unmet\"") == 1);
	CHECK(has(page, "Fehlt"));
	finish(&f);
}

TEST(hostile_values_stay_text_wherever_they_stand)
{
	const lg_str bad = LG_STR("\"'><script>alert(1)</script><img src=x onerror=alert(1)>");
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	const struct lg_look look = { .name = bad, .style = bad, .icon = bad, .logo = bad, .logo_width = bad,
		.scheme = bad };
	for (size_t i = 0; i <= LG_FIELD_CREDENTIAL; i++) {
		const enum lg_field_kind kind = (enum lg_field_kind)i;
		struct lg_view_field *field = lg_view_field(&view, kind, bad, LG_STR("text"));
		field->label = field->hint = field->error = lg_text_raw(bad);
		field->value = field->autocomplete = bad;
		field->choices[0] = (struct lg_view_choice){ bad, lg_text_raw(bad) };
		field->choice_count = 1;
	}
	struct lg_view_item *item;
	CHECK_OK(lg_view_item(&f.t.cx, &view, &item));
	item->title = item->detail = item->badge = lg_text_raw(bad);
	item->id = bad;
	lg_view_item_button(item, LG_STR("button.remove"), bad);
	CHECK_OK(lg_view_item(&f.t.cx, &view, &item));
	item->title = lg_text_raw(bad);
	item->address = bad;
	CHECK_OK(lg_view_provider(&f.t.cx, &view, bad, bad, bad));
	view.by_domain = true;
	view.page = view.csrf = view.state = view.passkey_options = view.qr = view.secret = bad;
	view.here = LG_STR("/login?%22%3E%3Cscript%3E=%22%3E%3Cscript%3E");
	view.title = view.lead = view.notice = view.error = lg_text_raw(bad);
	view.primary = (struct lg_view_button){ lg_text_raw(bad), bad };
	view.rules = (struct lg_view_rules){ 8, true, true, true, true };
	lg_view_button(&view, LG_STR("button.next"), bad);
	lg_view_way(&view, LG_STR("link.resend"), bad);
	lg_view_link(&view, LG_STR("link.sign_in"), bad);
	view.languages = f.languages;
	const lg_str page = render(&f, &look, "en", &view);
	CHECK(count(page, "<script") == 1);
	CHECK(!has(page, "<img src=x"));
	CHECK(!has(page, "'>"));
	CHECK(!has(page, "\"\"'"));
	CHECK(!has(page, "javascript:"));
	finish(&f);
}

TEST(what_is_set_apart_keeps_its_order_in_markup_only)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.lead = lg_text_with(LG_STR("code.lead_email"), LG_STR("destination"), LG_STR("a***@e***"));
	CHECK(has(render(&f, NULL, "en", &view), "We sent a code to <bdi>a***@e***</bdi>."));
	view.title = lg_text_raw(LG_STR("a & b"));
	CHECK(has(render(&f, NULL, "en", &view), "<title>a &amp; b"));
	finish(&f);
}

TEST(what_runs_from_left_to_right_is_set_apart_in_arabic_without_markup_too)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	struct lg_view_item *item;
	view.title = lg_text_raw(LG_STR("ada@example.com"));
	CHECK_OK(lg_view_item(&f.t.cx, &view, &item));
	item->title = lg_text_raw(LG_STR("Firefox, Linux"));
	lg_view_item_button(item, LG_STR("button.rename"), LG_STR("rename"));
	lg_str page = render(&f, NULL, "ar", &view);
	CHECK(has(page, "<title>\u2068\u2068ada@example.com\u2069\u2069 – \u2068Lifeguard\u2069</title>"));
	CHECK(has(page, ": \u2068\u2068Firefox, Linux\u2069\u2069\">"));
	CHECK(has(page, "<h1><bdi>ada@example.com</bdi></h1>"));
	view.title = lg_text_raw(LG_STR("+*******1234"));
	CHECK(has(render(&f, NULL, "ar", &view), "<h1><bdi dir=\"ltr\">+*******1234</bdi></h1>"));
	page = render(&f, NULL, "fr", &view);
	CHECK(has(page, "aria-label=\"Renommer\u202f: Firefox, Linux\""));
	finish(&f);
}

TEST(points_in_time_are_said_as_the_language_does)
{
	static const char *const cases[][2] = {
		{ "en", "used <bdi><time datetime=\"2026-03-04T09:05:06Z\">4 Mar 2026, 09:05 UTC</time>" },
		{ "de", ">4. März 2026, 09:05 UTC<" },
		{ "fr", ">4 mars 2026 à 09:05 UTC<" },
		{ "ja", ">2026年3月4日 09:05 UTC<" },
		{ "id", ">4 Mar 2026 09.05 UTC<" },
	};
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.lead = lg_text_with(LG_STR("device.detail"), LG_STR("time"), LG_STR("2026-03-04T09:05:06Z"));
	for (size_t i = 0; i < LG_LEN(cases); i++)
		CHECK(has(render(&f, NULL, cases[i][0], &view), cases[i][1]));
	view.lead.args[0].value = LG_STR("2026-03-04Tx<y>z09:05:06Z");
	CHECK(has(render(&f, NULL, "en", &view), "Last used <bdi>2026-03-04Tx&lt;y&gt;z09:05:06Z</bdi>"));
	finish(&f);
}

TEST(optional_fields_say_so_beside_required_ones)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	lg_view_field(&view, LG_FIELD_TEXT, LG_STR("nickname"), LG_STR("attribute.nickname"));
	CHECK(has(render(&f, NULL, "en", &view), "<bdi>Nickname</bdi> (optional)"));
	finish(&f);
}

TEST(another_code_waits_and_the_script_can_count)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	lg_view_way(&view, LG_STR("link.resend"), LG_STR("resend"));
	view.sent.ms = LG_TEST_NOW_MS - 10 * LG_SECOND_MS;
	view.expires.ms = LG_TEST_NOW_MS + 3 * LG_MINUTE_MS;
	lg_str page = render(&f, NULL, "en", &view);
	CHECK(has(page, "data-wait=\"20\""));
	/* Without scripts nothing counts, and the text says what the button does. */
	CHECK(!has(page, "in <bdi>20</bdi> seconds"));
	CHECK(has(page, "Then only the new one works.</p>"));
	CHECK(has(page, "data-one=\"You can ask for another code in {count} second.\""));
	CHECK(has(page, "works for <bdi>3</bdi> minutes"));
	view.sent.ms = LG_TEST_NOW_MS - LG_MINUTE_MS;
	page = render(&f, NULL, "en", &view);
	CHECK(!has(page, "data-wait") && !has(page, "data-one"));
	CHECK(has(page, "Then only the new one works.</p>"));
	view.ways[0].label = lg_text(LG_STR("link.resend_link"));
	CHECK(has(render(&f, NULL, "en", &view), "We can send the link again."));
	finish(&f);
}

TEST(ways_out_are_always_in_the_same_order)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	lg_view_way(&view, LG_STR("link.start_again"), LG_STR("back"));
	lg_view_way(&view, LG_STR("link.another_way"), LG_STR("other"));
	lg_view_way(&view, LG_STR("link.resend"), LG_STR("resend"));
	const lg_str page = render(&f, NULL, "en", &view);
	const char *resend = memmem(page.ptr, page.len, "value=\"resend\"", 14);
	const char *other = memmem(page.ptr, page.len, "value=\"other\"", 13);
	const char *back = memmem(page.ptr, page.len, "value=\"back\"", 12);
	CHECK(resend && other && back && resend < other && other < back);
	finish(&f);
}

TEST(a_secret_is_shown_as_code_and_in_groups)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	view.qr = LG_STR("otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example");
	view.secret = LG_STR("JBSWY3DPEHPK3PXPAB");
	const lg_str page = render(&f, NULL, "en", &view);
	CHECK(has(page, "JBSW Y3DP EHPK 3PXP AB"));
	CHECK(has(page, "<path class=\"qr-dots\" d=\"M4 4h7v1h-7"));
	CHECK(has(page, "href=\"otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&amp;issuer=Example\""));
	finish(&f);
}

/* ---- languages ---- */

TEST(the_language_is_the_wish_then_the_cookie_then_the_browsers)
{
	struct fixture f;
	prepare(&f);
	const struct {
		const char *wish, *cookie, *accept, *expected;
	} cases[] = {
		{ "", "", "", "en" },
		{ "xx", "", "en-GB", "en" },
		{ "", "", "xx;q=1, en;q=0.1", "en" },
		{ "en", "xx", "", "en" },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++)
		CHECK_STR(lg_language_choose(f.languages, lg_str_from_c(cases[i].wish),
				  lg_str_from_c(cases[i].cookie), lg_str_from_c(cases[i].accept))
				  ->tag,
			lg_str_from_c(cases[i].expected));
	finish(&f);
}

TEST(plural_forms_are_those_of_the_language)
{
	const struct {
		const char *tag;
		uint64_t number;
		enum lg_plural expected;
	} cases[] = {
		{ "en", 1, LG_PLURAL_ONE }, { "en", 0, LG_PLURAL_OTHER }, { "fr", 0, LG_PLURAL_ONE },
		{ "pl", 1, LG_PLURAL_ONE }, { "pl", 3, LG_PLURAL_FEW }, { "pl", 12, LG_PLURAL_MANY },
		{ "pl", 22, LG_PLURAL_FEW }, { "ar", 0, LG_PLURAL_ZERO }, { "ar", 2, LG_PLURAL_TWO },
		{ "ar", 103, LG_PLURAL_FEW }, { "ar", 111, LG_PLURAL_MANY }, { "ar", 100, LG_PLURAL_OTHER },
		{ "zh-TW", 1, LG_PLURAL_OTHER }, { "ru", 21, LG_PLURAL_ONE }, { "cs", 4, LG_PLURAL_FEW },
		{ "xx", 1, LG_PLURAL_ONE },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++)
		CHECK(lg_plural(lg_str_from_c(cases[i].tag), cases[i].number) == cases[i].expected);
}

TEST(a_file_overrides_texts_and_adds_languages)
{
	const struct lg_str_pair files[] = {
		{ LG_STR("en"), LG_STR("\xef\xbb\xbf# ours\r\nlogin.title = Welcome to <Example>\r\n") },
		{ LG_STR("sv"), LG_STR("language.name = Svenska\nlogin.title=Logga in\n"
				       "code.valid[one] = Koden g\xc3\xa4ller i {count} minut.\n") },
	};
	struct fixture f;
	struct lg_languages *own;
	prepare(&f);
	CHECK_OK(lg_languages_new(&f.t.cx, files, LG_LEN(files), &own));
	const struct lg_language *english = lg_language_find(own, LG_STR("en"));
	const struct lg_language *swedish = lg_language_find(own, LG_STR("sv-SE"));
	CHECK_STR(lg_language_text(english, LG_STR("login.title"), 0), LG_STR("Welcome to <Example>"));
	CHECK_STR(lg_language_text(english, LG_STR("button.next"), 0), LG_STR("Next"));
	CHECK_STR(swedish->name, LG_STR("Svenska"));
	CHECK_STR(lg_language_text(swedish, LG_STR("login.title"), 0), LG_STR("Logga in"));
	CHECK_STR(lg_language_text(swedish, LG_STR("button.next"), 0), LG_STR("Next"));
	CHECK_STR(lg_language_text(swedish, LG_STR("code.valid"), 7),
		LG_STR("The code works for {count} minutes."));
	struct lg_view view = login();
	CHECK_OK(lg_view_render(&f.t.cx, &f.env, NULL, english, &view, 200, &f.answer));
	CHECK(has(f.answer.body, "<h1>Welcome to &lt;Example&gt;</h1>"));
	lg_languages_free(own);
	finish(&f);
}

TEST(a_file_with_a_mistake_is_refused_with_its_line)
{
	static const struct {
		const char *content, *said;
	} cases[] = {
		{ "a line\n", "xx.txt:1: not KEY = TEXT" },
		{ "\nlogin.titel = x\n", "xx.txt:2: there is no text login.titel" },
		{ "login.title = {name}\n", "xx.txt:1: login.title has no value {name}" },
		{ "login.title = {\n", "xx.txt:1: a brace that belongs to no value" },
		{ "login.title = }\n", "xx.txt:1: a brace that belongs to no value" },
		{ "login.title[one] = x\n", "xx.txt:1: login.title has no plural forms" },
		{ "code.valid = x\n", "xx.txt:1: code.valid needs a plural form, such as [other]" },
		{ "code.valid[some] = x\n", "xx.txt:1: code.valid[some] is no plural form" },
		{ "login.title = x\nlogin.title = y\n", "xx.txt:2: login.title stands twice" },
		{ "language.direction = up\n", "xx.txt:1: language.direction is ltr or rtl" },
		{ "login.title = x\n", "xx.txt: language.name is missing" },
	};
	struct fixture f;
	prepare(&f);
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		const struct lg_str_pair file = { LG_STR("xx"), lg_str_from_c(cases[i].content) };
		struct lg_languages *own;
		CHECK_CODE(lg_languages_new(&f.t.cx, &file, 1, &own), LG_E_MALFORMED);
		CHECK_STR(f.t.cx.failure.text, lg_str_from_c(cases[i].said));
	}
	finish(&f);
}

/* ---- files ---- */

TEST(files_are_kept_for_ever_under_their_own_version)
{
	struct fixture f;
	prepare(&f);
	struct lg_view view = login();
	const lg_str page = render(&f, NULL, "en", &view);
	const char *at = memmem(page.ptr, page.len, "/_pages/", 8);
	CHECK(at != NULL);
	lg_str rest = lg_str_from_bytes(at, page.len - (size_t)(at - page.ptr));
	const struct lg_http_req good = { .method = LG_STR("GET"), .path = lg_str_cut(&rest, '"') };
	CHECK(lg_page_asset_answer(&f.env, &f.t.cx, &good, &f.answer));
	CHECK(f.answer.status == 200);
	CHECK(has(header(&f, "Cache-Control"), "immutable"));
	const struct lg_http_req old = { .method = LG_STR("GET"), .path = LG_STR("/_pages/0/view.css") };
	CHECK(lg_page_asset_answer(&f.env, &f.t.cx, &old, &f.answer));
	CHECK_STR(header(&f, "Cache-Control"), LG_STR("no-store"));
	const struct lg_http_req none = { .method = LG_STR("GET"), .path = LG_STR("/_pages/0/x.css") };
	CHECK(lg_page_asset_answer(&f.env, &f.t.cx, &none, &f.answer));
	CHECK(f.answer.status == 404);
	const struct lg_http_req other = { .method = LG_STR("GET"), .path = LG_STR("/login") };
	CHECK(!lg_page_asset_answer(&f.env, &f.t.cx, &other, &f.answer));
	finish(&f);
}
