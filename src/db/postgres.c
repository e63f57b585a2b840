#include "db/postgres.h"

#include <string.h>
#include <unistd.h>

#include "db/lender.h"
#include "db/pg_conn.h"

#define ARENA_MAX ((size_t)4 << 20)
#define CONNECTIONS_A_CORE 4

struct lg_postgres {
	struct lg_db db;
	struct lg_arena *arena;
	const char *conninfo;
	struct lg_lender lender;
	struct lg_pg_conn *conns;
	size_t max_conns;
};

static struct lg_postgres *
postgres_of(struct lg_db *db)
{
	return (struct lg_postgres *)db;
}

static void
keep_first(lg_status *first, lg_status s)
{
	if (!lg_failed(*first))
		*first = s;
}

/* One statement, its own transaction, one round trip. */
static lg_status
run_single(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret_rows, int64_t *ret_changed)
{
	bool prepares = false;
	lg_status s = lg_pg_send_prepare(cx, conn, query, &prepares);
	if (!lg_failed(s))
		s = lg_pg_send(cx, conn, query, params);
	if (!lg_failed(s))
		s = lg_pg_sync(cx, conn);
	if (lg_failed(s)) {
		/* What was sent so far has no end that could be waited for. */
		lg_pg_disconnect(conn);
		return s;
	}
	if (prepares)
		s = lg_pg_receive_prepared(cx, conn, query);
	if (!lg_pg_is_lost(conn))
		keep_first(&s, lg_pg_receive(cx, conn, query, max_rows, ret_rows, ret_changed));
	if (!lg_pg_is_lost(conn))
		keep_first(&s, lg_pg_receive_sync(cx, conn));
	return s;
}

static lg_status
postgres_read(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *query,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret)
{
	struct lg_postgres *pg = postgres_of(db);
	struct lg_pg_conn *conn = lg_lender_borrow(&pg->lender);
	lg_status s = LG_OK;
	for (int attempt = 0; attempt < 2; attempt++) {
		s = lg_pg_connect(cx, pg->conninfo, conn);
		if (lg_failed(s))
			break;
		int64_t count;
		s = run_single(cx, conn, query, params, max_rows, ret, &count);
		if (!lg_failed(s) || !lg_pg_is_lost(conn))
			break;
	}
	lg_lender_give_back(&pg->lender, conn);
	if (s.code == LG_E_MALFORMED) {
		/* No row can hold such text. */
		*ret = (struct lg_db_rows){ 0 };
		return LG_OK;
	}
	return s;
}

/* The first round trip of a batch: everything but the end of the transaction. */
static lg_status
send_writes(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_write *writes, size_t count,
	bool *prepares)
{
	for (size_t i = 0; i < count; i++)
		LG_TRY(lg_pg_send_prepare(cx, conn, writes[i].query, &prepares[i]));
	LG_TRY(lg_pg_send_plain(cx, conn, "BEGIN"));
	for (size_t i = 0; i < count; i++)
		LG_TRY(lg_pg_send(cx, conn, writes[i].query, writes[i].params));
	return lg_pg_sync(cx, conn);
}

static lg_status
check_count(struct lg_ctx *cx, const struct lg_db_write *write)
{
	if (write->expect == LG_DB_ANY_ROWS || write->changed == write->expect)
		return LG_OK;
	return lg_fail(cx, LG_E_CONFLICT, "%s met %lld rows", write->query->name, (long long)write->changed);
}

/* All answers are taken, so that the connection can go on; the first failure, and whose it is, is kept. */
static lg_status
receive_writes(struct lg_ctx *cx, struct lg_pg_conn *conn, struct lg_db_write *writes, size_t count,
	const bool *prepares, size_t *ret_failed)
{
	lg_status first = LG_OK;
	for (size_t i = 0; i < count && !lg_pg_is_lost(conn); i++)
		if (prepares[i])
			keep_first(&first, lg_pg_receive_prepared(cx, conn, writes[i].query));
	if (!lg_pg_is_lost(conn))
		keep_first(&first, lg_pg_receive_plain(cx, conn, "BEGIN"));
	for (size_t i = 0; i < count && !lg_pg_is_lost(conn); i++) {
		lg_status s = lg_pg_receive(
			cx, conn, writes[i].query, SIZE_MAX, writes[i].rows, &writes[i].changed);
		if (lg_failed(first))
			continue;
		first = lg_failed(s) ? s : check_count(cx, &writes[i]);
		*ret_failed = i;
	}
	if (!lg_pg_is_lost(conn))
		keep_first(&first, lg_pg_receive_sync(cx, conn));
	return first;
}

