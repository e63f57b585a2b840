/*
 * import_lines.h - the lines of an import's file, which the store keeps in parts. Of the domain's import
 * files only.
 */
#ifndef LG_DOMAIN_IMPORT_LINES_H
#define LG_DOMAIN_IMPORT_LINES_H

#include "domain/env.h"
#include "domain/scratch.h"
#include "store/config.h"

/* Where reading goes on: a byte of a part. */
struct lg_import_place {
	int64_t part;
	size_t offset;
};

struct lg_import_lines {
	struct lg_store *store;
	int64_t pool;
	lg_str kind;
	lg_str upload;
	int64_t parts;
	struct lg_import_place place; /* behind what was read */
	struct lg_scratch memory; /* of the current part */
	bool loaded;
	lg_str bytes;
};

/* The file of a job, from `place` on. Ends with lg_import_lines_done, also after a failure. */
LG_MUST lg_status lg_import_lines_begin(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str job_id,
	const struct lg_rec_import_job *job, struct lg_import_place place, struct lg_import_lines *ret);
void lg_import_lines_done(struct lg_import_lines *lines);

/*
 * The next line without its line break, in the memory of `cx`. A line of more than `max_bytes` comes as an
 * absent one: it is passed over without being kept. `*ret_end`: there is none any more.
 */
LG_MUST lg_status lg_import_lines_next(
	struct lg_ctx *cx, struct lg_import_lines *lines, size_t max_bytes, lg_str *ret, bool *ret_end);

#endif
