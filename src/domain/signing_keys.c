#include "domain/signing_keys.h"

#include "base/log.h"
#include "codec/bytes.h"
#include "domain/pool_cache.h"

/* Verifiers keep a JWKS for up to a day: a later key is published longer before it signs (DATA 8). */
#define PUBLISH_MS (25 * LG_HOUR_MS)
#define LONGEST_TOKEN_MS (24 * LG_HOUR_MS)
#define PERIOD_MS (365 * LG_DAY_MS)
/* A successor is made this long before a key retires. */
#define LEAD_MS (48 * LG_HOUR_MS)
/*
 * A retired key goes on until its successor may sign, so that a pool that slept through the lead has no gap.
 */
#define DROP_MS (LONGEST_TOKEN_MS + 24 * LG_HOUR_MS + PUBLISH_MS)
#define TRIES 3

static const lg_str uses[] = { LG_STR_INIT("id"), LG_STR_INIT("access") };

/* Of the keys of this use the one that signs last; NULL when there is none. */
static const struct lg_signing_key *
last_of(const struct lg_pool *pool, lg_str use)
{
	const struct lg_signing_key *last = NULL;
	for (size_t i = 0; i < pool->key_count; i++)
		if (lg_str_eq(pool->keys[i].use, use)
			&& (!last || lg_time_before(last->sign, pool->keys[i].sign)))
			last = &pool->keys[i];
	return last;
}

/* The newest that may sign already. */
static const struct lg_signing_key *
pick(const struct lg_pool *pool, lg_str use, lg_time now)
{
	const struct lg_signing_key *best = NULL;
	for (size_t i = 0; i < pool->key_count; i++) {
		const struct lg_signing_key *key = &pool->keys[i];
		if (!lg_str_eq(key->use, use) || lg_time_before(now, key->sign)
			|| !lg_time_before(now, key->drop))
			continue;
		if (!best || lg_time_before(best->sign, key->sign))
			best = key;
	}
	return best;
}

/* Does the pool need another key of this use? Then when it is to sign. */
static bool
is_due(const struct lg_pool *pool, lg_str use, lg_time now, lg_time *ret_sign)
{
	const struct lg_signing_key *last = last_of(pool, use);
	if (!last || !lg_time_before(now, last->drop)) {
		*ret_sign = now;
		return true;
	}
	const lg_time soonest = lg_time_add_ms(now, PUBLISH_MS);
	if (last->alg != pool->token_alg) {
		*ret_sign = soonest;
		return true;
	}
	if (lg_time_before(now, lg_time_add_ms(last->retire, -LEAD_MS)))
		return false;
	*ret_sign = lg_time_before(soonest, last->retire) ? last->retire : soonest;
	return true;
}

static bool
any_due(const struct lg_pool *pool, lg_time now)
{
	lg_time sign;
	for (size_t i = 0; i < LG_LEN(uses); i++)
		if (is_due(pool, uses[i], now, &sign))
			return true;
	return false;
}

/*
 * 32 bytes in base64 that follow from the key before: nodes that make a successor at once make the same row,
 * of which the store takes one.
 */
static lg_status
next_kid(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str use, lg_str *ret)
{
	const struct lg_signing_key *last = last_of(pool, use);
	const lg_str parts[] = { use, LG_STR(" "), last ? last->kid : LG_STR("") };
	lg_str message;
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &message));
	unsigned char mac[32];
	LG_TRY(lg_keyring_mac(
		lg_store_keyring(env->store), cx, pool->pool, LG_KEY_INDEX, LG_STR("kid"), message, mac));
	return lg_base64_encode(cx, lg_str_from_bytes(mac, sizeof(mac)), ret);
}

/* From the stock when it has one, which then leaves it in the same batch; otherwise freshly made. */
static lg_status
make_pair(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, size_t nth,
	struct lg_batch *batch, struct lg_signing_key_row *row)
{
	if (pool->token_alg == LG_ALG_RS256) {
		struct lg_signing_key_row *stock;
		size_t count;
		LG_TRY(lg_store_signing_keys(env->store, cx, 0, &stock, &count));
		if (nth < count) {
			row->public_der = stock[nth].public_der;
			LG_TRY(lg_keyholder_move_key(
				env->keys, cx, 0, pool->pool, stock[nth].sealed, &row->sealed));
			lg_store_signing_key_delete(batch, 0, stock[nth].kid);
			return LG_OK;
		}
	}
	return lg_keyholder_make_key(
		env->keys, cx, pool->pool, pool->token_alg, &row->sealed, &row->public_der);
}

