#include "store/guard.h"

#include <string.h>

#include "store/impl.h"

static struct lg_seal_place
place_of(const struct lg_user_row *user, lg_str purpose)
{
	return (struct lg_seal_place){ .table = LG_STR("user_code"),
		.pool = user->pool,
		.first = lg_user_row_uid(user),
		.second = purpose };
}

static struct lg_db_value
mac_of(struct lg_batch *batch, const struct lg_code_row *code)
{
	return lg_batch_blob(batch, code->mac, sizeof(code->mac));
}

void
lg_store_code_put(struct lg_batch *batch, const struct lg_user_row *user, lg_str purpose,
	const struct lg_code_row *code)
{
	lg_batch_begin(batch);
	struct lg_seal_place place = place_of(user, purpose);
	lg_str sealed;
	if (lg_batch_check(batch, lg_seal_for_user(lg_batch_cx(batch), user->key, &place, &lg_shape_rec_code,
					  &code->detail, &sealed)))
		return;
	lg_batch_add(batch, LG_Q_CODE_PUT,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(purpose),
			mac_of(batch, code), LG_DB_VINT(code->tries), LG_DB_VINT(code->expires.ms),
			LG_DB_VBLOB(sealed)));
}

lg_status
lg_store_code_read(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user, lg_str purpose,
	struct lg_code_row *ret)
{
	const struct lg_db_value *cells;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_CODE_READ,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), LG_DB_VTEXT(purpose)), &cells));
	struct lg_code_row row = { .tries = cells[1].number, .expires = lg_cell_time(&cells[2]) };
	if (cells[0].bytes.len != sizeof(row.mac))
		return lg_fail(cx, LG_E_INTERNAL, "a stored MAC has %zu bytes", cells[0].bytes.len);
	memcpy(row.mac, cells[0].bytes.ptr, sizeof(row.mac));
	struct lg_seal_place place = place_of(user, purpose);
	LG_TRY(lg_open_for_user(cx, user->key, &place, &lg_shape_rec_code, cells[3].bytes, &row.detail));
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_code_miss(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user, lg_str purpose,
	const struct lg_code_row *seen, int64_t max_tries)
{
	lg_status s = lg_store_write(store, cx, LG_Q_CODE_MISS,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), LG_DB_VTEXT(purpose),
			LG_DB_VBLOB(lg_str_from_bytes(seen->mac, sizeof(seen->mac))), LG_DB_VINT(max_tries)),
		NULL, NULL);
	return s.code == LG_E_CONFLICT ? lg_fail_default(cx, LG_E_BUDGET) : s;
}

void
lg_store_code_redeem(struct lg_batch *batch, const struct lg_user_row *user, lg_str purpose,
	const struct lg_code_row *seen, int64_t max_tries)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_CODE_REDEEM,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(purpose),
			mac_of(batch, seen), LG_DB_VINT(max_tries)));
}

void
lg_store_code_drop(struct lg_batch *batch, const struct lg_user_row *user, lg_str purpose)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_CODE_DROP,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid), LG_DB_VTEXT(purpose)));
}
