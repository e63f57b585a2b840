#include "db/sqlite.h"

#include <string.h>
#include <unistd.h>

#include "db/lender.h"
#include "db/sqlite_conn.h"
#include "db/sqlite_file.h"
#include "db/sqlite_writer.h"

#define ARENA_MAX ((size_t)4 << 20)
#define READER_CACHE_KIB 512
#define WRITER_CACHE_KIB 16384

/*
 * A file up to this size is read through when it is opened; a larger one is found damaged where it is
 * read.
 */
#define CHECK_MAX_BYTES ((int64_t)4 << 20)

struct lg_sqlite {
	struct lg_db db;
	struct lg_arena *arena;
	const char *path;
	const struct lg_db_query *catalogue;
	size_t catalogue_count;
	struct lg_sqlite_writer *writer;
	bool keep_log;
	struct lg_lender lender; /* of readers */
	struct lg_sqlite_conn *readers;
	size_t max_readers;
};

static struct lg_sqlite *
sqlite_of(struct lg_db *db)
{
	return (struct lg_sqlite *)db;
}

static lg_status
sqlite_read(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *query,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret)
{
	struct lg_sqlite *sq = sqlite_of(db);
	struct lg_sqlite_conn *conn = lg_lender_borrow(&sq->lender);
	lg_status s = LG_OK;
	if (!conn->handle)
		s = lg_sqlite_conn_open(cx, sq->path, SQLITE_OPEN_READONLY, READER_CACHE_KIB, conn);
	if (s.code == LG_E_REFUSED)
		s = LG_STATUS(LG_E_UNAVAILABLE); /* It was in order when it was opened. */
	int64_t count;
	if (!lg_failed(s))
		s = lg_sqlite_run(cx, conn, query, params, max_rows, ret, &count);
	lg_lender_give_back(&sq->lender, conn);
	return s;
}

static lg_status
sqlite_batch(
	struct lg_db *db, struct lg_ctx *cx, struct lg_db_write *writes, size_t count, size_t *ret_failed)
{
	struct lg_sqlite_request request = { .cx = cx, .writes = writes, .count = count };
	lg_status s = lg_sqlite_writer_ask(sqlite_of(db)->writer, &request);
	if (s.code == LG_E_CONFLICT)
		*ret_failed = request.failed;
	return s;
}

static lg_status
run_script(struct lg_sqlite_conn *conn, struct lg_sqlite_request *request)
{
	LG_TRY(lg_sqlite_exec(request->cx, conn, "BEGIN IMMEDIATE"));
	lg_status s = lg_sqlite_exec(request->cx, conn, request->arg);
	if (!lg_failed(s))
		s = lg_sqlite_exec(request->cx, conn, "COMMIT");
	if (!sqlite3_get_autocommit(conn->handle))
		sqlite3_exec(conn->handle, "ROLLBACK", NULL, NULL, NULL);
	return s;
}

static lg_status
sqlite_script(struct lg_db *db, struct lg_ctx *cx, const char *sql)
{
	struct lg_sqlite_request request = { .cx = cx, .alone = run_script, .arg = sql };
	return lg_sqlite_writer_ask(sqlite_of(db)->writer, &request);
}

static lg_status
run_prepare_all(struct lg_sqlite_conn *conn, struct lg_sqlite_request *request)
{
	const struct lg_db_query *queries = request->arg;
	for (size_t i = 0; i < request->count; i++) {
		sqlite3_stmt *statement;
		lg_status s = lg_sqlite_prepare(request->cx, conn, &queries[i], &statement);
		if (lg_failed(s))
			return LG_STATUS(s.code == LG_E_UNAVAILABLE ? s.code : LG_E_INTERNAL);
	}
	return LG_OK;
}

static lg_status
sqlite_prepare_all(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *queries, size_t count)
{
	struct lg_sqlite_request request = {
		.cx = cx, .alone = run_prepare_all, .arg = queries, .count = count
	};
	return lg_sqlite_writer_ask(sqlite_of(db)->writer, &request);
}

static void
sqlite_close(struct lg_db *db)
{
	struct lg_sqlite *sq = sqlite_of(db);
	for (size_t i = 0; sq->readers && i < sq->max_readers; i++)
		lg_sqlite_conn_close(&sq->readers[i]);
	/* Last, because the last connection moves the log into the file. */
	if (sq->writer)
		lg_sqlite_writer_stop(sq->writer, sq->keep_log);
	lg_lender_done(&sq->lender);
	lg_arena_free(sq->arena);
}

