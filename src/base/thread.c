#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "base/arena.h"

/* A place for a thread to wait at. It outlives the wait, so that it can be signalled without the lock. */
struct waiter {
	pthread_cond_t woken;
	struct waiter *below;
	bool listed;
};

/*
 * Who began to wait last is woken first: his stack, his memory and his connection to the store are still in
 * the processor's caches. Of 64 threads those work that are needed, the others sleep on.
 */
struct lg_queue {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	struct waiter *waiters; /* who waits */
	struct waiter *spare;   /* places that nobody waits at */
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
lg_queue_new(size_t capacity, size_t poppers, struct lg_queue **ret)
{
	struct lg_arena *arena;
	const size_t bytes = capacity * sizeof(void *) + poppers * sizeof(struct waiter);
	LG_TRY(lg_arena_new(bytes + ((size_t)64 << 10), &arena));
	struct lg_queue *queue = lg_arena_alloc(arena, sizeof(*queue));
	void **items = lg_arena_array(arena, capacity, sizeof(void *));
	struct waiter *places = lg_arena_array(arena, poppers, sizeof(*places));
	if (!queue || !items || !places) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	*queue = (struct lg_queue){ .arena = arena, .items = items, .capacity = capacity };
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	for (size_t i = 0; i < poppers; i++) {
		places[i] = (struct waiter){ .below = queue->spare };
		pthread_cond_init(&places[i].woken, &attr);
		queue->spare = &places[i];
	}
	pthread_condattr_destroy(&attr);
	*ret = queue;
	return LG_OK;
}

void
lg_queue_free(struct lg_queue *queue)
{
	if (!queue)
		return;
	for (struct waiter *place = queue->spare; place; place = place->below)
		pthread_cond_destroy(&place->woken);
	pthread_mutex_destroy(&queue->lock);
	lg_arena_free(queue->arena);
}

/* Who is to be woken now, or NULL. The lock is held. */
static struct waiter *
next_waiter(struct lg_queue *queue)
{
	struct waiter *top = queue->waiters;
	if (!top)
		return NULL;
	queue->waiters = top->below;
	top->listed = false;
	return top;
}

lg_status
lg_queue_push(struct lg_queue *queue, void *item)
{
	int code = LG_E_OK;
	struct waiter *waiter = NULL;
	pthread_mutex_lock(&queue->lock);
	if (queue->closed) {
		code = LG_E_CLOSED;
	} else if (queue->count == queue->capacity) {
		code = LG_E_BUDGET;
	} else {
		queue->items[(queue->first + queue->count) % queue->capacity] = item;
		queue->count++;
		waiter = next_waiter(queue);
	}
	pthread_mutex_unlock(&queue->lock);
	/* After the lock is free: who wakes up does not have to wait for it. */
	if (waiter)
		pthread_cond_signal(&waiter->woken);
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

static void
list(struct lg_queue *queue, struct waiter *self)
{
	if (self->listed)
		return;
	self->listed = true;
	self->below = queue->waiters;
	queue->waiters = self;
}

static void
unlist(struct lg_queue *queue, struct waiter *self)
{
	if (!self->listed)
		return;
	struct waiter **at = &queue->waiters;
	while (*at != self)
		at = &(*at)->below;
	*at = self->below;
	self->listed = false;
}

/* Until there is an item, the queue is closed, or the time has come (NULL = never). The lock is held. */
static void
wait_for_item(struct lg_queue *queue, const struct timespec *until)
{
	if (queue->count || queue->closed)
		return;
	struct waiter *self = queue->spare;
	assert(self); /* more threads than the queue was made for */
	queue->spare = self->below;
	int failed = 0;
	while (queue->count == 0 && !queue->closed && failed != ETIMEDOUT) {
		list(queue, self);
		failed = until ? pthread_cond_timedwait(&self->woken, &queue->lock, until)
			       : pthread_cond_wait(&self->woken, &queue->lock);
	}
	unlist(queue, self);
	self->below = queue->spare;
	queue->spare = self;
}

void *
lg_queue_pop(struct lg_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	wait_for_item(queue, NULL);
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
	if (wait_ms > 0)
		wait_for_item(queue, &until);
	void *item = take(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void
lg_queue_close(struct lg_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	for (struct waiter *waiter; (waiter = next_waiter(queue));)
		pthread_cond_signal(&waiter->woken);
	pthread_mutex_unlock(&queue->lock);
}