static lg_status
add_due_keys(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	size_t made = 0;
	for (size_t i = 0; i < LG_LEN(uses); i++) {
		struct lg_signing_key_row row = {
			.pool = pool->pool,
			.use = uses[i],
			.alg = lg_alg_name(pool->token_alg),
			.publish = cx->now,
		};
		if (!is_due(pool, uses[i], cx->now, &row.sign))
			continue;
		row.retire = lg_time_add_ms(row.sign, PERIOD_MS);
		row.drop = lg_time_add_ms(row.retire, DROP_MS);
		LG_TRY(next_kid(cx, env, pool, uses[i], &row.kid));
		LG_TRY(make_pair(cx, env, pool, made++, batch, &row));
		lg_store_signing_key_insert(batch, &row);
	}
	for (size_t i = 0; i < pool->key_count; i++)
		if (lg_time_before(pool->keys[i].drop, cx->now)
			&& &pool->keys[i] != last_of(pool, pool->keys[i].use))
			lg_store_signing_key_delete(batch, pool->pool, pool->keys[i].kid);
	return lg_store_commit(batch);
}

/* Under the lock. Whoever was faster, the pool that is returned has its keys. */
static lg_status
renew(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_pool **ret)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	for (int i = 0; i < TRIES && any_due(pool, cx->now); i++) {
		lg_pools_drop(env->pools, pool->pool);
		LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
		if (!any_due(pool, cx->now))
			break;
		const lg_status s = add_due_keys(cx, env, pool);
		if (s.code != LG_E_CONFLICT)
			LG_TRY(s);
		lg_pools_drop(env->pools, pool->pool);
		LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	}
	*ret = pool;
	return LG_OK;
}

lg_status
lg_pool_signing_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str use,
	const struct lg_signing_key **ret)
{
	const struct lg_signing_key *key = pick(pool, use, cx->now);
	if (key && !any_due(pool, cx->now)) {
		*ret = key;
		return LG_OK;
	}

	const struct lg_pool *renewed;
	lg_pools_lock_keys(env->pools);
	const lg_status s = renew(cx, env, pool->id, &renewed);
	lg_pools_unlock_keys(env->pools);
	if (lg_failed(s)) {
		/* A key that still signs is good enough; the next request tries again. */
		if (!key)
			return s;
		lg_log(LG_LOG_WARN, "signing keys not renewed", LG_KV_STR("pool", pool->id));
	} else {
		key = pick(renewed, use, cx->now);
	}
	if (!key)
		return lg_fail(cx, LG_E_INTERNAL, "no signing key");
	*ret = key;
	return LG_OK;
}

static const struct lg_signing_key *
look_up(const struct lg_pool *pool, lg_str use, lg_str kid, lg_time now, bool *ret_any)
{
	const struct lg_signing_key *found = NULL;
	*ret_any = false;
	for (size_t i = 0; i < pool->key_count; i++) {
		const struct lg_signing_key *key = &pool->keys[i];
		if (!lg_str_eq(key->use, use) || lg_time_before(now, key->publish)
			|| !lg_time_before(now, key->drop))
			continue;
		*ret_any = true;
		if (lg_str_eq(key->kid, kid))
			found = key;
	}
	return found;
}

lg_status
lg_pool_verifying_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str use,
	lg_str kid, const struct lg_signing_key **ret)
{
	bool any;
	const struct lg_signing_key *key = look_up(pool, use, kid, cx->now, &any);
	if (!key && !any) {
		/* A first key signs at once, perhaps on another node a moment ago. Later ones wait. */
		lg_pools_drop(env->pools, pool->pool);
		LG_TRY(lg_pool_find(cx, env, pool->id, &pool));
		key = look_up(pool, use, kid, cx->now, &any);
	}
	if (!key)
		return LG_STATUS(LG_E_NOT_FOUND);
	*ret = key;
	return LG_OK;
}

lg_status
lg_signing_stock_fill(struct lg_ctx *cx, struct lg_env *env, size_t target, bool *ret_full)
{
	struct lg_signing_key_row *rows;
	size_t count;
	LG_TRY(lg_store_signing_keys(env->store, cx, 0, &rows, &count));
	if (count >= target) {
		*ret_full = true;
		return LG_OK;
	}
	struct lg_signing_key_row row = {
		.use = LG_STR("stock"),
		.alg = lg_alg_name(LG_ALG_RS256),
		.publish = cx->now,
	};
	LG_TRY(lg_rand_uuid(cx, &row.kid));
	LG_TRY(lg_keyholder_make_key(env->keys, cx, 0, LG_ALG_RS256, &row.sealed, &row.public_der));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_signing_key_insert(batch, &row);
	LG_TRY(lg_store_commit(batch));
	*ret_full = count + 1 >= target;
	return LG_OK;
}
