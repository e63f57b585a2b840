#include "codec/uri.h"
#include "page/language.h"
#include "page/view_impl.h"

#define S LG_STR_INIT

/* ---- items ---- */

/* What a button of an item does, and to which: "Sign out: Firefox on Linux". */
static lg_status
render_item_button(const struct lg_render *r, const struct lg_view_item *item,
	const struct lg_view_button *button, lg_html *ret)
{
	lg_html label;
	lg_str plain, title, name;
	LG_TRY(lg_render_text(r, &button->label, &label));
	LG_TRY(lg_text_show(r->cx, r->language, &button->label, &plain));
	LG_TRY(lg_text_show(r->cx, r->language, &item->title, &title));
	const struct lg_text both = { .key = LG_STR("item.button"),
		.args = { { LG_STR("action"), plain }, { LG_STR("item"), title } } };
	LG_TRY(lg_text_show(r->cx, r->language, &both, &name));
	return LG_RENDER(
		r->cx, view_item_button, ret, .action = button->action, .name = name, .label = label);
}

static lg_status
render_item_form(const struct lg_render *r, const struct lg_view_item *item, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html part, all;
	*ret = (lg_html){ LG_STR("") };
	if (item->button_count == 0)
		return LG_OK;
	for (size_t i = 0; i < item->button_count; i++)
		LG_TRY(lg_parts_add(&parts, render_item_button(r, item, &item->buttons[i], &part), &part));
	LG_TRY(lg_parts_finish(&parts, &all));
	return LG_RENDER(r->cx, view_item_form, ret, .address = r->view->here, .csrf = r->view->csrf,
		.state = r->view->state, .id = item->id, .buttons = all);
}

static lg_status
render_item(const struct lg_render *r, const struct lg_view_item *item, lg_html *ret)
{
	lg_html title, text, detail = { 0 }, badge = { 0 }, form;
	LG_TRY(lg_render_text(r, &item->title, &title));
	if (lg_text_present(&item->detail)) {
		LG_TRY(lg_render_text(r, &item->detail, &text));
		LG_TRY(LG_RENDER(r->cx, view_item_detail, &detail, .text = text));
	}
	if (lg_text_present(&item->badge)) {
		LG_TRY(lg_render_text(r, &item->badge, &text));
		LG_TRY(LG_RENDER(r->cx, view_item_badge, &badge, .text = text));
	}
	if (lg_str_present(item->address))
		return LG_RENDER(r->cx, view_item_link, ret, .address = item->address, .title = title,
			.badge = badge, .detail = detail);
	LG_TRY(render_item_form(r, item, &form));
	return LG_RENDER(r->cx, view_item, ret, .title = title, .badge = badge, .detail = detail,
		.buttons = form);
}

lg_status
lg_render_items(const struct lg_render *r, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html item, all;
	for (size_t i = 0; i < r->view->item_count; i++)
		LG_TRY(lg_parts_add(&parts, render_item(r, &r->view->items[i], &item), &item));
	LG_TRY(lg_parts_finish(&parts, &all));
	return LG_RENDER(r->cx, view_items, ret, .items = all);
}

/* ---- providers ---- */

static const struct {
	lg_str type;
	const struct lg_html_template *icon;
} icons[] = {
	{ S("Google"), &lg_template_view_icon_google },
	{ S("Facebook"), &lg_template_view_icon_facebook },
	{ S("LoginWithAmazon"), &lg_template_view_icon_amazon },
	{ S("SignInWithApple"), &lg_template_view_icon_apple },
};

static lg_status
render_icon(const struct lg_render *r, lg_str type, lg_html *ret)
{
	const struct lg_html_template *icon = &lg_template_view_icon_key;
	for (size_t i = 0; i < LG_LEN(icons); i++)
		if (lg_str_eq(icons[i].type, type))
			icon = icons[i].icon;
	return lg_html_render(r->cx, icon, NULL, LG_VIEW_PART_BYTES, ret);
}

