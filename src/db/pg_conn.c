#include "db/pg_conn.h"

#include <endian.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Types as the server numbers them (pg_type). */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25 };

/*
 * A key of the advisory lock under which scripts run, so that nodes that start together migrate one by one.
 */
#define SCRIPT_LOCK "4993446"

static void
drop_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

/* SQLSTATE to our code. */
static int
code_of(const char *state)
{
	static const struct {
		const char *prefix;
		int code;
	} codes[] = {
		{ "40003", LG_E_UNAVAILABLE }, /* outcome unknown */
		{ "40", LG_E_CONFLICT }, /* serialization, deadlock */
		{ "23", LG_E_CONFLICT }, /* unique and other constraints */
		{ "22021", LG_E_MALFORMED }, /* text that is no UTF-8, or holds a NUL */
		{ "08", LG_E_UNAVAILABLE }, /* connection */
		{ "53", LG_E_UNAVAILABLE }, /* disk, memory, connections */
		{ "57", LG_E_UNAVAILABLE }, /* shutdown, timeout */
		{ "58", LG_E_UNAVAILABLE }, /* system error */
		{ "25006", LG_E_UNAVAILABLE }, /* a standby that takes no writes */
		{ "55P03", LG_E_UNAVAILABLE }, /* lock not available */
	};
	for (size_t i = 0; state && i < LG_LEN(codes); i++)
		if (strncmp(state, codes[i].prefix, strlen(codes[i].prefix)) == 0)
			return codes[i].code;
	return LG_E_INTERNAL;
}

/* Only the primary message: details quote values. */
static lg_status
fail_result(struct lg_ctx *cx, const PGresult *result, const char *what)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	return lg_fail(cx, code_of(state), "%s: %s (%s)", what, text ? text : "no message",
		state ? state : "no state");
}

static lg_status
fail_lost(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *what)
{
	lg_status s =
		lg_fail(cx, LG_E_UNAVAILABLE, "%s: connection lost: %s", what, PQerrorMessage(conn->handle));
	lg_pg_disconnect(conn);
	return s;
}

bool
lg_pg_is_lost(const struct lg_pg_conn *conn)
{
	return !conn->handle;
}

void
lg_pg_disconnect(struct lg_pg_conn *conn)
{
	PQfinish(conn->handle);
	conn->handle = NULL;
	memset(conn->prepared, 0, conn->catalogue_count * sizeof(*conn->prepared));
}

/* What libpq is told beside the operator's conninfo, which wins where it says otherwise. */
static PGconn *
open_handle(const char *conninfo)
{
	static const char *const names[] = { "connect_timeout", "tcp_user_timeout", "application_name",
		"dbname", "client_encoding", NULL };
	const char *const values[] = { "5", "10000", "lifeguard", conninfo, "UTF8", NULL };
	return PQconnectdbParams(names, values, 1);
}

