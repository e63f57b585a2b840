#include "page/view.h"

#include "page/language.h"
#include "page/view_impl.h"
#include "proto/answer.h"

/* ---- parts ---- */

struct lg_parts
lg_parts_start(struct lg_ctx *cx)
{
	return (struct lg_parts){ .cx = cx, .buf = lg_buf_start(cx, LG_VIEW_PART_BYTES) };
}

lg_status
lg_parts_add(struct lg_parts *parts, lg_status s, const lg_html *part)
{
	LG_TRY(s);
	lg_buf_put(&parts->buf, part->markup);
	return LG_OK;
}

lg_status
lg_parts_finish(const struct lg_parts *parts, lg_html *ret)
{
	return lg_buf_finish(parts->cx, &parts->buf, &ret->markup);
}

lg_status
lg_render_text(const struct lg_render *r, const struct lg_text *text, lg_html *ret)
{
	return lg_text_html(r->cx, r->language, text, ret);
}

lg_status
lg_render_key(const struct lg_render *r, lg_str key, lg_html *ret)
{
	const struct lg_text text = lg_text(key);
	return lg_text_html(r->cx, r->language, &text, ret);
}

lg_status
lg_render_plain(const struct lg_render *r, lg_str key, lg_str *ret)
{
	const struct lg_text text = lg_text(key);
	return lg_text_show(r->cx, r->language, &text, ret);
}

lg_status
lg_render_count(const struct lg_render *r, lg_str key, int64_t count, lg_html *ret)
{
	lg_str number;
	LG_TRY(lg_str_fmt(r->cx, &number, "%lld", (long long)count));
	const struct lg_text text = lg_text_with(key, LG_STR("count"), number);
	return lg_text_html(r->cx, r->language, &text, ret);
}

/* ---- above the form ---- */

static size_t
count_errors(const struct lg_view *view)
{
	size_t count = lg_text_present(&view->error) ? 1 : 0;
	for (size_t i = 0; i < view->field_count; i++)
		if (lg_text_present(&view->fields[i].error))
			count++;
	return count;
}

/* "Password: Enter your password." leads to the field. */
static lg_status
render_problem(const struct lg_render *r, const struct lg_view_field *field, lg_html *ret)
{
	struct lg_text text = { .key = LG_STR("error.of_field"),
		.args = { { LG_STR("label"), LG_STR_NONE }, { LG_STR("error"), LG_STR_NONE } } };
	lg_str address;
	lg_html line;
	LG_TRY(lg_text_show(r->cx, r->language, &field->label, &text.args[0].value));
	LG_TRY(lg_text_show(r->cx, r->language, &field->error, &text.args[1].value));
	LG_TRY(lg_render_text(r, &text, &line));
	LG_TRY(lg_str_fmt(r->cx, &address, "#f-%.*s", LG_FMT(field->name)));
	return LG_RENDER(r->cx, view_error_field, ret, .address = address, .text = line);
}

/* What went wrong, first of all. */
static lg_status
render_errors(const struct lg_render *r, lg_html *ret)
{
	const struct lg_view *view = r->view;
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html text, item, all;
	if (r->error_count > 1) {
		LG_TRY(lg_render_count(r, LG_STR("error.summary"), (int64_t)r->error_count, &text));
		LG_TRY(lg_parts_add(
			&parts, LG_RENDER(r->cx, view_errors_title, &item, .text = text), &item));
	}
	if (lg_text_present(&view->error)) {
		LG_TRY(lg_render_text(r, &view->error, &text));
		LG_TRY(lg_parts_add(&parts, LG_RENDER(r->cx, view_error, &item, .text = text), &item));
	}
	for (size_t i = 0; i < view->field_count; i++)
		if (lg_text_present(&view->fields[i].error))
			LG_TRY(lg_parts_add(&parts, render_problem(r, &view->fields[i], &item), &item));
	LG_TRY(lg_parts_finish(&parts, &all));
	return LG_RENDER(r->cx, view_errors, ret, .items = all);
}

/* "This code is good for 3 minutes." */
static lg_status
add_valid(const struct lg_render *r, struct lg_parts *parts)
{
	const int64_t left = r->view->expires.ms - r->cx->now.ms;
	lg_html text, part;
	if (r->view->sent.ms == 0 || left < LG_MINUTE_MS)
		return LG_OK;
	LG_TRY(lg_render_count(r, LG_STR("code.valid"), left / LG_MINUTE_MS, &text));
	return lg_parts_add(parts, LG_RENDER(r->cx, view_lead, &part, .text = text), &part);
}

static lg_status
add_head(const struct lg_render *r, struct lg_parts *parts)
{
	const struct lg_view *view = r->view;
	lg_html text, part;
	if (lg_text_present(&view->notice)) {
		LG_TRY(lg_render_text(r, &view->notice, &text));
		LG_TRY(lg_parts_add(parts, LG_RENDER(r->cx, view_notice, &part, .text = text), &part));
	}
	if (r->error_count)
		LG_TRY(lg_parts_add(parts, render_errors(r, &part), &part));
	LG_TRY(lg_render_text(r, &view->title, &text));
	LG_TRY(lg_parts_add(parts, LG_RENDER(r->cx, view_title, &part, .text = text), &part));
	LG_TRY(lg_render_text(r, &view->lead, &text));
	if (!lg_str_empty(text.markup))
		LG_TRY(lg_parts_add(parts, LG_RENDER(r->cx, view_lead, &part, .text = text), &part));
	LG_TRY(add_valid(r, parts));
	if (lg_str_present(view->qr) || lg_str_present(view->secret))
		LG_TRY(lg_parts_add(parts, lg_render_qr(r, &part), &part));
	return LG_OK;
}

