/*
 * aead.h - AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce that the caller cannot choose.
 *
 * A sealed text is nonce (12 bytes), ciphertext, tag (16 bytes).
 */
#ifndef LG_CRYPTO_AEAD_H
#define LG_CRYPTO_AEAD_H

#include "base/ctx.h"

#define LG_AEAD_KEY_SIZE 32
#define LG_AEAD_OVERHEAD 28

LG_MUST lg_status lg_aead_seal(struct lg_ctx *cx, lg_str key, lg_str aad, lg_str plain, lg_str *ret);

/* LG_E_MALFORMED when it was not sealed with this key and associated data. */
LG_MUST lg_status lg_aead_open(struct lg_ctx *cx, lg_str key, lg_str aad, lg_str sealed, lg_str *ret);

#endif
