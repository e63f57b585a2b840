#include "page/view.h"

#include "gen/pages.h"
#include "proto/answer.h"

#define MAX_BYTES ((size_t)64 << 10)
#define MOST_PARTS 64

#define RENDER(cx, name, ret, ...)                                                                          \
	lg_html_render((cx), &lg_template_##name, &(const struct lg_page_##name){ __VA_ARGS__ },            \
		MAX_BYTES, (ret))

/* How a kind is typed in. */
static const struct input {
	lg_str type, mode;
} inputs[] = {
	[LG_FIELD_TEXT] = { LG_STR_INIT("text"), LG_STR_INIT("text") },
	[LG_FIELD_EMAIL] = { LG_STR_INIT("email"), LG_STR_INIT("email") },
	[LG_FIELD_TEL] = { LG_STR_INIT("tel"), LG_STR_INIT("tel") },
	[LG_FIELD_DATE] = { LG_STR_INIT("date"), LG_STR_INIT("text") },
	[LG_FIELD_PASSWORD] = { LG_STR_INIT("password"), LG_STR_INIT("text") },
	[LG_FIELD_NEW_PASSWORD] = { LG_STR_INIT("password"), LG_STR_INIT("text") },
	[LG_FIELD_CODE] = { LG_STR_INIT("text"), LG_STR_INIT("numeric") },
};

struct parts {
	struct lg_ctx *cx;
	lg_html items[MOST_PARTS];
	size_t count;
};

static lg_html *
next(struct parts *parts)
{
	return &parts->items[parts->count < MOST_PARTS - 1 ? parts->count++ : parts->count];
}

static lg_status
render_choices(struct lg_ctx *cx, const struct lg_view_field *field, lg_str label, lg_html error,
	lg_html *ret)
{
	lg_html choices[LG_VIEW_CHOICES], all;
	for (size_t i = 0; i < field->choice_count; i++) {
		const struct lg_view_choice *one = &field->choices[i];
		lg_str text;
		LG_TRY(lg_text_show(cx, &one->label, &text));
		if (lg_str_eq(one->value, field->value))
			LG_TRY(RENDER(cx, view_choice_chosen, &choices[i], .name = field->name,
				.value = one->value, .label = text));
		else
			LG_TRY(RENDER(cx, view_choice, &choices[i], .name = field->name,
				.value = one->value, .label = text));
	}
	LG_TRY(lg_html_join(cx, choices, field->choice_count, &all));
	return RENDER(cx, view_choices, ret, .label = label, .error = error, .choices = all);
}

static lg_status
render_field(struct lg_ctx *cx, const struct lg_view_field *field, lg_html *ret)
{
	lg_str label, text;
	lg_html hint = { 0 }, error = { 0 };
	LG_TRY(lg_text_show(cx, &field->label, &label));
	if (lg_str_present(field->hint.key)) {
		LG_TRY(lg_text_show(cx, &field->hint, &text));
		LG_TRY(RENDER(cx, view_hint, &hint, .name = field->name, .text = text));
	}
	const bool wrong = lg_str_present(field->error.key);
	if (wrong) {
		LG_TRY(lg_text_show(cx, &field->error, &text));
		LG_TRY(RENDER(cx, view_field_error, &error, .name = field->name, .text = text));
	}
	switch (field->kind) {
	case LG_FIELD_HIDDEN:
	case LG_FIELD_CREDENTIAL:
		return RENDER(cx, view_hidden, ret, .name = field->name, .value = field->value);
	case LG_FIELD_FIXED:
		return RENDER(cx, view_fixed, ret, .name = field->name, .label = label,
			.value = field->value, .autocomplete = field->autocomplete);
	case LG_FIELD_CHOICE:
		return render_choices(cx, field, label, error, ret);
	case LG_FIELD_CHECK:
		return RENDER(cx, view_check, ret, .name = field->name, .label = label, .error = error,
			.hint = hint);
	case LG_FIELD_TEXT:
	case LG_FIELD_EMAIL:
	case LG_FIELD_TEL:
	case LG_FIELD_DATE:
	case LG_FIELD_PASSWORD:
	case LG_FIELD_NEW_PASSWORD:
	case LG_FIELD_CODE:
		break;
	}
	const bool secret = field->kind == LG_FIELD_PASSWORD || field->kind == LG_FIELD_NEW_PASSWORD;
	return RENDER(cx, view_field, ret, .name = field->name, .label = label, .error = error,
		.type = inputs[field->kind].type, .inputmode = inputs[field->kind].mode,
		.value = secret ? LG_STR_NONE : field->value, .autocomplete = field->autocomplete,
		.required = field->required ? LG_STR("true") : LG_STR("false"),
		.invalid = wrong ? LG_STR("true") : LG_STR("false"), .hint = hint);
}

