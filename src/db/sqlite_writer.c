#include "db/sqlite_writer.h"

#include <time.h>

#include "base/log.h"
#include "base/thread.h"

#define LARGE_BATCH 256 /* writes */
#define GROUP_MAX_BATCHES 64
#define GROUP_MAX_MS 2

/* So many pages of 4 KiB in the write-ahead log move into the file: when nobody waits, and anyway. */
#define LOG_PAGES_SOON 1000
#define LOG_PAGES_NOW 4000
#define QUIET_MS 20
#define IDLE_MS 1000

struct lg_sqlite_writer {
	struct lg_sqlite_conn conn;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct lg_sqlite_request *first;
	struct lg_sqlite_request *last;
	bool stopping;
	/* The thread's own. */
	int log_pages;
	bool wrote;
	bool checkpoint_failed;
	int64_t retry_ms; /* no checkpoint before that */
};

static int
count_log_pages(void *arg, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	struct lg_sqlite_writer *writer = arg;
	writer->log_pages = pages;
	writer->wrote = true;
	return SQLITE_OK;
}

/*
 * Move the log into the file. It keeps its size: overwriting it is twice as fast as making it longer,
 * because the file system has nothing to note.
 */
static void
checkpoint(struct lg_sqlite_writer *writer)
{
	int in_log = 0;
	int moved = 0;
	int rc = sqlite3_wal_checkpoint_v2(
		writer->conn.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
	bool failed = rc != SQLITE_OK && rc != SQLITE_BUSY;
	if (failed && !writer->checkpoint_failed)
		lg_log(LG_LOG_WARN, "checkpoint failed",
			LG_KV_STR("cause", lg_str_from_c(sqlite3_errmsg(writer->conn.handle))));
	writer->checkpoint_failed = failed;
	if (rc == SQLITE_OK && moved == in_log)
		writer->log_pages = 0;
	else
		/* A full disk, or a reader in the way. */
		writer->retry_ms = lg_monotonic_ms() + IDLE_MS;
}

/* How long the thread may sleep before the log wants it; -1 = until somebody comes. */
static int64_t
patience_ms(const struct lg_sqlite_writer *writer)
{
	if (writer->log_pages == 0)
		return -1;
	int64_t until_retry = writer->retry_ms - lg_monotonic_ms();
	int64_t patience = writer->log_pages >= LOG_PAGES_SOON ? QUIET_MS : IDLE_MS;
	return patience > until_retry ? patience : until_retry;
}

static struct timespec
after_ms(int64_t ms)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* The lock is held. */
static struct lg_sqlite_request *
take(struct lg_sqlite_writer *writer)
{
	struct lg_sqlite_request *request = writer->first;
	if (request) {
		writer->first = request->next;
		if (!writer->first)
			writer->last = NULL;
		request->next = NULL;
	}
	return request;
}

/* The next request; NULL when the thread is to end, or, with `*ret_quiet`, when nobody came for a while. */
static struct lg_sqlite_request *
next_request(struct lg_sqlite_writer *writer, bool *ret_quiet)
{
	int64_t patience = patience_ms(writer);
	struct timespec until = after_ms(patience < 0 ? 0 : patience);
	bool quiet = false;
	pthread_mutex_lock(&writer->lock);
	while (!writer->first && !writer->stopping && !quiet) {
		if (patience < 0)
			pthread_cond_wait(&writer->filled, &writer->lock);
		else
			quiet = pthread_cond_timedwait(&writer->filled, &writer->lock, &until) != 0;
	}
	struct lg_sqlite_request *request = take(writer);
	*ret_quiet = !request && !writer->stopping;
	pthread_mutex_unlock(&writer->lock);
	return request;
}

/* One more batch for an open group, if there is one right now. */
static struct lg_sqlite_request *
next_in_group(struct lg_sqlite_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	struct lg_sqlite_request *request = writer->first && !writer->first->alone ? take(writer) : NULL;
	pthread_mutex_unlock(&writer->lock);
	return request;
}

static void
answer(struct lg_sqlite_writer *writer, struct lg_sqlite_request *list)
{
	pthread_mutex_lock(&writer->lock);
	while (list) {
		struct lg_sqlite_request *request = list;
		list = request->next;
		request->done = true;
		pthread_cond_signal(&request->answered);
	}
	pthread_mutex_unlock(&writer->lock);
}

static lg_status
run_writes(struct lg_sqlite_conn *conn, struct lg_sqlite_request *request)
{
	for (size_t i = 0; i < request->count; i++) {
		struct lg_db_write *write = &request->writes[i];
		request->failed = i;
		LG_TRY(lg_sqlite_run(request->cx, conn, write->query, write->params, SIZE_MAX, write->rows,
			&write->changed));
		if (write->expect != LG_DB_ANY_ROWS && write->changed != write->expect)
			return lg_fail(request->cx, LG_E_CONFLICT, "%s met %lld rows", write->query->name,
				(long long)write->changed);
	}
	return LG_OK;
}

/* Run a batch in its savepoint. Some errors (a full disk) end the whole transaction; the caller looks. */
static void
run_batch(struct lg_sqlite_conn *conn, struct lg_sqlite_request *request)
{
	request->status = lg_sqlite_exec(request->cx, conn, "SAVEPOINT batch");
	if (lg_failed(request->status))
		return;
	request->status = run_writes(conn, request);
	if (sqlite3_get_autocommit(conn->handle))
		return;
	if (lg_failed(request->status))
		sqlite3_exec(conn->handle, "ROLLBACK TO batch", NULL, NULL, NULL);
	int rc = sqlite3_exec(conn->handle, "RELEASE batch", NULL, NULL, NULL);
	if (rc != SQLITE_OK && !lg_failed(request->status))
		request->status = lg_sqlite_fail(request->cx, conn->handle, rc, "database");
}

/* Nothing of the group was written: those who believed so hear why. */
static void
fail_group(struct lg_sqlite_conn *conn, struct lg_sqlite_request *list, int rc)
{
	for (struct lg_sqlite_request *request = list; request; request = request->next)
		if (!lg_failed(request->status))
			request->status = lg_sqlite_fail(request->cx, conn->handle, rc, "commit");
	if (!sqlite3_get_autocommit(conn->handle))
		sqlite3_exec(conn->handle, "ROLLBACK", NULL, NULL, NULL);
}

/*
 * A batch that is large enough for a commit of its own. Without a savepoint, SQLite need not keep every page
 * as it was before.
 */
static void
run_large(struct lg_sqlite_writer *writer, struct lg_sqlite_request *request)
{
	struct lg_sqlite_conn *conn = &writer->conn;
	request->status = run_writes(conn, request);
	if (lg_failed(request->status)) {
		if (!sqlite3_get_autocommit(conn->handle))
			sqlite3_exec(conn->handle, "ROLLBACK", NULL, NULL, NULL);
	} else {
		const int rc = sqlite3_exec(conn->handle, "COMMIT", NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			fail_group(conn, request, rc);
	}
	answer(writer, request);
}

static void
run_group(struct lg_sqlite_writer *writer, struct lg_sqlite_request *first)
{
	struct lg_sqlite_conn *conn = &writer->conn;
	int rc = sqlite3_exec(conn->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		first->status = LG_OK;
		fail_group(conn, first, rc);
		answer(writer, first);
		return;
	}

	if (first->count >= LARGE_BATCH) {
		run_large(writer, first);
		return;
	}
	int64_t begun = lg_monotonic_ms();
	struct lg_sqlite_request *tail = first;
	run_batch(conn, first);
	for (int count = 1; count < GROUP_MAX_BATCHES && !sqlite3_get_autocommit(conn->handle); count++) {
		struct lg_sqlite_request *next =
			lg_monotonic_ms() - begun < GROUP_MAX_MS ? next_in_group(writer) : NULL;
		if (!next)
			break;
		tail->next = next;
		tail = next;
		run_batch(conn, next);
	}

	/*
	 * An error that ended the whole transaction was the last batch's, and the others hear the same
	 * cause.
	 */
	if (sqlite3_get_autocommit(conn->handle)) {
		rc = sqlite3_extended_errcode(conn->handle);
		rc = rc == SQLITE_OK || rc == SQLITE_DONE ? SQLITE_IOERR : rc;
	} else {
		rc = sqlite3_exec(conn->handle, "COMMIT", NULL, NULL, NULL);
	}
	if (rc != SQLITE_OK)
		fail_group(conn, first, rc);
	answer(writer, first);
}

static void *
write_until_stopped(void *arg)
{
	struct lg_sqlite_writer *writer = arg;
	for (;;) {
		bool quiet;
		struct lg_sqlite_request *request = next_request(writer, &quiet);
		if (quiet) {
			checkpoint(writer);
			continue;
		}
		if (!request)
			return NULL;
		if (request->alone) {
			request->status = request->alone(&writer->conn, request);
			answer(writer, request);
		} else {
			run_group(writer, request);
		}
		if (writer->log_pages >= LOG_PAGES_NOW && lg_monotonic_ms() >= writer->retry_ms)
			checkpoint(writer);
	}
}

lg_status
lg_sqlite_writer_start(struct lg_ctx *cx, struct lg_arena *arena, const struct lg_sqlite_conn *conn,
	struct lg_sqlite_writer **ret)
{
	struct lg_sqlite_writer *writer = lg_arena_alloc(arena, sizeof(*writer));
	if (!writer)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	writer->conn = *conn;
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->filled, &attr);
	pthread_condattr_destroy(&attr);
	sqlite3_wal_hook(writer->conn.handle, count_log_pages, writer);
	lg_status s = lg_thread_start(
		"lg-writer", LG_THREAD_STACK_BYTES, write_until_stopped, writer, &writer->thread);
	if (lg_failed(s)) {
		sqlite3_wal_hook(writer->conn.handle, NULL, NULL);
		pthread_mutex_destroy(&writer->lock);
		pthread_cond_destroy(&writer->filled);
		return lg_fail_default(cx, s.code);
	}
	*ret = writer;
	return LG_OK;
}

lg_status
lg_sqlite_writer_ask(struct lg_sqlite_writer *writer, struct lg_sqlite_request *request)
{
	pthread_cond_init(&request->answered, NULL);
	pthread_mutex_lock(&writer->lock);
	if (writer->last)
		writer->last->next = request;
	else
		writer->first = request;
	writer->last = request;
	pthread_cond_signal(&writer->filled);
	while (!request->done)
		pthread_cond_wait(&request->answered, &writer->lock);
	pthread_mutex_unlock(&writer->lock);
	pthread_cond_destroy(&request->answered);
	return request->status;
}

void
lg_sqlite_writer_stop(struct lg_sqlite_writer *writer, bool keep_log)
{
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	pthread_cond_signal(&writer->filled);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	/* Whoever opened a store that is not his, a wrong key in hand, leaves it as it was. */
	if (keep_log && !writer->wrote)
		sqlite3_db_config(writer->conn.handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	lg_sqlite_conn_close(&writer->conn);
	pthread_mutex_destroy(&writer->lock);
	pthread_cond_destroy(&writer->filled);
}
