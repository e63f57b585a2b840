#include "page/post.h"

#include "codec/cookie.h"
#include "codec/uri.h"
#include "gen/pages.h"
#include "page/language.h"
#include "page/page.h"
#include "page/text.h"

#define MAX_BYTES ((size_t)256 << 10)

static lg_status
render_fields(struct lg_ctx *cx, const struct lg_str_map *fields, lg_html *ret)
{
	lg_html *parts = lg_new_array(cx, lg_html, fields->count);
	if (!parts)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < fields->count; i++)
		LG_TRY(lg_html_render(cx, &lg_template_oauth_field,
			&(const struct lg_page_oauth_field){
				.name = fields->items[i].key, .value = fields->items[i].value },
			MAX_BYTES, &parts[i]));
	return lg_html_join(cx, parts, fields->count, ret);
}

static lg_status
render(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_response *response, lg_str *ret_language, lg_html *ret)
{
	struct lg_str_map params;
	LG_TRY(lg_form_parse(cx, req->query, &params));
	const struct lg_language *language = lg_page_language(env, req, &params);
	const struct lg_text title = lg_text(LG_STR("form_post.title"));
	const struct lg_text lead = lg_text(LG_STR("form_post.lead"));
	const struct lg_text go_on = lg_text(LG_STR("button.continue"));
	struct lg_page_oauth_post page = {
		.language = language->tag,
		.direction = language->rtl ? LG_STR("rtl") : LG_STR("ltr"),
		.action = response->url,
	};
	LG_TRY(lg_text_show(cx, language, &title, &page.title));
	LG_TRY(lg_text_show(cx, language, &lead, &page.lead));
	LG_TRY(lg_text_show(cx, language, &go_on, &page.button));
	LG_TRY(render_fields(cx, &response->fields, &page.fields));
	*ret_language = language->tag;
	return lg_html_render(cx, &lg_template_oauth_post, &page, MAX_BYTES, ret);
}

const struct lg_post_page lg_page_post = { render };
