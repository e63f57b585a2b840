#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY 256

struct lg_buf
lg_buf_start(struct lg_ctx *cx, size_t max_bytes)
{
	return (struct lg_buf){ .arena = cx->arena, .max = max_bytes };
}

/* Room for `len` bytes that the caller fills; NULL after a failure. */
static char *
room_for(struct lg_buf *b, size_t len)
{
	if (b->failed || len > b->max - b->len) {
		b->failed = true;
		return NULL;
	}
	if (len > b->cap - b->len) {
		size_t cap = b->cap ? b->cap * 2 : FIRST_CAPACITY;
		if (cap < b->len + len)
			cap = b->len + len;
		if (cap > b->max)
			cap = b->max;
		char *bigger = lg_arena_grow(b->arena, b->ptr, b->cap, cap);
		if (!bigger) {
			b->failed = true;
			return NULL;
		}
		b->ptr = bigger;
		b->cap = cap;
	}
	char *at = b->ptr + b->len;
	b->len += len;
	return at;
}

void
lg_buf_put(struct lg_buf *b, lg_str s)
{
	if (s.len == 0)
		return;
	char *at = room_for(b, s.len);
	if (at)
		memcpy(at, s.ptr, s.len);
}

void
lg_buf_byte(struct lg_buf *b, unsigned char byte)
{
	char *at = room_for(b, 1);
	if (at)
		*at = (char)byte;
}

void
lg_buf_int(struct lg_buf *b, int64_t value)
{
	lg_buf_fmt(b, "%" PRId64, value);
}

void
lg_buf_fmt(struct lg_buf *b, const char *fmt, ...)
{
	char small[256];
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(small, sizeof(small), fmt, args);
	va_end(args);
	if (len < 0) {
		b->failed = true;
		return;
	}
	if ((size_t)len < sizeof(small)) {
		lg_buf_put(b, (lg_str){ small, (size_t)len });
		return;
	}
	/* One byte more than the text, for vsnprintf's NUL, given back at once. */
	char *at = room_for(b, (size_t)len + 1);
	if (!at)
		return;
	va_start(args, fmt);
	vsnprintf(at, (size_t)len + 1, fmt, args);
	va_end(args);
	b->len--;
}

lg_status
lg_buf_finish(struct lg_ctx *cx, const struct lg_buf *b, lg_str *ret)
{
	if (b->failed)
		return lg_fail(cx, LG_E_TOO_LARGE, "output exceeds %zu bytes", b->max);
	*ret = (lg_str){ b->ptr ? b->ptr : "", b->len };
	return LG_OK;
}
