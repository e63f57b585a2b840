#include "page/text.h"

#include "gen/pages.h"
#include "page/language.h"

#define MAX_BYTES ((size_t)8192)
#define COUNT LG_STR("count")

static lg_str
value_of(const struct lg_text *text, lg_str name)
{
	for (size_t i = 0; i < LG_TEXT_ARGS; i++)
		if (lg_str_eq(text->args[i].key, name))
			return text->args[i].value;
	return LG_STR_NONE;
}

static lg_str
pattern_of(const struct lg_language *language, const struct lg_text *text)
{
	uint64_t count = 0;
	if (!lg_str_to_uint(value_of(text, COUNT), INT64_MAX, &count))
		count = 0;
	return lg_language_text(language, text->key, count);
}

lg_status
lg_text_show(
	struct lg_ctx *cx, const struct lg_language *language, const struct lg_text *text, lg_str *ret)
{
	lg_str rest = pattern_of(language, text);
	if (!lg_str_has_byte(rest, '{')) {
		*ret = rest;
		return LG_OK;
	}
	struct lg_buf buf = lg_buf_start(cx, MAX_BYTES);
	while (lg_str_present(rest)) {
		lg_buf_put(&buf, lg_str_cut(&rest, '{'));
		if (lg_str_present(rest))
			lg_buf_put(&buf, value_of(text, lg_str_cut(&rest, '}')));
	}
	return lg_buf_finish(cx, &buf, ret);
}

lg_status
lg_text_html(
	struct lg_ctx *cx, const struct lg_language *language, const struct lg_text *text, lg_html *ret)
{
	lg_str rest = pattern_of(language, text);
	struct lg_buf buf = lg_buf_start(cx, MAX_BYTES);
	while (lg_str_present(rest)) {
		lg_html piece;
		LG_TRY(lg_html_render(cx, &lg_template_view_text,
			&(const struct lg_page_view_text){ .text = lg_str_cut(&rest, '{') }, MAX_BYTES,
			&piece));
		lg_buf_put(&buf, piece.markup);
		if (!lg_str_present(rest))
			break;
		LG_TRY(lg_html_render(cx, &lg_template_view_value,
			&(const struct lg_page_view_value){ .text = value_of(text, lg_str_cut(&rest, '}')) },
			MAX_BYTES, &piece));
		lg_buf_put(&buf, piece.markup);
	}
	return lg_buf_finish(cx, &buf, &ret->markup);
}
