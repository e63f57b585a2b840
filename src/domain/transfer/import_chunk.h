/*
 * import_chunk.h - a few lines of an import: read, made users of, and written together. Of the domain's
 * import files only.
 */
#ifndef LG_DOMAIN_IMPORT_CHUNK_H
#define LG_DOMAIN_IMPORT_CHUNK_H

#include "domain/transfer/import_lines.h"
#include "domain/transfer/import_row.h"

/* Many, since a page of the database that several of them touch is written once. */
#define LG_IMPORT_CHUNK_LINES 1000

enum lg_import_fate { LG_IMPORT_NEW, LG_IMPORT_SKIPPED, LG_IMPORT_FAILED };

/* One line and what becomes of it. */
struct lg_import_line {
	int64_t number; /* in the file, the header is 1 */
	struct lg_import_place behind;
	struct lg_str_list fields;
	enum lg_import_fate fate;
	lg_str reason; /* LG_IMPORT_FAILED */
	struct lg_user *user; /* LG_IMPORT_NEW; NULL = to be made */
};

struct lg_import_chunk {
	struct lg_item_row row; /* the job */
	struct lg_import_plan plan;
	int64_t line; /* number of the line that was read last */
	struct lg_import_line lines[LG_IMPORT_CHUNK_LINES];
	size_t count;
};

/* `line` is absent when it was too long to be kept. */
LG_MUST lg_status lg_import_chunk_add(
	struct lg_ctx *cx, struct lg_import_chunk *chunk, lg_str line, struct lg_import_place behind);

/*
 * Write users, place, counts and log. A line that can't be written is a line of the log; LG_E_CONFLICT is
 * about the job itself.
 */
LG_MUST lg_status lg_import_chunk_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_import_chunk *chunk);

#endif
