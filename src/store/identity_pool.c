#include "store/identity.h"

#include "store/impl.h"

static struct lg_seal_place
place_of(const struct lg_identity_pool_row *row)
{
	return (struct lg_seal_place){
		.table = LG_STR("identity_pool"), .pool = row->pool, .first = row->pool_id
	};
}

static lg_status
pool_of_row(struct lg_store *store, struct lg_ctx *cx, const struct lg_db_value *cells,
	struct lg_identity_pool_row *ret)
{
	struct lg_identity_pool_row row = {
		.pool = cells[0].number,
		.pool_id = cells[1].bytes,
		.version = cells[2].number,
		.created = lg_cell_time(&cells[3]),
		.modified = lg_cell_time(&cells[4]),
	};
	const struct lg_seal_place place = place_of(&row);
	LG_TRY(lg_store_open_record(
		store, cx, &place, &lg_shape_rec_identity_pool, cells[5].bytes, &row.settings));
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_identity_pool_read(
	struct lg_store *store, struct lg_ctx *cx, lg_str pool_id, struct lg_identity_pool_row *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(
		store, cx, LG_Q_IDENTITY_POOL_READ, LG_PARAMS(LG_DB_VTEXT(pool_id)), &row));
	return pool_of_row(store, cx, row, ret);
}

lg_status
lg_store_identity_pool_read_number(
	struct lg_store *store, struct lg_ctx *cx, int64_t pool, struct lg_identity_pool_row *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(
		store, cx, LG_Q_IDENTITY_POOL_READ_NUMBER, LG_PARAMS(LG_DB_VINT(pool)), &row));
	return pool_of_row(store, cx, row, ret);
}

lg_status
lg_store_identity_pool_page(struct lg_store *store, struct lg_ctx *cx, lg_str after, size_t limit,
	struct lg_identity_pool_row **ret, size_t *ret_count)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_IDENTITY_POOL_PAGE,
		LG_PARAMS(LG_DB_VTEXT(after), LG_DB_VINT((int64_t)limit)), limit, &rows));
	struct lg_identity_pool_row *pools = lg_new_array(cx, struct lg_identity_pool_row, rows.count);
	if (!pools)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < rows.count; i++) {
		const lg_status s = pool_of_row(store, cx, lg_row(&rows, i), &pools[count]);
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
lg_store_identity_pool_count(struct lg_store *store, struct lg_ctx *cx, lg_str prefix, int64_t *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(
		store, cx, LG_Q_IDENTITY_POOL_COUNT, LG_PARAMS(LG_DB_VTEXT(prefix)), &row));
	*ret = row[0].number;
	return LG_OK;
}

static bool
seal(struct lg_batch *batch, const struct lg_identity_pool_row *row, lg_str *ret)
{
	const struct lg_seal_place place = place_of(row);
	return !lg_batch_check(batch, LG_OK) &&
	       !lg_batch_check(batch, lg_store_seal_record(lg_batch_store(batch), lg_batch_cx(batch), &place,
					      &lg_shape_rec_identity_pool, &row->settings, ret));
}

void
lg_store_identity_pool_insert(struct lg_batch *batch, struct lg_identity_pool_row *row)
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
	lg_batch_add(batch, LG_Q_IDENTITY_POOL_INSERT,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->pool_id), LG_DB_VINT(row->version),
			LG_DB_VINT(row->created.ms), LG_DB_VINT(row->modified.ms), LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_identity_pool_update(struct lg_batch *batch, const struct lg_identity_pool_row *row)
{
	lg_batch_begin(batch);
	lg_str sealed;
	if (!seal(batch, row, &sealed))
		return;
	lg_batch_add(batch, LG_Q_IDENTITY_POOL_UPDATE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VINT(row->version),
			LG_DB_VINT(lg_batch_cx(batch)->now.ms), LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_identity_pool_delete(struct lg_batch *batch, const struct lg_identity_pool_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_IDENTITY_POOL_DELETE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VINT(row->version)));
	lg_batch_delete_pool(batch, row->pool);
}
