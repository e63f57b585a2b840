#include "token/key_cache.h"

#include <pthread.h>
#include <string.h>

#define BUCKETS 1024
#define KID_MAX 64

struct lg_cached_key {
	struct lg_cached_key *chain;
	int64_t pool;
	char kid[KID_MAX];
	size_t kid_len;
	struct lg_pkey *key;
	size_t borrowed;
	uint64_t used; /* the cache's count of uses when it was last borrowed */
};

struct lg_key_cache {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	struct lg_cached_key *buckets[BUCKETS];
	struct lg_cached_key *free;
	size_t made;
	uint64_t uses;
};

lg_status
lg_key_cache_new(struct lg_key_cache **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new((size_t)4 << 20, &arena));
	struct lg_key_cache *cache = lg_arena_alloc(arena, sizeof(*cache));
	if (!cache) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	cache->arena = arena;
	pthread_mutex_init(&cache->lock, NULL);
	*ret = cache;
	return LG_OK;
}

static void
drop(struct lg_key_cache *cache, struct lg_cached_key **at)
{
	struct lg_cached_key *gone = *at;
	*at = gone->chain;
	lg_pkey_free(gone->key);
	gone->key = NULL;
	gone->chain = cache->free;
	cache->free = gone;
}

void
lg_key_cache_free(struct lg_key_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (cache->buckets[i])
			drop(cache, &cache->buckets[i]);
	pthread_mutex_destroy(&cache->lock);
	lg_arena_free(cache->arena);
}

static struct lg_cached_key **
bucket_of(struct lg_key_cache *cache, int64_t pool, lg_str kid)
{
	uint64_t hash = (uint64_t)pool ^ UINT64_C(14695981039346656037);
	for (size_t i = 0; i < kid.len; i++)
		hash = (hash ^ (unsigned char)kid.ptr[i]) * UINT64_C(1099511628211);
	return &cache->buckets[hash % BUCKETS];
}

/* The lock is held. */
static struct lg_cached_key *
find(struct lg_key_cache *cache, int64_t pool, lg_str kid)
{
	for (struct lg_cached_key *at = *bucket_of(cache, pool, kid); at; at = at->chain) {
		if (at->pool == pool && lg_str_eq(lg_str_from_bytes(at->kid, at->kid_len), kid)) {
			at->borrowed++;
			at->used = ++cache->uses;
			return at;
		}
	}
	return NULL;
}

/* The lock is held. Free the key that nobody borrows and that was used the longest ago. */
static void
evict(struct lg_key_cache *cache)
{
	struct lg_cached_key **oldest = NULL;
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct lg_cached_key **at = &cache->buckets[i]; *at; at = &(*at)->chain)
			if (!(*at)->borrowed && (!oldest || (*at)->used < (*oldest)->used))
				oldest = at;
	if (oldest)
		drop(cache, oldest);
}

static struct lg_cached_key *
room(struct lg_key_cache *cache)
{
	if (!cache->free && cache->made >= LG_KEY_CACHE_MAX)
		evict(cache);
	struct lg_cached_key *entry = cache->free;
	if (entry) {
		cache->free = entry->chain;
		return entry;
	}
	/* Everything borrowed at once is no reason to refuse a signature: the cache may grow for a while. */
	cache->made++;
	return lg_arena_alloc(cache->arena, sizeof(*entry));
}

struct lg_cached_key *
lg_key_cache_get(struct lg_key_cache *cache, int64_t pool, lg_str kid)
{
	pthread_mutex_lock(&cache->lock);
	struct lg_cached_key *found = find(cache, pool, kid);
	pthread_mutex_unlock(&cache->lock);
	return found;
}

struct lg_cached_key *
lg_key_cache_put(struct lg_key_cache *cache, int64_t pool, lg_str kid, struct lg_pkey *key)
{
	pthread_mutex_lock(&cache->lock);
	struct lg_cached_key *entry = find(cache, pool, kid);
	if (!entry && kid.len <= KID_MAX && (entry = room(cache))) {
		struct lg_cached_key **bucket = bucket_of(cache, pool, kid);
		*entry = (struct lg_cached_key){ .chain = *bucket,
			.pool = pool,
			.kid_len = kid.len,
			.key = key,
			.borrowed = 1,
			.used = ++cache->uses };
		memcpy(entry->kid, kid.ptr, kid.len);
		*bucket = entry;
		key = NULL;
	}
	pthread_mutex_unlock(&cache->lock);
	lg_pkey_free(key);
	return entry;
}

void
lg_key_cache_release(struct lg_key_cache *cache, struct lg_cached_key *key)
{
	pthread_mutex_lock(&cache->lock);
	key->borrowed--;
	pthread_mutex_unlock(&cache->lock);
}

struct lg_pkey *
lg_cached_pkey(const struct lg_cached_key *key)
{
	return key->key;
}
