#include "store/guard.h"

#include "store/impl.h"

static lg_status
spend(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], lg_str nonce, int64_t max_uses, lg_time expires)
{
	if (max_uses < 1)
		return lg_fail_default(cx, LG_E_SPENT);
	lg_status s = lg_store_write(store, cx, id,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), LG_DB_VBLOB(nonce), LG_DB_VINT(max_uses),
			LG_DB_VINT(expires.ms)),
		NULL, NULL);
	return s.code == LG_E_CONFLICT ? lg_fail_default(cx, LG_E_SPENT) : s;
}

lg_status
lg_store_spend(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	lg_str nonce, int64_t max_uses, lg_time expires)
{
	return spend(store, cx, LG_Q_SPEND, pool, uid, nonce, max_uses, expires);
}

lg_status
lg_store_spend_rest(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], lg_str nonce, int64_t max_uses, lg_time expires)
{
	return spend(store, cx, LG_Q_SPEND_REST, pool, uid, nonce, max_uses, expires);
}

void
lg_store_spend_rest_in(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	lg_str nonce, int64_t max_uses, lg_time expires)
{
	lg_batch_begin(batch);
	if (max_uses < 1) {
		lg_batch_check(batch, lg_fail_default(lg_batch_cx(batch), LG_E_CONFLICT));
		return;
	}
	lg_batch_add(batch, LG_Q_SPEND_REST,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_uid(batch, uid), LG_DB_VBLOB(nonce),
			LG_DB_VINT(max_uses), LG_DB_VINT(expires.ms)));
}

lg_status
lg_store_spent_uses(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], lg_str nonce, int64_t *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_SPENT_USES,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), LG_DB_VBLOB(nonce)), 1, &rows));
	*ret = rows.count ? lg_row(&rows, 0)[0].number : 0;
	return LG_OK;
}

lg_status
lg_store_throttle_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], int kind, struct lg_throttle *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_THROTTLE_READ,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), LG_DB_VINT(kind)), 1, &rows));
	struct lg_throttle found = { 0 };
	if (rows.count) {
		found.fails = lg_row(&rows, 0)[0].number;
		found.until = lg_cell_time(&lg_row(&rows, 0)[1]);
	}
	*ret = found;
	return LG_OK;
}

lg_status
lg_store_throttle_count(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], int kind, int64_t max, lg_time until, int64_t *ret_fails)
{
	if (max < 1)
		return lg_fail_default(cx, LG_E_BUDGET);
	struct lg_db_rows rows;
	lg_status s = lg_store_write(store, cx, LG_Q_THROTTLE_COUNT,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), LG_DB_VINT(kind), LG_DB_VINT(cx->now.ms),
			LG_DB_VINT(max), LG_DB_VINT(until.ms)),
		&rows, NULL);
	if (s.code == LG_E_CONFLICT)
		return lg_fail_default(cx, LG_E_BUDGET);
	LG_TRY(s);
	*ret_fails = lg_row(&rows, 0)[0].number;
	return LG_OK;
}

lg_status
lg_store_throttle_swap(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], int kind, struct lg_throttle seen, struct lg_throttle now)
{
	struct lg_db_value p = LG_DB_VINT(pool);
	struct lg_db_value u = lg_value_uid(uid);
	struct lg_db_value k = LG_DB_VINT(kind);
	struct lg_db_value seen_fails = LG_DB_VINT(seen.fails);
	struct lg_db_value seen_until = LG_DB_VINT(seen.until.ms);
	struct lg_db_value fails = LG_DB_VINT(now.fails);
	struct lg_db_value until = LG_DB_VINT(now.until.ms);

	/* No failures are no row, before and after. */
	if (seen.fails == 0 && now.fails == 0)
		return LG_OK;
	if (seen.fails == 0)
		return lg_store_write(
			store, cx, LG_Q_THROTTLE_INSERT, LG_PARAMS(p, u, k, fails, until), NULL, NULL);
	if (now.fails == 0)
		return lg_store_write(store, cx, LG_Q_THROTTLE_SWAP_NONE,
			LG_PARAMS(p, u, k, seen_fails, seen_until), NULL, NULL);
	return lg_store_write(store, cx, LG_Q_THROTTLE_SWAP,
		LG_PARAMS(p, u, k, seen_fails, seen_until, fails, until), NULL, NULL);
}

void
lg_store_throttle_clear(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE], int kind)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_THROTTLE_CLEAR,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_uid(batch, uid), LG_DB_VINT(kind)));
}
