/*
 * pool_cache.h - snapshots in memory (DATA 8): found by key, counted by reference, the least recently used
 * go first.
 *
 * Inside of domain/pool only. A snapshot owns one arena, in which it lies itself; it is freed when the cache
 * and the last request let go of it. A stale one is kept until its successor is loaded, for answers that
 * outlive the store.
 */
#ifndef LG_DOMAIN_POOL_CACHE_H
#define LG_DOMAIN_POOL_CACHE_H

#include "domain/pool/pool.h"

#define LG_SNAPSHOTS_MAX_BYTES ((size_t)64 << 20)

enum lg_snapshot_kind {
	LG_SNAPSHOT_POOL,
	LG_SNAPSHOT_CLIENT,
	LG_SNAPSHOT_IDENTITY_POOL, /* by its id, or by its number in decimal digits */
	LG_SNAPSHOT_IDENTITY_KEYS, /* one, without a key */
	LG_SNAPSHOT_IAM_ROLE, /* by its name in lower case */
	LG_SNAPSHOT_IAM_USER, /* likewise */
};

struct lg_snapshot {
	enum lg_snapshot_kind kind;
	lg_str key;     /* pool id, client id, ... */
	int64_t pool;
	lg_str pool_id; /* of the client's pool */
	struct lg_arena *arena;
	struct lg_pool *pool_data;
	struct lg_client *client;
	struct lg_identity_pool *identity_pool;
	const struct lg_iam_entity *entity;
	struct lg_signing_key *keys; /* their public halves are the snapshot's */
	size_t key_count;
	uint64_t serial;    /* no other snapshot of this process has it */
	lg_str jwks;        /* absent while the pool has no keys */
	lg_time jwks_until; /* then a key comes or goes */

	/* the cache's own */
	struct lg_pools *owner;
	struct lg_snapshot *next;
	struct lg_snapshot *newer;
	struct lg_snapshot *older;
	size_t bytes;
	unsigned refs;
	bool cached;
	bool stale;
};

/* Memory for a snapshot, with one reference, not cached yet. */
LG_MUST lg_status lg_snapshot_new(
	struct lg_pools *pools, enum lg_snapshot_kind kind, struct lg_snapshot **ret);

/* Let go; for lg_ctx_hold. NULL is fine. */
void lg_snapshot_release(void *snapshot);

/* The cached snapshot with one more reference, or NULL. `stale_too`: even one that a write made old. */
struct lg_snapshot *lg_snapshots_get(
	struct lg_pools *pools, enum lg_snapshot_kind kind, lg_str key, bool stale_too);

/*
 * Cache it in place of a former one, unless something was dropped since `mark` was taken: what was read then
 * may be older than the write that dropped it.
 */
uint64_t lg_snapshots_mark(struct lg_pools *pools);
void lg_snapshots_put(struct lg_pools *pools, struct lg_snapshot *snapshot, uint64_t mark);

/* It no longer exists. */
void lg_snapshots_forget(struct lg_pools *pools, enum lg_snapshot_kind kind, lg_str key);

/* One thread at a time makes signing keys, so that a rush of first sign-ins does not make a pair each. */
void lg_pools_lock_keys(struct lg_pools *pools);
void lg_pools_unlock_keys(struct lg_pools *pools);

size_t lg_snapshots_bytes(struct lg_pools *pools);

#endif
