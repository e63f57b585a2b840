#include "codec/xml_write.h"

#include "base/buf.h"
#include "codec/text.h"

#define DEPTH_MAX 32

struct lg_xml_out {
	struct lg_buf buf;
	bool wrong; /* more opened than fits, or closed than open, or no XML: our fault */
	size_t depth;
	lg_str open[DEPTH_MAX];
};

struct lg_xml_out *
lg_xml_out_new(struct lg_ctx *cx, size_t max_bytes)
{
	struct lg_xml_out *x = lg_new(cx, struct lg_xml_out);
	if (x)
		x->buf = lg_buf_start(cx, max_bytes);
	return x;
}

static void
push(struct lg_xml_out *x, lg_str name)
{
	if (x->depth == DEPTH_MAX) {
		x->wrong = true;
		return;
	}
	x->open[x->depth++] = name;
}

void
lg_xml_open(struct lg_xml_out *x, lg_str name)
{
	if (!x)
		return;
	push(x, name);
	lg_buf_byte(&x->buf, '<');
	lg_buf_put(&x->buf, name);
	lg_buf_byte(&x->buf, '>');
}

void
lg_xml_open_space(struct lg_xml_out *x, lg_str name, lg_str space)
{
	if (!x)
		return;
	push(x, name);
	lg_buf_byte(&x->buf, '<');
	lg_buf_put(&x->buf, name);
	lg_buf_put(&x->buf, LG_STR(" xmlns=\""));
	lg_buf_put(&x->buf, space);
	lg_buf_put(&x->buf, LG_STR("\">"));
}

/* U+FFFE and U+FFFF are UTF-8, but no characters of XML. */
static bool
is_noncharacter(lg_str text, size_t at)
{
	const lg_str three = lg_str_slice(text, at, at + 3);
	return lg_str_eq(three, LG_STR("\xef\xbf\xbe")) || lg_str_eq(three, LG_STR("\xef\xbf\xbf"));
}

static lg_str
escape_of(unsigned char c)
{
	switch (c) {
	case '<':
		return LG_STR("&lt;");
	case '>':
		return LG_STR("&gt;");
	case '&':
		return LG_STR("&amp;");
	case '"':
		return LG_STR("&quot;");
	case '\r': /* a parser would make it a line feed */
		return LG_STR("&#xD;");
	default:
		return c < ' ' && c != '\t' && c != '\n' ? LG_STR("?") : LG_STR_NONE;
	}
}

void
lg_xml_put_text(struct lg_xml_out *x, lg_str text)
{
	if (!x)
		return;
	const bool utf8 = lg_text_is_utf8(text);
	size_t from = 0;
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];
		size_t len = 1;
		lg_str escape = escape_of(c);
		if (c >= 0x80 && !utf8) {
			escape = LG_STR("?");
		} else if (c == 0xef && is_noncharacter(text, i)) {
			escape = LG_STR("?");
			len = 3;
		}
		if (!lg_str_present(escape))
			continue;
		lg_buf_put(&x->buf, lg_str_slice(text, from, i));
		lg_buf_put(&x->buf, escape);
		i += len - 1;
		from = i + 1;
	}
	lg_buf_put(&x->buf, lg_str_slice(text, from, text.len));
}

void
lg_xml_close(struct lg_xml_out *x)
{
	if (!x)
		return;
	if (!x->depth) {
		x->wrong = true;
		return;
	}
	lg_buf_put(&x->buf, LG_STR("</"));
	lg_buf_put(&x->buf, x->open[--x->depth]);
	lg_buf_byte(&x->buf, '>');
}

void
lg_xml_pair(struct lg_xml_out *x, lg_str name, lg_str text)
{
	lg_xml_open(x, name);
	lg_xml_put_text(x, text);
	lg_xml_close(x);
}

void
lg_xml_refuse(struct lg_xml_out *x)
{
	if (x)
		x->wrong = true;
}

lg_status
lg_xml_finish(struct lg_ctx *cx, struct lg_xml_out *x, lg_str *ret)
{
	if (!x)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (x->wrong || x->depth)
		return lg_fail(cx, LG_E_INTERNAL, "these calls make no XML");
	return lg_buf_finish(cx, &x->buf, ret);
}
