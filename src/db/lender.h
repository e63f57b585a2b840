/*
 * lender.h - a fixed number of connections, lent for one call each. Of src/db only.
 *
 * What was given back last is lent first, so that no more connections are in use than are needed at once,
 * and their caches stay warm. Opening a connection, the first time, is the borrower's business.
 */
#ifndef LG_DB_LENDER_H
#define LG_DB_LENDER_H

#include <pthread.h>

#include "base/arena.h"

struct lg_lender {
	pthread_mutex_t lock;
	pthread_cond_t given_back;
	void **idle; /* a stack */
	size_t count;
};

/* `connections` has `count` elements of `size` bytes; the stack lives in `arena`. */
LG_MUST lg_status lg_lender_init(
	struct lg_lender *lender, struct lg_arena *arena, void *connections, size_t count, size_t size);
void lg_lender_done(struct lg_lender *lender);

/* Waits for one. */
void *lg_lender_borrow(struct lg_lender *lender);
void lg_lender_give_back(struct lg_lender *lender, void *connection);

#endif
