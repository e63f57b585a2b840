#include "domain/identity/identity_keys.h"

#include <inttypes.h>

#include "base/log.h"
#include "domain/grant/key_schedule.h"
#include "domain/grant/signing_keys.h"
#include "domain/pool/pool_load.h"

#define ALG LG_ALG_RS512
#define PUBLISH_MS (31 * LG_DAY_MS)
static const struct lg_key_rule rule = { .publish_ms = PUBLISH_MS, .lead_ms = 45 * LG_DAY_MS };
#define TRIES 3
#define KEY LG_STR("")

static lg_status
find(struct lg_ctx *cx, struct lg_env *env, struct lg_key_set *ret)
{
	const struct lg_snapshot *snapshot;
	LG_TRY(lg_snapshot_find(cx, env, LG_SNAPSHOT_IDENTITY_KEYS, KEY, &snapshot));
	*ret = (struct lg_key_set){ .keys = snapshot->keys, .count = snapshot->key_count };
	return LG_OK;
}

/* One more than that of the last; nodes that make a successor at once make the same row. */
static lg_status
next_kid(struct lg_ctx *cx, struct lg_key_set set, lg_str region, lg_str use, lg_str *ret)
{
	const struct lg_signing_key *last = lg_keys_last(set, use);
	uint64_t number = 0;
	if (last && !lg_str_to_uint(lg_str_slice(last->kid, region.len, last->kid.len), INT32_MAX, &number))
		return lg_fail(cx, LG_E_INTERNAL, "a key of identity pools has no number");
	return lg_str_fmt(cx, ret, "%.*s%" PRIu64, LG_FMT(region), number + 1);
}

static lg_status
add_key(struct lg_ctx *cx, struct lg_env *env, struct lg_key_set set, lg_str region, lg_str use,
	lg_time sign)
{
	struct lg_signing_key_row row = {
		.use = use, .alg = lg_alg_name(ALG), .publish = cx->now, .sign = sign
	};
	row.retire = lg_time_add_ms(row.sign, LG_KEY_PERIOD_MS);
	row.drop = lg_time_add_ms(row.retire, LG_KEY_DROP_MS(PUBLISH_MS));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(next_kid(cx, set, region, use, &row.kid));
	LG_TRY(lg_signing_key_make(cx, env, 0, ALG, 0, batch, &row));
	lg_store_signing_key_insert(batch, &row);
	for (size_t i = 0; i < set.count; i++)
		if (lg_str_eq(set.keys[i].use, use) && lg_time_before(set.keys[i].drop, cx->now) &&
			&set.keys[i] != lg_keys_last(set, use))
			lg_store_signing_key_delete(batch, 0, set.keys[i].kid);
	return lg_store_commit(batch);
}

/* Under the lock. Whoever was faster, the set that is returned has its keys. */
static lg_status
renew(struct lg_ctx *cx, struct lg_env *env, lg_str region, lg_str use, struct lg_key_set *ret)
{
	lg_time sign;
	for (int i = 0; i < TRIES; i++) {
		/* Read it again: what is cached may be older than a key of another node. */
		lg_pools_drop(env->pools, 0);
		LG_TRY(find(cx, env, ret));
		if (!lg_keys_due(*ret, use, ALG, &rule, cx->now, &sign))
			return LG_OK;
		const lg_status s = add_key(cx, env, *ret, region, use, sign);
		if (s.code != LG_E_CONFLICT)
			LG_TRY(s);
	}
	lg_pools_drop(env->pools, 0);
	return find(cx, env, ret);
}

lg_status
lg_identity_signing_key(
	struct lg_ctx *cx, struct lg_env *env, lg_str region, const struct lg_signing_key **ret)
{
	lg_str use;
	struct lg_key_set set;
	lg_time sign;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_IDENTITY_KEY_USE, region }, 2, &use));
	LG_TRY(find(cx, env, &set));
	const struct lg_signing_key *key = lg_keys_signing(set, use, cx->now);
	if (!key || lg_keys_due(set, use, ALG, &rule, cx->now, &sign)) {
		lg_pools_lock_keys(env->pools);
		const lg_status s = renew(cx, env, region, use, &set);
		lg_pools_unlock_keys(env->pools);
		/* A key that still signs is good enough; the next request tries again. */
		if (lg_failed(s) && !key)
			return s;
		if (lg_failed(s))
			lg_log(LG_LOG_WARN, "signing keys not renewed", LG_KV_STR("region", region));
		else
			key = lg_keys_signing(set, use, cx->now);
	}
	if (!key)
		return lg_fail(cx, LG_E_INTERNAL, "no signing key");
	*ret = key;
	return LG_OK;
}

lg_status
lg_identity_verifying_key(
	struct lg_ctx *cx, struct lg_env *env, lg_str kid, const struct lg_signing_key **ret)
{
	struct lg_key_set set;
	LG_TRY(find(cx, env, &set));
	if (set.count == 0) {
		/* A first key signs at once, perhaps on another node a moment ago. Later ones wait. */
		lg_pools_drop(env->pools, 0);
		LG_TRY(find(cx, env, &set));
	}
	for (size_t i = 0; i < set.count; i++) {
		if (lg_str_eq(set.keys[i].kid, kid) && lg_key_in_force(&set.keys[i], cx->now)) {
			*ret = &set.keys[i];
			return LG_OK;
		}
	}
	return lg_fail(cx, LG_E_NOT_FOUND, "no such key");
}

static lg_status
fresh(struct lg_ctx *cx, struct lg_env *env, lg_str *ret)
{
	struct lg_key_set set;
	const struct lg_signing_key *key;
	lg_time until;
	if (lg_jwks_cached(cx, env, LG_SNAPSHOT_IDENTITY_KEYS, KEY, ret))
		return LG_OK;
	LG_TRY(find(cx, env, &set));
	if (set.count == 0)
		LG_TRY(lg_identity_signing_key(cx, env, env->settings->region, &key));
	lg_pools_drop(env->pools, 0);
	LG_TRY(find(cx, env, &set));
	return lg_jwks_render(cx, set, NULL, 0, ret, &until);
}

lg_status
lg_identity_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str *ret)
{
	const lg_status s = fresh(cx, env, ret);
	if (s.code == LG_E_UNAVAILABLE && lg_jwks_last(cx, env, LG_SNAPSHOT_IDENTITY_KEYS, KEY, ret))
		return LG_OK;
	return s;
}
