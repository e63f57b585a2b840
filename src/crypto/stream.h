/*
 * stream.h - a long text sealed part by part (libsodium's secretstream, XChaCha20-Poly1305): parts cannot be
 * changed, left out, swapped, repeated, or cut off at the end without notice.
 */
#ifndef LG_CRYPTO_STREAM_H
#define LG_CRYPTO_STREAM_H

#include "base/ctx.h"
#include "base/secret.h"

#define LG_STREAM_KEY_SIZE 32
#define LG_STREAM_HEADER_SIZE 24
#define LG_STREAM_OVERHEAD 17 /* of a part */

/* Either direction. In place, zeroed; lg_stream_done wipes it. */
struct lg_stream {
	struct lg_secret state;
};

LG_MUST lg_status lg_stream_begin(struct lg_ctx *cx, const unsigned char key[LG_STREAM_KEY_SIZE],
	unsigned char ret_header[LG_STREAM_HEADER_SIZE], struct lg_stream *ret);
/* `ret` takes plain.len + LG_STREAM_OVERHEAD bytes. Nothing follows the last part. */
LG_MUST lg_status lg_stream_seal(
	struct lg_ctx *cx, struct lg_stream *stream, lg_str plain, bool last, unsigned char *ret);

LG_MUST lg_status lg_stream_follow(struct lg_ctx *cx, const unsigned char key[LG_STREAM_KEY_SIZE],
	const unsigned char header[LG_STREAM_HEADER_SIZE], struct lg_stream *ret);
/* `ret` takes sealed.len - LG_STREAM_OVERHEAD bytes. LG_E_MALFORMED when it is not the next part. */
LG_MUST lg_status lg_stream_open(
	struct lg_ctx *cx, struct lg_stream *stream, lg_str sealed, unsigned char *ret, bool *ret_last);

void lg_stream_done(struct lg_stream *stream);

#endif
