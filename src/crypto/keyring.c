#include "crypto/keyring.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "crypto/aead.h"
#include "crypto/block.h"
#include "crypto/hash.h"

#define KEY LG_AEAD_KEY_SIZE
#define SLAB_KEYS 128 /* of 32 bytes: one page of locked memory */
#define BUCKETS 4096
#define FORMAT 1
#define HEAD 5 /* format byte, key version */
#define ARENA_MAX ((size_t)64 << 20)

struct entry {
	struct entry *next;
	int64_t pool;
	enum lg_key_class class;
	int64_t version;
	unsigned char *key; /* a slot of a slab, its own for ever */
};

struct slab {
	struct slab *next;
	struct lg_secret keys;
};

struct lg_keyring {
	struct lg_arena *arena;
	pthread_rwlock_t lock;
	struct lg_secret wrap; /* what class keys are wrapped with */
	struct slab *slabs;
	struct entry *free;
	struct entry *buckets[BUCKETS];
};

lg_str lg_key_class_name(enum lg_key_class class)
{
	static const lg_str names[LG_KEY_CLASSES] = {
		[LG_KEY_DATA] = LG_STR_INIT("data"),
		[LG_KEY_CREDENTIAL] = LG_STR_INIT("credential"),
		[LG_KEY_INDEX] = LG_STR_INIT("index"),
		[LG_KEY_DECOY] = LG_STR_INIT("decoy"),
	};
	return names[class];
}

/* One block of HKDF-Expand (RFC 5869, 2.3): keys are uniformly random, so nothing has to be extracted. */
static void
derive(lg_str key, lg_str use, lg_str label, unsigned char ret[KEY])
{
	lg_str parts[] = { use, LG_STR(":"), label, LG_STR("\1") };
	lg_hmac_sha256(key, parts, LG_LEN(parts), ret);
}

void
lg_keyring_check_value(const struct lg_secret *root, unsigned char ret[8])
{
	unsigned char mac[KEY];
	derive(lg_secret_view(root), LG_STR("lifeguard root check"), LG_STR_NONE, mac);
	memcpy(ret, mac, 8);
	lg_wipe(mac, sizeof(mac));
}

lg_status
lg_keyring_new(const struct lg_secret *root, struct lg_keyring **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(ARENA_MAX, &arena));
	struct lg_keyring *ring = lg_arena_alloc(arena, sizeof(*ring));
	if (!ring || lg_failed(lg_secret_new(KEY, &ring->wrap))) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	ring->arena = arena;
	pthread_rwlock_init(&ring->lock, NULL);
	derive(lg_secret_view(root), LG_STR("lifeguard wrap"), LG_STR_NONE, ring->wrap.ptr);
	*ret = ring;
	return LG_OK;
}

void
lg_keyring_free(struct lg_keyring *ring)
{
	if (!ring)
		return;
	for (struct slab *slab = ring->slabs; slab; slab = slab->next)
		lg_secret_done(&slab->keys);
	lg_secret_done(&ring->wrap);
	pthread_rwlock_destroy(&ring->lock);
	lg_arena_free(ring->arena);
}

static size_t
bucket_of(int64_t pool)
{
	return (size_t)(((uint64_t)pool * UINT64_C(0x9e3779b97f4a7c15)) >> 52);
}

/* The lock is held. */
static struct entry *
find(struct lg_keyring *ring, int64_t pool, enum lg_key_class class, int64_t version)
{
	struct entry *e = ring->buckets[bucket_of(pool)];
	while (e && !(e->pool == pool && e->class == class && e->version == version))
		e = e->next;
	return e;
}

/* The lock is held. The newest key that is older than `bound`. */
static struct entry *
find_below(struct lg_keyring *ring, int64_t pool, enum lg_key_class class, int64_t bound)
{
	struct entry *best = NULL;
	for (struct entry *e = ring->buckets[bucket_of(pool)]; e; e = e->next)
		if (e->pool == pool && e->class == class && e->version < bound &&
			(!best || e->version > best->version))
			best = e;
	return best;
}

