#include "token/archive.h"

#include <string.h>

#include "codec/shape_io.h"
#include "crypto/hash.h"
#include "token/archive_impl.h"

struct lg_archive_out {
	struct lg_arena *arena;
	struct lg_sink *sink;
	struct lg_stream stream;
	struct lg_secret credential;
	unsigned char *plain; /* of LG_ARCHIVE_PART_BYTES */
	size_t filled;
	unsigned char *sealed; /* length and part */
};

void
lg_put_u32(unsigned char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> (24 - 8 * i));
}

uint32_t
lg_get_u32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

lg_status
lg_archive_derive(struct lg_ctx *cx, const unsigned char header[LG_ARCHIVE_HEADER_SIZE], lg_str passphrase,
	struct lg_archive_keys *ret)
{
	const struct lg_pwhash_cost cost = {
		.passes = lg_get_u32(header + LG_ARCHIVE_AT_PASSES),
		.memory_kib = lg_get_u32(header + LG_ARCHIVE_AT_MEMORY),
	};
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	struct lg_secret credential = { 0 };
	LG_TRY(lg_pwhash_key(cx, cost, passphrase, header + LG_ARCHIVE_AT_SALT, &root));
	LG_TRY(lg_secret_new(32, &credential));
	/* The id is bound in, though the salt alone would do. */
	const lg_str id = lg_str_from_bytes(header + LG_ARCHIVE_AT_ID, LG_ARCHIVE_ID_SIZE);
	const lg_str key = lg_secret_view(&root);
	lg_hkdf_sha256(key, id, LG_STR("archive header"), ret->header, sizeof(ret->header));
	lg_hkdf_sha256(key, id, LG_STR("archive stream"), ret->stream, sizeof(ret->stream));
	lg_hkdf_sha256(key, id, LG_STR("archive credential"), credential.ptr, credential.len);
	ret->credential = credential;
	return LG_OK;
}

void
lg_archive_keys_done(struct lg_archive_keys *keys)
{
	lg_wipe(keys->header, sizeof(keys->header));
	lg_wipe(keys->stream, sizeof(keys->stream));
	lg_secret_done(&keys->credential);
}

static lg_status
write_header(struct lg_ctx *cx, struct lg_archive_out *out, struct lg_pwhash_cost cost, lg_str passphrase)
{
	unsigned char header[LG_ARCHIVE_HEADER_SIZE] = { 0 };
	memcpy(header, LG_ARCHIVE_MAGIC.ptr, LG_ARCHIVE_MAGIC.len);
	header[LG_ARCHIVE_AT_VERSION + 1] = LG_ARCHIVE_VERSION;
	header[LG_ARCHIVE_AT_KDF + 1] = LG_ARCHIVE_KDF_ARGON2ID;
	lg_put_u32(header + LG_ARCHIVE_AT_PASSES, cost.passes);
	lg_put_u32(header + LG_ARCHIVE_AT_MEMORY, cost.memory_kib);
	lg_rand_bytes(cx, header + LG_ARCHIVE_AT_SALT, LG_PWHASH_SALT_SIZE + LG_ARCHIVE_ID_SIZE);

	LG_CLEANUP(lg_archive_keys_done) struct lg_archive_keys keys = { 0 };
	LG_TRY(lg_archive_derive(cx, header, passphrase, &keys));
	LG_TRY(lg_stream_begin(cx, keys.stream, header + LG_ARCHIVE_AT_STREAM, &out->stream));
	const lg_str signed_part = lg_str_from_bytes(header, LG_ARCHIVE_AT_MAC);
	lg_hmac_sha256(lg_str_from_bytes(keys.header, sizeof(keys.header)), &signed_part, 1,
		header + LG_ARCHIVE_AT_MAC);
	out->credential = keys.credential;
	keys.credential = (struct lg_secret){ 0 };
	return out->sink->write(out->sink, cx, lg_str_from_bytes(header, sizeof(header)));
}

lg_status
lg_archive_begin(struct lg_ctx *cx, struct lg_pwhash_cost cost, lg_str passphrase, struct lg_sink *sink,
	struct lg_archive_out **ret)
{
	LG_CLEANUP(lg_archive_out_freep) struct lg_archive_out *out = NULL;
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(4 * LG_ARCHIVE_PART_BYTES, &arena));
	out = lg_arena_alloc(arena, sizeof(*out));
	if (!out) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	out->arena = arena;
	out->sink = sink;
	out->plain = lg_arena_alloc(arena, LG_ARCHIVE_PART_BYTES);
	out->sealed =
		lg_arena_alloc(arena, LG_ARCHIVE_LENGTH_SIZE + LG_ARCHIVE_PART_BYTES + LG_STREAM_OVERHEAD);
	if (!out->plain || !out->sealed)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(write_header(cx, out, cost, passphrase));
	*ret = out;
	out = NULL;
	return LG_OK;
}

struct lg_archive_key
lg_archive_out_key(const struct lg_archive_out *out)
{
	return (struct lg_archive_key){ lg_secret_view(&out->credential) };
}

static lg_status
write_part(struct lg_ctx *cx, struct lg_archive_out *out, bool last)
{
	const size_t sealed = out->filled + LG_STREAM_OVERHEAD;
	lg_put_u32(out->sealed, (uint32_t)sealed);
	LG_TRY(lg_stream_seal(cx, &out->stream, lg_str_from_bytes(out->plain, out->filled), last,
		out->sealed + LG_ARCHIVE_LENGTH_SIZE));
	out->filled = 0;
	return out->sink->write(
		out->sink, cx, lg_str_from_bytes(out->sealed, LG_ARCHIVE_LENGTH_SIZE + sealed));
}

static lg_status
write_bytes(struct lg_ctx *cx, struct lg_archive_out *out, lg_str bytes)
{
	while (bytes.len) {
		if (out->filled == LG_ARCHIVE_PART_BYTES)
			LG_TRY(write_part(cx, out, false));
		const size_t space = LG_ARCHIVE_PART_BYTES - out->filled;
		const size_t take = bytes.len < space ? bytes.len : space;
		memcpy(out->plain + out->filled, bytes.ptr, take);
		out->filled += take;
		bytes = lg_str_slice(bytes, take, bytes.len);
	}
	return LG_OK;
}

lg_status
lg_archive_put(struct lg_ctx *cx, struct lg_archive_out *out, const struct lg_rec_archive_record *record)
{
	lg_str bytes;
	LG_TRY(lg_shape_to_cbor(cx, &lg_shape_rec_archive_record, record, &bytes));
	if (bytes.len > LG_ARCHIVE_RECORD_MAX)
		return lg_fail(
			cx, LG_E_TOO_LARGE, "a record of %zu bytes does not fit into an archive", bytes.len);
	unsigned char length[LG_ARCHIVE_LENGTH_SIZE];
	lg_put_u32(length, (uint32_t)bytes.len);
	LG_TRY(write_bytes(cx, out, lg_str_from_bytes(length, sizeof(length))));
	return write_bytes(cx, out, bytes);
}

lg_status
lg_archive_end(struct lg_ctx *cx, struct lg_archive_out *out)
{
	return write_part(cx, out, true);
}

void
lg_archive_out_free(struct lg_archive_out *out)
{
	if (!out)
		return;
	lg_stream_done(&out->stream);
	lg_secret_done(&out->credential);
	lg_arena_free(out->arena);
}

void
lg_archive_out_freep(struct lg_archive_out **out)
{
	lg_archive_out_free(*out);
}
