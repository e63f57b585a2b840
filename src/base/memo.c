#include "base/memo.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"

#define LOCKS 16

/* `bytes`: the struct, then its texts. The pointers in the struct mean nothing here, the lengths do. */
struct slot {
	bool used;
	unsigned char key[LG_MEMO_KEY];
	_Alignas(max_align_t) char bytes[];
};

struct lg_memo {
	const struct lg_memo_form *form;
	struct lg_arena *arena;
	pthread_mutex_t arena_lock;
	pthread_mutex_t locks[LOCKS]; /* of every LOCKS-th place */
	struct slot **slots;
};

lg_status
lg_memo_new(const struct lg_memo_form *form, struct lg_memo **ret)
{
	const size_t a_slot = sizeof(struct slot) + form->size + form->text_max + 64 + sizeof(struct slot *);
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(form->slots * a_slot + ((size_t)4 << 20), &arena));
	struct lg_memo *memo = lg_arena_alloc(arena, sizeof(*memo));
	struct slot **slots = lg_arena_array(arena, form->slots, sizeof(*slots));
	if (!memo || !slots) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	*memo = (struct lg_memo){ .form = form, .arena = arena, .slots = slots };
	pthread_mutex_init(&memo->arena_lock, NULL);
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&memo->locks[i], NULL);
	*ret = memo;
	return LG_OK;
}

void
lg_memo_free(struct lg_memo *memo)
{
	if (!memo)
		return;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&memo->locks[i]);
	pthread_mutex_destroy(&memo->arena_lock);
	lg_arena_free(memo->arena);
}

static size_t
place_of(const struct lg_memo *memo, const unsigned char key[LG_MEMO_KEY])
{
	return ((size_t)key[0] << 8 | key[1]) % memo->form->slots;
}

static const lg_str *
text_at(const struct lg_memo_form *form, const void *answer, size_t i)
{
	return (const lg_str *)(const void *)((const char *)answer + form->texts[i]);
}

static size_t
text_bytes(const struct lg_memo_form *form, const void *answer)
{
	size_t len = 0;
	for (size_t i = 0; i < form->text_count; i++)
		len += text_at(form, answer, i)->len;
	return len;
}

/* The lock of the place is held. */
static lg_status
copy_out(struct lg_ctx *cx, const struct lg_memo_form *form, const struct slot *slot, void *ret)
{
	const size_t len = text_bytes(form, slot->bytes);
	char *text = lg_new_array(cx, char, len + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	memcpy(ret, slot->bytes, form->size);
	memcpy(text, slot->bytes + form->size, len);
	for (size_t i = 0; i < form->text_count; i++) {
		const lg_str copy = lg_str_from_bytes(text, text_at(form, slot->bytes, i)->len);
		memcpy((char *)ret + form->texts[i], &copy, sizeof(copy));
		text += copy.len;
	}
	return LG_OK;
}

lg_status
lg_memo_get(struct lg_ctx *cx, struct lg_memo *memo, const unsigned char key[LG_MEMO_KEY], void *ret)
{
	const size_t place = place_of(memo, key);
	lg_status s = LG_STATUS(LG_E_NOT_FOUND);
	pthread_mutex_lock(&memo->locks[place % LOCKS]);
	const struct slot *slot = memo->slots[place];
	if (slot && slot->used && lg_bytes_eq(slot->key, key, LG_MEMO_KEY))
		s = copy_out(cx, memo->form, slot, ret);
	pthread_mutex_unlock(&memo->locks[place % LOCKS]);
	return s;
}

/* NULL without memory. The lock of the place is held. */
static struct slot *
slot_at(struct lg_memo *memo, size_t place)
{
	if (!memo->slots[place]) {
		pthread_mutex_lock(&memo->arena_lock);
		memo->slots[place] = lg_arena_alloc(
			memo->arena, sizeof(struct slot) + memo->form->size + memo->form->text_max);
		pthread_mutex_unlock(&memo->arena_lock);
	}
	return memo->slots[place];
}

void
lg_memo_put(struct lg_memo *memo, const unsigned char key[LG_MEMO_KEY], const void *answer)
{
	const struct lg_memo_form *form = memo->form;
	if (text_bytes(form, answer) > form->text_max)
		return;
	const size_t place = place_of(memo, key);
	pthread_mutex_lock(&memo->locks[place % LOCKS]);
	struct slot *slot = slot_at(memo, place);
	if (slot) {
		slot->used = true;
		memcpy(slot->key, key, LG_MEMO_KEY);
		memcpy(slot->bytes, answer, form->size);
		char *end = slot->bytes + form->size;
		for (size_t i = 0; i < form->text_count; i++) {
			const lg_str *at = text_at(form, answer, i);
			if (at->len)
				memcpy(end, at->ptr, at->len);
			end += at->len;
		}
	}
	pthread_mutex_unlock(&memo->locks[place % LOCKS]);
}
