#include "domain/grant/access_cache.h"

#include <pthread.h>
#include <string.h>

#define LOCKS 16

/* Texts are lengths while a slot is at rest; they stand in `text` in the order of the functions below. */
struct slot {
	unsigned char digest[LG_SHA256_SIZE];
	struct lg_access_claims claims;
	char text[LG_ACCESS_CACHE_TEXT];
	bool used;
};

struct lg_access_cache {
	struct lg_arena *arena;
	pthread_mutex_t locks[LOCKS];
	struct slot slots[LG_ACCESS_CACHE_SLOTS];
};

lg_status
lg_access_cache_new(struct lg_access_cache **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(sizeof(struct lg_access_cache) + 4096, &arena));
	struct lg_access_cache *cache = lg_arena_alloc(arena, sizeof(*cache));
	if (!cache) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	cache->arena = arena;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&cache->locks[i], NULL);
	*ret = cache;
	return LG_OK;
}

void
lg_access_cache_free(struct lg_access_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&cache->locks[i]);
	lg_arena_free(cache->arena);
}

/* Nobody can choose a digest, so its first bytes spread well. */
static size_t
place_of(const unsigned char digest[LG_SHA256_SIZE])
{
	return ((size_t)digest[0] << 8 | digest[1]) % LG_ACCESS_CACHE_SLOTS;
}

lg_status
lg_access_cache_get(struct lg_ctx *cx, struct lg_access_cache *cache,
	const unsigned char digest[LG_SHA256_SIZE], struct lg_access_claims *ret)
{
	const size_t place = place_of(digest);
	struct slot *slot = &cache->slots[place];
	char *text = lg_new_array(cx, char, LG_ACCESS_CACHE_TEXT);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	pthread_mutex_lock(&cache->locks[place % LOCKS]);
	const bool found = slot->used && lg_bytes_eq(slot->digest, digest, LG_SHA256_SIZE);
	if (found) {
		*ret = slot->claims;
		memcpy(text, slot->text, LG_ACCESS_CACHE_TEXT);
	}
	pthread_mutex_unlock(&cache->locks[place % LOCKS]);
	if (!found)
		return lg_fail_default(cx, LG_E_NOT_FOUND);

	lg_str *texts[] = { &ret->kid, &ret->client_id, &ret->scope, &ret->device_key,
		&ret->jkt };
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		*texts[i] = lg_str_from_bytes(text, texts[i]->len);
		text += texts[i]->len;
	}
	return LG_OK;
}

void
lg_access_cache_put(struct lg_access_cache *cache, const unsigned char digest[LG_SHA256_SIZE],
	const struct lg_access_claims *claims)
{
	const lg_str texts[] = { claims->kid, claims->client_id, claims->scope, claims->device_key,
		claims->jkt };
	size_t len = 0;
	for (size_t i = 0; i < LG_LEN(texts); i++)
		len += texts[i].len;
	if (len > LG_ACCESS_CACHE_TEXT)
		return;

	const size_t place = place_of(digest);
	struct slot *slot = &cache->slots[place];
	pthread_mutex_lock(&cache->locks[place % LOCKS]);
	slot->used = true;
	slot->claims = *claims;
	memcpy(slot->digest, digest, LG_SHA256_SIZE);
	char *end = slot->text;
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		if (texts[i].len)
			memcpy(end, texts[i].ptr, texts[i].len);
		end += texts[i].len;
	}
	pthread_mutex_unlock(&cache->locks[place % LOCKS]);
}
