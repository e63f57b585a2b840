#include "page/country.h"
#include "page/language.h"
#include "page/view_impl.h"

#define S LG_STR_INIT
#define RESEND_WAIT_MS (30 * LG_SECOND_MS)
#define RESEND LG_STR("resend")
#define LAST_RANK 2
#define ON LG_STR("") /* an attribute without value */

/* How a kind is typed in. Addresses, numbers and codes run from left to right in every language. */
static const struct input {
	lg_str type, mode, direction, class;
} inputs[] = {
	[LG_FIELD_TEXT] = { S("text"), { NULL, 0 }, S("auto"), { NULL, 0 } },
	[LG_FIELD_EMAIL] = { S("email"), S("email"), S("ltr"), { NULL, 0 } },
	[LG_FIELD_TEL] = { S("tel"), S("tel"), S("ltr"), { NULL, 0 } },
	[LG_FIELD_DATE] = { S("date"), { NULL, 0 }, { NULL, 0 }, { NULL, 0 } },
	[LG_FIELD_CODE] = { S("text"), S("numeric"), S("ltr"), S("code") },
	[LG_FIELD_USER_CODE] = { S("text"), S("text"), S("ltr"), S("code") },
};

/* ---- beside a field ---- */

struct around {
	lg_html label, error, hint, rules;
	lg_str described, invalid, required;
};

static bool
is_typed(enum lg_field_kind kind)
{
	return kind != LG_FIELD_FIXED && kind != LG_FIELD_HIDDEN && kind != LG_FIELD_CREDENTIAL &&
	       kind != LG_FIELD_CHECK;
}

static bool
any_required(const struct lg_view *view)
{
	for (size_t i = 0; i < view->field_count; i++)
		if (view->fields[i].required && is_typed(view->fields[i].kind))
			return true;
	return false;
}

static lg_status
render_label(const struct lg_render *r, const struct lg_view_field *field, lg_html *ret)
{
	lg_str label;
	if (field->required || !is_typed(field->kind) || !any_required(r->view))
		return lg_render_text(r, &field->label, ret);
	LG_TRY(lg_text_show(r->cx, r->language, &field->label, &label));
	const struct lg_text text = lg_text_with(LG_STR("field.optional"), LG_STR("label"), label);
	return lg_render_text(r, &text, ret);
}

struct rule {
	bool there, unmet;
	lg_str name, key;
};

static lg_status
render_rule(const struct lg_render *r, const struct rule *rule, lg_str min, lg_html *ret)
{
	lg_html text, missing = { LG_STR("") };
	lg_str unmet;
	LG_TRY(lg_render_count(r, rule->key, r->view->rules.min_length, &text));
	if (rule->unmet) {
		LG_TRY(lg_render_plain(r, LG_STR("rule.unmet"), &unmet));
		LG_TRY(LG_RENDER(r->cx, view_rule_unmet, &missing, .text = unmet));
	}
	return LG_RENDER(r->cx, view_rule, ret, .rule = rule->name, .min = min, .text = text,
		.class = rule->unmet ? LG_STR("unmet") : LG_STR_NONE, .missing = missing);
}

/* What a password needs, told before it is typed; the script ticks what is met. */
static lg_status
render_rules(const struct lg_render *r, const struct lg_view_field *field, lg_html *ret)
{
	const struct lg_view_rules *rules = &r->view->rules;
	const struct rule list[] = {
		{ rules->min_length > 0, rules->unmet.length, S("length"), S("rule.length") },
		{ rules->lower, rules->unmet.lower, S("lower"), S("rule.lower") },
		{ rules->upper, rules->unmet.upper, S("upper"), S("rule.upper") },
		{ rules->digit, rules->unmet.digit, S("digit"), S("rule.digit") },
		{ rules->symbol, rules->unmet.symbol, S("symbol"), S("rule.symbol") },
	};
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_str min, met;
	lg_html part, all, title;
	LG_TRY(lg_str_fmt(r->cx, &min, "%lld", (long long)rules->min_length));
	for (size_t i = 0; i < LG_LEN(list); i++)
		if (list[i].there)
			LG_TRY(lg_parts_add(&parts,
				render_rule(r, &list[i], i == 0 ? min : LG_STR_NONE, &part), &part));
	LG_TRY(lg_parts_finish(&parts, &all));
	LG_TRY(lg_render_key(r, LG_STR("rule.title"), &title));
	LG_TRY(lg_render_plain(r, LG_STR("rule.met"), &met));
	return LG_RENDER(
		r->cx, view_rules, ret, .name = field->name, .title = title, .met = met, .rules = all);
}

