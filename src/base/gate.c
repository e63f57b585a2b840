#include "base/gate.h"

#include <pthread.h>

#include "base/arena.h"

struct lg_gate {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	pthread_cond_t left;
	size_t max_inside, max_waiting;
	size_t inside, waiting;
};

lg_status
lg_gate_new(size_t max_inside, size_t max_waiting, struct lg_gate **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(4096, &arena));
	struct lg_gate *gate = lg_arena_alloc(arena, sizeof(*gate));
	if (!gate) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	*gate = (struct lg_gate){ .arena = arena, .max_inside = max_inside, .max_waiting = max_waiting };
	pthread_mutex_init(&gate->lock, NULL);
	pthread_cond_init(&gate->left, NULL);
	*ret = gate;
	return LG_OK;
}

void
lg_gate_free(struct lg_gate *gate)
{
	if (!gate)
		return;
	pthread_mutex_destroy(&gate->lock);
	pthread_cond_destroy(&gate->left);
	lg_arena_free(gate->arena);
}

lg_status
lg_gate_enter(struct lg_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	const bool full = gate->inside == gate->max_inside;
	if (full && gate->waiting == gate->max_waiting) {
		pthread_mutex_unlock(&gate->lock);
		return LG_STATUS(LG_E_BUDGET);
	}
	gate->waiting++;
	while (gate->inside == gate->max_inside)
		pthread_cond_wait(&gate->left, &gate->lock);
	gate->waiting--;
	gate->inside++;
	pthread_mutex_unlock(&gate->lock);
	return LG_OK;
}

void
lg_gate_leave(struct lg_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->inside--;
	pthread_mutex_unlock(&gate->lock);
	pthread_cond_signal(&gate->left);
}
