#include "crypto/stream.h"

#include <sodium.h>

_Static_assert(LG_STREAM_KEY_SIZE == crypto_secretstream_xchacha20poly1305_KEYBYTES, "size of a key");
_Static_assert(
	LG_STREAM_HEADER_SIZE == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "size of a header");
_Static_assert(LG_STREAM_OVERHEAD == crypto_secretstream_xchacha20poly1305_ABYTES, "size of a tag");

typedef crypto_secretstream_xchacha20poly1305_state state_type;

static state_type *
state_of(struct lg_stream *stream)
{
	return (state_type *)(void *)stream->state.ptr;
}

lg_status
lg_stream_begin(struct lg_ctx *cx, const unsigned char key[LG_STREAM_KEY_SIZE],
	unsigned char ret_header[LG_STREAM_HEADER_SIZE], struct lg_stream *ret)
{
	LG_TRY(lg_secret_new(sizeof(state_type), &ret->state));
	if (crypto_secretstream_xchacha20poly1305_init_push(state_of(ret), ret_header, key))
		return lg_fail_default(cx, LG_E_INTERNAL);
	return LG_OK;
}

lg_status
lg_stream_seal(struct lg_ctx *cx, struct lg_stream *stream, lg_str plain, bool last, unsigned char *ret)
{
	const unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
				       : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
	if (crypto_secretstream_xchacha20poly1305_push(
		    state_of(stream), ret, NULL, (const unsigned char *)plain.ptr, plain.len, NULL, 0, tag))
		return lg_fail_default(cx, LG_E_INTERNAL);
	return LG_OK;
}

lg_status
lg_stream_follow(struct lg_ctx *cx, const unsigned char key[LG_STREAM_KEY_SIZE],
	const unsigned char header[LG_STREAM_HEADER_SIZE], struct lg_stream *ret)
{
	LG_TRY(lg_secret_new(sizeof(state_type), &ret->state));
	if (crypto_secretstream_xchacha20poly1305_init_pull(state_of(ret), header, key))
		return lg_fail(cx, LG_E_MALFORMED, "no header of a sealed stream");
	return LG_OK;
}

lg_status
lg_stream_open(
	struct lg_ctx *cx, struct lg_stream *stream, lg_str sealed, unsigned char *ret, bool *ret_last)
{
	unsigned char tag;
	if (sealed.len < LG_STREAM_OVERHEAD ||
		crypto_secretstream_xchacha20poly1305_pull(state_of(stream), ret, NULL, &tag,
			(const unsigned char *)sealed.ptr, sealed.len, NULL, 0))
		return lg_fail(cx, LG_E_MALFORMED, "not the next part of a sealed stream");
	*ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return LG_OK;
}

void
lg_stream_done(struct lg_stream *stream)
{
	lg_secret_done(&stream->state);
}
