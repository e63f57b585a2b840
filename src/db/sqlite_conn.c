#include "db/sqlite_conn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 5000
#define FIRST_ROWS 4

/* A write-ahead log that a burst made longer than this is cut when it has been moved into the file. */
#define LOG_MAX_BYTES (16 << 20)

static int
code_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return LG_E_CONFLICT;
	case SQLITE_NOMEM:
		return LG_E_NO_MEMORY;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_PERM:
	case SQLITE_PROTOCOL:
		return LG_E_UNAVAILABLE;
	default:
		return LG_E_INTERNAL;
	}
}

bool
lg_sqlite_is_damage(int rc)
{
	return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
}

lg_status
lg_sqlite_fail(struct lg_ctx *cx, sqlite3 *handle, int rc, const char *what)
{
	const char *text = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(rc);
	int system = handle ? sqlite3_system_errno(handle) : 0;
	int kind = rc & 0xff;
	if (system && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL))
		return lg_fail(cx, code_of(rc), "%s: %s (%d, %s)", what, text, rc, strerror(system));
	return lg_fail(cx, code_of(rc), "%s: %s (%d)", what, text, rc);
}

lg_status
lg_sqlite_exec(struct lg_ctx *cx, struct lg_sqlite_conn *conn, const char *sql)
{
	int rc = sqlite3_exec(conn->handle, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? LG_OK : lg_sqlite_fail(cx, conn->handle, rc, "database");
}

lg_status
lg_sqlite_conn_open(
	struct lg_ctx *cx, const char *path, int flags, int cache_kib, struct lg_sqlite_conn *conn)
{
	int rc = sqlite3_open_v2(
		path, &conn->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK) {
		lg_status s = lg_sqlite_fail(cx, conn->handle, rc, "cannot open the database");
		lg_sqlite_conn_close(conn);
		return s;
	}
	sqlite3_busy_timeout(conn->handle, BUSY_TIMEOUT_MS);
	/* What we have not written into the schema ourselves has no business there. */
	sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

	char pragmas[200];
	snprintf(pragmas, sizeof(pragmas),
		"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
		" PRAGMA secure_delete = ON; PRAGMA cache_size = -%d; PRAGMA journal_size_limit = %d;",
		cache_kib, LOG_MAX_BYTES);
	lg_status s = lg_sqlite_exec(cx, conn, pragmas);
	if (lg_failed(s)) {
		if (lg_sqlite_is_damage(sqlite3_extended_errcode(conn->handle)))
			s = lg_fail(cx, LG_E_REFUSED, "%s is damaged; restore it from a backup", path);
		lg_sqlite_conn_close(conn);
	}
	return s;
}

void
lg_sqlite_conn_close(struct lg_sqlite_conn *conn)
{
	if (!conn->handle)
		return;
	for (size_t i = 0; conn->prepared && i < conn->catalogue_count; i++) {
		sqlite3_finalize(conn->prepared[i]);
		conn->prepared[i] = NULL;
	}
	sqlite3_close(conn->handle);
	conn->handle = NULL;
}

lg_status
lg_sqlite_prepare(
	struct lg_ctx *cx, struct lg_sqlite_conn *conn, const struct lg_db_query *query, sqlite3_stmt **ret)
{
	if (query < conn->catalogue || query >= conn->catalogue + conn->catalogue_count)
		return lg_fail(cx, LG_E_INTERNAL, "statement %s is not in the catalogue", query->name);
	sqlite3_stmt **at = &conn->prepared[query - conn->catalogue];
	if (!*at) {
		int rc = sqlite3_prepare_v3(
			conn->handle, query->sqlite, -1, SQLITE_PREPARE_PERSISTENT, at, NULL);
		if (rc != SQLITE_OK)
			return lg_sqlite_fail(cx, conn->handle, rc, query->name);
		if ((size_t)sqlite3_bind_parameter_count(*at) != query->param_count)
			return lg_fail(cx, LG_E_INTERNAL, "statement %s has other parameters", query->name);
	}
	*ret = *at;
	return LG_OK;
}

/* Static binding: the caller waits until the statement has run. */
static int
bind(sqlite3_stmt *statement, int at, const struct lg_db_value *value)
{
	const char *bytes = value->bytes.ptr ? value->bytes.ptr : "";
	switch (value->type) {
	case LG_DB_INT:
		return sqlite3_bind_int64(statement, at, value->number);
	case LG_DB_TEXT:
		return sqlite3_bind_text64(
			statement, at, bytes, value->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	case LG_DB_BLOB:
		return sqlite3_bind_blob64(statement, at, bytes, value->bytes.len, SQLITE_STATIC);
	case LG_DB_NULL:
		break;
	}
	return sqlite3_bind_null(statement, at);
}

static lg_status
bind_all(struct lg_ctx *cx, struct lg_sqlite_conn *conn, const struct lg_db_query *query,
	sqlite3_stmt *statement, const struct lg_db_value *params)
{
	for (size_t i = 0; i < query->param_count; i++) {
		if (params[i].type != query->params[i] && params[i].type != LG_DB_NULL)
			return lg_fail(cx, LG_E_INTERNAL, "statement %s: parameter %zu has another type",
				query->name, i + 1);
		int rc = bind(statement, (int)i + 1, &params[i]);
		if (rc != SQLITE_OK)
			return lg_sqlite_fail(cx, conn->handle, rc, query->name);
	}
	return LG_OK;
}

static lg_status
copy_cell(struct lg_ctx *cx, sqlite3_stmt *statement, int column, struct lg_db_value *ret)
{
	const void *bytes = NULL;
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_NULL:
		*ret = LG_DB_VNULL;
		return LG_OK;
	case SQLITE_INTEGER:
		*ret = LG_DB_VINT(sqlite3_column_int64(statement, column));
		return LG_OK;
	case SQLITE_TEXT:
		ret->type = LG_DB_TEXT;
		bytes = sqlite3_column_text(statement, column);
		break;
	case SQLITE_BLOB:
		ret->type = LG_DB_BLOB;
		bytes = sqlite3_column_blob(statement, column);
		break;
	default:
		return lg_fail(cx, LG_E_INTERNAL, "column %d has a type that we never write", column);
	}
	size_t len = (size_t)sqlite3_column_bytes(statement, column);
	return lg_str_dup(cx, lg_str_from_bytes(bytes, len), &ret->bytes);
}

static lg_status
add_row(struct lg_ctx *cx, sqlite3_stmt *statement, size_t *capacity, struct lg_db_rows *rows)
{
	if (rows->count == *capacity) {
		size_t more = *capacity ? *capacity * 2 : FIRST_ROWS;
		size_t row_bytes = rows->columns * sizeof(*rows->cells);
		void *grown = lg_arena_grow(cx->arena, rows->cells, *capacity * row_bytes, more * row_bytes);
		if (!grown)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		rows->cells = grown;
		*capacity = more;
	}
	struct lg_db_value *row = rows->cells + rows->count * rows->columns;
	for (size_t i = 0; i < rows->columns; i++)
		LG_TRY(copy_cell(cx, statement, (int)i, &row[i]));
	rows->count++;
	return LG_OK;
}

static lg_status
step_all(struct lg_ctx *cx, struct lg_sqlite_conn *conn, const struct lg_db_query *query,
	sqlite3_stmt *statement, size_t max_rows, struct lg_db_rows *ret_rows, int64_t *ret_changed)
{
	struct lg_db_rows rows = { .columns = (size_t)sqlite3_column_count(statement) };
	size_t capacity = 0;
	int64_t returned = 0;
	int rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if ((size_t)returned == max_rows)
			return lg_fail(
				cx, LG_E_TOO_LARGE, "statement %s returns too many rows", query->name);
		returned++;
		if (ret_rows)
			LG_TRY(add_row(cx, statement, &capacity, &rows));
	}
	if (rc != SQLITE_DONE)
		return lg_sqlite_fail(cx, conn->handle, rc, query->name);
	if (ret_rows)
		*ret_rows = rows;
	*ret_changed = query->returns_rows ? returned : sqlite3_changes64(conn->handle);
	return LG_OK;
}

lg_status
lg_sqlite_run(struct lg_ctx *cx, struct lg_sqlite_conn *conn, const struct lg_db_query *query,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret_rows, int64_t *ret_changed)
{
	sqlite3_stmt *statement;
	LG_TRY(lg_sqlite_prepare(cx, conn, query, &statement));
	lg_status s = bind_all(cx, conn, query, statement, params);
	if (!lg_failed(s))
		s = step_all(cx, conn, query, statement, max_rows, ret_rows, ret_changed);
	/* A statement left open would keep its snapshot; bound values are the caller's and go away. */
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return s;
}
