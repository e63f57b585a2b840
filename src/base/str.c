#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

lg_str
lg_str_from_c(const char *text)
{
	return text ? (lg_str){ text, strlen(text) } : LG_STR_NONE;
}

lg_str
lg_str_from_bytes(const void *bytes, size_t len)
{
	return (lg_str){ bytes, len };
}

bool
lg_str_present(lg_str s)
{
	return s.ptr != NULL;
}

bool
lg_str_empty(lg_str s)
{
	return s.len == 0;
}

bool
lg_str_eq(lg_str a, lg_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
lg_str_eq_nocase(lg_str a, lg_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
			return false;
	return true;
}

int
lg_str_cmp(lg_str a, lg_str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
	if (order)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

int
lg_bytes_cmp(const void *a, const void *b, size_t len)
{
	return memcmp(a, b, len);
}

bool
lg_bytes_eq(const void *a, const void *b, size_t len)
{
	return memcmp(a, b, len) == 0;
}

bool
lg_str_starts(lg_str s, lg_str prefix)
{
	return s.len >= prefix.len && lg_str_eq(lg_str_slice(s, 0, prefix.len), prefix);
}

bool
lg_str_ends(lg_str s, lg_str suffix)
{
	return s.len >= suffix.len && lg_str_eq(lg_str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t
lg_str_find_byte(lg_str s, char byte)
{
	const char *at = s.len ? memchr(s.ptr, byte, s.len) : NULL;
	return at ? (size_t)(at - s.ptr) : s.len;
}

bool
lg_str_has_byte(lg_str s, char byte)
{
	return lg_str_find_byte(s, byte) < s.len;
}

lg_str
lg_str_slice(lg_str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (lg_str){ s.ptr ? s.ptr + from : NULL, to - from };
}

lg_str
lg_str_cut(lg_str *s, char byte)
{
	size_t at = lg_str_find_byte(*s, byte);
	lg_str head = lg_str_slice(*s, 0, at);
	*s = at < s->len ? lg_str_slice(*s, at + 1, s->len) : LG_STR_NONE;
	return head;
}

lg_str
lg_str_trim(lg_str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = lg_str_slice(s, 1, s.len);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s = lg_str_slice(s, 0, s.len - 1);
	return s;
}

bool
lg_str_to_uint(lg_str s, uint64_t max, uint64_t *ret)
{
	if (s.len == 0 || s.len > 20 || (s.len > 1 && s.ptr[0] == '0'))
		return false;
	uint64_t value = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(s.ptr[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value > max)
		return false;
	*ret = value;
	return true;
}

lg_str
lg_str_map_get(const struct lg_str_map *map, lg_str key)
{
	for (size_t i = 0; i < map->count; i++)
		if (lg_str_eq(map->items[i].key, key))
			return map->items[i].value;
	return LG_STR_NONE;
}

bool
lg_str_list_has(const struct lg_str_list *list, lg_str item)
{
	for (size_t i = 0; i < list->count; i++)
		if (lg_str_eq(list->items[i], item))
			return true;
	return false;
}

lg_status
lg_str_dup(struct lg_ctx *cx, lg_str s, lg_str *ret)
{
	return lg_str_concat(cx, &s, 1, ret);
}

lg_status
lg_str_concat(struct lg_ctx *cx, const lg_str *parts, size_t count, lg_str *ret)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	char *bytes = lg_new_array(cx, char, len + 1);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len)
			memcpy(bytes + at, parts[i].ptr, parts[i].len);
		at += parts[i].len;
	}
	*ret = (lg_str){ bytes, len };
	return LG_OK;
}

lg_status
lg_str_lower(struct lg_ctx *cx, lg_str s, lg_str *ret)
{
	char *bytes = lg_new_array(cx, char, s.len + 1);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < s.len; i++)
		bytes[i] = ascii_lower(s.ptr[i]);
	*ret = (lg_str){ bytes, s.len };
	return LG_OK;
}

lg_status
lg_str_fmt(struct lg_ctx *cx, lg_str *ret, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		return lg_fail_default(cx, LG_E_INTERNAL);
	char *bytes = lg_new_array(cx, char, (size_t)len + 1);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	va_start(args, fmt);
	vsnprintf(bytes, (size_t)len + 1, fmt, args);
	va_end(args);
	*ret = (lg_str){ bytes, (size_t)len };
	return LG_OK;
}

lg_status
lg_str_to_c(struct lg_ctx *cx, lg_str s, const char **ret)
{
	if (lg_str_has_byte(s, '\0'))
		return lg_fail(cx, LG_E_MALFORMED, "text holds a NUL");
	lg_str copy;
	LG_TRY(lg_str_dup(cx, s, &copy));
	*ret = copy.ptr;
	return LG_OK;
}
