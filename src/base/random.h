/*
 * random.h - where random bytes come from. Code asks for them through its context, so that a
 * test can fix them.
 */
#ifndef LG_BASE_RANDOM_H
#define LG_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct lg_ctx;

struct lg_random {
	void (*fill)(struct lg_random *self, void *ret, size_t len);
};

/*
 * The kernel's generator. It cannot fail on a kernel that runs this program; if it does, the process ends.
 */
extern struct lg_random lg_random_kernel;

void lg_rand_bytes(struct lg_ctx *cx, void *ret, size_t len);

/* Uniform in 0 .. bound - 1, without modulo bias; bound > 0. */
uint32_t lg_rand_below(struct lg_ctx *cx, uint32_t bound);

/* `len` characters drawn uniformly from `alphabet` (2 to 256 different bytes). */
LG_MUST lg_status lg_rand_text(struct lg_ctx *cx, lg_str alphabet, size_t len, lg_str *ret);

/* A version 4 UUID in lower case (RFC 9562, 5.4). */
LG_MUST lg_status lg_rand_uuid(struct lg_ctx *cx, lg_str *ret);

#endif
