#include "tests/lib/archive.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "token/archive_impl.h"

#define SINK_MAX ((size_t)256 << 20)

static void
must(lg_status s)
{
	if (lg_failed(s))
		abort();
}

static lg_status
sink_write(struct lg_sink *self, struct lg_ctx *cx, lg_str bytes)
{
	struct archive_sink *sink = (struct archive_sink *)self;
	if (sink->max && sink->len + bytes.len > sink->max)
		return lg_fail(cx, LG_E_IO, "the sink is full");
	if (sink->len + bytes.len > sink->room) {
		const size_t room = 2 * (sink->len + bytes.len);
		sink->bytes = lg_arena_grow(sink->arena, sink->bytes, sink->room, room);
		if (!sink->bytes)
			abort();
		sink->room = room;
	}
	memcpy(sink->bytes + sink->len, bytes.ptr, bytes.len);
	sink->len += bytes.len;
	return LG_OK;
}

void
archive_sink_init(struct archive_sink *ret)
{
	*ret = (struct archive_sink){ .sink.write = sink_write };
	must(lg_arena_new(SINK_MAX, &ret->arena));
}

void
archive_sink_done(struct archive_sink *sink)
{
	lg_arena_free(sink->arena);
}

lg_str
archive_sink_text(const struct archive_sink *sink)
{
	return lg_str_from_bytes(sink->bytes, sink->len);
}

static lg_status
source_read(struct lg_source *self, struct lg_ctx *cx, char *ret, size_t max, size_t *ret_got)
{
	(void)cx;
	struct archive_source *source = (struct archive_source *)self;
	size_t take = source->rest.len < max ? source->rest.len : max;
	take = take < source->step ? take : source->step;
	memcpy(ret, source->rest.ptr, take);
	source->rest = lg_str_slice(source->rest, take, source->rest.len);
	*ret_got = take;
	return LG_OK;
}

struct archive_source
archive_source_of(lg_str bytes)
{
	return (struct archive_source){ .source.read = source_read, .rest = bytes, .step = 1 << 20 };
}

void
archive_of_bytes(struct lg_ctx *cx, lg_str plain, struct archive_sink *sink)
{
	unsigned char header[LG_ARCHIVE_HEADER_SIZE] = { 0 };
	memcpy(header, LG_ARCHIVE_MAGIC.ptr, LG_ARCHIVE_MAGIC.len);
	header[LG_ARCHIVE_AT_VERSION + 1] = LG_ARCHIVE_VERSION;
	header[LG_ARCHIVE_AT_KDF + 1] = LG_ARCHIVE_KDF_ARGON2ID;
	lg_put_u32(header + LG_ARCHIVE_AT_PASSES, ARCHIVE_COST.passes);
	lg_put_u32(header + LG_ARCHIVE_AT_MEMORY, ARCHIVE_COST.memory_kib);
	struct lg_archive_keys keys = { 0 };
	struct lg_stream stream = { 0 };
	must(lg_archive_derive(cx, header, ARCHIVE_PASSPHRASE, &keys));
	must(lg_stream_begin(cx, keys.stream, header + LG_ARCHIVE_AT_STREAM, &stream));
	const lg_str signed_part = lg_str_from_bytes(header, LG_ARCHIVE_AT_MAC);
	lg_hmac_sha256(lg_str_from_bytes(keys.header, sizeof(keys.header)), &signed_part, 1,
		header + LG_ARCHIVE_AT_MAC);
	must(sink_write(&sink->sink, cx, lg_str_from_bytes(header, sizeof(header))));
	do {
		const lg_str part = lg_str_slice(plain, 0, LG_ARCHIVE_PART_BYTES);
		plain = lg_str_slice(plain, part.len, plain.len);
		unsigned char sealed[4 + LG_ARCHIVE_PART_BYTES + LG_STREAM_OVERHEAD];
		lg_put_u32(sealed, (uint32_t)(part.len + LG_STREAM_OVERHEAD));
		must(lg_stream_seal(cx, &stream, part, plain.len == 0, sealed + 4));
		must(sink_write(
			&sink->sink, cx, lg_str_from_bytes(sealed, 4 + part.len + LG_STREAM_OVERHEAD)));
	} while (plain.len);
	lg_stream_done(&stream);
	lg_archive_keys_done(&keys);
}
