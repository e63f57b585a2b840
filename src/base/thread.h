/*
 * thread.h - threads, locks and a bounded queue of pointers.
 */
#ifndef LG_BASE_THREAD_H
#define LG_BASE_THREAD_H

#include <pthread.h>

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define LG_THREAD_STACK_BYTES ((size_t)256 << 10)

LG_MUST lg_status lg_thread_start(const char *name, size_t stack_bytes, void *(*run)(void *), void *arg,
	pthread_t *ret);

/*
 * First in, first out, between threads. Its size is fixed, so that a flood is refused at the
 * door instead of remembered.
 */
struct lg_queue;

/* `poppers`: how many threads may wait in it at once, at most. */
LG_MUST lg_status lg_queue_new(size_t capacity, size_t poppers, struct lg_queue **ret);
void lg_queue_free(struct lg_queue *queue);

/* LG_E_BUDGET when full, LG_E_CLOSED after lg_queue_close. Never waits. */
LG_MUST lg_status lg_queue_push(struct lg_queue *queue, void *item);

/* The oldest item; waits for one. NULL once the queue is closed and empty. */
void *lg_queue_pop(struct lg_queue *queue);

/* Like lg_queue_pop, but NULL after `wait_ms` (0 = at once) as well. */
void *lg_queue_pop_within(struct lg_queue *queue, int64_t wait_ms);

void lg_queue_close(struct lg_queue *queue);

#endif
