#include "domain/pool/pool_cache.h"

#include <pthread.h>
#include <string.h>

#define BUCKETS 4096 /* a power of two */
#define POOLS_MAX_BYTES ((size_t)256 << 10)
#define SNAPSHOT_MAX_BYTES ((size_t)4 << 20)

struct lg_pools {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	pthread_mutex_t key_lock;
	struct lg_snapshot *buckets[BUCKETS];
	struct lg_snapshot *newest;
	struct lg_snapshot *oldest;
	size_t bytes;
	uint64_t drops;
	uint64_t serial;
	bool has_epochs;
	int64_t epochs[LG_EPOCH_SLOTS];
};

lg_status
lg_pools_new(struct lg_env *env, struct lg_pools **ret)
{
	(void)env;
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(POOLS_MAX_BYTES, &arena));
	struct lg_pools *pools = lg_arena_array(arena, 1, sizeof(*pools));
	if (!pools) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	pools->arena = arena;
	pthread_mutex_init(&pools->lock, NULL);
	pthread_mutex_init(&pools->key_lock, NULL);
	*ret = pools;
	return LG_OK;
}

lg_status
lg_snapshot_new(struct lg_pools *pools, enum lg_snapshot_kind kind, struct lg_snapshot **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(SNAPSHOT_MAX_BYTES, &arena));
	struct lg_snapshot *snapshot = lg_arena_array(arena, 1, sizeof(*snapshot));
	if (!snapshot) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	*snapshot = (struct lg_snapshot){ .kind = kind, .arena = arena, .owner = pools, .refs = 1 };
	pthread_mutex_lock(&pools->lock);
	snapshot->serial = ++pools->serial;
	pthread_mutex_unlock(&pools->lock);
	*ret = snapshot;
	return LG_OK;
}

static void
free_snapshot(struct lg_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->key_count; i++)
		lg_pkey_free(snapshot->keys[i].public_key);
	lg_arena_free(snapshot->arena);
}

/* FNV-1a; the table is not a target, its keys are few and cost a store read each. */
static size_t
bucket_of(enum lg_snapshot_kind kind, lg_str key)
{
	uint32_t hash = UINT32_C(2166136261) ^ (uint32_t)kind;
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * UINT32_C(16777619);
	return hash & (BUCKETS - 1);
}

static void
unlink_from_order(struct lg_pools *pools, struct lg_snapshot *snapshot)
{
	if (snapshot->newer)
		snapshot->newer->older = snapshot->older;
	else
		pools->newest = snapshot->older;
	if (snapshot->older)
		snapshot->older->newer = snapshot->newer;
	else
		pools->oldest = snapshot->newer;
}

static void
link_as_newest(struct lg_pools *pools, struct lg_snapshot *snapshot)
{
	snapshot->newer = NULL;
	snapshot->older = pools->newest;
	if (pools->newest)
		pools->newest->newer = snapshot;
	else
		pools->oldest = snapshot;
	pools->newest = snapshot;
}

static struct lg_snapshot *
look_up(struct lg_pools *pools, enum lg_snapshot_kind kind, lg_str key)
{
	struct lg_snapshot *at = pools->buckets[bucket_of(kind, key)];
	while (at && (at->kind != kind || !lg_str_eq(at->key, key)))
		at = at->next;
	return at;
}

/* The cache lets go. True when nobody else holds it: the caller frees it after unlocking. */
static bool
uncache(struct lg_pools *pools, struct lg_snapshot *snapshot)
{
	struct lg_snapshot **at = &pools->buckets[bucket_of(snapshot->kind, snapshot->key)];
	while (*at != snapshot)
		at = &(*at)->next;
	*at = snapshot->next;
	unlink_from_order(pools, snapshot);
	pools->bytes -= snapshot->bytes;
	snapshot->cached = false;
	return --snapshot->refs == 0;
}

void
lg_snapshot_release(void *object)
{
	struct lg_snapshot *snapshot = object;
	if (!snapshot)
		return;
	struct lg_pools *pools = snapshot->owner;
	pthread_mutex_lock(&pools->lock);
	const bool last = --snapshot->refs == 0;
	pthread_mutex_unlock(&pools->lock);
	if (last)
		free_snapshot(snapshot);
}

struct lg_snapshot *
lg_snapshots_get(struct lg_pools *pools, enum lg_snapshot_kind kind, lg_str key, bool stale_too)
{
	pthread_mutex_lock(&pools->lock);
	struct lg_snapshot *snapshot = look_up(pools, kind, key);
	if (snapshot && snapshot->stale && !stale_too)
		snapshot = NULL;
	if (snapshot) {
		snapshot->refs++;
		unlink_from_order(pools, snapshot);
		link_as_newest(pools, snapshot);
	}
	pthread_mutex_unlock(&pools->lock);
	return snapshot;
}