static lg_status
add_button(struct parts *parts, const struct lg_view_button *button, lg_str class, bool free)
{
	lg_str label;
	LG_TRY(lg_text_show(parts->cx, &button->label, &label));
	if (free)
		return RENDER(parts->cx, view_button_free, next(parts), .label = label,
			.action = button->action, .class = class);
	return RENDER(parts->cx, view_button, next(parts), .label = label, .action = button->action,
		.class = class);
}

static lg_status
render_form(struct lg_ctx *cx, const struct lg_view *view, lg_html *ret)
{
	struct parts fields = { .cx = cx }, buttons = { .cx = cx };
	lg_html all_fields, all_buttons;
	for (size_t i = 0; i < view->field_count; i++)
		LG_TRY(render_field(cx, &view->fields[i], next(&fields)));
	LG_TRY(add_button(&buttons, &view->primary, LG_STR("primary"), false));
	for (size_t i = 0; i < view->button_count; i++)
		LG_TRY(add_button(&buttons, &view->buttons[i], LG_STR("secondary"), true));
	for (size_t i = 0; i < view->way_count; i++)
		LG_TRY(add_button(&buttons, &view->ways[i], LG_STR("way"), true));
	LG_TRY(lg_html_join(cx, fields.items, fields.count, &all_fields));
	LG_TRY(lg_html_join(cx, buttons.items, buttons.count, &all_buttons));
	return RENDER(cx, view_form, ret, .csrf = view->csrf, .state = view->state, .fields = all_fields,
		.buttons = all_buttons);
}

static lg_status
render_item(struct lg_ctx *cx, const struct lg_view *view, const struct lg_view_item *item, lg_html *ret)
{
	struct parts parts = { .cx = cx };
	lg_html title, buttons = { 0 };
	lg_str text, detail = LG_STR_NONE, badge = LG_STR_NONE;
	LG_TRY(lg_text_show(cx, &item->title, &text));
	LG_TRY(lg_text_show(cx, &item->detail, &detail));
	LG_TRY(lg_text_show(cx, &item->badge, &badge));
	if (lg_str_present(item->address))
		LG_TRY(RENDER(cx, view_item_link, &title, .label = text, .address = item->address));
	else
		LG_TRY(RENDER(cx, view_item_title, &title, .label = text));
	for (size_t i = 0; i < item->button_count; i++)
		LG_TRY(add_button(&parts, &item->buttons[i], LG_STR("small"), true));
	if (item->button_count) {
		LG_TRY(lg_html_join(cx, parts.items, parts.count, &buttons));
		LG_TRY(RENDER(cx, view_item_form, &buttons, .csrf = view->csrf, .state = view->state,
			.id = item->id, .buttons = buttons));
	}
	return RENDER(cx, view_item, ret, .title = title, .detail = detail, .badge = badge,
		.buttons = buttons);
}

static lg_status
render_items(struct lg_ctx *cx, const struct lg_view *view, lg_html *ret)
{
	lg_html all;
	lg_html *items = lg_new_array(cx, lg_html, view->item_count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < view->item_count; i++)
		LG_TRY(render_item(cx, view, &view->items[i], &items[i]));
	LG_TRY(lg_html_join(cx, items, view->item_count, &all));
	return RENDER(cx, view_items, ret, .items = all);
}