static lg_status
set_up(struct lg_ctx *cx, struct lg_pg_conn *conn)
{
	const char *encoding = PQparameterStatus(conn->handle, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return lg_fail(cx, LG_E_REFUSED, "the database has the encoding %s, and must have UTF8",
			encoding ? encoding : "?");
	/* Acknowledged means durable; a server that promises more keeps its promise. */
	PGresult *result = PQexec(conn->handle,
		"SET default_transaction_isolation = 'read committed'; SET statement_timeout = '30s';"
		" SELECT set_config('synchronous_commit', 'on', false)"
		" WHERE current_setting('synchronous_commit') IN ('off', 'local')");
	lg_status s = LG_OK;
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		s = fail_result(cx, result, "set-up");
	PQclear(result);
	return s;
}

/* An idle connection has nothing to say but that it ends. */
static bool
has_hung_up(const struct lg_pg_conn *conn)
{
	struct pollfd poller = { .fd = PQsocket(conn->handle), .events = POLLIN };
	if (poll(&poller, 1, 0) <= 0)
		return false;
	return !PQconsumeInput(conn->handle) || PQstatus(conn->handle) != CONNECTION_OK;
}

lg_status
lg_pg_connect(struct lg_ctx *cx, const char *conninfo, struct lg_pg_conn *conn)
{
	if (conn->handle && has_hung_up(conn))
		lg_pg_disconnect(conn);
	if (conn->handle)
		return LG_OK;

	conn->handle = open_handle(conninfo);
	lg_status s = LG_OK;
	if (!conn->handle)
		s = lg_fail_default(cx, LG_E_NO_MEMORY);
	else if (PQstatus(conn->handle) != CONNECTION_OK)
		s = lg_fail(cx, LG_E_UNAVAILABLE, "cannot connect to PostgreSQL: %s",
			PQerrorMessage(conn->handle));
	if (!lg_failed(s)) {
		PQsetNoticeReceiver(conn->handle, drop_notice, NULL);
		s = set_up(cx, conn);
	}
	if (!lg_failed(s) && !PQenterPipelineMode(conn->handle))
		s = lg_fail(cx, LG_E_INTERNAL, "no pipeline mode");
	if (lg_failed(s))
		lg_pg_disconnect(conn);
	return s;
}

static void
statement_name(const struct lg_pg_conn *conn, const struct lg_db_query *query, char ret[24])
{
	snprintf(ret, 24, "q%zu", (size_t)(query - conn->catalogue));
}

lg_status
lg_pg_send_prepare(
	struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query, bool *ret_sent)
{
	static const Oid oids[] = {
		[LG_DB_NULL] = 0, [LG_DB_INT] = OID_INT8, [LG_DB_TEXT] = OID_TEXT, [LG_DB_BLOB] = OID_BYTEA
	};
	if (query < conn->catalogue || query >= conn->catalogue + conn->catalogue_count)
		return lg_fail(cx, LG_E_INTERNAL, "statement %s is not in the catalogue", query->name);
	*ret_sent = !conn->prepared[query - conn->catalogue];
	if (!*ret_sent)
		return LG_OK;
	Oid types[LG_DB_MAX_PARAMS];
	for (size_t i = 0; i < query->param_count; i++)
		types[i] = oids[query->params[i]];
	char name[24];
	statement_name(conn, query, name);
	if (!PQsendPrepare(conn->handle, name, query->postgres, (int)query->param_count, types))
		return fail_lost(cx, conn, query->name);
	/* Known only when the answer came; marked now, so that a batch sends it once. */
	conn->prepared[query - conn->catalogue] = true;
	return LG_OK;
}

lg_status
lg_pg_send(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query,
	const struct lg_db_value *params)
{
	uint64_t numbers[LG_DB_MAX_PARAMS];
	const char *values[LG_DB_MAX_PARAMS];
	int lengths[LG_DB_MAX_PARAMS];
	int formats[LG_DB_MAX_PARAMS];
	for (size_t i = 0; i < query->param_count; i++) {
		const struct lg_db_value *value = &params[i];
		if (value->type != query->params[i] && value->type != LG_DB_NULL)
			return lg_fail(cx, LG_E_INTERNAL, "statement %s: parameter %zu has another type",
				query->name, i + 1);
		if (value->bytes.len > INT32_MAX)
			return lg_fail(
				cx, LG_E_TOO_LARGE, "statement %s: parameter %zu", query->name, i + 1);
		numbers[i] = htobe64((uint64_t)value->number);
		bool number = value->type == LG_DB_INT;
		values[i] = number ? (const char *)&numbers[i] : value->bytes.ptr ? value->bytes.ptr : "";
		if (value->type == LG_DB_NULL)
			values[i] = NULL;
		lengths[i] = number ? (int)sizeof(numbers[i]) : (int)value->bytes.len;
		formats[i] = 1;
	}
	char name[24];
	statement_name(conn, query, name);
	if (!PQsendQueryPrepared(conn->handle, name, (int)query->param_count, values, lengths, formats, 1))
		return fail_lost(cx, conn, query->name);
	return LG_OK;
}

lg_status
lg_pg_send_plain(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *sql)
{
	if (!PQsendQueryParams(conn->handle, sql, 0, NULL, NULL, NULL, NULL, 0))
		return fail_lost(cx, conn, sql);
	return LG_OK;
}

lg_status
lg_pg_sync(struct lg_ctx *cx, struct lg_pg_conn *conn)
{
	return PQpipelineSync(conn->handle) ? LG_OK : fail_lost(cx, conn, "sync");
}

/* The next answer, with the NULL that ends it taken off. NULL when the connection is gone. */
static PGresult *
next_result(struct lg_pg_conn *conn)
{
	PGresult *result = PQgetResult(conn->handle);
	if (!result || PQstatus(conn->handle) != CONNECTION_OK) {
		PQclear(result);
		return NULL;
	}
	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
		return result;
	PGresult *end = PQgetResult(conn->handle);
	if (!end)
		return result;
	PQclear(end);
	PQclear(result);
	return NULL;
}

static lg_status
check_result(struct lg_ctx *cx, const PGresult *result, const char *what)
{
	switch ((int)PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		return LG_OK;
	case PGRES_PIPELINE_ABORTED:
		/* The one before it has told why. */
		return LG_STATUS(LG_E_CLOSED);
	default:
		return fail_result(cx, result, what);
	}
}

lg_status
lg_pg_receive_prepared(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query)
{
	PGresult *result = next_result(conn);
	if (!result)
		return fail_lost(cx, conn, query->name);
	lg_status s = check_result(cx, result, query->name);
	if (lg_failed(s))
		conn->prepared[query - conn->catalogue] = false;
	PQclear(result);
	return s;
}

static lg_status
copy_cell(struct lg_ctx *cx, const PGresult *result, int row, int column, struct lg_db_value *ret)
{
	const char *bytes = PQgetvalue(result, row, column);
	int len = PQgetlength(result, row, column);
	if (PQgetisnull(result, row, column)) {
		*ret = LG_DB_VNULL;
		return LG_OK;
	}
	Oid type = PQftype(result, column);
	if (type == OID_INT8 && len == 8) {
		uint64_t number;
		memcpy(&number, bytes, sizeof(number));
		*ret = LG_DB_VINT((int64_t)be64toh(number));
		return LG_OK;
	}
	if (type == OID_INT4 && len == 4) {
		uint32_t number;
		memcpy(&number, bytes, sizeof(number));
		*ret = LG_DB_VINT((int32_t)be32toh(number));
		return LG_OK;
	}
	if (type != OID_TEXT && type != OID_BYTEA)
		return lg_fail(cx, LG_E_INTERNAL, "column %d has the type %u", column, type);
	ret->type = type == OID_TEXT ? LG_DB_TEXT : LG_DB_BLOB;
	return lg_str_dup(cx, lg_str_from_bytes(bytes, (size_t)len), &ret->bytes);
}

static lg_status
copy_rows(struct lg_ctx *cx, const PGresult *result, struct lg_db_rows *ret)
{
	struct lg_db_rows rows = { .count = (size_t)PQntuples(result),
		.columns = (size_t)PQnfields(result) };
	rows.cells = lg_new_array(cx, struct lg_db_value, rows.count * rows.columns);
	if (!rows.cells)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows.count; i++)
		for (size_t j = 0; j < rows.columns; j++)
			LG_TRY(copy_cell(cx, result, (int)i, (int)j, &rows.cells[i * rows.columns + j]));
	*ret = rows;
	return LG_OK;
}

