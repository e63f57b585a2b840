#include "store/config.h"

#include "store/impl.h"

static struct lg_seal_place
place_of(const struct lg_client_row *row)
{
	return (struct lg_seal_place){
		.table = LG_STR("client"), .pool = row->pool, .first = row->client_id
	};
}

static lg_status
client_of_row(struct lg_store *store, struct lg_ctx *cx, const struct lg_db_value *cells,
	struct lg_client_row *ret)
{
	struct lg_client_row row = {
		.client_id = cells[0].bytes, .pool = cells[1].number, .version = cells[2].number
	};
	struct lg_seal_place place = place_of(&row);
	LG_TRY(lg_store_open_record(store, cx, &place, &lg_shape_rec_client, cells[3].bytes, &row.settings));
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_client_read(struct lg_store *store, struct lg_ctx *cx, lg_str client_id, struct lg_client_row *ret,
	lg_str *ret_pool_id)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_CLIENT_READ, LG_PARAMS(LG_DB_VTEXT(client_id)), &row));
	LG_TRY(client_of_row(store, cx, row, ret));
	*ret_pool_id = row[4].bytes;
	return LG_OK;
}

lg_status
lg_store_client_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str after, size_t limit,
	struct lg_client_row **ret, size_t *ret_count)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_CLIENT_PAGE,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VTEXT(after), LG_DB_VINT((int64_t)limit)), limit, &rows));
	struct lg_client_row *clients = lg_new_array(cx, struct lg_client_row, rows.count);
	if (!clients)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows.count; i++)
		LG_TRY(client_of_row(store, cx, lg_row(&rows, i), &clients[i]));
	*ret = clients;
	*ret_count = rows.count;
	return LG_OK;
}

lg_status
lg_store_client_count(struct lg_store *store, struct lg_ctx *cx, int64_t pool, int64_t *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_CLIENT_COUNT, LG_PARAMS(LG_DB_VINT(pool)), &row));
	*ret = row[0].number;
	return LG_OK;
}

static void
put(struct lg_batch *batch, enum lg_query_id id, const struct lg_client_row *row, int64_t version)
{
	lg_batch_begin(batch);
	struct lg_seal_place place = place_of(row);
	lg_str sealed;
	if (lg_batch_check(batch, lg_store_seal_record(lg_batch_store(batch), lg_batch_cx(batch), &place,
					  &lg_shape_rec_client, &row->settings, &sealed)))
		return;
	lg_batch_add(batch, id,
		LG_PARAMS(LG_DB_VTEXT(row->client_id), LG_DB_VINT(row->pool), LG_DB_VINT(version),
			LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_client_insert(struct lg_batch *batch, const struct lg_client_row *row)
{
	put(batch, LG_Q_CLIENT_INSERT, row, 1);
}

void
lg_store_client_update(struct lg_batch *batch, const struct lg_client_row *row)
{
	put(batch, LG_Q_CLIENT_UPDATE, row, row->version);
}

void
lg_store_client_delete(struct lg_batch *batch, const struct lg_client_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_CLIENT_DELETE,
		LG_PARAMS(LG_DB_VTEXT(row->client_id), LG_DB_VINT(row->pool), LG_DB_VINT(row->version)));
	lg_batch_bump(batch, row->pool);
}
