/*
 * pwhash.h - Argon2id (RFC 9106) through libsodium: t = 2, m = 19 MiB, p = 1, 32-byte output.
 */
#ifndef LG_CRYPTO_PWHASH_H
#define LG_CRYPTO_PWHASH_H

#include "base/ctx.h"
#include "base/secret.h"

#define LG_PWHASH_SALT_SIZE 16
#define LG_PWHASH_SIZE 32

/* Counts cx->work.hashes. */
LG_MUST lg_status lg_pwhash(struct lg_ctx *cx, lg_str password,
	const unsigned char salt[LG_PWHASH_SALT_SIZE], unsigned char ret[LG_PWHASH_SIZE]);

/*
 * A key of 32 bytes from a passphrase, at a cost that the caller chooses and writes down. LG_E_NO_MEMORY,
 * also for a cost that libsodium does not know.
 */
struct lg_pwhash_cost {
	uint32_t passes;
	uint32_t memory_kib;
};
LG_MUST lg_status lg_pwhash_key(struct lg_ctx *cx, struct lg_pwhash_cost cost, lg_str passphrase,
	const unsigned char salt[LG_PWHASH_SALT_SIZE], struct lg_secret *ret);

/* Prepare OpenSSL and libsodium; once, at start. */
LG_MUST lg_status lg_crypto_global_init(void);

#endif
