#include "store/impl.h"

#include <string.h>

lg_status
lg_store_select(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret)
{
	cx->work.reads++;
	return store->db->driver->read(store->db, cx, &lg_queries[id], params, max_rows, ret);
}

lg_status
lg_store_select_one(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id,
	const struct lg_db_value *params, const struct lg_db_value **ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, id, params, 1, &rows));
	if (rows.count == 0)
		return lg_fail(cx, LG_E_NOT_FOUND, "%s: no row", lg_queries[id].name);
	*ret = lg_row(&rows, 0);
	return LG_OK;
}

lg_status
lg_cell_uid(struct lg_ctx *cx, const struct lg_db_value *cell, unsigned char ret[LG_UID_SIZE])
{
	if (cell->bytes.len != LG_UID_SIZE)
		return lg_fail(cx, LG_E_INTERNAL, "a stored uid has %zu bytes", cell->bytes.len);
	memcpy(ret, cell->bytes.ptr, LG_UID_SIZE);
	return LG_OK;
}
