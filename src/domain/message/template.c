#include "domain/message/template.h"

#include "base/buf.h"

static void
put_escaped(struct lg_buf *b, lg_str s, bool html)
{
	if (!html) {
		lg_buf_put(b, s);
		return;
	}
	for (size_t i = 0; i < s.len; i++) {
		switch (s.ptr[i]) {
		case '&':
			lg_buf_put(b, LG_STR("&amp;"));
			break;
		case '<':
			lg_buf_put(b, LG_STR("&lt;"));
			break;
		case '>':
			lg_buf_put(b, LG_STR("&gt;"));
			break;
		case '"':
			lg_buf_put(b, LG_STR("&quot;"));
			break;
		case '\'':
			lg_buf_put(b, LG_STR("&#39;"));
			break;
		default:
			lg_buf_byte(b, (unsigned char)s.ptr[i]);
		}
	}
}

/* "{##text##}" at the start of `s`: its text, or absent. */
static lg_str
link_text(lg_str s)
{
	const lg_str open = LG_STR("{##");
	const lg_str close = LG_STR("##}");
	if (!lg_str_starts(s, open))
		return LG_STR_NONE;
	for (size_t i = open.len; i + close.len <= s.len; i++)
		if (lg_str_starts(lg_str_slice(s, i, s.len), close))
			return lg_str_slice(s, open.len, i);
	return LG_STR_NONE;
}

lg_status
lg_template_render(
	struct lg_ctx *cx, lg_str text, const struct lg_template_values *values, bool html, lg_str *ret)
{
	const lg_str code = LG_STR("{####}");
	const lg_str username = LG_STR("{username}");
	struct lg_buf b = lg_buf_start(cx, LG_TEMPLATE_MAX_BYTES);
	while (text.len) {
		const size_t plain = lg_str_find_byte(text, '{');
		lg_buf_put(&b, lg_str_slice(text, 0, plain));
		text = lg_str_slice(text, plain, text.len);
		const lg_str link = lg_str_present(values->link) ? link_text(text) : LG_STR_NONE;
		size_t used = text.len ? 1 : 0;
		if (lg_str_starts(text, code)) {
			put_escaped(&b, values->code, html);
			used = code.len;
		} else if (lg_str_starts(text, username)) {
			put_escaped(&b, values->username, html);
			used = username.len;
		} else if (lg_str_present(link)) {
			lg_buf_put(&b, LG_STR("<a href=\""));
			put_escaped(&b, values->link, true);
			lg_buf_put(&b, LG_STR("\">"));
			lg_buf_put(&b, link);
			lg_buf_put(&b, LG_STR("</a>"));
			used = link.len + LG_STR("{####}").len;
		} else if (used) {
			lg_buf_byte(&b, '{');
		}
		text = lg_str_slice(text, used, text.len);
	}
	return lg_buf_finish(cx, &b, ret);
}
