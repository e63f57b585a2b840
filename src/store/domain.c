#include "store/config.h"

#include "store/impl.h"

static struct lg_seal_place
place_of(const struct lg_domain_row *row)
{
	return (struct lg_seal_place){ .table = LG_STR("domain"), .pool = row->pool, .first = row->host };
}

lg_status
lg_store_domain_read(struct lg_store *store, struct lg_ctx *cx, lg_str host, struct lg_domain_row *ret,
	lg_str *ret_pool_id)
{
	const struct lg_db_value *cells;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_DOMAIN_READ, LG_PARAMS(LG_DB_VTEXT(host)), &cells));
	struct lg_domain_row row = {
		.host = cells[0].bytes, .pool = cells[1].number, .version = cells[2].number
	};
	struct lg_seal_place place = place_of(&row);
	LG_TRY(lg_store_open_record(store, cx, &place, &lg_shape_rec_domain, cells[3].bytes, &row.settings));
	*ret = row;
	*ret_pool_id = cells[4].bytes;
	return LG_OK;
}

lg_status
lg_store_domain_count_custom(struct lg_store *store, struct lg_ctx *cx, int64_t *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_DOMAIN_COUNT_CUSTOM, NULL, &row));
	*ret = row[0].number;
	return LG_OK;
}

static void
put(struct lg_batch *batch, enum lg_query_id id, const struct lg_domain_row *row, int64_t version)
{
	lg_batch_begin(batch);
	struct lg_seal_place place = place_of(row);
	lg_str sealed;
	if (lg_batch_check(batch, lg_store_seal_record(lg_batch_store(batch), lg_batch_cx(batch), &place,
					  &lg_shape_rec_domain, &row->settings, &sealed)))
		return;
	lg_batch_add(batch, id,
		LG_PARAMS(LG_DB_VTEXT(row->host), LG_DB_VINT(row->pool), LG_DB_VINT(version),
			LG_DB_VBLOB(sealed)));
	lg_batch_bump(batch, row->pool);
}

void
lg_store_domain_insert(struct lg_batch *batch, const struct lg_domain_row *row)
{
	put(batch, LG_Q_DOMAIN_INSERT, row, 1);
}

void
lg_store_domain_update(struct lg_batch *batch, const struct lg_domain_row *row)
{
	put(batch, LG_Q_DOMAIN_UPDATE, row, row->version);
}

void
lg_store_domain_delete(struct lg_batch *batch, const struct lg_domain_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_DOMAIN_DELETE,
		LG_PARAMS(LG_DB_VTEXT(row->host), LG_DB_VINT(row->pool), LG_DB_VINT(row->version)));
	lg_batch_bump(batch, row->pool);
}
