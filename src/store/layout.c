#include "store/layout.h"

#define TABLES_MAX 100

static lg_status
read_meta(struct lg_store *store, struct lg_ctx *cx, lg_str name, lg_str *ret)
{
	const struct lg_db_value *row;
	lg_status s = lg_store_select_one(store, cx, LG_Q_META_READ, LG_PARAMS(LG_DB_VTEXT(name)), &row);
	if (s.code == LG_E_NOT_FOUND) {
		*ret = LG_STR_NONE;
		return LG_OK;
	}
	LG_TRY(s);
	*ret = row[0].bytes;
	return LG_OK;
}

lg_status
lg_layout_look(struct lg_store *store, struct lg_ctx *cx, struct lg_layout *ret)
{
	struct lg_layout layout = { 0 };
	struct lg_db_rows tables;
	LG_TRY(lg_store_select(store, cx, LG_Q_LAYOUT_TABLES, NULL, TABLES_MAX, &tables));
	if (tables.count == 0) {
		*ret = layout;
		return LG_OK;
	}
	for (size_t i = 0; i < tables.count; i++)
		if (lg_str_eq(lg_row(&tables, i)[0].bytes, LG_STR("store_meta")))
			layout.has_tables = true;
	if (!layout.has_tables)
		return lg_fail(cx, LG_E_REFUSED, "the database holds the tables of another program");

	lg_str number;
	uint64_t value;
	LG_TRY(read_meta(store, cx, LG_STR("layout"), &number));
	if (!lg_str_to_uint(number, INT32_MAX, &value) || value == 0)
		return lg_fail(cx, LG_E_REFUSED,
			"the database does not tell its layout: it is not ours, or damaged");
	if (value > LG_MIGRATION_COUNT)
		return lg_fail(cx, LG_E_REFUSED,
			"the database has layout %llu, this program knows %d: it was written by a newer "
			"version",
			(unsigned long long)value, LG_MIGRATION_COUNT);
	layout.number = (int64_t)value;

	LG_TRY(read_meta(store, cx, LG_STR("stamp"), &layout.stamp));
	struct lg_db_rows slots;
	LG_TRY(lg_store_select(store, cx, LG_Q_MASTER_SLOTS, NULL, 16, &slots));
	layout.has_master = slots.count > 0;
	/* Both come in one batch: one that was committed between the two reads has the stamp by now. */
	if (layout.has_master && !lg_str_present(layout.stamp))
		LG_TRY(read_meta(store, cx, LG_STR("stamp"), &layout.stamp));
	if (layout.has_master != lg_str_present(layout.stamp))
		return lg_fail(cx, LG_E_REFUSED,
			"the database is damaged: stamp and master key do not belong together");
	*ret = layout;
	return LG_OK;
}

/* Nodes that start together migrate together: one succeeds, the others find it done. */
static bool
done_by_another(struct lg_store *store, struct lg_ctx *cx, int64_t number)
{
	lg_str text;
	uint64_t value;
	return !lg_failed(read_meta(store, cx, LG_STR("layout"), &text))
		&& lg_str_to_uint(text, INT32_MAX, &value) && value >= (uint64_t)number;
}

lg_status
lg_layout_migrate(struct lg_store *store, struct lg_ctx *cx, int64_t number)
{
	bool sqlite = lg_str_eq(lg_str_from_c(store->db->driver->name), LG_STR("sqlite"));
	for (size_t i = 0; i < LG_MIGRATION_COUNT; i++) {
		const struct lg_migration *migration = &lg_migrations[i];
		if (migration->number <= number)
			continue;
		lg_status s = store->db->driver->script(
			store->db, cx, sqlite ? migration->sqlite : migration->postgres);
		if (lg_failed(s) && !done_by_another(store, cx, migration->number))
			return s;
	}
	return LG_OK;
}
