/*
 * key_cache.h - parsed private keys by name: at most so many, least recently used go. Thread-safe.
 */
#ifndef LG_TOKEN_KEY_CACHE_H
#define LG_TOKEN_KEY_CACHE_H

#include "crypto/pkey.h"

#define LG_KEY_CACHE_MAX 2000

struct lg_key_cache;
struct lg_cached_key;

LG_MUST lg_status lg_key_cache_new(struct lg_key_cache **ret);
void lg_key_cache_free(struct lg_key_cache *cache);

/* The key, borrowed until lg_key_cache_release; NULL when it is not there. */
struct lg_cached_key *lg_key_cache_get(struct lg_key_cache *cache, int64_t pool, lg_str kid);

/*
 * Take a key over and borrow it. If another thread was faster, its key is borrowed and this one freed. NULL:
 * no memory.
 */
struct lg_cached_key *lg_key_cache_put(struct lg_key_cache *cache, int64_t pool, lg_str kid,
	struct lg_pkey *key);

void lg_key_cache_release(struct lg_key_cache *cache, struct lg_cached_key *key);
struct lg_pkey *lg_cached_pkey(const struct lg_cached_key *key);

#endif
