#include "authorizer/said.h"

#include <pthread.h>
#include <string.h>

/* Texts are lengths while a slot is at rest; they stand in `text` in turn. */
struct slot {
	unsigned char digest[LG_SHA256_SIZE];
	struct lg_said said;
	char text[LG_SAID_TEXT];
};

struct lg_said_cache {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	struct slot *slots[LG_SAID_SLOTS]; /* made when they are first needed */
};

lg_status
lg_said_new(struct lg_said_cache **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(LG_SAID_SLOTS * (sizeof(struct slot) + 64) + ((size_t)4 << 20), &arena));
	struct lg_said_cache *cache = lg_arena_alloc(arena, sizeof(*cache));
	if (!cache) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	cache->arena = arena;
	pthread_mutex_init(&cache->lock, NULL);
	*ret = cache;
	return LG_OK;
}

void
lg_said_free(struct lg_said_cache *cache)
{
	if (!cache)
		return;
	pthread_mutex_destroy(&cache->lock);
	lg_arena_free(cache->arena);
}

static struct slot **
place_of(struct lg_said_cache *cache, const unsigned char digest[LG_SHA256_SIZE])
{
	return &cache->slots[((size_t)digest[0] << 8 | digest[1]) % LG_SAID_SLOTS];
}

static size_t
texts_of(struct lg_said *said, lg_str *ret[3])
{
	ret[0] = &said->principal;
	ret[1] = &said->policy;
	ret[2] = &said->context;
	return said->principal.len + said->policy.len + said->context.len;
}

lg_status
lg_said_get(struct lg_ctx *cx, struct lg_said_cache *cache, const unsigned char digest[LG_SHA256_SIZE],
	struct lg_said *ret)
{
	lg_str *texts[3];
	char *copy = lg_new_array(cx, char, LG_SAID_TEXT);
	if (!copy)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	pthread_mutex_lock(&cache->lock);
	const struct slot *slot = *place_of(cache, digest);
	const bool found = slot && lg_bytes_eq(slot->digest, digest, LG_SHA256_SIZE) &&
			   lg_time_before(cx->now, slot->said.until);
	if (found) {
		*ret = slot->said;
		memcpy(copy, slot->text, texts_of(ret, texts));
	}
	pthread_mutex_unlock(&cache->lock);
	if (!found)
		return LG_STATUS(LG_E_NOT_FOUND);
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		*texts[i] = lg_str_from_bytes(copy, texts[i]->len);
		copy += texts[i]->len;
	}
	return LG_OK;
}

void
lg_said_put(
	struct lg_said_cache *cache, const unsigned char digest[LG_SHA256_SIZE], const struct lg_said *said)
{
	struct lg_said copy = *said;
	lg_str *texts[3];
	if (texts_of(&copy, texts) > LG_SAID_TEXT)
		return;
	pthread_mutex_lock(&cache->lock);
	struct slot **place = place_of(cache, digest);
	if (!*place)
		*place = lg_arena_alloc(cache->arena, sizeof(struct slot));
	if (*place) {
		struct slot *slot = *place;
		slot->said = copy;
		memcpy(slot->digest, digest, LG_SHA256_SIZE);
		char *end = slot->text;
		for (size_t i = 0; i < LG_LEN(texts); i++) {
			if (texts[i]->len)
				memcpy(end, texts[i]->ptr, texts[i]->len);
			end += texts[i]->len;
		}
	}
	pthread_mutex_unlock(&cache->lock);
}
