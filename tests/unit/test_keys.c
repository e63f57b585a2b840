#include "tests/lib/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "crypto/keyring.h"
#include "token/key_cache.h"

/* What many threads share: the keyring and the cache of private keys. */

#define THREADS 4
#define ROUNDS 300
#define POOLS 8

static void
make_ring(struct lg_keyring **ret)
{
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	CHECK_OK(lg_secret_new(32, &root));
	CHECK_OK(lg_keyring_new(&root, ret));
}

struct crew {
	struct lg_keyring *ring;
	struct lg_key_cache *cache;
	lg_str der;
	atomic_int next;
	atomic_int broken; /* cmocka's checks belong to the main thread */
};

/* Seal and open in pools of all, make and forget one of its own. */
static void *
use_ring(void *arg)
{
	struct crew *crew = arg;
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_ctx *cx = &t.cx;
	int64_t mine = 100 + atomic_fetch_add(&crew->next, 1);
	for (int64_t round = 0; round < ROUNDS; round++) {
		struct lg_arena_mark mark = lg_arena_mark(cx->arena);
		int64_t pool = 1 + round % POOLS;
		lg_str sealed, plain, wrapped;
		unsigned char mac[32];
		bool good = !lg_failed(lg_keyring_seal(crew->ring, cx, pool, LG_KEY_DATA, LG_STR("a"),
				    LG_STR("text"), &sealed)) &&
			    !lg_failed(lg_keyring_open(
				    crew->ring, cx, pool, LG_KEY_DATA, LG_STR("a"), sealed, &plain)) &&
			    lg_str_eq(plain, LG_STR("text")) &&
			    !lg_failed(lg_keyring_make(crew->ring, cx, mine, LG_KEY_INDEX, 1, &wrapped)) &&
			    !lg_failed(lg_keyring_mac(
				    crew->ring, cx, mine, LG_KEY_INDEX, LG_STR("l"), LG_STR("m"), mac));
		lg_keyring_forget(crew->ring, mine);
		good = good && !lg_keyring_has(crew->ring, mine, LG_KEY_INDEX);
		if (!good)
			atomic_fetch_add(&crew->broken, 1);
		lg_arena_rewind(cx->arena, mark);
	}
	lg_test_ctx_done(&t);
	return NULL;
}

/* Everybody wants the same keys, which nobody has parsed yet. */
static void *
use_cache(void *arg)
{
	struct crew *crew = arg;
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_ctx *cx = &t.cx;
	for (int64_t round = 0; round < ROUNDS / 3; round++) {
		struct lg_arena_mark mark = lg_arena_mark(cx->arena);
		int64_t pool = round / 2;
		struct lg_cached_key *cached = lg_key_cache_get(crew->cache, pool, LG_STR("kid"));
		struct lg_pkey *key = NULL;
		if (!cached && !lg_failed(lg_pkey_from_private_der(cx, crew->der, LG_ALG_ES256, &key)))
			cached = lg_key_cache_put(crew->cache, pool, LG_STR("kid"), key);
		lg_str signature;
		if (!cached || lg_failed(lg_pkey_sign(cx, lg_cached_pkey(cached), LG_STR("x"), &signature)))
			atomic_fetch_add(&crew->broken, 1);
		if (cached)
			lg_key_cache_release(crew->cache, cached);
		lg_arena_rewind(cx->arena, mark);
	}
	lg_test_ctx_done(&t);
	return NULL;
}

static void
send(struct crew *crew, void *(*run)(void *))
{
	pthread_t threads[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run, crew) == 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK(atomic_load(&crew->broken) == 0);
}

TEST(threads_share_a_keyring)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct crew crew = { .ring = NULL };
	make_ring(&crew.ring);
	lg_str wrapped;
	for (int64_t pool = 1; pool <= POOLS; pool++)
		CHECK_OK(lg_keyring_make(crew.ring, &t.cx, pool, LG_KEY_DATA, 1, &wrapped));
	send(&crew, use_ring);
	lg_keyring_free(crew.ring);
	lg_test_ctx_done(&t);
}

static void
make_der(struct lg_ctx *cx, lg_str *ret)
{
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_ES256, &key));
	CHECK_OK(lg_pkey_private_der(cx, key, ret));
}

TEST(threads_share_a_key_cache)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct crew crew = { .cache = NULL };
	make_der(&t.cx, &crew.der);
	CHECK_OK(lg_key_cache_new(&crew.cache));
	send(&crew, use_cache);
	lg_key_cache_free(crew.cache);
	lg_test_ctx_done(&t);
}

static bool
has(struct lg_key_cache *cache, int64_t pool)
{
	struct lg_cached_key *cached = lg_key_cache_get(cache, pool, LG_STR("kid"));
	if (cached)
		lg_key_cache_release(cache, cached);
	return cached != NULL;
}

TEST(the_key_used_longest_ago_goes_unless_it_is_in_use)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_key_cache *cache;
	struct lg_cached_key *lent = NULL;
	lg_str der;
	make_der(&t.cx, &der);
	CHECK_OK(lg_key_cache_new(&cache));
	for (int64_t pool = 0; pool < LG_KEY_CACHE_MAX + 2; pool++) {
		struct lg_pkey *key;
		CHECK_OK(lg_pkey_from_private_der(&t.cx, der, LG_ALG_ES256, &key));
		struct lg_cached_key *cached = lg_key_cache_put(cache, pool, LG_STR("kid"), key);
		CHECK(cached != NULL);
		if (pool == 0)
			lent = cached;
		else
			lg_key_cache_release(cache, cached);
		if (pool == LG_KEY_CACHE_MAX - 1)
			CHECK(has(cache, 1)); /* used again just now */
	}
	CHECK(has(cache, 0)); /* lent: it stays, whoever is older */
	CHECK(has(cache, 1));
	CHECK(!has(cache, 2) && !has(cache, 3));
	CHECK(has(cache, 4) && has(cache, LG_KEY_CACHE_MAX + 1));
	lg_key_cache_release(cache, lent);
	lg_key_cache_free(cache);
	lg_test_ctx_done(&t);
}
