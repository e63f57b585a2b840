#include "store/user_item.h"

#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "store/impl.h"

static lg_status
column_of(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind, lg_str name, lg_str *ret)
{
	unsigned char digest[16];
	lg_str label;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("user item "), kind }, 2, &label));
	LG_TRY(lg_store_digest(store, cx, pool, label, name, digest));
	return lg_hex_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

/* Kind and column together name the row among the user's. */
static lg_status
place_of(struct lg_ctx *cx, const struct lg_user_row *user, lg_str kind, lg_str column,
	struct lg_seal_place *ret)
{
	*ret = (struct lg_seal_place){ .table = LG_STR("user_item"), .pool = user->pool,
		.first = lg_user_row_uid(user) };
	return lg_str_concat(cx, (const lg_str[]){ kind, LG_STR(" "), column }, 3, &ret->second);
}

lg_status
lg_store_user_item_open(struct lg_ctx *cx, const struct lg_user_row *user, lg_str kind, lg_str column,
	lg_str sealed, struct lg_rec_item *ret)
{
	struct lg_seal_place place;
	LG_TRY(place_of(cx, user, kind, column, &place));
	return lg_open_for_user(cx, user->key, &place, &lg_shape_rec_item, sealed, ret);
}

static lg_status
item_of_row(struct lg_ctx *cx, const struct lg_user_row *user, const struct lg_shape *shape,
	const struct lg_db_value *cells, struct lg_user_item *item)
{
	item->version = cells[1].number;
	item->created = lg_cell_time(&cells[2]);
	item->record = lg_arena_alloc(cx->arena, shape->size);
	if (!item->record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_rec_item sealed = { 0 };
	LG_TRY(lg_store_user_item_open(cx, user, item->kind, cells[0].bytes, cells[3].bytes, &sealed));
	item->name = sealed.name;
	lg_status s = lg_shape_from_cbor(cx, shape, sealed.record, item->record);
	return s.code == LG_E_MALFORMED ? lg_fail(cx, LG_E_INTERNAL,
		"a sealed row of user_item does not open") : s;
}

static lg_status
items_of_rows(struct lg_ctx *cx, const struct lg_user_row *user, lg_str kind, const struct lg_shape *shape,
	const struct lg_db_rows *rows, struct lg_user_item **ret, size_t *ret_count)
{
	struct lg_user_item *items = lg_new_array(cx, struct lg_user_item, rows->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows->count; i++) {
		items[i].kind = kind;
		LG_TRY(item_of_row(cx, user, shape, lg_row(rows, i), &items[i]));
	}
	*ret = items;
	*ret_count = rows->count;
	return LG_OK;
}

lg_status
lg_store_user_item_read(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	lg_str kind, lg_str name, const struct lg_shape *shape, struct lg_user_item *ret)
{
	lg_str column;
	const struct lg_db_value *cells;
	LG_TRY(column_of(store, cx, user->pool, kind, name, &column));
	LG_TRY(lg_store_select_one(store, cx, LG_Q_USER_ITEM_READ,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), LG_DB_VTEXT(kind),
			LG_DB_VTEXT(column)), &cells));
	struct lg_user_item item = { .kind = kind };
	LG_TRY(item_of_row(cx, user, shape, cells, &item));
	*ret = item;
	return LG_OK;
}

lg_status
lg_store_user_item_page(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	lg_str kind, lg_str after, size_t limit, const struct lg_shape *shape, struct lg_user_item **ret,
	size_t *ret_count)
{
	lg_str column = LG_STR("");
	if (!lg_str_empty(after))
		LG_TRY(column_of(store, cx, user->pool, kind, after, &column));
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_USER_ITEM_PAGE,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), LG_DB_VTEXT(kind),
			LG_DB_VTEXT(column), LG_DB_VINT((int64_t)limit)), limit, &rows));
	return items_of_rows(cx, user, kind, shape, &rows, ret, ret_count);
}

lg_status
lg_store_user_item_newest(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	lg_str kind, lg_time before, lg_str after, size_t limit, const struct lg_shape *shape,
	struct lg_user_item **ret, size_t *ret_count)
{
	lg_str column = LG_STR("");
	int64_t before_ms = INT64_MAX;
	if (!lg_str_empty(after)) {
		LG_TRY(column_of(store, cx, user->pool, kind, after, &column));
		before_ms = before.ms;
	}
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_USER_ITEM_NEWEST,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), LG_DB_VTEXT(kind),
			LG_DB_VINT(before_ms), LG_DB_VTEXT(column), LG_DB_VINT((int64_t)limit)),
		limit, &rows));
	return items_of_rows(cx, user, kind, shape, &rows, ret, ret_count);
}