/* What stands above the form: of problems with fields there is a list that leads to them. */
static lg_status
add_head(struct parts *parts, const struct lg_view *view)
{
	struct lg_ctx *cx = parts->cx;
	lg_str text;
	if (lg_str_present(view->lead.key)) {
		LG_TRY(lg_text_show(cx, &view->lead, &text));
		LG_TRY(RENDER(cx, view_lead, next(parts), .text = text));
	}
	if (lg_str_present(view->notice.key)) {
		LG_TRY(lg_text_show(cx, &view->notice, &text));
		LG_TRY(RENDER(cx, view_notice, next(parts), .text = text));
	}
	if (lg_str_present(view->error.key)) {
		LG_TRY(lg_text_show(cx, &view->error, &text));
		LG_TRY(RENDER(cx, view_error, next(parts), .text = text));
	}
	return LG_OK;
}

static lg_status
render_page(struct lg_ctx *cx, const struct lg_view *view, lg_html *ret)
{
	struct parts parts = { .cx = cx };
	lg_str title, text;
	lg_html all;
	LG_TRY(lg_text_show(cx, &view->title, &title));
	LG_TRY(add_head(&parts, view));
	if (lg_str_present(view->secret)) {
		const struct lg_text label = lg_text(LG_STR("totp.secret"));
		LG_TRY(lg_text_show(cx, &label, &text));
		LG_TRY(RENDER(cx, view_secret, next(&parts), .label = text, .secret = view->secret));
	}
	if (view->item_count)
		LG_TRY(render_items(cx, view, next(&parts)));
	if (lg_str_present(view->primary.label.key))
		LG_TRY(render_form(cx, view, next(&parts)));
	for (size_t i = 0; i < view->link_count; i++) {
		LG_TRY(lg_text_show(cx, &view->links[i].label, &text));
		LG_TRY(RENDER(cx, view_link, next(&parts), .label = text,
			.address = view->links[i].address));
	}
	LG_TRY(lg_html_join(cx, parts.items, parts.count, &all));
	return RENDER(cx, view, ret, .language = LG_STR("en"), .direction = LG_STR("ltr"), .title = title,
		.page = view->page, .parts = all);
}

/*
 * What CSP calls the source of a URL: its origin, or the scheme of an app's own. Nothing when it holds what
 * a source cannot.
 */
static lg_str
source_of(lg_str url)
{
	const size_t colon = lg_str_find_byte(url, ':');
	const bool web = lg_str_starts(url, LG_STR("https://")) || lg_str_starts(url, LG_STR("http://"));
	size_t end = colon < url.len ? colon + 1 : 0;
	if (web)
		end = colon + 3 + lg_str_find_byte(lg_str_slice(url, colon + 3, url.len), '/');
	for (size_t i = 0; i < end; i++) {
		const char c = url.ptr[i];
		const char lower = (char)(c | 32);
		const bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
		if (!plain && !lg_str_has_byte(LG_STR(":/.-[]+"), c))
			return LG_STR("");
	}
	return lg_str_slice(url, 0, end);
}

/* Browsers hold the redirect that answers a form against form-action, too. */
static lg_status
policy_of(struct lg_ctx *cx, lg_str target, lg_str *ret)
{
	return lg_str_fmt(cx, ret,
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
		"connect-src 'self'; form-action 'self' %.*s; frame-ancestors 'none'; base-uri 'none'",
		LG_FMT(source_of(target)));
}

lg_status
lg_view_render(struct lg_ctx *cx, struct lg_env *env, const struct lg_look *look,
	const struct lg_language *language, const struct lg_view *view, int status,
	struct lg_http_answer *answer)
{
	(void)look;
	(void)language;
	lg_html page;
	lg_str policy;
	LG_TRY(render_page(cx, view, &page));
	LG_TRY(policy_of(cx, view->form_target, &policy));
	lg_answer_begin(env, cx, status, answer);
	lg_http_answer_header(answer, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(answer, LG_STR("Content-Security-Policy"), policy);
	lg_http_answer_header(answer, LG_STR("Referrer-Policy"), LG_STR("no-referrer"));
	lg_http_answer_header(answer, LG_STR("X-Frame-Options"), LG_STR("DENY"));
	lg_http_answer_header(answer, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_answer_body(answer, LG_STR("text/html; charset=utf-8"), page.markup);
	return LG_OK;
}
