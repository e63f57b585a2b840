#include "codec/html.h"

#define MARKUP_MAX_BYTES ((size_t)64 << 20)
#define REPLACEMENT "\xef\xbf\xbd"

/* Length of the well-formed character that `s` begins with, 0 when it is none (RFC 3629, 4). */
static size_t
character_len(lg_str s)
{
	unsigned char b = (unsigned char)s.ptr[0];
	size_t len = b < 0x80                ? 1
		     : b >= 0xc2 && b < 0xe0 ? 2
		     : b >= 0xe0 && b < 0xf0 ? 3
		     : b >= 0xf0 && b < 0xf5 ? 4
					     : 0;
	if (len == 0 || len > s.len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if (((unsigned char)s.ptr[i] & 0xc0) != 0x80)
			return 0;
	unsigned char second = len > 1 ? (unsigned char)s.ptr[1] : 0;
	bool overlong = (b == 0xe0 && second < 0xa0) || (b == 0xf0 && second < 0x90);
	bool outside = (b == 0xed && second >= 0xa0) || (b == 0xf4 && second >= 0x90);
	return overlong || outside ? 0 : len;
}

static void
put_escaped(struct lg_buf *b, lg_str s)
{
	while (s.len) {
		size_t len = character_len(s);
		char c = s.ptr[0];
		if (c == '&')
			lg_buf_put(b, LG_STR("&amp;"));
		else if (c == '<')
			lg_buf_put(b, LG_STR("&lt;"));
		else if (c == '>')
			lg_buf_put(b, LG_STR("&gt;"));
		else if (c == '"')
			lg_buf_put(b, LG_STR("&quot;"));
		else if (c == '\'')
			lg_buf_put(b, LG_STR("&#39;"));
		else if (len == 0 || (len == 1 && (unsigned char)c < 0x20 && c != '\n' && c != '\t') ||
			 c == 0x7f)
			lg_buf_put(b, LG_STR(REPLACEMENT));
		else
			lg_buf_put(b, lg_str_slice(s, 0, len));
		s = lg_str_slice(s, len ? len : 1, s.len);
	}
}

/*
 * A link that runs nothing: no javascript:, no data:, and no "//host" that looks like a path. What an
 * authenticator app opens is one, too.
 */
static bool
is_plain_url(lg_str url)
{
	if (lg_str_starts(url, LG_STR("#")))
		return true;
	if (lg_str_starts(url, LG_STR("/")))
		return !lg_str_starts(url, LG_STR("//")) && !lg_str_starts(url, LG_STR("/\\"));
	return lg_str_starts(url, LG_STR("https://")) || lg_str_starts(url, LG_STR("http://")) ||
	       lg_str_starts(url, LG_STR("otpauth://totp/"));
}

static void
put_value(struct lg_buf *b, const struct lg_html_piece *piece, const void *values)
{
	const void *value = (const char *)values + piece->offset;
	switch (piece->kind) {
	case LG_HTML_END:
		break;
	case LG_HTML_TEXT:
		put_escaped(b, *(const lg_str *)value);
		break;
	case LG_HTML_URL:
		put_escaped(b, is_plain_url(*(const lg_str *)value) ? *(const lg_str *)value : LG_STR("#"));
		break;
	case LG_HTML_MARKUP:
		lg_buf_put(b, ((const lg_html *)value)->markup);
		break;
	case LG_HTML_ATTRIBUTE:
		if (!lg_str_present(*(const lg_str *)value))
			break;
		lg_buf_put(b, piece->attribute);
		put_escaped(b, *(const lg_str *)value);
		lg_buf_byte(b, '"');
		break;
	}
}

lg_status
lg_html_render(struct lg_ctx *cx, const struct lg_html_template *template, const void *values,
	size_t max_bytes, lg_html *ret)
{
	struct lg_buf b = lg_buf_start(cx, max_bytes);
	for (size_t i = 0; i < template->count; i++) {
		lg_buf_put(&b, template->pieces[i].literal);
		put_value(&b, &template->pieces[i], values);
	}
	return lg_buf_finish(cx, &b, &ret->markup);
}

lg_status
lg_html_join(struct lg_ctx *cx, const lg_html *parts, size_t count, lg_html *ret)
{
	struct lg_buf b = lg_buf_start(cx, MARKUP_MAX_BYTES);
	for (size_t i = 0; i < count; i++)
		lg_buf_put(&b, parts[i].markup);
	return lg_buf_finish(cx, &b, &ret->markup);
}
