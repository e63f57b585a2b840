/*
 * buf.h - bytes that grow in an arena up to a maximum. The first failure is kept and every later
 * write ignored, so a caller checks once, at the end.
 */
#ifndef LG_BASE_BUF_H
#define LG_BASE_BUF_H

#include "base/ctx.h"

struct lg_buf {
	struct lg_arena *arena;
	char *ptr;
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};

struct lg_buf lg_buf_start(struct lg_ctx *cx, size_t max_bytes);

void lg_buf_put(struct lg_buf *b, lg_str s);
void lg_buf_byte(struct lg_buf *b, unsigned char byte);
void lg_buf_int(struct lg_buf *b, int64_t value); /* decimal */
void lg_buf_fmt(struct lg_buf *b, const char *fmt, ...) LG_PRINTF(2, 3);

/* The text, or LG_E_TOO_LARGE when it did not fit. */
LG_MUST lg_status lg_buf_finish(struct lg_ctx *cx, const struct lg_buf *b, lg_str *ret);

#endif
