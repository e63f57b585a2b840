/*
 * postgres.h - the shared engine: libpq, prepared statements, pipelined batches, READ COMMITTED, binary
 * parameters with declared types. 4 x cores connections, lent for one call; a broken one is replaced, and a
 * call that surely wrote nothing is tried once more.
 */
#ifndef LG_DB_POSTGRES_H
#define LG_DB_POSTGRES_H

#include "db/db.h"

/*
 * `conninfo` as libpq takes it. LG_E_UNAVAILABLE when the server cannot be reached; the message names no
 * password.
 */
LG_MUST lg_status lg_postgres_open(struct lg_ctx *cx, lg_str conninfo, const struct lg_db_query *catalogue,
	size_t catalogue_count, struct lg_db **ret);

#endif
