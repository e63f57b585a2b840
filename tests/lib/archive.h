/*
 * archive.h - archives in memory, for tests: written to a growing text, read from one, or made of any bytes.
 */
#ifndef LG_TESTS_ARCHIVE_H
#define LG_TESTS_ARCHIVE_H

#include "token/archive.h"

/* The least that Argon2id takes. */
#define ARCHIVE_COST ((struct lg_pwhash_cost){ .passes = 1, .memory_kib = 8 })
#define ARCHIVE_PASSPHRASE LG_STR("correct horse battery staple")

struct archive_sink {
	struct lg_sink sink;
	struct lg_arena *arena; /* of its own */
	char *bytes;
	size_t len, room;
	size_t max; /* LG_E_IO beyond it; 0 = none */
};
void archive_sink_init(struct archive_sink *ret);
void archive_sink_done(struct archive_sink *sink);
lg_str archive_sink_text(const struct archive_sink *sink);

/* Gives at most `step` bytes at a time. */
struct archive_source {
	struct lg_source source;
	lg_str rest;
	size_t step;
};
struct archive_source archive_source_of(lg_str bytes);

/* A sound archive around a stream that says `plain`, whatever that is. */
void archive_of_bytes(struct lg_ctx *cx, lg_str plain, struct archive_sink *sink);

#endif
