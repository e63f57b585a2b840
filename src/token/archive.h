/*
 * archive.h - a file of sealed records, written and read from front to end in constant memory.
 *
 *   header    "lgarchiv", version 1, how the key is made (Argon2id: passes, KiB, salt), the archive's id,
 *             the stream's header, and an HMAC of all this, which tells a wrong passphrase from damage
 *   parts     length (4 bytes, big-endian) and a part of the stream (crypto/stream.h); the last one says so
 *
 * The stream holds records: length (4 bytes) and CBOR, each a struct lg_rec_archive_record with one member.
 * Credentials among them are sealed once more by the key holder under a key of their own.
 */
#ifndef LG_TOKEN_ARCHIVE_H
#define LG_TOKEN_ARCHIVE_H

#include "base/ctx.h"
#include "crypto/pwhash.h"
#include "gen/rec_types.h"

#define LG_ARCHIVE_ID_SIZE 16
#define LG_ARCHIVE_RECORD_MAX ((size_t)8 << 20)

/* Where the bytes go. */
struct lg_sink {
	lg_status (*write)(struct lg_sink *self, struct lg_ctx *cx, lg_str bytes);
};

/* Where they come from: at least one byte at a time, none at the end. */
struct lg_source {
	lg_status (*read)(struct lg_source *self, struct lg_ctx *cx, char *ret, size_t max, size_t *ret_got);
};

/* What credentials in an archive are sealed with. */
struct lg_archive_key {
	lg_str key; /* in locked memory */
};

/* ---- writing ---- */

struct lg_archive_out;

/* It lives until lg_archive_out_free, longer than the request; the sink is borrowed. */
LG_MUST lg_status lg_archive_begin(struct lg_ctx *cx, struct lg_pwhash_cost cost, lg_str passphrase,
	struct lg_sink *sink, struct lg_archive_out **ret);
struct lg_archive_key lg_archive_out_key(const struct lg_archive_out *out);
/* LG_E_TOO_LARGE for a record of more than LG_ARCHIVE_RECORD_MAX bytes. */
LG_MUST lg_status lg_archive_put(
	struct lg_ctx *cx, struct lg_archive_out *out, const struct lg_rec_archive_record *record);
/* Without it the archive is refused by who reads it. */
LG_MUST lg_status lg_archive_end(struct lg_ctx *cx, struct lg_archive_out *out);
void lg_archive_out_free(struct lg_archive_out *out); /* NULL is fine */
void lg_archive_out_freep(struct lg_archive_out **out);

/* ---- reading ---- */

struct lg_archive_in;

/*
 * LG_E_MALFORMED: no archive. LG_E_REFUSED: one of a later version, or with a key that costs more than we
 * spend. LG_E_MISMATCH: another passphrase, or a damaged header.
 */
LG_MUST lg_status lg_archive_open(
	struct lg_ctx *cx, lg_str passphrase, struct lg_source *source, struct lg_archive_in **ret);
struct lg_archive_key lg_archive_in_key(const struct lg_archive_in *in);
lg_str lg_archive_in_id(const struct lg_archive_in *in);
/*
 * The next record, in the memory of `cx`; false in `*ret_there` behind the last one, when all is well.
 * LG_E_MALFORMED, with a text, when the archive is damaged or ends too early.
 */
LG_MUST lg_status lg_archive_next(
	struct lg_ctx *cx, struct lg_archive_in *in, struct lg_rec_archive_record *ret, bool *ret_there);
void lg_archive_in_free(struct lg_archive_in *in);
void lg_archive_in_freep(struct lg_archive_in **in);

#endif
