#include "base/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/ctx.h"

static void
kernel_fill(struct lg_random *self, void *ret, size_t len)
{
	(void)self;
	unsigned char *at = ret;
	while (len) {
		ssize_t got = getrandom(at, len > 256 ? 256 : len, 0);
		if (got < 0 && errno != EINTR)
			abort(); /* No randomness, no identity server. */
		if (got > 0) {
			at += got;
			len -= (size_t)got;
		}
	}
}

struct lg_random lg_random_kernel = { .fill = kernel_fill };

void
lg_rand_bytes(struct lg_ctx *cx, void *ret, size_t len)
{
	cx->random->fill(cx->random, ret, len);
}

uint32_t
lg_rand_below(struct lg_ctx *cx, uint32_t bound)
{
	/* 2^32 mod bound: values below it would be drawn too often */
	uint32_t threshold = (0U - bound) % bound;
	for (;;) {
		uint32_t value;
		lg_rand_bytes(cx, &value, sizeof(value));
		if (value >= threshold)
			return value % bound;
	}
}

lg_status
lg_rand_text(struct lg_ctx *cx, lg_str alphabet, size_t len, lg_str *ret)
{
	char *text = lg_new_array(cx, char, len + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < len; i++)
		text[i] = alphabet.ptr[lg_rand_below(cx, (uint32_t)alphabet.len)];
	*ret = (lg_str){ text, len };
	return LG_OK;
}

lg_status
lg_rand_uuid(struct lg_ctx *cx, lg_str *ret)
{
	unsigned char b[16];
	lg_rand_bytes(cx, b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	static const char digits[] = "0123456789abcdef";
	char *text = lg_new_array(cx, char, 37);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < sizeof(b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[len++] = '-';
		text[len++] = digits[b[i] >> 4];
		text[len++] = digits[b[i] & 15];
	}
	*ret = (lg_str){ text, len };
	return LG_OK;
}
