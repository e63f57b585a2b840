#include "token/archive.h"

#include <string.h>

#include "codec/shape_io.h"
#include "crypto/hash.h"
#include "token/archive_impl.h"

/* What we spend at most on a key that somebody else made. */
#define PASSES_MAX 64
#define MEMORY_KIB_MAX ((uint32_t)1 << 20)

struct lg_archive_in {
	struct lg_arena *arena;
	struct lg_source *source;
	struct lg_stream stream;
	struct lg_secret credential;
	unsigned char id[LG_ARCHIVE_ID_SIZE];
	unsigned char *sealed; /* a part */
	unsigned char *plain;
	size_t filled, taken; /* of `plain` */
	bool last; /* `plain` is the last part */
};

static lg_status
too_early(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "the archive ends too early");
}

static lg_status
damaged(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "the archive is damaged");
}

/* As much of `len` as there is. */
static lg_status
read_some(struct lg_ctx *cx, struct lg_source *source, unsigned char *ret, size_t len, size_t *ret_got)
{
	size_t got = 0;
	while (got < len) {
		size_t more;
		LG_TRY(source->read(source, cx, (char *)ret + got, len - got, &more));
		if (more == 0)
			break;
		got += more;
	}
	*ret_got = got;
	return LG_OK;
}

static lg_status
read_whole(struct lg_ctx *cx, struct lg_source *source, unsigned char *ret, size_t len)
{
	size_t got;
	LG_TRY(read_some(cx, source, ret, len, &got));
	return got == len ? LG_OK : too_early(cx);
}

/* Before any work is done for it. */
static lg_status
check_header(struct lg_ctx *cx, const unsigned char *header, size_t got)
{
	const lg_str start = lg_str_from_bytes(header, got);
	if (!lg_str_starts(start, LG_ARCHIVE_MAGIC))
		return lg_fail(cx, LG_E_MALFORMED, "this is no archive of ours");
	if (got < LG_ARCHIVE_HEADER_SIZE)
		return too_early(cx);
	const unsigned version =
		(unsigned)header[LG_ARCHIVE_AT_VERSION] << 8 | header[LG_ARCHIVE_AT_VERSION + 1];
	if (version != LG_ARCHIVE_VERSION)
		return lg_fail(cx, LG_E_REFUSED,
			"the archive has version %u, which this program does not read", version);
	const unsigned kdf = (unsigned)header[LG_ARCHIVE_AT_KDF] << 8 | header[LG_ARCHIVE_AT_KDF + 1];
	const uint32_t passes = lg_get_u32(header + LG_ARCHIVE_AT_PASSES);
	if (kdf != LG_ARCHIVE_KDF_ARGON2ID || passes == 0 || passes > PASSES_MAX ||
		lg_get_u32(header + LG_ARCHIVE_AT_MEMORY) > MEMORY_KIB_MAX)
		return lg_fail(
			cx, LG_E_REFUSED, "the archive's key is made in a way that this program refuses");
	return LG_OK;
}

static lg_status
read_header(struct lg_ctx *cx, lg_str passphrase, struct lg_archive_in *in)
{
	unsigned char header[LG_ARCHIVE_HEADER_SIZE], mac[LG_SHA256_SIZE];
	size_t got;
	LG_TRY(read_some(cx, in->source, header, sizeof(header), &got));
	LG_TRY(check_header(cx, header, got));

	LG_CLEANUP(lg_archive_keys_done) struct lg_archive_keys keys = { 0 };
	LG_TRY(lg_archive_derive(cx, header, passphrase, &keys));
	const lg_str signed_part = lg_str_from_bytes(header, LG_ARCHIVE_AT_MAC);
	lg_hmac_sha256(lg_str_from_bytes(keys.header, sizeof(keys.header)), &signed_part, 1, mac);
	if (!lg_ct_eq(lg_str_from_bytes(mac, sizeof(mac)),
		    lg_str_from_bytes(header + LG_ARCHIVE_AT_MAC, sizeof(mac))))
		return lg_fail(
			cx, LG_E_MISMATCH, "the passphrase is wrong, or the archive's beginning is damaged");
	memcpy(in->id, header + LG_ARCHIVE_AT_ID, sizeof(in->id));
	in->credential = keys.credential;
	keys.credential = (struct lg_secret){ 0 };
	return lg_stream_follow(cx, keys.stream, header + LG_ARCHIVE_AT_STREAM, &in->stream);
}

