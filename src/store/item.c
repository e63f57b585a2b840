#include "store/config.h"

#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "store/impl.h"

#define ITEM_ID_SIZE 16

/*
 * The column `name` holds a digest: names of groups and the like are not to be read in a stolen database
 * (DATA 2).
 * The name itself is sealed beside the record.
 */
static lg_status
column_of(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind, lg_str name, lg_str *ret)
{
	unsigned char digest[16];
	lg_str label;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("item "), kind }, 2, &label));
	LG_TRY(lg_store_digest(store, cx, pool, label, name, digest));
	return lg_hex_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

static struct lg_seal_place
place_of(const struct lg_item_row *row, lg_str column)
{
	return (struct lg_seal_place){
		.table = LG_STR("pool_item"), .pool = row->pool, .first = row->kind, .second = column
	};
}

static lg_status
item_of_row(struct lg_store *store, struct lg_ctx *cx, const struct lg_shape *shape,
	const struct lg_db_value *cells, struct lg_item_row *row)
{
	row->id = cells[1].bytes;
	row->version = cells[2].number;
	row->created = lg_cell_time(&cells[3]);
	row->modified = lg_cell_time(&cells[4]);
	row->record = lg_arena_alloc(cx->arena, shape->size);
	if (!row->record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_seal_place place = place_of(row, cells[0].bytes);
	struct lg_rec_item item = { 0 };
	LG_TRY(lg_store_open_record(store, cx, &place, &lg_shape_rec_item, cells[5].bytes, &item));
	row->name = item.name;
	lg_status s = lg_shape_from_cbor(cx, shape, item.record, row->record);
	return s.code == LG_E_MALFORMED ? lg_fail(cx, LG_E_INTERNAL,
		"a sealed row of pool_item does not open") : s;
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
	lg_str column;
	LG_TRY(column_of(store, cx, pool, kind, name, &column));
	LG_TRY(lg_store_select_one(store, cx, LG_Q_ITEM_READ,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kind), LG_DB_VTEXT(column)), &cells));
	struct lg_item_row row = { .pool = pool, .kind = kind };
	LG_TRY(item_of_row(store, cx, shape, cells, &row));
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_item_read_id(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind,
	const unsigned char id[ITEM_ID_SIZE], const struct lg_shape *shape, struct lg_item_row *ret)
{
	const struct lg_db_value *cells;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_ITEM_READ_ID,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kind),
			LG_DB_VBLOB(lg_str_from_bytes(id, ITEM_ID_SIZE))),
		&cells));
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
	lg_str column = LG_STR("");
	if (lg_str_present(after) && after.len)
		LG_TRY(column_of(store, cx, pool, kind, after, &column));
	LG_TRY(lg_store_select(store, cx, LG_Q_ITEM_PAGE,
		LG_PARAMS(
			LG_DB_VINT(pool), LG_DB_VTEXT(kind), LG_DB_VTEXT(column),
			LG_DB_VINT((int64_t)limit)),
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

/* The column of a row and what is sealed in it; false when the batch has failed. */
static bool
seal(struct lg_batch *batch, const struct lg_item_row *row, const struct lg_shape *shape, lg_str *ret_column,
	lg_str *ret)
{
	struct lg_store *store = lg_batch_store(batch);
	struct lg_ctx *cx = lg_batch_cx(batch);
	struct lg_rec_item item = { .name = row->name };
	if (lg_batch_check(batch, column_of(store, cx, row->pool, row->kind, row->name, ret_column))
		|| lg_batch_check(batch, lg_shape_to_cbor(cx, shape, row->record, &item.record)))
		return false;
	struct lg_seal_place place = place_of(row, *ret_column);
	return !lg_batch_check(batch, lg_store_seal_record(store, cx, &place, &lg_shape_rec_item, &item,
		ret));
}

void
lg_store_item_insert(struct lg_batch *batch, struct lg_item_row *row, const struct lg_shape *shape)
{
	struct lg_ctx *cx = lg_batch_cx(batch);
	lg_batch_begin(batch);
	if (!lg_str_present(row->id)) {
		unsigned char *id = lg_new_array(cx, unsigned char, ITEM_ID_SIZE);
		if (!id) {
			lg_batch_check(batch, lg_fail_default(cx, LG_E_NO_MEMORY));
			return;
		}
		lg_rand_bytes(cx, id, ITEM_ID_SIZE);
		row->id = lg_str_from_bytes(id, ITEM_ID_SIZE);
	}
	row->version = 1;
	if (row->created.ms == 0)
		row->created = cx->now;
	if (row->modified.ms == 0)
		row->modified = row->created;
	lg_str column;
	lg_str sealed;
	if (!seal(batch, row, shape, &column, &sealed))
		return;
	lg_batch_add(batch, LG_Q_ITEM_INSERT,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kind), LG_DB_VTEXT(column),
			LG_DB_VBLOB(row->id), LG_DB_VINT(row->version), LG_DB_VINT(row->created.ms),
			LG_DB_VINT(row->modified.ms), LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_item_update(struct lg_batch *batch, const struct lg_item_row *row, const struct lg_shape *shape)
{
	lg_batch_begin(batch);
	lg_str column;
	lg_str sealed;
	if (!seal(batch, row, shape, &column, &sealed))
		return;
	lg_batch_add(batch, LG_Q_ITEM_UPDATE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kind), LG_DB_VTEXT(column),
			LG_DB_VINT(row->version), LG_DB_VINT(lg_batch_cx(batch)->now.ms),
			LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_item_delete(struct lg_batch *batch, const struct lg_item_row *row)
{
	lg_batch_begin(batch);
	lg_str column;
	if (lg_batch_check(batch, column_of(lg_batch_store(batch), lg_batch_cx(batch), row->pool, row->kind,
					  row->name, &column)))
		return;
	lg_batch_add(batch, LG_Q_ITEM_DELETE,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kind), LG_DB_VTEXT(column),
			LG_DB_VINT(row->version)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_item_drop(struct lg_batch *batch, int64_t pool, lg_str kind, lg_str name)
{
	lg_batch_begin(batch);
	lg_str column;
	if (lg_batch_check(batch,
		    column_of(lg_batch_store(batch), lg_batch_cx(batch), pool, kind, name, &column)))
		return;
	lg_batch_add(batch, LG_Q_ITEM_DROP,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kind), LG_DB_VTEXT(column)));
	lg_batch_bump(batch, pool);
}

void
lg_store_item_drop_kind(struct lg_batch *batch, int64_t pool, lg_str kind)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_ITEM_DROP_KIND, LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kind)));
	lg_batch_bump(batch, pool);
}
