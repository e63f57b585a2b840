#include "page/look_cache.h"

#include <pthread.h>

#define PLACES 1024 /* a power of two */
#define KIT_MAX_BYTES ((size_t)8 << 20)

/* Of any two kits in one place the later one stays. */
struct lg_looks {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	size_t max_bytes, bytes;
	uint64_t uses;
	struct lg_look_kit *places[PLACES];
};

lg_status
lg_looks_new(size_t max_bytes, struct lg_looks **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(sizeof(struct lg_looks) + 4096, &arena));
	struct lg_looks *looks = lg_arena_alloc(arena, sizeof(*looks));
	if (!looks) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	looks->arena = arena;
	looks->max_bytes = max_bytes;
	pthread_mutex_init(&looks->lock, NULL);
	*ret = looks;
	return LG_OK;
}

/* FNV-1a; whoever makes keys meet makes his own pages slower. */
static size_t
place_of(lg_str key)
{
	uint32_t hash = UINT32_C(2166136261);
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * UINT32_C(16777619);
	return hash & (PLACES - 1);
}

/* Under the lock. What nobody holds any more is returned, to be freed behind it. */
static struct lg_arena *
let_go(struct lg_look_kit *kit)
{
	return --kit->refs == 0 ? kit->arena : NULL;
}

static struct lg_arena *
empty_place(struct lg_looks *looks, size_t place)
{
	struct lg_look_kit *kit = looks->places[place];
	if (!kit)
		return NULL;
	looks->places[place] = NULL;
	looks->bytes -= kit->bytes;
	return let_go(kit);
}

void
lg_looks_free(struct lg_looks *looks)
{
	if (!looks)
		return;
	for (size_t i = 0; i < PLACES; i++)
		lg_arena_free(empty_place(looks, i));
	pthread_mutex_destroy(&looks->lock);
	lg_arena_free(looks->arena);
}

/* A kit that is held, with the cache that it came from. */
struct hold {
	struct lg_looks *looks;
	struct lg_look_kit *kit;
};

static void
release(void *object)
{
	const struct hold *hold = object;
	pthread_mutex_lock(&hold->looks->lock);
	struct lg_arena *dead = let_go(hold->kit);
	pthread_mutex_unlock(&hold->looks->lock);
	lg_arena_free(dead);
}

static struct lg_look_kit *
get(struct lg_looks *looks, const struct lg_look_of *of)
{
	pthread_mutex_lock(&looks->lock);
	struct lg_look_kit *kit = looks->places[place_of(of->key)];
	if (kit && (kit->serial != of->pool->serial || !lg_str_eq(kit->key, of->key)))
		kit = NULL;
	if (kit) {
		kit->used = ++looks->uses;
		kit->refs++;
	}
	pthread_mutex_unlock(&looks->lock);
	return kit;
}

static size_t
oldest(const struct lg_looks *looks)
{
	size_t found = PLACES;
	for (size_t i = 0; i < PLACES; i++) {
		const struct lg_look_kit *kit = looks->places[i];
		if (kit && (found == PLACES || kit->used < looks->places[found]->used))
			found = i;
	}
	return found;
}

static void
put(struct lg_looks *looks, struct lg_look_kit *kit)
{
	const size_t place = place_of(kit->key);
	pthread_mutex_lock(&looks->lock);
	struct lg_arena *dead = empty_place(looks, place);
	while (looks->bytes && looks->bytes + kit->bytes > looks->max_bytes) {
		lg_arena_free(dead);
		dead = empty_place(looks, oldest(looks));
	}
	looks->places[place] = kit;
	looks->bytes += kit->bytes;
	kit->used = ++looks->uses;
	kit->refs++;
	pthread_mutex_unlock(&looks->lock);
	lg_arena_free(dead);
}

/* ---- into memory of its own ---- */

static lg_status
copy(struct lg_ctx *own, const struct lg_look_kit *from, struct lg_look_kit *to)
{
	*to = *from;
	lg_str *texts[] = { &to->look.style, &to->look.icon, &to->look.logo, &to->look.logo_width,
		&to->look.logo_height, &to->look.logo_dark, &to->look.scheme, &to->key };
	for (size_t i = 0; i < LG_LEN(texts); i++)
		if (lg_str_present(*texts[i]))
			LG_TRY(lg_str_dup(own, *texts[i], texts[i]));
	for (size_t i = 0; i < to->file_count; i++) {
		struct lg_look_file *file = &to->files[i];
		LG_TRY(lg_str_dup(own, file->name, &file->name));
		LG_TRY(lg_str_dup(own, file->digest, &file->digest));
		LG_TRY(lg_str_dup(own, file->type, &file->type));
		LG_TRY(lg_str_dup(own, file->bytes, &file->bytes));
	}
	return LG_OK;
}

/* One reference is the caller's. */
static lg_status
keep(struct lg_looks *looks, const struct lg_look_of *of, const struct lg_look_kit *made,
	struct lg_look_kit **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(KIT_MAX_BYTES, &arena));
	struct lg_ctx own = { .arena = arena };
	struct lg_look_kit *kit = lg_new(&own, struct lg_look_kit);
	const lg_status s = kit ? copy(&own, made, kit) : LG_STATUS(LG_E_NO_MEMORY);
	if (lg_failed(s)) {
		lg_arena_free(arena);
		return s;
	}
	kit->arena = arena;
	kit->serial = of->pool->serial;
	kit->bytes = lg_arena_used(arena);
	kit->refs = 1;
	put(looks, kit);
	*ret = kit;
	return LG_OK;
}

lg_status
lg_looks_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_look_of *of,
	const struct lg_look_kit **ret)
{
	struct lg_looks *looks = env->looks;
	struct lg_look_kit *kit = looks ? get(looks, of) : NULL;
	if (!kit) {
		LG_TRY(lg_look_kit_make(cx, env, of, &kit));
		if (!looks) {
			*ret = kit;
			return LG_OK;
		}
		LG_TRY(keep(looks, of, kit, &kit));
	}
	struct hold *hold = lg_new(cx, struct hold);
	*ret = kit;
	if (hold) {
		*hold = (struct hold){ looks, kit };
		return lg_ctx_hold(cx, release, hold);
	}
	release(&(struct hold){ looks, kit });
	return lg_fail_default(cx, LG_E_NO_MEMORY);
}

size_t
lg_looks_bytes(struct lg_looks *looks)
{
	pthread_mutex_lock(&looks->lock);
	const size_t bytes = looks->bytes;
	pthread_mutex_unlock(&looks->lock);
	return bytes;
}