/* The second round trip. */
static lg_status
end_transaction(struct lg_ctx *cx, struct lg_pg_conn *conn, const char *how)
{
	LG_TRY(lg_pg_send_plain(cx, conn, how));
	LG_TRY(lg_pg_sync(cx, conn));
	lg_status s = lg_pg_receive_plain(cx, conn, how);
	if (!lg_pg_is_lost(conn))
		keep_first(&s, lg_pg_receive_sync(cx, conn));
	return s;
}

static lg_status
run_writes(struct lg_ctx *cx, struct lg_pg_conn *conn, struct lg_db_write *writes, size_t count,
	size_t *ret_failed)
{
	bool *prepares = lg_new_array(cx, bool, count);
	if (!prepares)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_status s = send_writes(cx, conn, writes, count, prepares);
	if (lg_failed(s)) {
		lg_pg_disconnect(conn);
		return s;
	}
	s = receive_writes(cx, conn, writes, count, prepares, ret_failed);
	if (lg_failed(s) && !lg_pg_is_lost(conn)) {
		struct lg_failure failure = cx->failure;
		if (lg_failed(end_transaction(cx, conn, "ROLLBACK")))
			lg_pg_disconnect(conn);
		cx->failure = failure;
	}
	return s;
}

/* `*ret_unknown`: the connection broke when the write may have become durable already. */
static lg_status
run_batch(struct lg_ctx *cx, struct lg_pg_conn *conn, struct lg_db_write *writes, size_t count,
	size_t *ret_failed, bool *ret_unknown)
{
	if (count == 1) {
		/*
		 * A statement that meets fewer rows than it expects has written nothing, and none can meet
		 * more.
		 */
		*ret_failed = 0;
		lg_status s = run_single(
			cx, conn, writes->query, writes->params, SIZE_MAX, writes->rows, &writes->changed);
		*ret_unknown = lg_failed(s) && lg_pg_is_lost(conn);
		return lg_failed(s) ? s : check_count(cx, writes);
	}
	LG_TRY(run_writes(cx, conn, writes, count, ret_failed));
	lg_status s = end_transaction(cx, conn, "COMMIT");
	*ret_unknown = lg_failed(s) && lg_pg_is_lost(conn);
	return s;
}

static lg_status
postgres_batch(
	struct lg_db *db, struct lg_ctx *cx, struct lg_db_write *writes, size_t count, size_t *ret_failed)
{
	struct lg_postgres *pg = postgres_of(db);
	struct lg_pg_conn *conn = lg_lender_borrow(&pg->lender);
	lg_status s = LG_OK;
	size_t failed = 0;
	for (int attempt = 0; attempt < 2; attempt++) {
		bool unknown = false;
		s = lg_pg_connect(cx, pg->conninfo, conn);
		if (lg_failed(s))
			break;
		s = run_batch(cx, conn, writes, count, &failed, &unknown);
		if (!lg_failed(s) || !lg_pg_is_lost(conn) || unknown || s.code != LG_E_UNAVAILABLE)
			break;
	}
	lg_lender_give_back(&pg->lender, conn);
	if (s.code == LG_E_CONFLICT)
		*ret_failed = failed;
	return s.code == LG_E_MALFORMED ? LG_STATUS(LG_E_INTERNAL) : s;
}

static lg_status
postgres_script(struct lg_db *db, struct lg_ctx *cx, const char *sql)
{
	struct lg_postgres *pg = postgres_of(db);
	struct lg_pg_conn *conn = lg_lender_borrow(&pg->lender);
	lg_status s = lg_pg_connect(cx, pg->conninfo, conn);
	if (!lg_failed(s))
		s = lg_pg_script(cx, conn, sql);
	lg_lender_give_back(&pg->lender, conn);
	return s;
}

