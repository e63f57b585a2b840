#include "domain/grant/signing_keys.h"

#include "base/log.h"
#include "codec/bytes.h"
#include "domain/grant/key_schedule.h"
#include "domain/pool/pool_cache.h"

/* Verifiers keep a JWKS for up to a day: a later key is published longer before it signs (DATA 8). */
#define PUBLISH_MS (25 * LG_HOUR_MS)
static const struct lg_key_rule rule = { .publish_ms = PUBLISH_MS, .lead_ms = 48 * LG_HOUR_MS };
#define TRIES 3
#define STOCK LG_STR("stock")

static const lg_str uses[] = { LG_STR_INIT("id"), LG_STR_INIT("access") };

static struct lg_key_set
keys_of(const struct lg_pool *pool)
{
	return (struct lg_key_set){ .keys = pool->keys, .count = pool->key_count };
}

static bool
is_due(const struct lg_pool *pool, lg_str use, lg_time now, lg_time *ret_sign)
{
	return lg_keys_due(keys_of(pool), use, pool->token_alg, &rule, now, ret_sign);
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
	const struct lg_signing_key *last = lg_keys_last(keys_of(pool), use);
	const lg_str parts[] = { use, LG_STR(" "), last ? last->kid : LG_STR("") };
	lg_str message;
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &message));
	unsigned char mac[32];
	LG_TRY(lg_keyring_mac(
		lg_store_keyring(env->store), cx, pool->pool, LG_KEY_INDEX, LG_STR("kid"), message, mac));
	return lg_base64_encode(cx, lg_str_from_bytes(mac, sizeof(mac)), ret);
}

/* The keys that wait for a pool. Others of the server's are beside them. */
static lg_status
read_stock(struct lg_ctx *cx, struct lg_env *env, struct lg_signing_key_row **ret, size_t *ret_count)
{
	struct lg_signing_key_row *rows;
	size_t count, kept = 0;
	LG_TRY(lg_store_signing_keys(env->store, cx, 0, &rows, &count));
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(rows[i].use, STOCK))
			rows[kept++] = rows[i];
	*ret = rows;
	*ret_count = kept;
	return LG_OK;
}

lg_status
lg_signing_key_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool, enum lg_alg alg, size_t nth,
	struct lg_batch *batch, struct lg_signing_key_row *row)
{
	/* What hash the signature is of makes no difference to an RSA key. */
	if (lg_alg_is_rsa(alg)) {
		struct lg_signing_key_row *stock;
		size_t count;
		LG_TRY(read_stock(cx, env, &stock, &count));
		if (nth < count) {
			row->public_der = stock[nth].public_der;
			LG_TRY(lg_keyholder_move_key(
				env->keys, cx, 0, pool, stock[nth].sealed, &row->sealed));
			lg_store_signing_key_delete(batch, 0, stock[nth].kid);
			return LG_OK;
		}
	}
	return lg_keyholder_make_key(env->keys, cx, pool, alg, &row->sealed, &row->public_der);
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
		row.retire = lg_time_add_ms(row.sign, LG_KEY_PERIOD_MS);
		row.drop = lg_time_add_ms(row.retire, LG_KEY_DROP_MS(PUBLISH_MS));
		LG_TRY(next_kid(cx, env, pool, uses[i], &row.kid));
		LG_TRY(lg_signing_key_make(cx, env, pool->pool, pool->token_alg, made++, batch, &row));
		lg_store_signing_key_insert(batch, &row);
	}
	for (size_t i = 0; i < pool->key_count; i++)
		if (lg_time_before(pool->keys[i].drop, cx->now)
			&& &pool->keys[i] != lg_keys_last(keys_of(pool), pool->keys[i].use))
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
	const struct lg_signing_key *key = lg_keys_signing(keys_of(pool), use, cx->now);
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
		key = lg_keys_signing(keys_of(renewed), use, cx->now);
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
		if (!lg_str_eq(key->use, use) || !lg_key_in_force(key, now))
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
	LG_TRY(read_stock(cx, env, &rows, &count));
	if (count >= target) {
		*ret_full = true;
		return LG_OK;
	}
	struct lg_signing_key_row row = {
		.use = STOCK,
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
