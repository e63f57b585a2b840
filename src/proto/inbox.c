#include "proto/inbox.h"

#include <pthread.h>
#include <string.h>

struct entry {
	struct lg_arena
		*arena; /* of exactly the message's size; wiped when it goes, for bodies hold codes */
	struct lg_inbox_message content;
};

struct lg_inbox {
	struct lg_messenger messenger; /* first, so that lg_inbox_of finds the rest */
	struct lg_arena *arena;
	pthread_mutex_t lock;
	int64_t last_id;
	size_t next; /* the slot that is written next */
	struct entry entries[LG_INBOX_SIZE];
};

/* Every text of a message, so that copying forgets none. */
static const size_t texts[] = {
	offsetof(struct lg_message, medium),
	offsetof(struct lg_message, pool_id),
	offsetof(struct lg_message, username),
	offsetof(struct lg_message, sub),
	offsetof(struct lg_message, to),
	offsetof(struct lg_message, purpose),
	offsetof(struct lg_message, subject),
	offsetof(struct lg_message, body),
	offsetof(struct lg_message, code),
	offsetof(struct lg_message, link),
};

static lg_str *
text_at(const struct lg_message *message, size_t i)
{
	return (lg_str *)((uintptr_t)message + texts[i]);
}

static lg_status
copy_message(struct lg_arena *arena, const struct lg_message *from, struct lg_message *ret)
{
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		lg_str text = *text_at(from, i);
		lg_str *to = text_at(ret, i);
		if (!lg_str_present(text)) {
			*to = LG_STR_NONE;
			continue;
		}
		char *bytes = lg_arena_alloc(arena, text.len);
		if (!bytes)
			return LG_STATUS(LG_E_NO_MEMORY);
		memcpy(bytes, text.ptr, text.len);
		*to = (lg_str){ bytes, text.len };
	}
	return LG_OK;
}

static size_t
message_size(const struct lg_message *message)
{
	size_t size = 0;
	for (size_t i = 0; i < LG_LEN(texts); i++)
		size += text_at(message, i)->len + sizeof(max_align_t);
	return size;
}

static lg_status
take_message(struct lg_messenger *self, struct lg_ctx *cx, const struct lg_message *message)
{
	struct lg_inbox *inbox = lg_inbox_of(self);
	struct entry entry = { .content.time = cx->now };
	LG_TRY(lg_arena_new(message_size(message), &entry.arena));
	lg_status s = copy_message(entry.arena, message, &entry.content.message);
	if (lg_failed(s)) {
		lg_arena_free(entry.arena);
		return lg_fail(cx, LG_E_CODE_DELIVERY_FAILURE, "The inbox is out of memory.");
	}
	/* A decoy's goes as far as any other, and no further. */
	if (message->nobody) {
		lg_arena_free(entry.arena);
		return LG_OK;
	}
	pthread_mutex_lock(&inbox->lock);
	entry.content.id = ++inbox->last_id;
	lg_arena_free(inbox->entries[inbox->next].arena);
	inbox->entries[inbox->next] = entry;
	inbox->next = (inbox->next + 1) % LG_INBOX_SIZE;
	pthread_mutex_unlock(&inbox->lock);
	return LG_OK;
}

lg_status
lg_inbox_new(struct lg_inbox **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(SIZE_MAX, &arena));
	struct lg_inbox *inbox = lg_arena_alloc(arena, sizeof(*inbox));
	if (!inbox) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	inbox->messenger.send = take_message;
	inbox->arena = arena;
	pthread_mutex_init(&inbox->lock, NULL);
	*ret = inbox;
	return LG_OK;
}

void
lg_inbox_free(struct lg_inbox *inbox)
{
	if (!inbox)
		return;
	lg_inbox_clear(inbox);
	pthread_mutex_destroy(&inbox->lock);
	lg_arena_free(inbox->arena);
}

struct lg_messenger *
lg_inbox_messenger(struct lg_inbox *inbox)
{
	return &inbox->messenger;
}

struct lg_inbox *
lg_inbox_of(struct lg_messenger *messenger)
{
	return (struct lg_inbox *)messenger;
}

static bool
fits(const struct lg_inbox_filter *filter, const struct lg_message *message)
{
	if (lg_str_present(filter->pool) && !lg_str_eq(filter->pool, message->pool_id))
		return false;
	if (lg_str_present(filter->user) && !lg_str_eq(filter->user, message->username) &&
		!lg_str_eq(filter->user, message->sub))
		return false;
	if (lg_str_present(filter->to) && !lg_str_eq(filter->to, message->to))
		return false;
	return !lg_str_present(filter->purpose) || lg_str_eq(filter->purpose, message->purpose);
}

/* The `i`-th newest, NULL when there is none or it does not fit. The lock is held. */
static const struct lg_inbox_message *
newest(const struct lg_inbox *inbox, size_t i, const struct lg_inbox_filter *filter)
{
	const struct entry *entry = &inbox->entries[(inbox->next + LG_INBOX_SIZE - 1 - i) % LG_INBOX_SIZE];
	return entry->arena && fits(filter, &entry->content.message) ? &entry->content : NULL;
}

/* The lock is held. */
static lg_status
copy_list(const struct lg_inbox *inbox, struct lg_ctx *cx, const struct lg_inbox_filter *filter,
	size_t limit, struct lg_inbox_message **ret, size_t *ret_count)
{
	size_t room = 0;
	for (size_t i = 0; i < LG_INBOX_SIZE && room < limit; i++)
		room += newest(inbox, i, filter) != NULL;
	struct lg_inbox_message *list = lg_new_array(cx, struct lg_inbox_message, room);
	if (!list)
		return LG_STATUS(LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < LG_INBOX_SIZE && count < room; i++) {
		const struct lg_inbox_message *message = newest(inbox, i, filter);
		if (!message)
			continue;
		list[count] = *message;
		LG_TRY(copy_message(cx->arena, &message->message, &list[count].message));
		count++;
	}
	*ret = list;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_inbox_list(struct lg_inbox *inbox, struct lg_ctx *cx, const struct lg_inbox_filter *filter, size_t limit,
	struct lg_inbox_message **ret, size_t *ret_count)
{
	pthread_mutex_lock(&inbox->lock);
	lg_status s = copy_list(inbox, cx, filter, limit, ret, ret_count);
	pthread_mutex_unlock(&inbox->lock);
	return lg_failed(s) ? lg_fail_default(cx, s.code) : LG_OK;
}

void
lg_inbox_clear(struct lg_inbox *inbox)
{
	pthread_mutex_lock(&inbox->lock);
	for (size_t i = 0; i < LG_INBOX_SIZE; i++) {
		lg_arena_free(inbox->entries[i].arena);
		inbox->entries[i] = (struct entry){ 0 };
	}
	inbox->next = 0;
	pthread_mutex_unlock(&inbox->lock);
}

static lg_status
send_nothing(struct lg_messenger *self, struct lg_ctx *cx, const struct lg_message *message)
{
	(void)self;
	(void)message;
	return lg_fail(cx, LG_E_CODE_DELIVERY_FAILURE, "Message delivery is not configured.");
}

struct lg_messenger *
lg_messenger_none(void)
{
	static struct lg_messenger none = { .send = send_nothing };
	return &none;
}