/* The ids of what describes a field; absent when nothing does. */
static lg_status
describe(const struct lg_render *r, const struct lg_view_field *field, struct around *around)
{
	const bool error = !lg_str_empty(around->error.markup), hint = !lg_str_empty(around->hint.markup);
	const bool rules = !lg_str_empty(around->rules.markup);
	struct lg_buf ids = lg_buf_start(r->cx, LG_VIEW_PART_BYTES);
	around->invalid = error ? LG_STR("true") : LG_STR_NONE;
	around->required = field->required ? LG_STR("true") : LG_STR_NONE;
	if (error)
		lg_buf_fmt(&ids, "e-%.*s ", LG_FMT(field->name));
	if (hint)
		lg_buf_fmt(&ids, "h-%.*s ", LG_FMT(field->name));
	if (rules)
		lg_buf_fmt(&ids, "r-%.*s ", LG_FMT(field->name));
	if (!error && !hint && !rules)
		return LG_OK;
	LG_TRY(lg_buf_finish(r->cx, &ids, &around->described));
	around->described = lg_str_trim(around->described);
	return LG_OK;
}

static lg_status
render_around(const struct lg_render *r, const struct lg_view_field *field, struct around *ret)
{
	lg_html text;
	LG_TRY(render_label(r, field, &ret->label));
	if (lg_text_present(&field->error)) {
		LG_TRY(lg_render_text(r, &field->error, &text));
		LG_TRY(LG_RENDER(r->cx, view_field_error, &ret->error, .name = field->name, .text = text));
	}
	if (lg_text_present(&field->hint)) {
		LG_TRY(lg_render_text(r, &field->hint, &text));
		LG_TRY(LG_RENDER(r->cx, view_hint, &ret->hint, .name = field->name, .text = text));
	}
	if (field->kind == LG_FIELD_NEW_PASSWORD && r->view->rules.min_length > 0)
		LG_TRY(render_rules(r, field, &ret->rules));
	return describe(r, field, ret);
}

/* ---- fields ---- */

/* Where somebody begins to type, unless he should read first what went wrong. */
static lg_str
focus_of(const struct lg_render *r, size_t i)
{
	const struct lg_view *view = r->view;
	if (r->error_count || lg_text_present(&view->notice))
		return LG_STR_NONE;
	for (size_t at = 0; at < view->field_count; at++) {
		const struct lg_view_field *field = &view->fields[at];
		const bool empty = lg_str_empty(field->value) || field->kind == LG_FIELD_PASSWORD;
		if (is_typed(field->kind) && field->kind != LG_FIELD_CHOICE && empty)
			return at == i ? ON : LG_STR_NONE;
	}
	return LG_STR_NONE;
}

