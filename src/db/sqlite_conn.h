/*
 * sqlite_conn.h - one connection to the file, and the statements it has prepared. Of src/db only.
 *
 * A connection belongs to one thread at a time.
 */
#ifndef LG_DB_SQLITE_CONN_H
#define LG_DB_SQLITE_CONN_H

#include <sqlite3.h>

#include "db/db.h"

#define LG_SQLITE_APPLICATION_ID 0x4C474431 /* "LGD1" */

struct lg_sqlite_conn {
	sqlite3 *handle;
	sqlite3_stmt **prepared; /* one a statement of the catalogue, NULL until it is needed */
	const struct lg_db_query *catalogue;
	size_t catalogue_count;
};

/*
 * Open what exists; `flags` as for sqlite3_open_v2. `conn->prepared` has room for the catalogue already.
 * LG_E_REFUSED when the file is seen to be damaged, LG_E_UNAVAILABLE.
 */
LG_MUST lg_status lg_sqlite_conn_open(
	struct lg_ctx *cx, const char *path, int flags, int cache_kib, struct lg_sqlite_conn *conn);
void lg_sqlite_conn_close(struct lg_sqlite_conn *conn);

bool lg_sqlite_is_damage(int rc);

/* Record what SQLite said, and with which of our codes it is answered. The text is for the log. */
lg_status lg_sqlite_fail(struct lg_ctx *cx, sqlite3 *handle, int rc, const char *what);

LG_MUST lg_status lg_sqlite_exec(struct lg_ctx *cx, struct lg_sqlite_conn *conn, const char *sql);

LG_MUST lg_status lg_sqlite_prepare(
	struct lg_ctx *cx, struct lg_sqlite_conn *conn, const struct lg_db_query *query, sqlite3_stmt **ret);

/*
 * Run a statement of the catalogue to its end. Rows are copied into the request's arena when `ret_rows`
 * is given; `ret_changed` tells how many were changed or returned. LG_E_TOO_LARGE beyond `max_rows`.
 */
LG_MUST lg_status lg_sqlite_run(struct lg_ctx *cx, struct lg_sqlite_conn *conn,
	const struct lg_db_query *query, const struct lg_db_value *params, size_t max_rows,
	struct lg_db_rows *ret_rows, int64_t *ret_changed);

#endif
