/*
 * inbox.h - where messages go in development: a ring of the newest thousand, in memory. Thread-safe.
 */
#ifndef LG_PROTO_INBOX_H
#define LG_PROTO_INBOX_H

#include "domain/env.h"

#define LG_INBOX_SIZE 1000

struct lg_inbox;

LG_MUST lg_status lg_inbox_new(struct lg_inbox **ret);
void lg_inbox_free(struct lg_inbox *inbox);

/* What the domain sends through. The inbox is found again from it. */
struct lg_messenger *lg_inbox_messenger(struct lg_inbox *inbox);
struct lg_inbox *lg_inbox_of(struct lg_messenger *messenger);

struct lg_inbox_message {
	int64_t id; /* counts up, over resets too */
	lg_time time;
	struct lg_message message;
};

/* Exact; absent = any. `user` is a user name or a sub. */
struct lg_inbox_filter {
	lg_str pool;
	lg_str user;
	lg_str to;
	lg_str purpose;
};

/* At most `limit` of those that fit, newest first, copied into the request's arena. */
LG_MUST lg_status lg_inbox_list(struct lg_inbox *inbox, struct lg_ctx *cx,
	const struct lg_inbox_filter *filter, size_t limit, struct lg_inbox_message **ret,
	size_t *ret_count);

void lg_inbox_clear(struct lg_inbox *inbox);

/*
 * The messenger outside of development: it fails, LG_E_CODE_DELIVERY_FAILURE "Message delivery is not
 * configured."
 */
struct lg_messenger *lg_messenger_none(void);

#endif
