#include "store/store.h"

#include "store/layout.h"

#define ARENA_MAX ((size_t)64 << 10)

static lg_str
stamp_name(enum lg_store_stamp stamp)
{
	return stamp == LG_STORE_DEV ? LG_STR("dev") : LG_STR("production");
}

/*
 * An empty database, or one whose first start ended between tables and keys. Another node may be doing the
 * same.
 */
static lg_status
create(struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master, lg_str stamp,
	struct lg_layout *layout)
{
	if (!layout->has_tables) {
		lg_status s = lg_layout_migrate(store, cx, 0);
		if (lg_failed(s) && s.code != LG_E_INTERNAL && s.code != LG_E_CONFLICT)
			return s;
		struct lg_layout now;
		LG_TRY(lg_layout_look(store, cx, &now));
		if (lg_failed(s) && !now.has_tables)
			return s;
		*layout = now;
	}
	if (layout->has_master)
		return LG_OK;
	lg_status s = lg_master_create(store, cx, master, stamp);
	if (s.code != LG_E_CONFLICT)
		return s;
	return lg_layout_look(store, cx, layout);
}

static lg_status
open_layout(struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master, lg_str stamp)
{
	struct lg_layout layout;
	LG_TRY(lg_layout_look(store, cx, &layout));
	if (!layout.has_master)
		LG_TRY(create(store, cx, master, stamp, &layout));
	if (!store->keys) {
		if (!lg_str_eq(layout.stamp, stamp))
			return lg_fail(cx, LG_E_REFUSED,
				"the database is stamped \"%.*s\", and this server runs as \"%.*s\"",
				LG_FMT(layout.stamp), LG_FMT(stamp));
		LG_TRY(lg_master_open(store, cx, master));
	}
	return lg_layout_migrate(store, cx, layout.number);
}

lg_status
lg_store_open(struct lg_ctx *cx, struct lg_db *db, const struct lg_secret *master, enum lg_store_stamp stamp,
	struct lg_store **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(ARENA_MAX, &arena));
	struct lg_store *store = lg_arena_alloc(arena, sizeof(*store));
	if (!store) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	*store = (struct lg_store){ .arena = arena, .db = db };
	lg_status s = open_layout(store, cx, master, stamp_name(stamp));
	if (lg_failed(s)) {
		/* The engine stays with the caller, as it was. */
		store->db = NULL;
		lg_store_close(store);
		return s;
	}
	*ret = store;
	return LG_OK;
}

void
lg_store_close(struct lg_store *store)
{
	if (!store)
		return;
	lg_db_close(store->db);
	lg_keyring_free(store->keys);
	lg_arena_free(store->arena);
}

struct lg_keyring *
lg_store_keyring(struct lg_store *store)
{
	return store->keys;
}

const char *
lg_store_engine(const struct lg_store *store)
{
	return store->db->driver->name;
}

lg_status
lg_store_ping(struct lg_store *store, struct lg_ctx *cx)
{
	struct lg_db_rows rows;
	return lg_store_select(
		store, cx, LG_Q_META_READ, LG_PARAMS(LG_DB_VTEXT(LG_STR("layout"))), 1, &rows);
}
