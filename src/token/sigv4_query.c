#include "token/sigv4_impl.h"

#include "codec/uri.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

lg_status
lg_sigv4_decode(struct lg_ctx *cx, lg_str s, lg_str *ret)
{
	char *text = lg_new_array(cx, char, s.len + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		int high = s.ptr[i] == '%' && s.len - i > 2 ? hex_value(s.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s.ptr[i + 2]) : -1;
		if (low < 0) {
			text[len++] = s.ptr[i];
		} else {
			text[len++] = (char)(high << 4 | low);
			i += 2;
		}
	}
	*ret = (lg_str){ text, len };
	return LG_OK;
}

lg_status
lg_sigv4_params(struct lg_ctx *cx, lg_str query, struct lg_str_map *ret)
{
	size_t count = 0;
	for (lg_str rest = query; rest.len;)
		if (lg_str_cut(&rest, '&').len && ++count > LG_FORM_MAX_PAIRS)
			return lg_fail(cx, LG_E_TOO_LARGE, "more than %d parameters", LG_FORM_MAX_PAIRS);

	struct lg_str_map map = { .items = lg_new_array(cx, struct lg_str_pair, count + 1), .has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	while (query.len) {
		lg_str value = lg_str_cut(&query, '&');
		if (!value.len)
			continue;
		lg_str name = lg_str_cut(&value, '=');
		struct lg_str_pair *item = &map.items[map.count++];
		LG_TRY(lg_sigv4_decode(cx, name, &item->key));
		LG_TRY(lg_sigv4_decode(cx, value, &item->value));
	}
	*ret = map;
	return LG_OK;
}
