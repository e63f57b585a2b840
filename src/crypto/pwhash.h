/*
 * pwhash.h - Argon2id (RFC 9106) through libsodium: t = 2, m = 19 MiB, p = 1, 32-byte output.
 */
#ifndef LG_CRYPTO_PWHASH_H
#define LG_CRYPTO_PWHASH_H

#include "base/ctx.h"

#define LG_PWHASH_SALT_SIZE 16
#define LG_PWHASH_SIZE 32

/* Counts cx->work.hashes. */
LG_MUST lg_status lg_pwhash(struct lg_ctx *cx, lg_str password,
	const unsigned char salt[LG_PWHASH_SALT_SIZE], unsigned char ret[LG_PWHASH_SIZE]);

/* Prepare OpenSSL and libsodium; once, at start. */
LG_MUST lg_status lg_crypto_global_init(void);

#endif
