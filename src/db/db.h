/*
 * db.h - the contract between the store and a database engine: read, batch, migrate. Nothing else.
 *
 * A driver knows statements by the catalogue that the build makes of src/store/sql/ (gen/sql.h). It is
 * thread-safe. Every call stands alone: no transaction outlives it, so a read after an acknowledged batch
 * sees that batch.
 */
#ifndef LG_DB_DB_H
#define LG_DB_DB_H

#include "base/ctx.h"

enum lg_db_type { LG_DB_NULL, LG_DB_INT, LG_DB_TEXT, LG_DB_BLOB };

struct lg_db_value {
	enum lg_db_type type;
	int64_t number;
	lg_str bytes;
};

#define LG_DB_VINT(n) ((struct lg_db_value){ .type = LG_DB_INT, .number = (n) })
#define LG_DB_VTEXT(s) ((struct lg_db_value){ .type = LG_DB_TEXT, .bytes = (s) })
#define LG_DB_VBLOB(s) ((struct lg_db_value){ .type = LG_DB_BLOB, .bytes = (s) })
#define LG_DB_VNULL ((struct lg_db_value){ .type = LG_DB_NULL })

#define LG_DB_MAX_PARAMS 16

#define LG_DB_ANY_ROWS (-1)

/* One statement of the catalogue, in both dialects. */
struct lg_db_query {
	const char *name;
	const char *sqlite;   /* ?1, ?2, ... */
	const char *postgres; /* $1, $2, ... */
	size_t param_count;
	enum lg_db_type params[LG_DB_MAX_PARAMS];
	bool returns_rows;
	/* rows that a write of it changes or returns, by its own word; LG_DB_ANY_ROWS = any number */
	int expect;
};

/* Rows in the caller's arena, row by row. */
struct lg_db_rows {
	size_t count;
	size_t columns;
	struct lg_db_value *cells;
};

/* One write of a batch. */
struct lg_db_write {
	const struct lg_db_query *query;
	const struct lg_db_value *params; /* query->param_count of them */
	int expect;             /* rows changed or returned; LG_DB_ANY_ROWS = any number */
	struct lg_db_rows *rows; /* out, for RETURNING; NULL = not wanted */
	int64_t changed;        /* out: rows changed or returned */
};

struct lg_db;

/* What an engine implements. Every function fails with LG_E_UNAVAILABLE when the database cannot be reached,
	is full,
 * or cannot be written, and with LG_E_INTERNAL on anything that is our fault. */
struct lg_db_driver {
	const char *name; /* "sqlite", "postgres" */

	/* At most `max_rows` rows; more are an error of the caller (LG_E_TOO_LARGE). */
	lg_status (*read)(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *query,
		const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret);

	/*
	 * All writes in order, atomically, durable when it returns. LG_E_CONFLICT when a count differs from
	 * `expect`, with the write's index in `*ret_failed`; nothing is written then.
	 */
	lg_status (*batch)(struct lg_db *db, struct lg_ctx *cx, struct lg_db_write *writes, size_t count,
		size_t *ret_failed);

	/* Run a script of several statements, in one transaction: migrations only. */
	lg_status (*script)(struct lg_db *db, struct lg_ctx *cx, const char *sql);

	/* Prepare every statement of the catalogue; LG_E_INTERNAL names the first that does not prepare. */
	lg_status (*prepare_all)(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *queries,
		size_t count);

	void (*close)(struct lg_db *db);
};

/* The first member of an engine's own struct. */
struct lg_db {
	const struct lg_db_driver *driver;
};

static inline void
lg_db_close(struct lg_db *db)
{
	if (db)
		db->driver->close(db);
}

#endif
