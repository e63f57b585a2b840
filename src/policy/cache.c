#include "policy/cache.h"

#include <pthread.h>
#include <string.h>

#include "policy/impl.h"

/*
 * A text has four slots it may be in, by its hash. Whoever makes texts of one hash loses those four and no
 * more, so the hash needs no secret.
 */
#define WAYS 4
#define SETS (LG_POLICY_CACHE_SLOTS / WAYS)

/* Lies in the policy's arena. */
struct entry {
	struct lg_policy_cache *cache;
	struct lg_policy *policy;
	lg_str document;
	uint64_t hash;
	uint64_t used_at; /* the cache's count of uses */
	size_t bytes;
	unsigned refs; /* one of the slot, one of each request that holds it */
};

struct lg_policy_cache {
	struct lg_arena *arena; /* holds itself */
	pthread_mutex_t lock;
	struct entry *slots[LG_POLICY_CACHE_SLOTS];
	size_t count;
	size_t bytes;
	size_t max_bytes;
	size_t hand; /* where to look next for an entry that may go */
	uint64_t uses;
};

static uint64_t
hash_of(enum lg_policy_kind kind, lg_str text)
{
	uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ (text.len * 8 + kind);
	for (size_t at = 0; at < text.len; at += sizeof(hash)) {
		uint64_t word = 0;
		size_t len = text.len - at < sizeof(word) ? text.len - at : sizeof(word);
		memcpy(&word, text.ptr + at, len);
		hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	return hash;
}

lg_status
lg_policy_cache_new(size_t max_bytes, struct lg_policy_cache **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena));
	struct lg_policy_cache *cache = lg_arena_alloc(arena, sizeof(*cache));
	if (!cache || pthread_mutex_init(&cache->lock, NULL)) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	cache->arena = arena;
	cache->max_bytes = max_bytes;
	*ret = cache;
	return LG_OK;
}

/* ---- with the lock held ---- */

static void
drop_ref(struct entry *entry)
{
	if (--entry->refs == 0)
		lg_policy_free(entry->policy);
}

static void
empty_slot(struct lg_policy_cache *cache, size_t slot)
{
	struct entry *entry = cache->slots[slot];
	if (!entry)
		return;
	cache->slots[slot] = NULL;
	cache->count--;
	cache->bytes -= entry->bytes;
	drop_ref(entry);
}

static size_t
set_of(uint64_t hash)
{
	return (size_t)(hash % SETS) * WAYS;
}

static struct entry *
find(struct lg_policy_cache *cache, enum lg_policy_kind kind, lg_str document, uint64_t hash)
{
	for (size_t i = 0; i < WAYS; i++) {
		struct entry *entry = cache->slots[set_of(hash) + i];
		if (entry && entry->hash == hash && entry->policy->kind == kind &&
			lg_str_eq(entry->document, document)) {
			entry->used_at = ++cache->uses;
			entry->refs++;
			return entry;
		}
	}
	return NULL;
}

/* Into an empty slot of its four, or that of the one that was not used for longest. */
static void
insert(struct lg_policy_cache *cache, struct entry *entry)
{
	if (entry->bytes > cache->max_bytes)
		return;
	size_t first = set_of(entry->hash), slot = first;
	for (size_t i = 0; i < WAYS && cache->slots[slot]; i++)
		if (!cache->slots[first + i] ||
			cache->slots[first + i]->used_at < cache->slots[slot]->used_at)
			slot = first + i;
	empty_slot(cache, slot);
	while (cache->count && cache->bytes + entry->bytes > cache->max_bytes) {
		empty_slot(cache, cache->hand);
		cache->hand = (cache->hand + 1) % LG_POLICY_CACHE_SLOTS;
	}
	entry->used_at = ++cache->uses;
	entry->refs++;
	cache->slots[slot] = entry;
	cache->count++;
	cache->bytes += entry->bytes;
}

/* ---- without ---- */

static void
release(void *object)
{
	struct entry *entry = object;
	struct lg_policy_cache *cache = entry->cache;
	pthread_mutex_lock(&cache->lock);
	drop_ref(entry);
	pthread_mutex_unlock(&cache->lock);
}

static struct entry *
lookup(struct lg_policy_cache *cache, enum lg_policy_kind kind, lg_str document, uint64_t hash)
{
	pthread_mutex_lock(&cache->lock);
	struct entry *entry = find(cache, kind, document, hash);
	pthread_mutex_unlock(&cache->lock);
	return entry;
}

static lg_status
make_entry(struct lg_ctx *cx, struct lg_policy_cache *cache, enum lg_policy_kind kind, lg_str document,
	struct entry **ret)
{
	struct lg_policy *policy;
	LG_TRY(lg_policy_compile(cx, kind, document, &policy));
	struct lg_ctx own = { .arena = policy->arena };
	struct entry *entry = lg_new(&own, struct entry);
	lg_str copy;
	if (!entry || lg_failed(lg_str_dup(&own, document, &copy))) {
		lg_policy_free(policy);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	*entry = (struct entry){ .cache = cache, .policy = policy, .document = copy, .refs = 1 };
	entry->hash = hash_of(kind, document);
	entry->bytes = lg_policy_memory(policy);
	*ret = entry;
	return LG_OK;
}

lg_status
lg_policy_cache_get(struct lg_ctx *cx, struct lg_policy_cache *cache, enum lg_policy_kind kind,
	lg_str document, const struct lg_policy **ret)
{
	bool keep = document.len <= LG_POLICY_CACHE_MAX_DOCUMENT;
	struct entry *entry = keep ? lookup(cache, kind, document, hash_of(kind, document)) : NULL;
	if (!entry) {
		/* Two who miss together compile it twice, and the second copy lives beside the first. */
		LG_TRY(make_entry(cx, cache, kind, document, &entry));
		pthread_mutex_lock(&cache->lock);
		if (keep)
			insert(cache, entry);
		pthread_mutex_unlock(&cache->lock);
	}
	LG_TRY(lg_ctx_hold(cx, release, entry));
	*ret = entry->policy;
	return LG_OK;
}

size_t
lg_policy_cache_count(struct lg_policy_cache *cache, size_t *ret_bytes)
{
	pthread_mutex_lock(&cache->lock);
	size_t count = cache->count;
	*ret_bytes = cache->bytes;
	pthread_mutex_unlock(&cache->lock);
	return count;
}

void
lg_policy_cache_free(struct lg_policy_cache *cache)
{
	if (!cache)
		return;
	for (size_t slot = 0; slot < LG_POLICY_CACHE_SLOTS; slot++)
		empty_slot(cache, slot);
	pthread_mutex_destroy(&cache->lock);
	lg_arena_free(cache->arena);
}
