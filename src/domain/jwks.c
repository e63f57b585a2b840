#include "domain/pool_load.h"

#include "base/buf.h"
#include "codec/json.h"
#include "domain/signing_keys.h"

#define JWKS_MAX_BYTES (64 * 1024)
#define FOREVER_MS INT64_MAX

static bool
in_force(const struct lg_signing_key *key, lg_time now)
{
	return !lg_time_before(now, key->publish) && lg_time_before(now, key->drop);
}

/* Members in alphabetical order, as Cognito writes them. */
static lg_status
write_key(struct lg_ctx *cx, struct lg_json *j, const struct lg_signing_key *key)
{
	struct lg_jwk_public jwk;
	LG_TRY(lg_pkey_jwk(cx, key->public_key, &jwk));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("alg"), lg_alg_name(key->alg));
	if (key->alg == LG_ALG_RS256) {
		lg_json_pair_str(j, LG_STR("e"), jwk.e);
		lg_json_pair_str(j, LG_STR("kid"), key->kid);
		lg_json_pair_str(j, LG_STR("kty"), LG_STR("RSA"));
		lg_json_pair_str(j, LG_STR("n"), jwk.n);
		lg_json_pair_str(j, LG_STR("use"), LG_STR("sig"));
	} else {
		lg_json_pair_str(j, LG_STR("crv"), LG_STR("P-256"));
		lg_json_pair_str(j, LG_STR("kid"), key->kid);
		lg_json_pair_str(j, LG_STR("kty"), LG_STR("EC"));
		lg_json_pair_str(j, LG_STR("use"), LG_STR("sig"));
		lg_json_pair_str(j, LG_STR("x"), jwk.x);
		lg_json_pair_str(j, LG_STR("y"), jwk.y);
	}
	lg_json_close(j, '}');
	return LG_OK;
}

lg_status
lg_jwks_render(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret, lg_time *ret_until)
{
	/* The key of ID tokens stands first (spec/tokens.md 1). */
	static const lg_str uses[] = { LG_STR_INIT("id"), LG_STR_INIT("access") };
	lg_time until = { FOREVER_MS };
	size_t count = 0;

	struct lg_json *j = lg_json_new(cx, JWKS_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("keys"));
	lg_json_open(j, '[');
	for (size_t u = 0; u < LG_LEN(uses); u++) {
		for (size_t i = 0; i < pool->key_count; i++) {
			const struct lg_signing_key *key = &pool->keys[i];
			if (!lg_str_eq(key->use, uses[u]))
				continue;
			const lg_time change =
				lg_time_before(cx->now, key->publish) ? key->publish : key->drop;
			if (lg_time_before(cx->now, change) && lg_time_before(change, until))
				until = change;
			if (!in_force(key, cx->now))
				continue;
			LG_TRY(write_key(cx, j, key));
			count++;
		}
	}
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	lg_str text;
	LG_TRY(lg_json_finish(cx, j, &text));
	*ret = count ? text : LG_STR_NONE;
	*ret_until = until;
	return LG_OK;
}

static bool
usable(const struct lg_snapshot *snapshot, lg_time now)
{
	return lg_str_present(snapshot->jwks) && lg_time_before(now, snapshot->jwks_until);
}

bool
lg_pool_jwks_cached(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	struct lg_snapshot *snapshot = lg_snapshots_get(env->pools, LG_SNAPSHOT_POOL, pool_id, false);
	if (!snapshot)
		return false;
	const bool good = usable(snapshot, cx->now);
	const lg_str text = snapshot->jwks;
	if (lg_failed(lg_ctx_hold(cx, lg_snapshot_release, snapshot)) || !good)
		return false;
	*ret = text;
	return true;
}

/* The store is away: what was published last goes on. */
static bool
last_known(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	struct lg_snapshot *snapshot = lg_snapshots_get(env->pools, LG_SNAPSHOT_POOL, pool_id, true);
	if (!snapshot)
		return false;
	const lg_str text = snapshot->jwks;
	if (lg_failed(lg_ctx_hold(cx, lg_snapshot_release, snapshot)) || !lg_str_present(text))
		return false;
	*ret = text;
	return true;
}

static lg_status
fresh(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	if (lg_pool_jwks_cached(cx, env, pool_id, ret))
		return LG_OK;

	/* No keys yet, or one came or went: make what is missing, render again. */
	const struct lg_signing_key *key;
	LG_TRY(lg_pool_signing_key(cx, env, pool, LG_STR("id"), &key));
	lg_pools_drop(env->pools, pool->pool);
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	lg_time until;
	return lg_jwks_render(cx, pool, ret, &until);
}

lg_status
lg_pool_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	const lg_status s = fresh(cx, env, pool_id, ret);
	if (s.code == LG_E_UNAVAILABLE && last_known(cx, env, pool_id, ret))
		return LG_OK;
	return s;
}
