/*
 * pg_conn.h - one connection to PostgreSQL, always in pipeline mode, and the statements it has prepared. Of
 * src/db only.
 *
 * A connection belongs to one thread at a time.
 */
#ifndef LG_DB_PG_CONN_H
#define LG_DB_PG_CONN_H

#include <libpq-fe.h>

#include "db/db.h"

struct lg_pg_conn {
	PGconn *handle; /* NULL until it is needed, and after a loss */
	bool *prepared; /* one a statement of the catalogue */
	const struct lg_db_query *catalogue;
	size_t catalogue_count;
};

/* Connect, unless it is connected and the server has not hung up. LG_E_UNAVAILABLE. */
LG_MUST lg_status lg_pg_connect(struct lg_ctx *cx, const char *conninfo, struct lg_pg_conn *conn);
void lg_pg_disconnect(struct lg_pg_conn *conn);
bool lg_pg_is_lost(const struct lg_pg_conn *conn);

/* ---- sending: nothing is answered before the sync ---- */

/* Prepare the statement unless that was done; `*ret_sent` tells whether an answer to it will come. */
LG_MUST lg_status lg_pg_send_prepare(
	struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query, bool *ret_sent);
LG_MUST lg_status lg_pg_send(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query,
	const struct lg_db_value *params);
LG_MUST lg_status lg_pg_send_plain(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *sql);
LG_MUST lg_status lg_pg_sync(struct lg_ctx *cx, struct lg_pg_conn *conn);

/* ---- receiving, in the order of sending ---- */

/* The answer to a preparation. */
LG_MUST lg_status lg_pg_receive_prepared(
	struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query);

/*
 * The answer to a statement; rows are copied when `ret_rows` is given. LG_E_CLOSED: it was not run, because
 * one before it failed.
 */
LG_MUST lg_status lg_pg_receive(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query,
	size_t max_rows, struct lg_db_rows *ret_rows, int64_t *ret_changed);

/* The answer to plain SQL, which must be `tag` ("BEGIN", "COMMIT") when that is not NULL. */
LG_MUST lg_status lg_pg_receive_plain(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *tag);

/* The end of what was sent; the connection is ready for more. */
LG_MUST lg_status lg_pg_receive_sync(struct lg_ctx *cx, struct lg_pg_conn *conn);

/* Several statements in one transaction, outside the pipeline. */
LG_MUST lg_status lg_pg_script(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *sql);

#endif