/* The lock is held for writing. More free entries, each with a slot of a new slab. */
static bool
add_slab(struct lg_keyring *ring)
{
	struct slab *slab = lg_arena_alloc(ring->arena, sizeof(*slab));
	struct entry *entries = lg_arena_array(ring->arena, SLAB_KEYS, sizeof(*entries));
	if (!slab || !entries || lg_failed(lg_secret_new(SLAB_KEYS * KEY, &slab->keys)))
		return false;
	slab->next = ring->slabs;
	ring->slabs = slab;
	for (size_t i = 0; i < SLAB_KEYS; i++) {
		entries[i].key = slab->keys.ptr + i * KEY;
		entries[i].next = ring->free;
		ring->free = &entries[i];
	}
	return true;
}

/* Keep a key; LG_E_EXISTS when there is one of this version, which stays. */
static lg_status
keep(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version,
	const unsigned char key[KEY])
{
	int code = LG_E_OK;
	pthread_rwlock_wrlock(&ring->lock);
	if (find(ring, pool, class, version)) {
		code = LG_E_EXISTS;
	} else if (!ring->free && !add_slab(ring)) {
		code = LG_E_NO_MEMORY;
	} else {
		struct entry *e = ring->free;
		ring->free = e->next;
		e->pool = pool;
		e->class = class;
		e->version = version;
		memcpy(e->key, key, KEY);
		e->next = ring->buckets[bucket_of(pool)];
		ring->buckets[bucket_of(pool)] = e;
	}
	pthread_rwlock_unlock(&ring->lock);
	return code == LG_E_OK ? LG_OK : lg_fail_default(cx, code);
}

/* What a wrapped key is bound to. */
static lg_status
wrap_aad(struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "pool_key|%lld|%.*s|%lld", (long long)pool,
		LG_FMT(lg_key_class_name(class)), (long long)version);
}

lg_status
lg_keyring_make(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	int64_t version, lg_str *ret_wrapped)
{
	assert(version >= 0 && version <= UINT32_MAX);
	unsigned char key[KEY];
	lg_str aad, wrapped;
	lg_rand_bytes(cx, key, sizeof(key));
	LG_TRY(wrap_aad(cx, pool, class, version, &aad));
	lg_status s =
		lg_aead_seal(cx, lg_secret_view(&ring->wrap), aad, lg_str_from_bytes(key, KEY), &wrapped);
	if (!lg_failed(s))
		s = keep(ring, cx, pool, class, version, key);
	lg_wipe(key, sizeof(key));
	LG_TRY(s);
	*ret_wrapped = wrapped;
	return LG_OK;
}

lg_status
lg_keyring_load(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	int64_t version, lg_str wrapped)
{
	lg_str aad, key;
	LG_TRY(wrap_aad(cx, pool, class, version, &aad));
	LG_TRY(lg_aead_open(cx, lg_secret_view(&ring->wrap), aad, wrapped, &key));
	if (key.len != KEY || version < 0 || version > UINT32_MAX)
		return lg_fail(cx, LG_E_MALFORMED, "wrapped key of a wrong form");
	lg_status s = keep(ring, cx, pool, class, version, (const unsigned char *)key.ptr);
	return s.code == LG_E_EXISTS ? LG_OK : s;
}

bool
lg_keyring_has(struct lg_keyring *ring, int64_t pool, enum lg_key_class class)
{
	pthread_rwlock_rdlock(&ring->lock);
	bool has = find_below(ring, pool, class, INT64_MAX) != NULL;
	pthread_rwlock_unlock(&ring->lock);
	return has;
}

void
lg_keyring_forget(struct lg_keyring *ring, int64_t pool)
{
	pthread_rwlock_wrlock(&ring->lock);
	for (struct entry **at = &ring->buckets[bucket_of(pool)]; *at;) {
		struct entry *e = *at;
		if (e->pool != pool) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		lg_wipe(e->key, KEY);
		e->next = ring->free;
		ring->free = e;
	}
	pthread_rwlock_unlock(&ring->lock);
}

/* Which key of a pool, and what for. */
struct want {
	enum lg_key_class class;
	enum { WANT_VERSION, WANT_AGE, WANT_FIRST } which;
	int64_t number; /* the version; the age, 0 for the newest */
	lg_str use;
	lg_str label;
};