static lg_status
render_provider(const struct lg_render *r, const struct lg_view_provider *provider, lg_html *ret)
{
	const struct lg_text text =
		lg_text_with(LG_STR("provider.sign_in"), LG_STR("name"), provider->name);
	lg_html icon, label;
	LG_TRY(render_icon(r, provider->type, &icon));
	LG_TRY(lg_render_text(r, &text, &label));
	return LG_RENDER(r->cx, view_provider, ret, .icon = icon, .label = label,
		.address = provider->address);
}

static lg_status
render_domain(const struct lg_render *r, lg_html *ret)
{
	lg_html label, hint, button;
	lg_str busy;
	LG_TRY(lg_render_key(r, LG_STR("field.work_email"), &label));
	LG_TRY(lg_render_key(r, LG_STR("domain.lead"), &hint));
	LG_TRY(lg_render_key(r, LG_STR("button.continue"), &button));
	LG_TRY(lg_render_plain(r, LG_STR("button.busy"), &busy));
	return LG_RENDER(r->cx, view_domain, ret, .address = r->view->here, .csrf = r->view->csrf,
		.state = r->view->state, .label = label, .hint = hint, .button = button, .busy = busy);
}

lg_status
lg_render_providers(const struct lg_render *r, bool form, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx), buttons = lg_parts_start(r->cx);
	lg_html text, part, all;
	if (form) {
		LG_TRY(lg_render_key(r, LG_STR("provider.or"), &text));
		LG_TRY(lg_parts_add(&parts, LG_RENDER(r->cx, view_or, &part, .text = text), &part));
	}
	if (r->view->by_domain)
		LG_TRY(lg_parts_add(&parts, render_domain(r, &part), &part));
	for (size_t i = 0; i < r->view->provider_count; i++)
		LG_TRY(lg_parts_add(
			&buttons, render_provider(r, &r->view->providers[i], &part), &part));
	LG_TRY(lg_parts_finish(&buttons, &all));
	if (r->view->provider_count)
		LG_TRY(lg_parts_add(
			&parts, LG_RENDER(r->cx, view_providers, &part, .providers = all), &part));
	return lg_parts_finish(&parts, ret);
}

/* ---- languages ---- */

/* The page's own parameters, which a form by GET would lose. */
static lg_status
render_query(const struct lg_render *r, lg_str query, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	struct lg_str_map params = { 0 };
	lg_html part;
	if (lg_str_present(query))
		LG_TRY(lg_form_parse(r->cx, query, &params));
	for (size_t i = 0; i < params.count; i++) {
		if (lg_str_eq(params.items[i].key, LG_STR("lang")))
			continue;
		LG_TRY(lg_parts_add(&parts,
			LG_RENDER(r->cx, view_query, &part, .name = params.items[i].key,
				.value = params.items[i].value),
			&part));
	}
	return lg_parts_finish(&parts, ret);
}

static lg_status
render_options(const struct lg_render *r, lg_html *ret)
{
	const lg_str chosen = r->language ? r->language->tag : LG_STR("en");
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html part;
	for (size_t i = 0; i < lg_languages_count(r->view->languages); i++) {
		const struct lg_language *one = lg_languages_at(r->view->languages, i);
		const bool this = lg_str_eq(one->tag, chosen);
		LG_TRY(lg_parts_add(&parts,
			LG_RENDER(r->cx, view_option, &part, .value = one->tag, .lang = one->tag,
				.chosen = this ? LG_STR("") : LG_STR_NONE, .text = one->name),
			&part));
	}
	return lg_parts_finish(&parts, ret);
}

lg_status
lg_render_languages(const struct lg_render *r, lg_html *ret)
{
	lg_str query = r->view->here, label, change;
	const lg_str path = lg_str_cut(&query, '?');
	lg_html hidden, options;
	LG_TRY(render_query(r, query, &hidden));
	LG_TRY(render_options(r, &options));
	LG_TRY(lg_render_plain(r, LG_STR("page.language"), &label));
	LG_TRY(lg_render_plain(r, LG_STR("page.change"), &change));
	return LG_RENDER(r->cx, view_languages, ret, .address = path, .query = hidden, .label = label,
		.options = options, .change = change);
}
