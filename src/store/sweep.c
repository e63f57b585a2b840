#include "store/guard.h"

#include <string.h>

#include "store/config.h"
#include "store/impl.h"

/*
 * An access token lives a day at most, from its session's last refresh at the latest: its revocation
 * outlasts it.
 */
#define SESSION_REST_MS LG_DAY_MS

/*
 * How long after its deletion a pool may still be written to: a node's snapshot is older by seconds at
 * most.
 */
#define PURGE_WATCH_MS LG_MINUTE_MS
#define PURGE_POOLS 16

static const struct sweep {
	enum lg_query_id end;
	enum lg_query_id remove;
	int64_t rest_ms;
} sweeps[] = {
	{ LG_Q_SWEEP_SPENT_END, LG_Q_SWEEP_SPENT, 0 },
	{ LG_Q_SWEEP_SESSION_END, LG_Q_SWEEP_SESSION, SESSION_REST_MS },
	{ LG_Q_SWEEP_USER_CODE_END, LG_Q_SWEEP_USER_CODE, 0 },
	{ LG_Q_SWEEP_THROTTLE_END, LG_Q_SWEEP_THROTTLE, 0 },
};

static const struct purge {
	enum lg_query_id end;
	enum lg_query_id remove;
} purges[] = {
	{ LG_Q_PURGE_USER_KEY_END, LG_Q_PURGE_USER_KEY },
	{ LG_Q_PURGE_USER_HEAD_END, LG_Q_PURGE_USER_HEAD },
	{ LG_Q_PURGE_USER_PART_END, LG_Q_PURGE_USER_PART },
	{ LG_Q_PURGE_USER_ITEM_END, LG_Q_PURGE_USER_ITEM },
	{ LG_Q_PURGE_USER_GROUP_END, LG_Q_PURGE_USER_GROUP },
	{ LG_Q_PURGE_USER_FIND_END, LG_Q_PURGE_USER_FIND },
	{ LG_Q_PURGE_SESSION_END, LG_Q_PURGE_SESSION },
	{ LG_Q_PURGE_USER_CODE_END, LG_Q_PURGE_USER_CODE },
	{ LG_Q_PURGE_THROTTLE_END, LG_Q_PURGE_THROTTLE },
	{ LG_Q_PURGE_SPENT_END, LG_Q_PURGE_SPENT },
	{ LG_Q_PURGE_OUTBOX_END, LG_Q_PURGE_OUTBOX },
	{ LG_Q_PURGE_ERASED_END, LG_Q_PURGE_ERASED },
};

static const enum lg_query_id clears[] = { LG_Q_CLEAR_POOL, LG_Q_CLEAR_IDENTITY_POOL, LG_Q_CLEAR_POOL_KEY,
	LG_Q_CLEAR_SIGNING_KEY, LG_Q_CLEAR_CLIENT, LG_Q_CLEAR_DOMAIN, LG_Q_CLEAR_POOL_ITEM,
	LG_Q_CLEAR_LEASE, LG_Q_CLEAR_USER_KEY, LG_Q_CLEAR_USER_HEAD, LG_Q_CLEAR_USER_PART,
	LG_Q_CLEAR_USER_ITEM, LG_Q_CLEAR_USER_GROUP, LG_Q_CLEAR_USER_FIND, LG_Q_CLEAR_SESSION,
	LG_Q_CLEAR_USER_CODE, LG_Q_CLEAR_THROTTLE, LG_Q_CLEAR_SPENT, LG_Q_CLEAR_OUTBOX,
	LG_Q_CLEAR_ERASED };

lg_status
lg_store_sweep(struct lg_store *store, struct lg_ctx *cx, int64_t limit, int64_t *ret_removed)
{
	int64_t removed = 0;
	for (size_t i = 0; i < LG_LEN(sweeps); i++) {
		struct lg_db_value before = LG_DB_VINT(cx->now.ms - sweeps[i].rest_ms);
		struct lg_db_rows rows;
		/* Where the first `limit` end; when there are fewer, now. */
		LG_TRY(lg_store_select(
			store, cx, sweeps[i].end, LG_PARAMS(before, LG_DB_VINT(limit - 1)), 1, &rows));
		struct lg_db_value end = rows.count ? lg_row(&rows, 0)[0] : before;
		int64_t changed;
		LG_TRY(lg_store_write(store, cx, sweeps[i].remove, LG_PARAMS(end), NULL, &changed));
		removed += changed;
	}
	*ret_removed = removed;
	return LG_OK;
}

static lg_status
purge_pool(struct lg_store *store, struct lg_ctx *cx, int64_t pool, int64_t limit, int64_t *ret_removed)
{
	static const char highest[LG_UID_SIZE + 1] = { [0 ... LG_UID_SIZE] = (char)0xff };
	int64_t removed = 0;
	for (size_t i = 0; i < LG_LEN(purges) && removed < limit; i++) {
		struct lg_db_rows rows;
		LG_TRY(lg_store_select(store, cx, purges[i].end,
			LG_PARAMS(LG_DB_VINT(pool), LG_DB_VINT(limit - removed - 1)), 1, &rows));
		struct lg_db_value last = rows.count
						  ? lg_row(&rows, 0)[0]
						  : LG_DB_VBLOB(lg_str_from_bytes(highest, sizeof(highest)));
		int64_t changed;
		LG_TRY(lg_store_write(
			store, cx, purges[i].remove, LG_PARAMS(LG_DB_VINT(pool), last), NULL, &changed));
		removed += changed;
	}
	*ret_removed = removed;
	return LG_OK;
}

lg_status
lg_store_pool_purge(struct lg_store *store, struct lg_ctx *cx, int64_t limit, int64_t *ret_removed)
{
	lg_str prefix = LG_STR(LG_STORE_PURGE_PREFIX);
	struct lg_db_rows marks;
	/* ';' is the byte behind ':'. */
	LG_TRY(lg_store_select(store, cx, LG_Q_META_PAGE,
		LG_PARAMS(LG_DB_VTEXT(prefix), LG_DB_VTEXT(LG_STR("purge;")), LG_DB_VINT(PURGE_POOLS)),
		PURGE_POOLS, &marks));
	int64_t removed = 0;
	for (size_t i = 0; i < marks.count && removed < limit; i++) {
		const struct lg_db_value *mark = lg_row(&marks, i);
		uint64_t pool;
		uint64_t deleted_ms;
		if (!lg_str_to_uint(
			    lg_str_slice(mark[0].bytes, prefix.len, mark[0].bytes.len), INT64_MAX, &pool) ||
			!lg_str_to_uint(mark[1].bytes, INT64_MAX, &deleted_ms))
			return lg_fail(cx, LG_E_INTERNAL, "the mark of a deleted pool cannot be read");
		int64_t some;
		LG_TRY(purge_pool(store, cx, (int64_t)pool, limit - removed, &some));
		removed += some;
		if (some == 0 && cx->now.ms - (int64_t)deleted_ms > PURGE_WATCH_MS)
			LG_TRY(lg_store_write(store, cx, LG_Q_META_DELETE, LG_PARAMS(mark[0]), NULL, NULL));
	}
	*ret_removed = removed;
	return LG_OK;
}

lg_status
lg_store_clear(struct lg_store *store, struct lg_ctx *cx)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(store, cx, &batch));
	for (size_t i = 0; i < LG_LEN(clears); i++)
		lg_batch_add(batch, clears[i], NULL);
	/* Every snapshot is stale now. */
	lg_batch_add(batch, LG_Q_EPOCH_BUMP_ALL, NULL);
	return lg_store_commit(batch);
}