uint64_t
lg_snapshots_mark(struct lg_pools *pools)
{
	pthread_mutex_lock(&pools->lock);
	const uint64_t mark = pools->drops;
	pthread_mutex_unlock(&pools->lock);
	return mark;
}

/* Take a snapshot out and, when it was the last reference, put it before `list`. */
static struct lg_snapshot *
uncache_onto(struct lg_pools *pools, struct lg_snapshot *snapshot, struct lg_snapshot *list)
{
	if (!uncache(pools, snapshot))
		return list;
	snapshot->next = list;
	return snapshot;
}

static void
free_list(struct lg_snapshot *list)
{
	while (list) {
		struct lg_snapshot *next = list->next;
		free_snapshot(list);
		list = next;
	}
}

void
lg_snapshots_put(struct lg_pools *pools, struct lg_snapshot *snapshot, uint64_t mark)
{
	struct lg_snapshot *dead = NULL;
	snapshot->bytes = lg_arena_used(snapshot->arena);

	pthread_mutex_lock(&pools->lock);
	if (pools->drops == mark) {
		struct lg_snapshot *former = look_up(pools, snapshot->kind, snapshot->key);
		if (former)
			dead = uncache_onto(pools, former, dead);
		struct lg_snapshot **bucket = &pools->buckets[bucket_of(snapshot->kind, snapshot->key)];
		snapshot->next = *bucket;
		*bucket = snapshot;
		snapshot->refs++;
		snapshot->cached = true;
		link_as_newest(pools, snapshot);
		pools->bytes += snapshot->bytes;
		while (pools->bytes > LG_SNAPSHOTS_MAX_BYTES && pools->oldest != snapshot)
			dead = uncache_onto(pools, pools->oldest, dead);
	}
	pthread_mutex_unlock(&pools->lock);
	free_list(dead);
}

void
lg_snapshots_forget(struct lg_pools *pools, enum lg_snapshot_kind kind, lg_str key)
{
	struct lg_snapshot *dead = NULL;
	pthread_mutex_lock(&pools->lock);
	struct lg_snapshot *snapshot = look_up(pools, kind, key);
	if (snapshot)
		dead = uncache_onto(pools, snapshot, dead);
	pthread_mutex_unlock(&pools->lock);
	free_list(dead);
}

size_t
lg_snapshots_bytes(struct lg_pools *pools)
{
	pthread_mutex_lock(&pools->lock);
	const size_t bytes = pools->bytes;
	pthread_mutex_unlock(&pools->lock);
	return bytes;
}

void
lg_pools_drop(struct lg_pools *pools, int64_t pool)
{
	pthread_mutex_lock(&pools->lock);
	pools->drops++;
	for (struct lg_snapshot *at = pools->newest; at; at = at->older)
		if (at->pool == pool)
			at->stale = true;
	pthread_mutex_unlock(&pools->lock);
}

void
lg_pools_clear(struct lg_pools *pools)
{
	pthread_mutex_lock(&pools->lock);
	pools->drops++;
	for (struct lg_snapshot *at = pools->newest; at; at = at->older)
		at->stale = true;
	pthread_mutex_unlock(&pools->lock);
}

lg_status
lg_pools_refresh(struct lg_ctx *cx, struct lg_env *env)
{
	struct lg_pools *pools = env->pools;
	int64_t now[LG_EPOCH_SLOTS];
	LG_TRY(lg_store_epochs(env->store, cx, now));

	pthread_mutex_lock(&pools->lock);
	bool changed[LG_EPOCH_SLOTS];
	bool any = false;
	for (int i = 0; i < LG_EPOCH_SLOTS; i++) {
		changed[i] = !pools->has_epochs || pools->epochs[i] != now[i];
		any = any || changed[i];
	}
	memcpy(pools->epochs, now, sizeof(now));
	pools->has_epochs = true;
	if (any) {
		pools->drops++;
		for (struct lg_snapshot *at = pools->newest; at; at = at->older)
			if (changed[lg_store_epoch_slot(at->pool)])
				at->stale = true;
	}
	pthread_mutex_unlock(&pools->lock);
	return LG_OK;
}

void
lg_pools_lock_keys(struct lg_pools *pools)
{
	pthread_mutex_lock(&pools->key_lock);
}

void
lg_pools_unlock_keys(struct lg_pools *pools)
{
	pthread_mutex_unlock(&pools->key_lock);
}

void
lg_pools_free(struct lg_pools *pools)
{
	if (!pools)
		return;
	struct lg_snapshot *dead = NULL;
	while (pools->newest)
		dead = uncache_onto(pools, pools->newest, dead);
	free_list(dead);
	pthread_mutex_destroy(&pools->lock);
	pthread_mutex_destroy(&pools->key_lock);
	lg_arena_free(pools->arena);
}