static lg_status
render_choices(const struct lg_render *r, const struct lg_view_field *field, const struct around *around,
	lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html label, choice, all;
	for (size_t i = 0; i < field->choice_count; i++) {
		const struct lg_view_choice *one = &field->choices[i];
		lg_str suffix = LG_STR(""); /* problems lead to the first */
		if (i > 0)
			LG_TRY(lg_str_fmt(r->cx, &suffix, "-%zu", i));
		LG_TRY(lg_render_text(r, &one->label, &label));
		LG_TRY(lg_parts_add(&parts,
			LG_RENDER(r->cx, view_choice, &choice, .name = field->name, .suffix = suffix,
				.value = one->value, .label = label,
				.chosen = lg_str_eq(one->value, field->value) ? ON : LG_STR_NONE),
			&choice));
	}
	LG_TRY(lg_parts_finish(&parts, &all));
	/* Alone on its page, it is what the title asks. */
	return LG_RENDER(r->cx, view_choices, ret, .label = around->label, .error = around->error,
		.hint = around->hint, .choices = all, .described = around->described,
		.quiet = r->view->field_count == 1 ? LG_STR("quiet") : LG_STR_NONE);
}

static lg_status
render_password(const struct lg_render *r, size_t i, const struct around *around, lg_html *ret)
{
	const struct lg_view_field *field = &r->view->fields[i];
	lg_str show, hide;
	LG_TRY(lg_render_plain(r, LG_STR("password.show"), &show));
	LG_TRY(lg_render_plain(r, LG_STR("password.hide"), &hide));
	return LG_RENDER(r->cx, view_password, ret, .name = field->name, .label = around->label,
		.error = around->error, .hint = around->hint, .rules = around->rules,
		.autocomplete = field->autocomplete, .required = around->required,
		.invalid = around->invalid, .described = around->described, .focus = focus_of(r, i),
		.show = show, .hide = hide);
}

/* Names of people begin with capitals; user names, addresses and codes are taken as they are. */
static lg_str
capitals_of(const struct lg_view_field *field)
{
	static const lg_str names[] = { S("name"), S("given-name"), S("additional-name"), S("family-name"),
		S("street-address") };
	if (field->kind == LG_FIELD_USER_CODE)
		return LG_STR("characters");
	for (size_t i = 0; i < LG_LEN(names); i++)
		if (lg_str_eq(field->autocomplete, names[i]))
			return LG_STR("words");
	return LG_STR("none");
}

/* "DE +49": our script puts names there, in the language of the page. */
static lg_status
render_countries(const struct lg_render *r, lg_str chosen, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html part;
	for (size_t i = 0; i < lg_countries_count(); i++) {
		const struct lg_country one = lg_countries_at(i);
		LG_TRY(lg_parts_add(&parts,
			LG_RENDER(r->cx, view_country, &part, .name = one.name, .code = one.code,
				.chosen = lg_str_eq(one.name, chosen) ? ON : LG_STR_NONE),
			&part));
	}
	return lg_parts_finish(&parts, ret);
}

static lg_status
render_phone(const struct lg_render *r, size_t i, const struct around *around, lg_html *ret)
{
	const struct lg_view_field *field = &r->view->fields[i];
	lg_html countries;
	lg_str country;
	LG_TRY(render_countries(r, field->country, &countries));
	LG_TRY(lg_render_plain(r, LG_STR("field.country"), &country));
	return LG_RENDER(r->cx, view_phone, ret, .name = field->name, .label = around->label,
		.error = around->error, .hint = around->hint, .country = country, .countries = countries,
		.value = field->value, .autocomplete = field->autocomplete, .required = around->required,
		.invalid = around->invalid, .described = around->described, .focus = focus_of(r, i));
}

static lg_status
render_input(const struct lg_render *r, size_t i, const struct around *around, lg_html *ret)
{
	const struct lg_view_field *field = &r->view->fields[i];
	const struct input *input = &inputs[field->kind];
	const lg_str autocomplete =
		lg_str_empty(field->autocomplete) ? LG_STR("off") : field->autocomplete;
	return LG_RENDER(r->cx, view_field, ret, .name = field->name, .label = around->label,
		.error = around->error, .hint = around->hint, .type = input->type,
		.inputmode = input->mode, .direction = input->direction, .class = input->class,
		.value = field->value, .autocomplete = autocomplete, .required = around->required,
		.invalid = around->invalid, .described = around->described,
		.capitalize = capitals_of(field), .spellcheck = LG_STR("false"), .focus = focus_of(r, i));
}

