/*
 * archive_impl.h - the form of an archive's header and parts, for both directions. Of src/token only.
 */
#ifndef LG_TOKEN_ARCHIVE_IMPL_H
#define LG_TOKEN_ARCHIVE_IMPL_H

#include "crypto/stream.h"
#include "token/archive.h"

#define LG_ARCHIVE_MAGIC LG_STR("lgarchiv")
#define LG_ARCHIVE_VERSION 1
#define LG_ARCHIVE_KDF_ARGON2ID 1

/* Bytes of the header. */
enum lg_archive_place {
	LG_ARCHIVE_AT_VERSION = 8,
	LG_ARCHIVE_AT_KDF = 10,
	LG_ARCHIVE_AT_PASSES = 12,
	LG_ARCHIVE_AT_MEMORY = 16,
	LG_ARCHIVE_AT_SALT = 20,
	LG_ARCHIVE_AT_ID = LG_ARCHIVE_AT_SALT + LG_PWHASH_SALT_SIZE,
	LG_ARCHIVE_AT_STREAM = LG_ARCHIVE_AT_ID + LG_ARCHIVE_ID_SIZE,
	LG_ARCHIVE_AT_MAC = LG_ARCHIVE_AT_STREAM + LG_STREAM_HEADER_SIZE,
	LG_ARCHIVE_HEADER_SIZE = LG_ARCHIVE_AT_MAC + 32,
};

#define LG_ARCHIVE_PART_BYTES ((size_t)64 << 10) /* of plain text, at most */
#define LG_ARCHIVE_LENGTH_SIZE 4

void lg_put_u32(unsigned char *at, uint32_t value);
uint32_t lg_get_u32(const unsigned char *at);

/* The three keys that one passphrase gives. */
struct lg_archive_keys {
	unsigned char header[32];
	unsigned char stream[LG_STREAM_KEY_SIZE];
	struct lg_secret credential;
};
LG_MUST lg_status lg_archive_derive(struct lg_ctx *cx, const unsigned char header[LG_ARCHIVE_HEADER_SIZE],
	lg_str passphrase, struct lg_archive_keys *ret);
void lg_archive_keys_done(struct lg_archive_keys *keys);

#endif
