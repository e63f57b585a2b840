/*
 * worker.h - a lane: threads that take exchanges from one bounded queue and answer them.
 */
#ifndef LG_NET_WORKER_H
#define LG_NET_WORKER_H

#include "base/arena.h"
#include "base/thread.h"

struct lg_http_lane {
	struct lg_queue *queue;
	pthread_t *threads;
	size_t thread_count;
	void (*work)(void *item); /* on a worker */
};

LG_MUST lg_status lg_http_lane_start(struct lg_http_lane *lane, struct lg_arena *arena, const char *name,
	size_t workers, size_t queue_length, void (*work)(void *item));

/* Nothing more comes in; what is queued is still worked on. Waits for all of it. */
void lg_http_lane_stop(struct lg_http_lane *lane);

#endif
