/*
 * hash.h - SHA-256, HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869).
 */
#ifndef LG_CRYPTO_HASH_H
#define LG_CRYPTO_HASH_H

#include "base/ctx.h"
#include "base/secret.h"

#define LG_SHA256_SIZE 32

/* The digest of the parts one after the other. */
void lg_sha256(const lg_str *parts, size_t count, unsigned char ret[LG_SHA256_SIZE]);
void lg_hmac_sha256(lg_str key, const lg_str *parts, size_t count, unsigned char ret[LG_SHA256_SIZE]);

#define LG_SHA1_SIZE 20

/* For identifiers that are made with it; it protects nothing. LG_E_INTERNAL: the library has it not. */
LG_MUST lg_status lg_sha1(struct lg_ctx *cx, const lg_str *parts, size_t count,
	unsigned char ret[LG_SHA1_SIZE]);

/* For OAuth 1.0a (RFC 5849, 3.4.2), which knows no better. LG_E_INTERNAL: the library has it not. */
LG_MUST lg_status lg_hmac_sha1(
	struct lg_ctx *cx, lg_str key, lg_str message, unsigned char ret[LG_SHA1_SIZE]);

/* Expand-and-extract; at most 255 * 32 bytes. */
void lg_hkdf_sha256(lg_str key, lg_str salt, lg_str info, unsigned char *ret, size_t len);

#endif
