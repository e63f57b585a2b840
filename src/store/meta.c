#include "store/config.h"

#include "store/impl.h"

int
lg_store_epoch_slot(int64_t pool)
{
	/* Pool numbers are random, so their low bits are as good as a hash. */
	return (int)((uint64_t)pool % LG_EPOCH_SLOTS);
}

lg_status
lg_store_epochs(struct lg_store *store, struct lg_ctx *cx, int64_t ret[LG_EPOCH_SLOTS])
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_EPOCH_LIST, NULL, LG_EPOCH_SLOTS, &rows));
	if (rows.count != LG_EPOCH_SLOTS)
		return lg_fail(cx, LG_E_INTERNAL, "%zu configuration epochs", rows.count);
	for (size_t i = 0; i < rows.count; i++)
		ret[i] = lg_row(&rows, i)[1].number;
	return LG_OK;
}

static lg_status
value_name(struct lg_ctx *cx, lg_str name, lg_str *ret)
{
	return lg_str_concat(cx, (const lg_str[]){ LG_STR(LG_STORE_VALUE_PREFIX), name }, 2, ret);
}

static struct lg_seal_place
place_of(lg_str name)
{
	return (struct lg_seal_place){ .table = LG_STR("store_meta"), .first = name };
}

lg_status
lg_store_meta_read(struct lg_store *store, struct lg_ctx *cx, lg_str name, lg_str *ret)
{
	lg_str full;
	const struct lg_db_value *row;
	LG_TRY(value_name(cx, name, &full));
	LG_TRY(lg_store_select_one(store, cx, LG_Q_META_READ, LG_PARAMS(LG_DB_VTEXT(full)), &row));
	struct lg_seal_place place = place_of(name);
	return lg_store_open_sealed(store, cx, &place, row[0].bytes, ret);
}

void
lg_store_meta_put(struct lg_batch *batch, lg_str name, lg_str value)
{
	lg_batch_begin(batch);
	lg_str full;
	lg_str sealed;
	struct lg_seal_place place = place_of(name);
	if (lg_batch_check(batch, value_name(lg_batch_cx(batch), name, &full)) ||
		lg_batch_check(batch,
			lg_store_seal(lg_batch_store(batch), lg_batch_cx(batch), &place, value, &sealed)))
		return;
	lg_batch_add(batch, LG_Q_META_INSERT, LG_PARAMS(LG_DB_VTEXT(full), LG_DB_VBLOB(sealed)));
}
