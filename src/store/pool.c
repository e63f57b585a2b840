#include "store/config.h"

#include <inttypes.h>

#include "store/impl.h"

static struct lg_seal_place
place_of(const struct lg_pool_row *row)
{
	return (struct lg_seal_place){ .table = LG_STR("pool"), .pool = row->pool, .first = row->pool_id };
}

static lg_status
pool_of_row(
	struct lg_store *store, struct lg_ctx *cx, const struct lg_db_value *cells, struct lg_pool_row *ret)
{
	struct lg_pool_row row = {
		.pool = cells[0].number,
		.pool_id = cells[1].bytes,
		.state = cells[2].bytes,
		.version = cells[3].number,
		.valid_since = lg_cell_time(&cells[4]),
		.created = lg_cell_time(&cells[5]),
		.modified = lg_cell_time(&cells[6]),
	};
	struct lg_seal_place place = place_of(&row);
	LG_TRY(lg_store_open_record(store, cx, &place, &lg_shape_rec_pool, cells[7].bytes, &row.settings));
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_pool_read(struct lg_store *store, struct lg_ctx *cx, lg_str pool_id, struct lg_pool_row *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_POOL_READ, LG_PARAMS(LG_DB_VTEXT(pool_id)), &row));
	return pool_of_row(store, cx, row, ret);
}

lg_status
lg_store_pool_read_any(struct lg_store *store, struct lg_ctx *cx, lg_str pool_id, struct lg_pool_row *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_POOL_READ_ANY, LG_PARAMS(LG_DB_VTEXT(pool_id)), &row));
	return pool_of_row(store, cx, row, ret);
}

lg_status
lg_store_pool_page(struct lg_store *store, struct lg_ctx *cx, lg_str after, size_t limit,
	struct lg_pool_row **ret, size_t *ret_count)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_POOL_PAGE,
		LG_PARAMS(LG_DB_VTEXT(after), LG_DB_VINT((int64_t)limit)), limit, &rows));
	struct lg_pool_row *pools = lg_new_array(cx, struct lg_pool_row, rows.count);
	if (!pools)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < rows.count; i++) {
		lg_status s = pool_of_row(store, cx, lg_row(&rows, i), &pools[count]);
		/* Deleted since the page was read, its keys with it. */
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		count++;
	}
	*ret = pools;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_store_pool_count(struct lg_store *store, struct lg_ctx *cx, lg_str prefix, int64_t *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_POOL_COUNT, LG_PARAMS(LG_DB_VTEXT(prefix)), &row));
	*ret = row[0].number;
	return LG_OK;
}

int64_t
lg_store_draw_pool(struct lg_ctx *cx)
{
	uint64_t number;
	do {
		lg_rand_bytes(cx, &number, sizeof(number));
		number &= INT64_MAX;
	} while (number == 0);
	return (int64_t)number;
}

static bool
seal(struct lg_batch *batch, const struct lg_pool_row *row, lg_str *ret)
{
	struct lg_seal_place place = place_of(row);
	return !lg_batch_check(batch, LG_OK) &&
	       !lg_batch_check(batch, lg_store_seal_record(lg_batch_store(batch), lg_batch_cx(batch), &place,
					      &lg_shape_rec_pool, &row->settings, ret));
}

void
lg_store_pool_insert(struct lg_batch *batch, struct lg_pool_row *row)
{
	struct lg_ctx *cx = lg_batch_cx(batch);
	lg_batch_begin(batch);
	if (row->pool == 0)
		row->pool = lg_store_draw_pool(cx);
	row->version = 1;
	if (row->created.ms == 0)
		row->created = cx->now;
	row->modified = row->created;
	lg_batch_make_keys(batch, row->pool);
	lg_str sealed;
	if (!seal(batch, row, &sealed))
		return;
	lg_batch_add(batch, LG_Q_POOL_INSERT,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->pool_id), LG_DB_VTEXT(row->state),
			LG_DB_VINT(row->version), LG_DB_VINT(row->valid_since.ms),
			LG_DB_VINT(row->created.ms), LG_DB_VINT(row->modified.ms), LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_pool_update(struct lg_batch *batch, const struct lg_pool_row *row)
{
	lg_batch_begin(batch);
	lg_str sealed;
	if (!seal(batch, row, &sealed))
		return;
	lg_batch_add(batch, LG_Q_POOL_UPDATE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VINT(row->version), LG_DB_VTEXT(row->state),
			LG_DB_VINT(row->valid_since.ms), LG_DB_VINT(lg_batch_cx(batch)->now.ms),
			LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_batch_delete_pool(struct lg_batch *batch, int64_t pool)
{
	static const enum lg_query_id rest[] = { LG_Q_POOL_DELETE_KEYS, LG_Q_POOL_DELETE_SIGNING_KEYS,
		LG_Q_POOL_DELETE_CLIENTS, LG_Q_POOL_DELETE_DOMAINS, LG_Q_POOL_DELETE_ITEMS };
	struct lg_ctx *cx = lg_batch_cx(batch);
	for (size_t i = 0; i < LG_LEN(rest); i++)
		lg_batch_add(batch, rest[i], LG_PARAMS(LG_DB_VINT(pool)));
	/* A mark for lg_store_pool_purge, with the time. */
	lg_str name;
	lg_str when;
	if (lg_batch_check(batch, lg_str_fmt(cx, &name, LG_STORE_PURGE_PREFIX "%" PRId64, pool)) ||
		lg_batch_check(batch, lg_str_fmt(cx, &when, "%" PRId64, cx->now.ms)))
		return;
	lg_batch_add(batch, LG_Q_META_INSERT, LG_PARAMS(LG_DB_VTEXT(name), LG_DB_VBLOB(when)));
	lg_batch_bump(batch, pool);
}

void
lg_store_pool_delete(struct lg_batch *batch, const struct lg_pool_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_POOL_DELETE, LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VINT(row->version)));
	lg_batch_delete_pool(batch, row->pool);
}
