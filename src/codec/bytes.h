/*
 * bytes.h - bytes as text: hexadecimal, base64 and base32 (RFC 4648).
 *
 * Decoders are strict (alphabet, length, no trailing bits set) and fail with LG_E_MALFORMED.
 */
#ifndef LG_CODEC_BYTES_H
#define LG_CODEC_BYTES_H

#include "base/ctx.h"

/* Value of a hexadecimal digit of either case, -1 when it is none. */
int lg_hex_value(char digit);

LG_MUST lg_status lg_hex_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret); /* lower case */
LG_MUST lg_status lg_hex_decode(struct lg_ctx *cx, lg_str text, lg_str *ret);  /* either case, even length */

LG_MUST lg_status lg_base64_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret); /* padded */
LG_MUST lg_status lg_base64_decode(struct lg_ctx *cx, lg_str text, lg_str *ret);  /* padded */

LG_MUST lg_status lg_base64url_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret); /* unpadded */
LG_MUST lg_status lg_base64url_decode(struct lg_ctx *cx, lg_str text, lg_str *ret);  /* unpadded */

/* Either alphabet, with or without padding: what clients send back as a secret block (spec/sign-in.md 5). */
LG_MUST lg_status lg_base64_decode_lenient(struct lg_ctx *cx, lg_str text, lg_str *ret);

/* Upper case, unpadded (RFC 4648, 6): how apps take a shared secret. */
LG_MUST lg_status lg_base32_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret);

/* 16 bytes <-> "76c25234-b041-70f2-8ba4-caf538363b35", any version nibble; decoding takes either case. */
LG_MUST lg_status lg_uuid_encode(struct lg_ctx *cx, const unsigned char bytes[16], lg_str *ret);
bool lg_uuid_decode(lg_str text, unsigned char ret[16]);

#endif