/* The column of an item and what is sealed in it; false when the batch has failed. */
static bool
seal(struct lg_batch *batch, const struct lg_user_row *user, const struct lg_user_item *item,
	const struct lg_shape *shape, lg_str *ret_column, lg_str *ret)
{
	struct lg_ctx *cx = lg_batch_cx(batch);
	struct lg_rec_item sealed = { .name = item->name };
	struct lg_seal_place place;
	return !lg_batch_check(batch, column_of(lg_batch_store(batch), cx, user->pool, item->kind,
			item->name, ret_column))
		&& !lg_batch_check(batch, lg_shape_to_cbor(cx, shape, item->record, &sealed.record))
		&& !lg_batch_check(batch, place_of(cx, user, item->kind, *ret_column, &place))
		&& !lg_batch_check(batch, lg_seal_for_user(cx, user->key, &place, &lg_shape_rec_item,
			&sealed, ret));
}

void
lg_store_user_item_insert(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item,
	const struct lg_shape *shape)
{
	lg_str column, sealed;
	lg_batch_begin(batch);
	item->version = 1;
	if (item->created.ms == 0)
		item->created = lg_batch_cx(batch)->now;
	if (!seal(batch, user, item, shape, &column, &sealed))
		return;
	lg_batch_add(batch, LG_Q_USER_ITEM_INSERT,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(item->kind),
			LG_DB_VTEXT(column), LG_DB_VINT(item->version), LG_DB_VINT(item->created.ms),
			LG_DB_VBLOB(sealed)));
}

void
lg_store_user_item_update(struct lg_batch *batch, const struct lg_user_row *user,
	const struct lg_user_item *item, const struct lg_shape *shape)
{
	lg_str column, sealed;
	lg_batch_begin(batch);
	if (!seal(batch, user, item, shape, &column, &sealed))
		return;
	lg_batch_add(batch, LG_Q_USER_ITEM_UPDATE,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(item->kind),
			LG_DB_VTEXT(column), LG_DB_VINT(item->version), LG_DB_VBLOB(sealed)));
}

/* False: the batch has failed. */
static bool
begin_by_name(struct lg_batch *batch, const struct lg_user_row *user, const struct lg_user_item *item,
	lg_str *ret_column)
{
	lg_batch_begin(batch);
	return !lg_batch_check(batch, column_of(lg_batch_store(batch), lg_batch_cx(batch), user->pool,
			item->kind, item->name, ret_column));
}

void
lg_store_user_item_delete(struct lg_batch *batch, const struct lg_user_row *user,
	const struct lg_user_item *item)
{
	lg_str column;
	if (!begin_by_name(batch, user, item, &column))
		return;
	lg_batch_add(batch, LG_Q_USER_ITEM_DELETE,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(item->kind),
			LG_DB_VTEXT(column), LG_DB_VINT(item->version)));
}

void
lg_store_user_item_hold(struct lg_batch *batch, const struct lg_user_row *user,
	const struct lg_user_item *item)
{
	lg_str column;
	if (!begin_by_name(batch, user, item, &column))
		return;
	lg_batch_add(batch, LG_Q_USER_ITEM_HOLD,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(item->kind),
			LG_DB_VTEXT(column)));
}

void
lg_store_user_item_put(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item,
	const struct lg_shape *shape)
{
	lg_str column, sealed;
	lg_batch_begin(batch);
	item->version = 1;
	if (item->created.ms == 0)
		item->created = lg_batch_cx(batch)->now;
	if (!seal(batch, user, item, shape, &column, &sealed))
		return;
	lg_batch_add(batch, LG_Q_USER_ITEM_PUT,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(item->kind),
			LG_DB_VTEXT(column), LG_DB_VINT(item->created.ms), LG_DB_VBLOB(sealed)));
}

void
lg_store_user_item_prune(struct lg_batch *batch, const struct lg_user_row *user, lg_str kind, lg_time before,
	int64_t keep)
{
	lg_batch_begin(batch);
	/* The row of place `keep` is the oldest that stays. */
	lg_batch_add(batch, LG_Q_USER_ITEM_PRUNE,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(kind),
			LG_DB_VINT(before.ms), LG_DB_VINT(keep - 1)));
}
