#include "base/thread.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "base/arena.h"

struct lg_queue {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	void **items;
	size_t capacity;
	size_t first;
	size_t count;
	bool closed;
};

lg_status
lg_thread_start(const char *name, size_t stack_bytes, void *(*run)(void *), void *arg, pthread_t *ret)
{
	pthread_attr_t attr;
	if (pthread_attr_init(&attr))
		return LG_STATUS(LG_E_NO_MEMORY);
	pthread_t thread;
	int failed = pthread_attr_setstacksize(&attr, stack_bytes);
	if (!failed)
		failed = pthread_create(&thread, &attr, run, arg);
	pthread_attr_destroy(&attr);
	if (failed)
		return LG_STATUS(LG_E_NO_MEMORY);
	pthread_setname_np(thread, name);
	*ret = thread;
	return LG_OK;
}

lg_status
lg_queue_new(size_t capacity, struct lg_queue **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(capacity * sizeof(void *) + ((size_t)64 << 10), &arena));
	struct lg_queue *queue = lg_arena_alloc(arena, sizeof(*queue));
	void **items = lg_arena_array(arena, capacity, sizeof(void *));
	if (!queue || !items) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	*queue = (struct lg_queue){ .arena = arena, .items = items, .capacity = capacity };
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, &attr);
	pthread_condattr_destroy(&attr);
	*ret = queue;
	return LG_OK;
}

void
lg_queue_free(struct lg_queue *queue)
{
	if (!queue)
		return;
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->filled);
	lg_arena_free(queue->arena);
}

lg_status
lg_queue_push(struct lg_queue *queue, void *item)
{
	int code = LG_E_OK;
	pthread_mutex_lock(&queue->lock);
	if (queue->closed) {
		code = LG_E_CLOSED;
	} else if (queue->count == queue->capacity) {
		code = LG_E_BUDGET;
	} else {
		queue->items[(queue->first + queue->count) % queue->capacity] = item;
		queue->count++;
	}
	pthread_mutex_unlock(&queue->lock);
	/* After the lock is free: who wakes up does not have to wait for it. */
	if (code == LG_E_OK)
		pthread_cond_signal(&queue->filled);
	return LG_STATUS(code);
}

/* The lock is held. */
static void *
take(struct lg_queue *queue)
{
	if (queue->count == 0)
		return NULL;
	void *item = queue->items[queue->first];
	queue->first = (queue->first + 1) % queue->capacity;
	queue->count--;
	return item;
}

void *
lg_queue_pop(struct lg_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->count == 0 && !queue->closed)
		pthread_cond_wait(&queue->filled, &queue->lock);
	void *item = take(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void *
lg_queue_pop_within(struct lg_queue *queue, int64_t wait_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}

	pthread_mutex_lock(&queue->lock);
	int waited = 0;
	while (queue->count == 0 && !queue->closed && wait_ms > 0 && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&queue->filled, &queue->lock, &until);
	void *item = take(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void
lg_queue_close(struct lg_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}
