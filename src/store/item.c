#include "store/config.h"

#include "store/impl.h"

#define ITEM_ID_SIZE 16

static struct lg_seal_place
place_of(const struct lg_item_row *row)
{
	return (struct lg_seal_place){
		.table = LG_STR("pool_item"), .pool = row->pool, .first = row->kind, .second = row->name
	};
}

static lg_status
item_of_row(struct lg_store *store, struct lg_ctx *cx, const struct lg_shape *shape,
	const struct lg_db_value *cells, struct lg_item_row *row)
{
	row->name = cells[0].bytes;
	row->id = cells[1].bytes;
	row->version = cells[2].number;
	row->created = lg_cell_time(&cells[3]);
	row->modified = lg_cell_time(&cells[4]);
	row->record = lg_arena_alloc(cx->arena, shape->size);
	if (!row->record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_seal_place place = place_of(row);
	return lg_store_open_record(store, cx, &place, shape, cells[5].bytes, row->record);
}

lg_status
lg_store_items_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind,
	const struct lg_shape *shape, const struct lg_db_rows *rows, struct lg_item_row **ret,
	size_t *ret_count)
{
	struct lg_item_row *items = lg_new_array(cx, struct lg_item_row, rows->count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows->count; i++) {
		items[i].pool = pool;
		items[i].kind = kind;
		LG_TRY(item_of_row(store, cx, shape, lg_row(rows, i), &items[i]));
	}
	*ret = items;
	*ret_count = rows->count;
	return LG_OK;
}

lg_status
lg_store_item_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind, lg_str name,
	const struct lg_shape *shape, struct lg_item_row *ret)
{
	const struct lg_db_value *cells;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_ITEM_READ,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kind), LG_DB_VTEXT(name)), &cells));
	struct lg_item_row row = { .pool = pool, .kind = kind };
	LG_TRY(item_of_row(store, cx, shape, cells, &row));
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_item_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind, lg_str after,
	size_t limit, const struct lg_shape *shape, struct lg_item_row **ret, size_t *ret_count)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_ITEM_PAGE,
		LG_PARAMS(
			LG_DB_VINT(pool), LG_DB_VTEXT(kind), LG_DB_VTEXT(after), LG_DB_VINT((int64_t)limit)),
		limit, &rows));
	return lg_store_items_of_rows(store, cx, pool, kind, shape, &rows, ret, ret_count);
}

lg_status
lg_store_item_count(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind, int64_t *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(
		store, cx, LG_Q_ITEM_COUNT, LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kind)), &row));
	*ret = row[0].number;
	return LG_OK;
}

static bool
seal(struct lg_batch *batch, const struct lg_item_row *row, const struct lg_shape *shape, lg_str *ret)
{
	struct lg_seal_place place = place_of(row);
	return !lg_batch_check(batch, lg_store_seal_record(lg_batch_store(batch), lg_batch_cx(batch), &place,
					      shape, row->record, ret));
}

void
lg_store_item_insert(struct lg_batch *batch, struct lg_item_row *row, const struct lg_shape *shape)
{
	struct lg_ctx *cx = lg_batch_cx(batch);
	lg_batch_begin(batch);
	unsigned char *id = lg_new_array(cx, unsigned char, ITEM_ID_SIZE);
	if (!id) {
		lg_batch_check(batch, lg_fail_default(cx, LG_E_NO_MEMORY));
		return;
	}
	lg_rand_bytes(cx, id, ITEM_ID_SIZE);
	row->id = lg_str_from_bytes(id, ITEM_ID_SIZE);
	row->version = 1;
	if (row->created.ms == 0)
		row->created = cx->now;
	row->modified = row->created;
	lg_str sealed;
	if (!seal(batch, row, shape, &sealed))
		return;
	lg_batch_add(batch, LG_Q_ITEM_INSERT,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kind), LG_DB_VTEXT(row->name),
			LG_DB_VBLOB(row->id), LG_DB_VINT(row->version), LG_DB_VINT(row->created.ms),
			LG_DB_VINT(row->modified.ms), LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_item_update(struct lg_batch *batch, const struct lg_item_row *row, const struct lg_shape *shape)
{
	lg_batch_begin(batch);
	lg_str sealed;
	if (!seal(batch, row, shape, &sealed))
		return;
	lg_batch_add(batch, LG_Q_ITEM_UPDATE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kind), LG_DB_VTEXT(row->name),
			LG_DB_VINT(row->version), LG_DB_VINT(lg_batch_cx(batch)->now.ms),
			LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_item_delete(struct lg_batch *batch, const struct lg_item_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_ITEM_DELETE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kind), LG_DB_VTEXT(row->name),
			LG_DB_VINT(row->version)));
	lg_batch_bump(batch, row->pool);
}
