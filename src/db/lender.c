#include "db/lender.h"

lg_status
lg_lender_init(
	struct lg_lender *lender, struct lg_arena *arena, void *connections, size_t count, size_t size)
{
	void **idle = lg_arena_array(arena, count, sizeof(void *));
	if (!idle)
		return LG_STATUS(LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		idle[i] = (char *)connections + (count - 1 - i) * size;
	lender->idle = idle;
	lender->count = count;
	pthread_mutex_init(&lender->lock, NULL);
	pthread_cond_init(&lender->given_back, NULL);
	return LG_OK;
}

void
lg_lender_done(struct lg_lender *lender)
{
	if (!lender->idle)
		return;
	pthread_mutex_destroy(&lender->lock);
	pthread_cond_destroy(&lender->given_back);
}

void *
lg_lender_borrow(struct lg_lender *lender)
{
	pthread_mutex_lock(&lender->lock);
	while (lender->count == 0)
		pthread_cond_wait(&lender->given_back, &lender->lock);
	void *connection = lender->idle[--lender->count];
	pthread_mutex_unlock(&lender->lock);
	return connection;
}

void
lg_lender_give_back(struct lg_lender *lender, void *connection)
{
	pthread_mutex_lock(&lender->lock);
	lender->idle[lender->count++] = connection;
	pthread_cond_signal(&lender->given_back);
	pthread_mutex_unlock(&lender->lock);
}