static lg_status
prepare_one(struct lg_ctx *cx, struct lg_pg_conn *conn, const struct lg_db_query *query)
{
	bool sent;
	lg_status s = lg_pg_send_prepare(cx, conn, query, &sent);
	if (!lg_failed(s))
		s = lg_pg_sync(cx, conn);
	if (lg_failed(s)) {
		lg_pg_disconnect(conn);
		return s;
	}
	if (sent)
		s = lg_pg_receive_prepared(cx, conn, query);
	if (!lg_pg_is_lost(conn))
		keep_first(&s, lg_pg_receive_sync(cx, conn));
	return s;
}

static lg_status
postgres_prepare_all(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *queries, size_t count)
{
	struct lg_postgres *pg = postgres_of(db);
	struct lg_pg_conn *conn = lg_lender_borrow(&pg->lender);
	lg_status s = lg_pg_connect(cx, pg->conninfo, conn);
	for (size_t i = 0; i < count && !lg_failed(s); i++)
		s = prepare_one(cx, conn, &queries[i]);
	lg_lender_give_back(&pg->lender, conn);
	return s;
}

static void
postgres_close(struct lg_db *db)
{
	struct lg_postgres *pg = postgres_of(db);
	for (size_t i = 0; pg->conns && i < pg->max_conns; i++)
		lg_pg_disconnect(&pg->conns[i]);
	lg_lender_done(&pg->lender);
	/* It may hold the password. */
	lg_arena_free(pg->arena);
}

static const struct lg_db_driver postgres_driver = {
	.name = "postgres",
	.read = postgres_read,
	.batch = postgres_batch,
	.script = postgres_script,
	.prepare_all = postgres_prepare_all,
	.close = postgres_close,
};

static lg_status
make_room(struct lg_postgres *pg, const struct lg_db_query *catalogue, size_t catalogue_count)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	pg->max_conns = CONNECTIONS_A_CORE * (cores > 0 ? (size_t)cores : 1);
	struct lg_pg_conn *conns = lg_arena_array(pg->arena, pg->max_conns, sizeof(*conns));
	bool *prepared = lg_arena_array(pg->arena, pg->max_conns * catalogue_count, sizeof(*prepared));
	if (!conns || !prepared)
		return LG_STATUS(LG_E_NO_MEMORY);
	for (size_t i = 0; i < pg->max_conns; i++)
		conns[i] = (struct lg_pg_conn){ .prepared = prepared + i * catalogue_count,
			.catalogue = catalogue,
			.catalogue_count = catalogue_count };
	pg->conns = conns;
	return lg_lender_init(&pg->lender, pg->arena, conns, pg->max_conns, sizeof(*conns));
}

/* libpq's own message about a string it cannot read quotes parts of it. */
static lg_status
check_conninfo(struct lg_ctx *cx, const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	if (!options)
		return lg_fail(cx, LG_E_UNAVAILABLE, "PostgreSQL's connection string cannot be read");
	PQconninfoFree(options);
	return LG_OK;
}

lg_status
lg_postgres_open(struct lg_ctx *cx, lg_str conninfo, const struct lg_db_query *catalogue,
	size_t catalogue_count, struct lg_db **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(ARENA_MAX, &arena));
	struct lg_postgres *pg = lg_arena_alloc(arena, sizeof(*pg));
	char *copy = lg_arena_alloc(arena, conninfo.len + 1);
	if (!pg || !copy) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	if (conninfo.len)
		memcpy(copy, conninfo.ptr, conninfo.len);
	pg->db.driver = &postgres_driver;
	pg->arena = arena;
	pg->conninfo = copy;
	lg_status s = make_room(pg, catalogue, catalogue_count);
	if (!lg_failed(s))
		s = check_conninfo(cx, pg->conninfo);
	if (!lg_failed(s)) {
		struct lg_pg_conn *conn = lg_lender_borrow(&pg->lender);
		s = lg_pg_connect(cx, pg->conninfo, conn);
		lg_lender_give_back(&pg->lender, conn);
	}
	if (lg_failed(s)) {
		postgres_close(&pg->db);
		return s;
	}
	*ret = &pg->db;
	return LG_OK;
}
