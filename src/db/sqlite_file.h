/*
 * sqlite_file.h - is this file ours, and if there is none, make one. Of src/db only.
 */
#ifndef LG_DB_SQLITE_FILE_H
#define LG_DB_SQLITE_FILE_H

#include "base/ctx.h"

struct lg_sqlite_file {
	bool there; /* with content */
	bool has_log; /* a write-ahead log with content stands beside it */
	int64_t bytes;
};

/*
 * Look at the file without SQLite, which might write. LG_E_REFUSED when it is no database or another
 * program's, LG_E_UNAVAILABLE when it cannot be read.
 */
LG_MUST lg_status lg_sqlite_file_look(struct lg_ctx *cx, const char *path, struct lg_sqlite_file *ret);

/*
 * Make an empty database that bears our mark, readable to its owner alone. It appears whole or not at
 * all.
 */
LG_MUST lg_status lg_sqlite_file_create(struct lg_ctx *cx, const char *path);

#endif
