/*
 * secret.h - bytes that are locked in memory, kept out of core dumps, and wiped.
 *
 * There is no printing function, on purpose.
 */
#ifndef LG_BASE_SECRET_H
#define LG_BASE_SECRET_H

#include "base/str.h"

struct lg_secret {
	unsigned char *ptr;
	size_t len;
};

LG_MUST lg_status lg_secret_new(size_t len, struct lg_secret *ret);
LG_MUST lg_status lg_secret_copy(lg_str bytes, struct lg_secret *ret);
void lg_secret_done(struct lg_secret *secret); /* NULL and half-built are fine */
lg_str lg_secret_view(const struct lg_secret *secret);

void lg_wipe(void *bytes, size_t len);

/* Compare in a time that depends on the lengths only. */
bool lg_ct_eq(lg_str a, lg_str b);

#endif