static lg_status
add_links(const struct lg_render *r, struct lg_parts *parts)
{
	struct lg_parts links = lg_parts_start(r->cx);
	lg_html label, link, all;
	if (r->view->link_count == 0)
		return LG_OK;
	for (size_t i = 0; i < r->view->link_count; i++) {
		LG_TRY(lg_render_text(r, &r->view->links[i].label, &label));
		LG_TRY(lg_parts_add(&links,
			LG_RENDER(r->cx, view_link, &link, .label = label,
				.address = r->view->links[i].address),
			&link));
	}
	LG_TRY(lg_parts_finish(&links, &all));
	return lg_parts_add(parts, LG_RENDER(r->cx, view_links, &link, .links = all), &link);
}

static lg_status
render_parts(const struct lg_render *r, lg_html *ret)
{
	const struct lg_view *view = r->view;
	const bool form = lg_text_present(&view->primary.label);
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html part;
	LG_TRY(add_head(r, &parts));
	if (view->item_count)
		LG_TRY(lg_parts_add(&parts, lg_render_items(r, &part), &part));
	if (form)
		LG_TRY(lg_parts_add(&parts, lg_render_form(r, &part), &part));
	if (view->provider_count || view->by_domain)
		LG_TRY(lg_parts_add(&parts, lg_render_providers(r, form, &part), &part));
	LG_TRY(add_links(r, &parts));
	return lg_parts_finish(&parts, ret);
}

/* ---- the page ---- */

/* "Error: Sign in - Example" */
static lg_status
window_title(const struct lg_render *r, lg_str *ret)
{
	struct lg_text text = { .key = LG_STR("page.title"),
		.args = { { LG_STR("title"), LG_STR_NONE }, { LG_STR("brand"), r->look->name } } };
	LG_TRY(lg_text_show(r->cx, r->language, &r->view->title, &text.args[0].value));
	if (r->error_count) {
		const struct lg_text error =
			lg_text_with(LG_STR("error.title"), LG_STR("title"), text.args[0].value);
		LG_TRY(lg_text_show(r->cx, r->language, &error, &text.args[0].value));
	}
	return lg_text_show(r->cx, r->language, &text, ret);
}

static lg_status
render_brand(const struct lg_render *r, lg_html *ret)
{
	const struct lg_look *look = r->look;
	lg_html dark = { LG_STR("") };
	if (lg_str_present(look->logo_dark))
		LG_TRY(LG_RENDER(r->cx, view_brand_dark, &dark, .address = look->logo_dark));
	if (lg_str_present(look->logo))
		return LG_RENDER(r->cx, view_brand_logo, ret, .address = look->logo, .name = look->name,
			.width = look->logo_width, .height = look->logo_height, .dark = dark);
	return LG_RENDER(r->cx, view_brand_name, ret, .name = look->name);
}

/* An address of a file that is compiled in. */
static lg_status
asset_address(struct lg_ctx *cx, const struct lg_page_asset *asset, const char *name, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "/_pages/%.*s/%s", LG_FMT(asset->version), name);
}

static lg_status
render_page(const struct lg_render *r, lg_html *ret)
{
	const struct lg_look *look = r->look;
	struct lg_page_view page = {
		.language = r->language ? r->language->tag : LG_STR("en"),
		.direction = r->language && r->language->rtl ? LG_STR("rtl") : LG_STR("ltr"),
		.scheme = look->scheme,
		.schemes = lg_str_present(look->scheme) ? look->scheme : LG_STR("light dark"),
		.style = look->style,
		.icon = look->icon,
		.page = r->view->page,
	};
	if (!lg_str_present(page.style))
		LG_TRY(asset_address(r->cx, &lg_asset_view_css, "view.css", &page.style));
	if (!lg_str_present(page.icon))
		LG_TRY(asset_address(r->cx, &lg_asset_icon_svg, "icon.svg", &page.icon));
	if (look->preview) {
		lg_str text;
		LG_TRY(lg_render_plain(r, LG_STR("page.preview"), &text));
		LG_TRY(LG_RENDER(r->cx, view_preview, &page.preview, .text = text));
	}
	LG_TRY(window_title(r, &page.title));
	LG_TRY(render_brand(r, &page.brand));
	LG_TRY(render_parts(r, &page.parts));
	if (lg_languages_count(r->view->languages) > 1)
		LG_TRY(lg_render_languages(r, &page.languages));
	return lg_html_render(r->cx, &lg_template_view, &page, LG_VIEW_PART_BYTES, ret);
}

/* ---- headers ---- */

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
		const bool plain =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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
	static const struct lg_look own = { .name = LG_STR_INIT("Lifeguard") };
	const struct lg_render r = { cx, view, look ? look : &own, language, count_errors(view) };
	lg_html page;
	lg_str policy;
	LG_TRY(render_page(&r, &page));
	LG_TRY(policy_of(cx, view->form_target, &policy));
	lg_answer_begin(env, cx, status, answer);
	lg_http_answer_header(answer, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(answer, LG_STR("Content-Security-Policy"), policy);
	lg_http_answer_header(answer, LG_STR("Content-Language"),
		language ? language->tag : LG_STR("en"));
	lg_http_answer_header(answer, LG_STR("Referrer-Policy"), LG_STR("no-referrer"));
	lg_http_answer_header(answer, LG_STR("X-Frame-Options"), LG_STR("DENY"));
	lg_http_answer_header(answer, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_answer_body(answer, LG_STR("text/html; charset=utf-8"), page.markup);
	return LG_OK;
}
