#include "token/keyholder.h"

#include <unistd.h>

#include "token/keyholder_impl.h"

/* Private keys; passwords are in keyholder_password.c and keyholder_srp.c. */

/* Fewer than the workers of a lane, so that who needs no hash is served. */
#define HASHES_WAITING 32

lg_status
lg_keyholder_new(struct lg_keyring *ring, struct lg_keyholder **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(4096, &arena));
	struct lg_keyholder *holder = lg_arena_alloc(arena, sizeof(*holder));
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (!holder || lg_failed(lg_key_cache_new(&holder->cache))
	    || lg_failed(lg_gate_new(cores > 0 ? (size_t)cores : 1, HASHES_WAITING, &holder->hashing))) {
		if (holder)
			lg_key_cache_free(holder->cache);
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	holder->arena = arena;
	holder->ring = ring;
	*ret = holder;
	return LG_OK;
}

void
lg_keyholder_free(struct lg_keyholder *holder)
{
	if (!holder)
		return;
	lg_gate_free(holder->hashing);
	lg_key_cache_free(holder->cache);
	lg_arena_free(holder->arena);
}

const lg_str lg_key_aad = LG_STR_INIT("signing_key");

lg_status
lg_keyholder_make_key(struct lg_keyholder *holder, struct lg_ctx *cx, int64_t pool, enum lg_alg alg,
	lg_str *ret_sealed, lg_str *ret_public_der)
{
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL;
	lg_str private_der, public_der, sealed;
	LG_TRY(lg_pkey_generate(cx, alg, &key));
	LG_TRY(lg_pkey_private_der(cx, key, &private_der));
	LG_TRY(lg_pkey_public_der(cx, key, &public_der));
	LG_TRY(lg_keyring_seal(holder->ring, cx, pool, LG_KEY_CREDENTIAL, lg_key_aad, private_der, &sealed));
	*ret_sealed = sealed;
	*ret_public_der = public_der;
	return LG_OK;
}

lg_status
lg_keyholder_move_key(struct lg_keyholder *holder, struct lg_ctx *cx, int64_t from_pool, int64_t to_pool,
	lg_str sealed, lg_str *ret_sealed)
{
	lg_str private_der;
	LG_TRY(lg_keyring_open(
		holder->ring, cx, from_pool, LG_KEY_CREDENTIAL, lg_key_aad, sealed, &private_der));
	return lg_keyring_seal(
		holder->ring, cx, to_pool, LG_KEY_CREDENTIAL, lg_key_aad, private_der, ret_sealed);
}

static lg_status
borrow(struct lg_keyholder *holder, struct lg_ctx *cx, const struct lg_sign_job *job,
	struct lg_cached_key **ret)
{
	struct lg_cached_key *cached = lg_key_cache_get(holder->cache, job->pool, job->kid);
	if (!cached) {
		lg_str private_der;
		struct lg_pkey *key;
		LG_TRY(lg_keyring_open(
			holder->ring, cx, job->pool, LG_KEY_CREDENTIAL, lg_key_aad, job->sealed,
			&private_der));
		LG_TRY(lg_pkey_from_private_der(cx, private_der, job->alg, &key));
		cached = lg_key_cache_put(holder->cache, job->pool, job->kid, key);
	}
	if (!cached)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = cached;
	return LG_OK;
}

lg_status
lg_keyholder_sign(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_sign_job *jobs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct lg_cached_key *cached;
		LG_TRY(borrow(holder, cx, &jobs[i], &cached));
		lg_status s = lg_pkey_sign(cx, lg_cached_pkey(cached), jobs[i].input, &jobs[i].signature);
		lg_key_cache_release(holder->cache, cached);
		LG_TRY(s);
	}
	return LG_OK;
}

lg_status
lg_keyholder_code_mac(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, lg_str purpose,
	lg_str code, unsigned char ret[32])
{
	/* Lengths stand in front, so that no two pairs of purpose and code read alike. */
	lg_str head, message;
	LG_TRY(lg_str_fmt(cx, &head, "%zu|%zu|", purpose.len, code.len));
	lg_str parts[] = { head, owner.uid, purpose, code };
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &message));
	return lg_keyring_mac(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, LG_STR("code"), message, ret);
}