static lg_status
render_field(const struct lg_render *r, size_t i, lg_html *ret)
{
	const struct lg_view_field *field = &r->view->fields[i];
	struct around around = { .described = LG_STR_NONE };
	LG_TRY(render_around(r, field, &around));
	switch (field->kind) {
	case LG_FIELD_HIDDEN:
	case LG_FIELD_CREDENTIAL:
		return LG_RENDER(r->cx, view_hidden, ret, .name = field->name, .value = field->value);
	case LG_FIELD_FIXED:
		return LG_RENDER(r->cx, view_fixed, ret, .name = field->name, .label = around.label,
			.error = around.error, .value = field->value,
			.autocomplete =
				lg_str_empty(field->autocomplete) ? LG_STR_NONE : field->autocomplete);
	case LG_FIELD_CHOICE:
		return render_choices(r, field, &around, ret);
	case LG_FIELD_CHECK:
		return LG_RENDER(r->cx, view_check, ret, .name = field->name, .label = around.label,
			.error = around.error, .hint = around.hint, .invalid = around.invalid,
			.described = around.described,
			.chosen = lg_str_empty(field->value) ? LG_STR_NONE : ON);
	case LG_FIELD_PASSWORD:
	case LG_FIELD_NEW_PASSWORD:
		return render_password(r, i, &around, ret);
	case LG_FIELD_TEL:
		if (lg_str_present(field->country))
			return render_phone(r, i, &around, ret);
		break;
	case LG_FIELD_TEXT:
	case LG_FIELD_EMAIL:
	case LG_FIELD_DATE:
	case LG_FIELD_CODE:
	case LG_FIELD_USER_CODE:
		break;
	}
	return render_input(r, i, &around, ret);
}

/* ---- buttons ---- */

static lg_status
add_button(const struct lg_render *r, struct lg_parts *parts, const struct lg_view_button *button,
	lg_str class)
{
	lg_html label, part;
	lg_str busy;
	LG_TRY(lg_render_text(r, &button->label, &label));
	LG_TRY(lg_render_plain(r, LG_STR("button.busy"), &busy));
	return lg_parts_add(parts,
		LG_RENDER(r->cx, view_button, &part, .action = button->action, .class = class, .busy = busy,
			.label = label),
		&part);
}

static lg_status
render_buttons(const struct lg_render *r, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	LG_TRY(add_button(r, &parts, &r->view->primary,
		r->view->danger ? LG_STR("primary danger") : LG_STR("primary")));
	for (size_t i = 0; i < r->view->button_count; i++)
		LG_TRY(add_button(r, &parts, &r->view->buttons[i], LG_STR("secondary")));
	return lg_parts_finish(&parts, ret);
}

/* The seconds until another code may be asked for. */
static int64_t
wait_of(const struct lg_render *r)
{
	const int64_t left = r->view->sent.ms + RESEND_WAIT_MS - r->cx->now.ms;
	if (r->view->sent.ms == 0 || left <= 0 || left > RESEND_WAIT_MS)
		return 0;
	return (left + LG_SECOND_MS - 1) / LG_SECOND_MS;
}

/*
 * What sending it again does. While it is too early for that, our script says so instead, and counts down:
 * it has the text in all forms.
 */
static lg_status
render_wait(const struct lg_render *r, const struct lg_view_button *way, bool counts, lg_html *ret)
{
	const lg_str key = LG_STR("code.wait");
	const bool link = lg_str_eq(way->label.key, LG_STR("link.resend_link"));
	lg_str forms[LG_STRING_FORMS] = { LG_STR_NONE };
	lg_html text;
	for (unsigned i = 0; counts && i < LG_STRING_FORMS; i++)
		forms[i] = lg_language_form(r->language, key, (enum lg_plural)i);
	LG_TRY(lg_render_key(r, link ? LG_STR("code.nothing_link") : LG_STR("code.nothing"), &text));
	return LG_RENDER(r->cx, view_wait, ret, .text = text, .one = forms[LG_PLURAL_ONE],
		.two = forms[LG_PLURAL_TWO], .few = forms[LG_PLURAL_FEW], .many = forms[LG_PLURAL_MANY],
		.other = forms[LG_PLURAL_OTHER]);
}

