#include "domain/pool/pool_load.h"

#include "base/buf.h"
#include "codec/json.h"
#include "domain/grant/signing_keys.h"

#define JWKS_MAX_BYTES (64 * 1024)
#define FOREVER_MS INT64_MAX

/* Members in alphabetical order, as Cognito writes them. */
static lg_status
write_key(struct lg_ctx *cx, struct lg_json *j, const struct lg_signing_key *key)
{
	struct lg_jwk_public jwk;
	LG_TRY(lg_pkey_jwk(cx, key->public_key, &jwk));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("alg"), lg_alg_name(key->alg));
	if (lg_alg_is_rsa(key->alg)) {
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

/* What is written, and until when it is right. */
struct document {
	struct lg_json *j;
	lg_time until;
	size_t count;
};

static lg_status
add_key(struct lg_ctx *cx, const struct lg_signing_key *key, struct document *d)
{
	const lg_time change = lg_time_before(cx->now, key->publish) ? key->publish : key->drop;
	if (lg_time_before(cx->now, change) && lg_time_before(change, d->until))
		d->until = change;
	if (!lg_key_in_force(key, cx->now))
		return LG_OK;
	d->count++;
	return write_key(cx, d->j, key);
}

lg_status
lg_jwks_render(struct lg_ctx *cx, struct lg_key_set set, const lg_str *uses, size_t use_count, lg_str *ret,
	lg_time *ret_until)
{
	struct document d = { .j = lg_json_new(cx, JWKS_MAX_BYTES), .until = { FOREVER_MS } };
	lg_json_open(d.j, '{');
	lg_json_key(d.j, LG_STR("keys"));
	lg_json_open(d.j, '[');
	for (size_t u = 0; u < use_count || u == 0; u++)
		for (size_t i = 0; i < set.count; i++)
			if (!use_count || lg_str_eq(set.keys[i].use, uses[u]))
				LG_TRY(add_key(cx, &set.keys[i], &d));
	lg_json_close(d.j, ']');
	lg_json_close(d.j, '}');
	lg_str text;
	LG_TRY(lg_json_finish(cx, d.j, &text));
	*ret = d.count ? text : LG_STR_NONE;
	*ret_until = d.until;
	return LG_OK;
}

lg_status
lg_jwks_render_pool(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret, lg_time *ret_until)
{
	/* The key of ID tokens stands first (spec/tokens.md 1). */
	static const lg_str uses[] = { LG_STR_INIT("id"), LG_STR_INIT("access") };
	const struct lg_key_set set = { .keys = pool->keys, .count = pool->key_count };
	return lg_jwks_render(cx, set, uses, LG_LEN(uses), ret, ret_until);
}

static bool
usable(const struct lg_snapshot *snapshot, lg_time now)
{
	return lg_str_present(snapshot->jwks) && lg_time_before(now, snapshot->jwks_until);
}

bool
lg_jwks_cached(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str key, lg_str *ret)
{
	struct lg_snapshot *snapshot = lg_snapshots_get(env->pools, kind, key, false);
	if (!snapshot)
		return false;
	const bool good = usable(snapshot, cx->now);
	const lg_str text = snapshot->jwks;
	if (lg_failed(lg_ctx_hold(cx, lg_snapshot_release, snapshot)) || !good)
		return false;
	*ret = text;
	return true;
}

bool
lg_jwks_last(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str key, lg_str *ret)
{
	struct lg_snapshot *snapshot = lg_snapshots_get(env->pools, kind, key, true);
	if (!snapshot)
		return false;
	const lg_str text = snapshot->jwks;
	if (lg_failed(lg_ctx_hold(cx, lg_snapshot_release, snapshot)) || !lg_str_present(text))
		return false;
	*ret = text;
	return true;
}

bool
lg_pool_jwks_cached(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	return lg_jwks_cached(cx, env, LG_SNAPSHOT_POOL, pool_id, ret);
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
	return lg_jwks_render_pool(cx, pool, ret, &until);
}

lg_status
lg_pool_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret)
{
	const lg_status s = fresh(cx, env, pool_id, ret);
	/* The store is away: what was published last goes on. */
	if (s.code == LG_E_UNAVAILABLE && lg_jwks_last(cx, env, LG_SNAPSHOT_POOL, pool_id, ret))
		return LG_OK;
	return s;
}
