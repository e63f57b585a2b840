#include "store/config.h"

#include "store/impl.h"

/* Of one pool: rotation drops what it has retired; the stock has 16. */
#define SIGNING_KEYS_MAX 1000

lg_status
lg_store_signing_keys(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	struct lg_signing_key_row **ret, size_t *ret_count)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(
		store, cx, LG_Q_SIGNING_KEY_LIST, LG_PARAMS(LG_DB_VINT(pool)), SIGNING_KEYS_MAX, &rows));
	struct lg_signing_key_row *keys = lg_new_array(cx, struct lg_signing_key_row, rows.count);
	if (!keys)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows.count; i++) {
		const struct lg_db_value *cells = lg_row(&rows, i);
		keys[i] = (struct lg_signing_key_row){
			.pool = pool,
			.kid = cells[0].bytes,
			.use = cells[1].bytes,
			.alg = cells[2].bytes,
			.publish = lg_cell_time(&cells[3]),
			.sign = lg_cell_time(&cells[4]),
			.retire = lg_cell_time(&cells[5]),
			.drop = lg_cell_time(&cells[6]),
			.public_der = cells[7].bytes,
			.sealed = cells[8].bytes,
		};
	}
	*ret = keys;
	*ret_count = rows.count;
	return LG_OK;
}

void
lg_store_signing_key_insert(struct lg_batch *batch, const struct lg_signing_key_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_SIGNING_KEY_INSERT,
		LG_PARAMS(LG_DB_VINT(row->pool), LG_DB_VTEXT(row->kid), LG_DB_VTEXT(row->use),
			LG_DB_VTEXT(row->alg), LG_DB_VINT(row->publish.ms), LG_DB_VINT(row->sign.ms),
			LG_DB_VINT(row->retire.ms), LG_DB_VINT(row->drop.ms), LG_DB_VBLOB(row->public_der),
			LG_DB_VBLOB(row->sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_signing_key_delete(struct lg_batch *batch, int64_t pool, lg_str kid)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_SIGNING_KEY_DELETE, LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(kid)));
	lg_batch_bump(batch, pool);
}
