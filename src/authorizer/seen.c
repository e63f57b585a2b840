#include "authorizer/seen.h"

#include <pthread.h>
#include <string.h>

#define LOCKS 16
#define TEXTS (LG_AUTHZ_HEADERS + 1)

/* Texts are lengths while a slot is at rest; the pool's id and the values stand in `text` in turn. */
struct slot {
	unsigned char digest[LG_SHA256_SIZE];
	size_t route;
	struct lg_seen_token token;
	char text[LG_SEEN_TEXT];
	bool used;
};

struct lg_seen {
	struct lg_arena *arena;
	pthread_mutex_t arena_lock;
	pthread_mutex_t locks[LOCKS];
	struct slot *slots[LG_SEEN_SLOTS]; /* made when they are first needed */
};

lg_status
lg_seen_new(struct lg_seen **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(LG_SEEN_SLOTS * (sizeof(struct slot) + 64) + ((size_t)4 << 20), &arena));
	struct lg_seen *seen = lg_arena_alloc(arena, sizeof(*seen));
	if (!seen) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	seen->arena = arena;
	pthread_mutex_init(&seen->arena_lock, NULL);
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&seen->locks[i], NULL);
	*ret = seen;
	return LG_OK;
}

void
lg_seen_free(struct lg_seen *seen)
{
	if (!seen)
		return;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&seen->locks[i]);
	pthread_mutex_destroy(&seen->arena_lock);
	lg_arena_free(seen->arena);
}

/* Nobody can choose a digest, so its first bytes spread well. */
static size_t
place_of(const unsigned char digest[LG_SHA256_SIZE], size_t route)
{
	return (((size_t)digest[0] << 8 | digest[1]) ^ route * 7919) % LG_SEEN_SLOTS;
}

static lg_str *
text_at(struct lg_seen_token *token, size_t i)
{
	return i ? &token->values[i - 1] : &token->pool_id;
}

lg_status
lg_seen_get(struct lg_ctx *cx, struct lg_seen *seen, const unsigned char digest[LG_SHA256_SIZE],
	size_t route, struct lg_seen_token *ret)
{
	const size_t place = place_of(digest, route);
	char *text = NULL;
	bool full = false;
	pthread_mutex_lock(&seen->locks[place % LOCKS]);
	const struct slot *slot = seen->slots[place];
	const bool found = slot && slot->used && slot->route == route &&
			   lg_bytes_eq(slot->digest, digest, LG_SHA256_SIZE) &&
			   lg_time_before(cx->now, slot->token.until);
	if (found) {
		*ret = slot->token;
		size_t len = 0;
		for (size_t i = 0; i < TEXTS; i++)
			len += text_at(ret, i)->len;
		text = lg_new_array(cx, char, len + 1);
		full = !text;
		if (text)
			memcpy(text, slot->text, len);
	}
	pthread_mutex_unlock(&seen->locks[place % LOCKS]);
	if (full)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (!found)
		return LG_STATUS(LG_E_NOT_FOUND);
	for (size_t i = 0; i < TEXTS; i++) {
		lg_str *at = text_at(ret, i);
		*at = lg_str_from_bytes(text, at->len);
		text += at->len;
	}
	return LG_OK;
}

/* The lock of the place is held. */
static struct slot *
slot_at(struct lg_seen *seen, size_t place)
{
	if (!seen->slots[place]) {
		pthread_mutex_lock(&seen->arena_lock);
		seen->slots[place] = lg_arena_alloc(seen->arena, sizeof(struct slot));
		pthread_mutex_unlock(&seen->arena_lock);
	}
	return seen->slots[place];
}

void
lg_seen_put(struct lg_seen *seen, const unsigned char digest[LG_SHA256_SIZE], size_t route,
	const struct lg_seen_token *token)
{
	struct lg_seen_token copy = *token;
	size_t len = 0;
	for (size_t i = 0; i < TEXTS; i++)
		len += text_at(&copy, i)->len;
	if (len > LG_SEEN_TEXT)
		return;
	const size_t place = place_of(digest, route);
	pthread_mutex_lock(&seen->locks[place % LOCKS]);
	struct slot *slot = slot_at(seen, place);
	if (slot) {
		slot->used = true;
		slot->route = route;
		slot->token = copy;
		memcpy(slot->digest, digest, LG_SHA256_SIZE);
		char *end = slot->text;
		for (size_t i = 0; i < TEXTS; i++) {
			const lg_str *at = text_at(&copy, i);
			if (at->len)
				memcpy(end, at->ptr, at->len);
			end += at->len;
		}
	}
	pthread_mutex_unlock(&seen->locks[place % LOCKS]);
}
