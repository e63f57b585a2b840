/*
 * sqlite.h - the embedded engine: one file, WAL, synchronous=FULL.
 *
 * One writer thread commits batches in groups (until its queue is empty, 64 batches, or 2 ms); readers are
 * opened on demand, at most 2 x cores. The writer owns checkpoints.
 */
#ifndef LG_DB_SQLITE_H
#define LG_DB_SQLITE_H

#include "db/db.h"

/*
 * Open or create the file. "application_id" marks it as ours: a file that is no database, or somebody
 * else's, is refused with LG_E_REFUSED and left untouched. `catalogue` is prepared lazily, a statement a
 * connection.
 */
LG_MUST lg_status lg_sqlite_open(struct lg_ctx *cx, lg_str path, const struct lg_db_query *catalogue,
	size_t catalogue_count, struct lg_db **ret);

#endif