static lg_status
render_way(const struct lg_render *r, const struct lg_view_button *way, lg_html *ret)
{
	const bool resend = lg_str_eq(way->action, RESEND);
	const int64_t wait = resend ? wait_of(r) : 0;
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_str seconds = LG_STR_NONE;
	lg_html label, part;
	if (wait)
		LG_TRY(lg_str_fmt(r->cx, &seconds, "%lld", (long long)wait));
	if (resend)
		LG_TRY(lg_parts_add(&parts, render_wait(r, way, wait > 0, &part), &part));
	LG_TRY(lg_render_text(r, &way->label, &label));
	LG_TRY(lg_parts_add(&parts,
		LG_RENDER(r->cx, view_way, &part, .action = way->action, .label = label, .wait = seconds,
			.described = resend ? LG_STR("wait") : LG_STR_NONE),
		&part));
	return lg_parts_finish(&parts, ret);
}

/* At the same place on each page: send it again, another way, and the way back last. */
static int
rank_of(const struct lg_view_button *way)
{
	if (lg_str_eq(way->action, RESEND))
		return 0;
	return lg_str_eq(way->action, LG_STR("back")) ? LAST_RANK : 1;
}

static lg_status
render_ways(const struct lg_render *r, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html part, all;
	if (r->view->way_count == 0) {
		*ret = (lg_html){ LG_STR("") };
		return LG_OK;
	}
	for (int rank = 0; rank <= LAST_RANK; rank++)
		for (size_t i = 0; i < r->view->way_count; i++)
			if (rank_of(&r->view->ways[i]) == rank)
				LG_TRY(lg_parts_add(&parts, render_way(r, &r->view->ways[i], &part), &part));
	LG_TRY(lg_parts_finish(&parts, &all));
	return LG_RENDER(r->cx, view_ways, ret, .ways = all);
}

/* ---- the form ---- */

static bool
has_credential(const struct lg_view *view)
{
	for (size_t i = 0; i < view->field_count; i++)
		if (view->fields[i].kind == LG_FIELD_CREDENTIAL)
			return true;
	return false;
}

/* "/passkey?x" -> "/passkey/options?x" */
static lg_status
options_address(const struct lg_render *r, lg_str *ret)
{
	lg_str query = r->view->here;
	const lg_str path = lg_str_cut(&query, '?');
	*ret = r->view->passkey_options;
	if (!has_credential(r->view) || lg_str_present(*ret))
		return LG_OK;
	return lg_str_fmt(r->cx, ret, "%.*s/options%s%.*s", LG_FMT(path), lg_str_present(query) ? "?" : "",
		LG_FMT(query));
}

lg_status
lg_render_form(const struct lg_render *r, lg_html *ret)
{
	const struct lg_view *view = r->view;
	struct lg_parts fields = lg_parts_start(r->cx);
	lg_html all, buttons, ways, field;
	lg_str passkey;
	for (size_t i = 0; i < view->field_count; i++)
		LG_TRY(lg_parts_add(&fields, render_field(r, i, &field), &field));
	LG_TRY(lg_parts_finish(&fields, &all));
	LG_TRY(render_buttons(r, &buttons));
	LG_TRY(render_ways(r, &ways));
	LG_TRY(options_address(r, &passkey));
	return LG_RENDER(r->cx, view_form, ret, .address = view->here, .csrf = view->csrf,
		.state = view->state, .passkey = passkey,
		.autofill = view->passkey_autofill ? ON : LG_STR_NONE, .fields = all, .buttons = buttons,
		.ways = ways);
}
