#include "net/worker.h"

static void *
run(void *arg)
{
	struct lg_http_lane *lane = arg;
	for (;;) {
		void *item = lg_queue_pop(lane->queue);
		if (!item)
			return NULL;
		lane->work(item);
	}
}

lg_status
lg_http_lane_start(struct lg_http_lane *lane, struct lg_arena *arena, const char *name, size_t workers,
	size_t queue_length, void (*work)(void *item))
{
	*lane = (struct lg_http_lane){ .work = work };
	lane->threads = lg_arena_array(arena, workers, sizeof(*lane->threads));
	if (!lane->threads)
		return LG_STATUS(LG_E_NO_MEMORY);
	LG_TRY(lg_queue_new(queue_length, workers, &lane->queue));
	while (lane->thread_count < workers) {
		LG_TRY(lg_thread_start(
			name, LG_THREAD_STACK_BYTES, run, lane, &lane->threads[lane->thread_count]));
		lane->thread_count++;
	}
	return LG_OK;
}

void
lg_http_lane_stop(struct lg_http_lane *lane)
{
	if (!lane->queue)
		return;
	lg_queue_close(lane->queue);
	while (lane->thread_count)
		pthread_join(lane->threads[--lane->thread_count], NULL);
	lg_queue_free(lane->queue);
	lane->queue = NULL;
}
