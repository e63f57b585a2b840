/*
 * sqlite_writer.h - the one thread that writes: group commit and checkpoints. Of src/db only.
 *
 * Batches that wait together are written in one transaction, each in a savepoint of its own, so that
 * one commit, and one fsync, serves them all. A batch is answered after the commit.
 */
#ifndef LG_DB_SQLITE_WRITER_H
#define LG_DB_SQLITE_WRITER_H

#include <pthread.h>

#include "db/sqlite_conn.h"

struct lg_sqlite_writer;

/* What the writer is asked for. It lives on the stack of the caller, who waits. */
struct lg_sqlite_request {
	struct lg_sqlite_request *next;
	struct lg_ctx *cx;
	/* A batch, */
	struct lg_db_write *writes;
	size_t count;
	size_t failed;
	/* or anything else, which has the connection for itself. */
	lg_status (*alone)(struct lg_sqlite_conn *conn, struct lg_sqlite_request *request);
	const void *arg;
	/* Answer. */
	lg_status status;
	bool done;
	pthread_cond_t answered;
};

/* Takes over `conn`, on success. The writer lives in `arena`. */
LG_MUST lg_status lg_sqlite_writer_start(struct lg_ctx *cx, struct lg_arena *arena,
	const struct lg_sqlite_conn *conn, struct lg_sqlite_writer **ret);

/* Hand in and wait for the answer. */
LG_MUST lg_status lg_sqlite_writer_ask(struct lg_sqlite_writer *writer, struct lg_sqlite_request *request);

/*
 * Finish what waits, move the log into the file, close. `keep_log`: leave a log alone that we did not
 * add to.
 */
void lg_sqlite_writer_stop(struct lg_sqlite_writer *writer, bool keep_log);

#endif
