/*
 * view_impl.h - what the sources of the renderer share.
 */
#ifndef LG_PAGE_VIEW_IMPL_H
#define LG_PAGE_VIEW_IMPL_H

#include "gen/pages.h"
#include "page/look.h"
#include "page/view.h"

#define LG_VIEW_PART_BYTES ((size_t)256 << 10)

#define LG_RENDER(cx, name, ret, ...)                                                                       \
	lg_html_render((cx), &lg_template_##name, &(const struct lg_page_##name){ __VA_ARGS__ },            \
		LG_VIEW_PART_BYTES, (ret))

/* One page being made. */
struct lg_render {
	struct lg_ctx *cx;
	const struct lg_view *view;
	const struct lg_look *look; /* never NULL */
	const struct lg_language *language;
	size_t error_count; /* of the form and its fields */
};

/* Parts one behind the other. */
struct lg_parts {
	struct lg_ctx *cx;
	struct lg_buf buf;
};
struct lg_parts lg_parts_start(struct lg_ctx *cx);
/* A part that was made; `s` is how that went. */
LG_MUST lg_status lg_parts_add(struct lg_parts *parts, lg_status s, const lg_html *part);
LG_MUST lg_status lg_parts_finish(const struct lg_parts *parts, lg_html *ret);

/* A text of ours, without values. */
LG_MUST lg_status lg_render_key(const struct lg_render *r, lg_str key, lg_html *ret);
LG_MUST lg_status lg_render_plain(const struct lg_render *r, lg_str key, lg_str *ret);
LG_MUST lg_status lg_render_text(const struct lg_render *r, const struct lg_text *text, lg_html *ret);
/* A text that counts. */
LG_MUST lg_status lg_render_count(const struct lg_render *r, lg_str key, int64_t count, lg_html *ret);

LG_MUST lg_status lg_render_form(const struct lg_render *r, lg_html *ret);
LG_MUST lg_status lg_render_items(const struct lg_render *r, lg_html *ret);
/* Buttons of providers, and what stands before or behind them, which `form` is. */
LG_MUST lg_status lg_render_providers(const struct lg_render *r, bool form, lg_html *ret);
LG_MUST lg_status lg_render_languages(const struct lg_render *r, lg_html *ret);
LG_MUST lg_status lg_render_qr(const struct lg_render *r, lg_html *ret);

#endif
