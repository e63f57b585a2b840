#include "crypto/keyring.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/aead.h"
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

lg_str
lg_key_class_name(enum lg_key_class class)
{
	static const lg_str names[LG_KEY_CLASSES] = {
		[LG_KEY_DATA] = LG_STR_INIT("data"),
		[LG_KEY_CREDENTIAL] = LG_STR_INIT("credential"),
		[LG_KEY_INDEX] = LG_STR_INIT("index"),
		[LG_KEY_DECOY] = LG_STR_INIT("decoy"),
	};
	return names[class];
}

static void
derive(lg_str key, lg_str use, lg_str label, unsigned char ret[KEY])
{
	lg_str parts[] = { use, label };
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

/* The lock is held. `version` -1: the newest; -2: the oldest. */
static struct entry *
find(struct lg_keyring *ring, int64_t pool, enum lg_key_class class, int64_t version)
{
	struct entry *best = NULL;
	for (struct entry *e = ring->buckets[bucket_of(pool)]; e; e = e->next) {
		if (e->pool != pool || e->class != class)
			continue;
		if (e->version == version)
			return e;
		if (version < 0 && (!best || (version == -1 ? e->version > best->version : e->version < best->version)))
			best = e;
	}
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

/* Keep a key; one that is there already stays. */
static lg_status
keep(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version,
	const unsigned char key[KEY])
{
	bool kept = true;
	pthread_rwlock_wrlock(&ring->lock);
	if (!find(ring, pool, class, version)) {
		kept = ring->free || add_slab(ring);
		if (kept) {
			struct entry *e = ring->free;
			ring->free = e->next;
			e->pool = pool;
			e->class = class;
			e->version = version;
			memcpy(e->key, key, KEY);
			e->next = ring->buckets[bucket_of(pool)];
			ring->buckets[bucket_of(pool)] = e;
		}
	}
	pthread_rwlock_unlock(&ring->lock);
	return kept ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

/* What a wrapped key is bound to. */
static lg_status
wrap_aad(struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "pool_key|%lld|%.*s|%lld", (long long)pool, LG_FMT(lg_key_class_name(class)),
		(long long)version);
}

lg_status
lg_keyring_make(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version,
	lg_str *ret_wrapped)
{
	assert(version >= 0 && version <= UINT32_MAX);
	unsigned char key[KEY];
	lg_str aad, wrapped;
	lg_rand_bytes(cx, key, sizeof(key));
	LG_TRY(wrap_aad(cx, pool, class, version, &aad));
	lg_status s = lg_aead_seal(cx, lg_secret_view(&ring->wrap), aad, lg_str_from_bytes(key, KEY), &wrapped);
	if (!lg_failed(s))
		s = keep(ring, cx, pool, class, version, key);
	lg_wipe(key, sizeof(key));
	LG_TRY(s);
	*ret_wrapped = wrapped;
	return LG_OK;
}

lg_status
lg_keyring_load(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version,
	lg_str wrapped)
{
	lg_str aad, key;
	LG_TRY(wrap_aad(cx, pool, class, version, &aad));
	LG_TRY(lg_aead_open(cx, lg_secret_view(&ring->wrap), aad, wrapped, &key));
	if (key.len != KEY || version < 0 || version > UINT32_MAX)
		return lg_fail(cx, LG_E_MALFORMED, "wrapped key of a wrong form");
	return keep(ring, cx, pool, class, version, (const unsigned char *)key.ptr);
}

bool
lg_keyring_has(struct lg_keyring *ring, int64_t pool, enum lg_key_class class)
{
	pthread_rwlock_rdlock(&ring->lock);
	bool has = find(ring, pool, class, -1) != NULL;
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

/* A copy of a key, to work with outside the lock; the caller wipes it. `version` as for find. */
static lg_status
copy_key(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, int64_t version,
	unsigned char ret[KEY], int64_t *ret_version)
{
	pthread_rwlock_rdlock(&ring->lock);
	const struct entry *e = find(ring, pool, class, version);
	if (e) {
		memcpy(ret, e->key, KEY);
		*ret_version = e->version;
	}
	pthread_rwlock_unlock(&ring->lock);
	return e ? LG_OK : lg_fail(cx, LG_E_NOT_FOUND, "no key of this version");
}

lg_status
lg_keyring_seal(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, lg_str aad, lg_str plain,
	lg_str *ret)
{
	unsigned char key[KEY];
	int64_t version;
	lg_str sealed;
	LG_TRY(copy_key(ring, cx, pool, class, -1, key, &version));
	lg_status s = lg_aead_seal(cx, lg_str_from_bytes(key, KEY), aad, plain, &sealed);
	lg_wipe(key, sizeof(key));
	LG_TRY(s);
	const unsigned char head[HEAD] = { FORMAT, (unsigned char)(version >> 24), (unsigned char)(version >> 16),
		(unsigned char)(version >> 8), (unsigned char)version };
	lg_str parts[] = { lg_str_from_bytes(head, HEAD), sealed };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_keyring_open(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, lg_str aad, lg_str sealed,
	lg_str *ret)
{
	if (sealed.len < HEAD || sealed.ptr[0] != FORMAT)
		return lg_fail(cx, LG_E_MALFORMED, "sealed text is damaged");
	int64_t version = 0, found;
	for (size_t i = 1; i < HEAD; i++)
		version = version << 8 | (unsigned char)sealed.ptr[i];
	unsigned char key[KEY];
	LG_TRY(copy_key(ring, cx, pool, class, version, key, &found));
	lg_status s = lg_aead_open(cx, lg_str_from_bytes(key, KEY), aad, lg_str_slice(sealed, HEAD, sealed.len), ret);
	lg_wipe(key, sizeof(key));
	return s;
}

lg_status
lg_keyring_mac(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, lg_str label,
	lg_str message, unsigned char ret[32])
{
	unsigned char key[KEY], derived[KEY];
	int64_t version;
	LG_TRY(copy_key(ring, cx, pool, class, -2, key, &version));
	derive(lg_str_from_bytes(key, KEY), LG_STR("mac "), label, derived);
	lg_hmac_sha256(lg_str_from_bytes(derived, KEY), &message, 1, ret);
	lg_wipe(key, sizeof(key));
	lg_wipe(derived, sizeof(derived));
	return LG_OK;
}

lg_status
lg_keyring_block(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool, enum lg_key_class class, lg_str label,
	bool encipher, const unsigned char in[16], unsigned char ret[16])
{
	unsigned char key[KEY], derived[KEY];
	int64_t version;
	LG_TRY(copy_key(ring, cx, pool, class, -2, key, &version));
	derive(lg_str_from_bytes(key, KEY), LG_STR("block "), label, derived);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	unsigned char out[32];
	int len = 0;
	bool ok = c && EVP_CipherInit_ex(c, EVP_aes_256_ecb(), NULL, derived, NULL, encipher) == 1
		  && EVP_CIPHER_CTX_set_padding(c, 0) == 1 && EVP_CipherUpdate(c, out, &len, in, 16) == 1 && len == 16;
	EVP_CIPHER_CTX_free(c);
	lg_wipe(key, sizeof(key));
	lg_wipe(derived, sizeof(derived));
	if (!ok)
		return lg_fail(cx, LG_E_INTERNAL, "block cipher failed");
	memcpy(ret, out, 16);
	return LG_OK;
}