static const struct lg_db_driver sqlite_driver = {
	.name = "sqlite",
	.read = sqlite_read,
	.batch = sqlite_batch,
	.script = sqlite_script,
	.prepare_all = sqlite_prepare_all,
	.close = sqlite_close,
};

static int
note_first(void *arg, int columns, char **values, char **names)
{
	(void)names;
	if (columns > 0 && values[0])
		*(bool *)arg = strcmp(values[0], "ok") == 0;
	return 0;
}

/* Can the file be read at all, and, while that is quick, is all of it in order? */
static lg_status
check_content(struct lg_ctx *cx, struct lg_sqlite_conn *conn, const char *path, int64_t bytes)
{
	bool sound = true;
	int rc = sqlite3_exec(conn->handle, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	if (rc == SQLITE_OK && bytes <= CHECK_MAX_BYTES)
		rc = sqlite3_exec(conn->handle, "PRAGMA quick_check(1)", note_first, &sound, NULL);
	if (lg_sqlite_is_damage(rc) || !sound)
		return lg_fail(cx, LG_E_REFUSED, "%s is damaged; restore it from a backup", path);
	if (rc != SQLITE_OK)
		return lg_sqlite_fail(cx, conn->handle, rc, "cannot read the database");
	if (sqlite3_db_readonly(conn->handle, "main") != 0)
		return lg_fail(cx, LG_E_UNAVAILABLE, "%s is not writable", path);
	return LG_OK;
}

static lg_status
make_room(struct lg_sqlite *sq, struct lg_sqlite_conn *writer)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	sq->max_readers = cores > 0 ? 2 * (size_t)cores : 2;
	sq->readers = lg_arena_array(sq->arena, sq->max_readers, sizeof(*sq->readers));
	sqlite3_stmt **prepared = lg_arena_array(
		sq->arena, (sq->max_readers + 1) * sq->catalogue_count + 1, sizeof(sqlite3_stmt *));
	if (!sq->readers || !prepared)
		return LG_STATUS(LG_E_NO_MEMORY);
	struct lg_sqlite_conn conn = { .catalogue = sq->catalogue, .catalogue_count = sq->catalogue_count };
	for (size_t i = 0; i < sq->max_readers; i++) {
		conn.prepared = prepared + i * sq->catalogue_count;
		sq->readers[i] = conn;
	}
	conn.prepared = prepared + sq->max_readers * sq->catalogue_count;
	*writer = conn;
	return lg_lender_init(&sq->lender, sq->arena, sq->readers, sq->max_readers, sizeof(*sq->readers));
}

static lg_status
open_file(struct lg_sqlite *sq, struct lg_ctx *cx, struct lg_sqlite_conn *writer)
{
	struct lg_sqlite_file file;
	LG_TRY(lg_sqlite_file_look(cx, sq->path, &file));
	if (!file.there)
		LG_TRY(lg_sqlite_file_create(cx, sq->path));
	sq->keep_log = file.has_log;
	LG_TRY(lg_sqlite_conn_open(cx, sq->path, SQLITE_OPEN_READWRITE, WRITER_CACHE_KIB, writer));
	lg_status s = check_content(cx, writer, sq->path, file.bytes);
	if (!lg_failed(s))
		s = lg_sqlite_writer_start(cx, sq->arena, writer, &sq->writer);
	if (lg_failed(s)) {
		sqlite3_db_config(writer->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, file.has_log, NULL);
		lg_sqlite_conn_close(writer);
	}
	return s;
}

lg_status
lg_sqlite_open(struct lg_ctx *cx, lg_str path, const struct lg_db_query *catalogue, size_t catalogue_count,
	struct lg_db **ret)
{
	/* Connections are ours to keep apart; it refuses, harmlessly, when the library is already in use. */
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

	struct lg_arena *arena;
	LG_TRY(lg_arena_new(ARENA_MAX, &arena));
	struct lg_sqlite *sq = lg_arena_alloc(arena, sizeof(*sq));
	char *copy = lg_arena_alloc(arena, path.len + 1);
	if (!sq || !copy) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	if (path.len)
		memcpy(copy, path.ptr, path.len);
	sq->db.driver = &sqlite_driver;
	sq->arena = arena;
	sq->path = copy;
	sq->catalogue = catalogue;
	sq->catalogue_count = catalogue_count;

	struct lg_sqlite_conn writer = { 0 };
	lg_status s = make_room(sq, &writer);
	if (!lg_failed(s))
		s = open_file(sq, cx, &writer);
	if (lg_failed(s)) {
		sqlite_close(&sq->db);
		return s;
	}
	*ret = &sq->db;
	return LG_OK;
}
