/*
 * arrivals.h - users of an archive as they are written, many in a batch. Of the domain's archive files only.
 *
 * Two users of an archive may claim one name, as its pool was in use while it was written. The first one has
 * it; the other is written without it, or not at all when it is his user name.
 */
#ifndef LG_DOMAIN_ARRIVALS_H
#define LG_DOMAIN_ARRIVALS_H

#include "domain/transfer/archive_kinds.h"
#include "domain/transfer/archive_memory.h"
#include "domain/user/user.h"

struct lg_arrival; /* a user, or an item of the user before it */

struct lg_arrivals {
	struct lg_env *env;
	const struct lg_pool *pool;
	struct lg_archive_key key;
	struct lg_srp_move names; /* of passwords */
	struct lg_srp_move devices;
	struct lg_watch *watch; /* NULL = nobody */

	/* those that wait for their batch, in the memory they came in */
	struct lg_arrival *first, *newest;
	size_t weight;

	/* The user whose items come; a batch may end between them. */
	struct lg_user_row current; /* uid and key only */
	unsigned char current_key[32];
	bool has_current;
	bool current_skipped;

	/* of an import that goes on: up to this uid they are there, its items perhaps not */
	unsigned char there[LG_UID_SIZE];
	bool has_there;

	int64_t bound, unnamed, skipped; /* lg_pool_imported */
};

/* `cx` is the memory in which they wait for lg_arrivals_write. LG_E_MALFORMED: not in the order of uids. */
LG_MUST lg_status lg_arrivals_user(
	struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_rec_archive_user *user);
LG_MUST lg_status lg_arrivals_item(
	struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_rec_archive_user_item *item);

/* Is it time to write? */
bool lg_arrivals_full(const struct lg_arrivals *arrivals);
LG_MUST lg_status lg_arrivals_write(struct lg_ctx *cx, struct lg_arrivals *arrivals);

#endif