lg_status
lg_archive_open(struct lg_ctx *cx, lg_str passphrase, struct lg_source *source, struct lg_archive_in **ret)
{
	LG_CLEANUP(lg_archive_in_freep) struct lg_archive_in *in = NULL;
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(4 * LG_ARCHIVE_PART_BYTES, &arena));
	in = lg_arena_alloc(arena, sizeof(*in));
	if (!in) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	in->arena = arena;
	in->source = source;
	in->plain = lg_arena_alloc(arena, LG_ARCHIVE_PART_BYTES);
	in->sealed = lg_arena_alloc(arena, LG_ARCHIVE_PART_BYTES + LG_STREAM_OVERHEAD);
	if (!in->plain || !in->sealed)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(read_header(cx, passphrase, in));
	*ret = in;
	in = NULL;
	return LG_OK;
}

struct lg_archive_key
lg_archive_in_key(const struct lg_archive_in *in)
{
	return (struct lg_archive_key){ lg_secret_view(&in->credential) };
}

lg_str
lg_archive_in_id(const struct lg_archive_in *in)
{
	return lg_str_from_bytes(in->id, sizeof(in->id));
}

static lg_status
read_part(struct lg_ctx *cx, struct lg_archive_in *in)
{
	unsigned char head[LG_ARCHIVE_LENGTH_SIZE];
	LG_TRY(read_whole(cx, in->source, head, sizeof(head)));
	const size_t len = lg_get_u32(head);
	if (len < LG_STREAM_OVERHEAD || len > LG_ARCHIVE_PART_BYTES + LG_STREAM_OVERHEAD)
		return damaged(cx);
	LG_TRY(read_whole(cx, in->source, in->sealed, len));
	if (lg_failed(lg_stream_open(
		    cx, &in->stream, lg_str_from_bytes(in->sealed, len), in->plain, &in->last)))
		return damaged(cx);
	in->filled = len - LG_STREAM_OVERHEAD;
	in->taken = 0;
	return LG_OK;
}

/* `*ret_got` is less than `len` only behind the last part. */
static lg_status
take(struct lg_ctx *cx, struct lg_archive_in *in, unsigned char *ret, size_t len, size_t *ret_got)
{
	size_t got = 0;
	while (got < len) {
		if (in->taken == in->filled) {
			if (in->last)
				break;
			LG_TRY(read_part(cx, in));
			continue;
		}
		const size_t rest = in->filled - in->taken;
		const size_t n = len - got < rest ? len - got : rest;
		memcpy(ret + got, in->plain + in->taken, n);
		in->taken += n;
		got += n;
	}
	*ret_got = got;
	return LG_OK;
}

static lg_status
check_end(struct lg_ctx *cx, struct lg_archive_in *in)
{
	unsigned char byte;
	size_t got;
	LG_TRY(read_some(cx, in->source, &byte, 1, &got));
	return got == 0 ? LG_OK : lg_fail(cx, LG_E_MALFORMED, "something stands behind the archive's end");
}

lg_status
lg_archive_next(
	struct lg_ctx *cx, struct lg_archive_in *in, struct lg_rec_archive_record *ret, bool *ret_there)
{
	unsigned char head[LG_ARCHIVE_LENGTH_SIZE];
	size_t got;
	LG_TRY(take(cx, in, head, sizeof(head), &got));
	if (got == 0) {
		*ret_there = false;
		return check_end(cx, in);
	}
	const size_t len = lg_get_u32(head);
	if (got < sizeof(head) || len > LG_ARCHIVE_RECORD_MAX)
		return damaged(cx);
	unsigned char *bytes = lg_new_array(cx, unsigned char, len + 1);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(take(cx, in, bytes, len, &got));
	struct lg_rec_archive_record record = { 0 };
	lg_status s = LG_STATUS(LG_E_MALFORMED);
	if (got == len)
		s = lg_shape_from_cbor(
			cx, &lg_shape_rec_archive_record, lg_str_from_bytes(bytes, len), &record);
	if (s.code == LG_E_MALFORMED)
		return damaged(cx);
	LG_TRY(s);
	*ret = record;
	*ret_there = true;
	return LG_OK;
}

void
lg_archive_in_free(struct lg_archive_in *in)
{
	if (!in)
		return;
	lg_stream_done(&in->stream);
	lg_secret_done(&in->credential);
	lg_arena_free(in->arena);
}

void
lg_archive_in_freep(struct lg_archive_in **in)
{
	lg_archive_in_free(*in);
}