/* The lock is held. */
static const struct entry *
choose(struct lg_keyring *ring, int64_t pool, const struct want *want)
{
	if (want->which == WANT_VERSION)
		return find(ring, pool, want->class, want->number);
	const struct entry *chosen = NULL;
	int64_t bound = INT64_MAX;
	for (int64_t age = 0; want->which == WANT_FIRST || age <= want->number; age++) {
		const struct entry *e = find_below(ring, pool, want->class, bound);
		if (!e)
			return want->which == WANT_FIRST ? chosen : NULL;
		chosen = e;
		bound = e->version;
	}
	return chosen;
}

/*
 * A key made from the class key for one use and label, so that no two uses share one; the work with it
 * is done outside the lock. The caller wipes it.
 */
static lg_status
take(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, const struct want *want,
	unsigned char ret[KEY], int64_t *ret_version)
{
	unsigned char key[KEY];
	pthread_rwlock_rdlock(&ring->lock);
	const struct entry *e = choose(ring, pool, want);
	if (e) {
		memcpy(key, e->key, KEY);
		*ret_version = e->version;
	}
	pthread_rwlock_unlock(&ring->lock);
	if (!e)
		return lg_fail(cx, LG_E_NOT_FOUND, "no such key of the pool is loaded");
	derive(lg_str_from_bytes(key, KEY), want->use, want->label, ret);
	lg_wipe(key, sizeof(key));
	return LG_OK;
}

lg_status
lg_keyring_seal(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	lg_str aad, lg_str plain, lg_str *ret)
{
	const struct want want = { .class = class, .which = WANT_AGE, .use = LG_STR("seal") };
	unsigned char key[KEY];
	int64_t version;
	lg_str sealed;
	LG_TRY(take(ring, cx, pool, &want, key, &version));
	lg_status s = lg_aead_seal(cx, lg_str_from_bytes(key, KEY), aad, plain, &sealed);
	lg_wipe(key, sizeof(key));
	LG_TRY(s);
	const unsigned char head[HEAD] = { FORMAT, (unsigned char)(version >> 24),
		(unsigned char)(version >> 16), (unsigned char)(version >> 8), (unsigned char)version };
	lg_str parts[] = { lg_str_from_bytes(head, HEAD), sealed };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_keyring_open(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	lg_str aad, lg_str sealed, lg_str *ret)
{
	if (sealed.len < HEAD || sealed.ptr[0] != FORMAT)
		return lg_fail(cx, LG_E_MALFORMED, "sealed text is damaged");
	struct want want = { .class = class, .which = WANT_VERSION, .use = LG_STR("seal") };
	for (size_t i = 1; i < HEAD; i++)
		want.number = want.number << 8 | (unsigned char)sealed.ptr[i];
	unsigned char key[KEY];
	int64_t version;
	LG_TRY(take(ring, cx, pool, &want, key, &version));
	lg_status s = lg_aead_open(
		cx, lg_str_from_bytes(key, KEY), aad, lg_str_slice(sealed, HEAD, sealed.len), ret);
	lg_wipe(key, sizeof(key));
	return s;
}

lg_status
lg_keyring_mac(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	lg_str label, lg_str message, unsigned char ret[32])
{
	const struct want want = {
		.class = class, .which = WANT_FIRST, .use = LG_STR("mac"), .label = label
	};
	unsigned char key[KEY];
	int64_t version;
	LG_TRY(take(ring, cx, pool, &want, key, &version));
	lg_hmac_sha256(lg_str_from_bytes(key, KEY), &message, 1, ret);
	lg_wipe(key, sizeof(key));
	return LG_OK;
}

lg_status
lg_keyring_block(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	lg_str label, bool encipher, const unsigned char in[16], unsigned char ret[16])
{
	const struct want want = {
		.class = class, .which = WANT_FIRST, .use = LG_STR("block"), .label = label
	};
	unsigned char key[KEY];
	int64_t version;
	LG_TRY(take(ring, cx, pool, &want, key, &version));
	lg_status s = lg_block(cx, key, encipher, in, ret);
	lg_wipe(key, sizeof(key));
	return s;
}

lg_status
lg_keyring_derive(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class,
	lg_str label, unsigned age, unsigned char ret[32])
{
	const struct want want = {
		.class = class, .which = WANT_AGE, .number = age, .use = LG_STR("key"), .label = label
	};
	int64_t version;
	return take(ring, cx, pool, &want, ret, &version);
}
