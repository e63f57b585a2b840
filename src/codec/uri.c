#include "codec/uri.h"

#include "base/buf.h"
#include "codec/bytes.h"
#include "codec/text.h"

#define URI_MAX_BYTES ((size_t)4 << 20)

static bool
unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.' || c == '_' || c == '~';
}

lg_status
lg_uri_encode(struct lg_ctx *cx, lg_str s, bool keep_slash, lg_str *ret)
{
	static const char digits[] = "0123456789ABCDEF";
	struct lg_buf b = lg_buf_start(cx, URI_MAX_BYTES);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (unreserved((char)c) || (keep_slash && c == '/')) {
			lg_buf_byte(&b, c);
		} else {
			lg_buf_byte(&b, '%');
			lg_buf_byte(&b, (unsigned char)digits[c >> 4]);
			lg_buf_byte(&b, (unsigned char)digits[c & 15]);
		}
	}
	return lg_buf_finish(cx, &b, ret);
}

lg_status
lg_uri_decode(struct lg_ctx *cx, lg_str s, bool plus_is_space, lg_str *ret)
{
	char *text = lg_new_array(cx, char, s.len + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '+' && plus_is_space) {
			c = ' ';
		} else if (c == '%') {
			int high = s.len - i > 2 ? lg_hex_value(s.ptr[i + 1]) : -1;
			int low = s.len - i > 2 ? lg_hex_value(s.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return lg_fail(cx, LG_E_MALFORMED, "broken percent escape");
			c = (char)(high << 4 | low);
			i += 2;
		}
		text[len++] = c;
	}
	*ret = (lg_str){ text, len };
	return LG_OK;
}

lg_status
lg_form_parse(struct lg_ctx *cx, lg_str text, struct lg_str_map *ret)
{
	size_t count = 0;
	for (lg_str rest = text; rest.len;)
		if (lg_str_cut(&rest, '&').len && ++count > LG_FORM_MAX_PAIRS)
			return lg_fail(cx, LG_E_TOO_LARGE, "more than %d parameters", LG_FORM_MAX_PAIRS);

	struct lg_str_map map = { .items = lg_new_array(cx, struct lg_str_pair, count + 1), .has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	while (text.len) {
		lg_str pair = lg_str_cut(&text, '&');
		if (!pair.len)
			continue;
		lg_str key = lg_str_cut(&pair, '=');
		struct lg_str_pair *item = &map.items[map.count++];
		LG_TRY(lg_uri_decode(cx, key, true, &item->key));
		LG_TRY(lg_uri_decode(cx, pair, true, &item->value));
		if (!lg_text_is_utf8(item->key) || !lg_text_is_utf8(item->value))
			return lg_fail(cx, LG_E_MALFORMED, "a parameter is not UTF-8");
	}
	*ret = map;
	return LG_OK;
}

lg_status
lg_form_write(struct lg_ctx *cx, const struct lg_str_map *pairs, lg_str *ret)
{
	size_t max = 0;
	for (size_t i = 0; i < pairs->count; i++)
		max += 3 * (pairs->items[i].key.len + pairs->items[i].value.len) + 2;
	struct lg_buf b = lg_buf_start(cx, max);
	for (size_t i = 0; i < pairs->count; i++) {
		lg_str key, value;
		if (!lg_str_present(pairs->items[i].value))
			continue;
		LG_TRY(lg_uri_encode(cx, pairs->items[i].key, false, &key));
		LG_TRY(lg_uri_encode(cx, pairs->items[i].value, false, &value));
		if (b.len)
			lg_buf_byte(&b, '&');
		lg_buf_put(&b, key);
		lg_buf_byte(&b, '=');
		lg_buf_put(&b, value);
	}
	return lg_buf_finish(cx, &b, ret);
}

bool
lg_form_repeats(const struct lg_str_map *pairs, lg_str name)
{
	size_t count = 0;
	for (size_t i = 0; i < pairs->count; i++)
		count += lg_str_eq(pairs->items[i].key, name);
	return count > 1;
}