lg_status
lg_pg_receive(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query, size_t max_rows,
	struct lg_db_rows *ret_rows, int64_t *ret_changed)
{
	PGresult *result = next_result(conn);
	if (!result)
		return fail_lost(cx, conn, query->name);
	lg_status s = check_result(cx, result, query->name);
	if (!lg_failed(s) && (size_t)PQntuples(result) > max_rows)
		s = lg_fail(cx, LG_E_TOO_LARGE, "statement %s returns too many rows", query->name);
	if (!lg_failed(s)) {
		*ret_changed =
			query->returns_rows ? PQntuples(result) : strtoll(PQcmdTuples(result), NULL, 10);
		if (ret_rows)
			s = copy_rows(cx, result, ret_rows);
	}
	PQclear(result);
	return s;
}

lg_status
lg_pg_receive_plain(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *tag)
{
	PGresult *result = next_result(conn);
	if (!result)
		return fail_lost(cx, conn, tag);
	lg_status s = check_result(cx, result, tag);
	if (!lg_failed(s) && strcmp(PQcmdStatus(result), tag) != 0)
		s = lg_fail(cx, LG_E_INTERNAL, "%s became %s", tag, PQcmdStatus(result));
	PQclear(result);
	return s;
}

lg_status
lg_pg_receive_sync(struct lg_ctx *cx, struct lg_pg_conn *conn)
{
	PGresult *result = next_result(conn);
	if (!result || PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
		PQclear(result);
		return fail_lost(cx, conn, "sync");
	}
	PQclear(result);
	return LG_OK;
}

lg_status
lg_pg_script(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *sql)
{
	if (!PQexitPipelineMode(conn->handle))
		return fail_lost(cx, conn, "script");
	lg_str text;
	LG_TRY(lg_str_fmt(cx, &text,
		"BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(" SCRIPT_LOCK
		");\n%s;\nCOMMIT",
		sql));
	PGresult *result = PQexec(conn->handle, text.ptr);
	if (PQstatus(conn->handle) != CONNECTION_OK) {
		PQclear(result);
		return fail_lost(cx, conn, "script");
	}
	lg_status s = LG_OK;
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		s = fail_result(cx, result, "script");
		PQclear(PQexec(conn->handle, "ROLLBACK"));
	}
	PQclear(result);
	if (!PQenterPipelineMode(conn->handle))
		return fail_lost(cx, conn, "script");
	return s;
}
