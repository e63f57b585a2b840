#include "app/chores.h"

#include <sched.h>

#include "base/log.h"
#include "domain/grant/signing_keys.h"
#include "domain/pool/pool.h"
#include "domain/pool/schema_change.h"
#include "domain/transfer/import_run.h"
#include "store/config.h"
#include "store/guard.h"

#define REFRESH_MS 300
#define SWEEP_MS LG_MINUTE_MS
#define SWEEP_ROWS 1000
#define STOCK_FIRST_MS 3000 /* whoever starts a server wants to use it first */
#define STOCK_MS LG_MINUTE_MS
#define IMPORT_MS 1000
#define STACK_BYTES ((size_t)512 << 10)

/* Run one chore in a context of its own. */
static lg_status
run_chore(struct lg_chores *chores, lg_status (*chore)(struct lg_ctx *cx, struct lg_chores *chores))
{
	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	LG_TRY(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena));
	struct lg_ctx cx = {
		.arena = arena, .random = chores->random, .now = lg_clock_now(chores->env->clock)
	};
	lg_status s = chore(&cx, chores);
	lg_ctx_done(&cx);
	return s;
}

/* A database that is away is said once, and once again when it is back. */
static void
note(const char *chore, lg_status s, bool *failing)
{
	if (lg_failed(s) == *failing)
		return;
	*failing = lg_failed(s);
	if (*failing)
		lg_log(LG_LOG_WARN, "chore fails", LG_KV_STR("chore", lg_str_from_c(chore)),
			LG_KV_STR("error", lg_str_from_c(lg_error_info(s.code)->name)));
	else
		lg_log(LG_LOG_INFO, "chore works again", LG_KV_STR("chore", lg_str_from_c(chore)));
}

static lg_status
refresh(struct lg_ctx *cx, struct lg_chores *chores)
{
	return lg_pools_refresh(cx, chores->env);
}

static lg_status
sweep(struct lg_ctx *cx, struct lg_chores *chores)
{
	int64_t removed = SWEEP_ROWS;
	while (removed >= SWEEP_ROWS && !chores->stopping)
		LG_TRY(lg_store_sweep(chores->env->store, cx, SWEEP_ROWS, &removed));
	do {
		LG_TRY(lg_store_pool_purge(chores->env->store, cx, SWEEP_ROWS, &removed));
	} while (removed && !chores->stopping);
	return LG_OK;
}

static lg_status
fill_stock(struct lg_ctx *cx, struct lg_chores *chores)
{
	bool full = false;
	while (!full && !chores->stopping)
		LG_TRY(lg_signing_stock_fill(cx, chores->env, chores->stock, &full));
	return LG_OK;
}

static lg_status
import(struct lg_ctx *cx, struct lg_chores *chores)
{
	bool worked = true;
	while (worked && !chores->stopping)
		LG_TRY(lg_import_work(
			cx, chores->env, lg_str_from_c(chores->name), &chores->stopping, &worked));
	return LG_OK;
}

static lg_status
change_schemas(struct lg_ctx *cx, struct lg_chores *chores)
{
	bool worked = true;
	while (worked && !chores->stopping)
		LG_TRY(lg_schema_change_work(cx, chores->env, &chores->stopping, &worked));
	return LG_OK;
}

static void *
import_users(void *arg)
{
	struct lg_chores *chores = arg;
	bool fails = false, schema_fails = false;
	while (!chores->stopping) {
		note("import", run_chore(chores, import), &fails);
		note("schema", run_chore(chores, change_schemas), &schema_fails);
		lg_queue_pop_within(chores->bell, IMPORT_MS);
	}
	return NULL;
}

static void *
keep_up(void *arg)
{
	struct lg_chores *chores = arg;
	bool refresh_fails = false, sweep_fails = false;
	int64_t swept_ms = lg_monotonic_ms();
	while (!chores->stopping) {
		note("refresh", run_chore(chores, refresh), &refresh_fails);
		if (lg_monotonic_ms() - swept_ms >= SWEEP_MS) {
			note("sweep", run_chore(chores, sweep), &sweep_fails);
			swept_ms = lg_monotonic_ms();
		}
		lg_queue_pop_within(chores->bell, REFRESH_MS);
	}
	return NULL;
}

static void *
stock_up(void *arg)
{
	struct lg_chores *chores = arg;
	/* Only when no other thread of this machine wants to run. */
	const struct sched_param none = { 0 };
	pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
	bool fails = false;
	lg_queue_pop_within(chores->bell, STOCK_FIRST_MS);
	while (!chores->stopping) {
		note("stock", run_chore(chores, fill_stock), &fails);
		lg_queue_pop_within(chores->bell, STOCK_MS);
	}
	return NULL;
}

lg_status
lg_chores_start(struct lg_chores *chores, struct lg_env *env, struct lg_random *random, size_t stock)
{
	*chores = (struct lg_chores){ .env = env, .random = random, .stock = stock };
	unsigned char id[sizeof(chores->name) / 2];
	random->fill(random, id, sizeof(id));
	for (size_t i = 0; i + 1 < sizeof(chores->name); i++)
		chores->name[i] = "0123456789abcdef"[(id[i / 2] >> (i % 2 * 4)) & 15];
	LG_TRY(lg_queue_new(1, LG_LEN(chores->threads), &chores->bell));
	LG_TRY(lg_thread_start("chores", STACK_BYTES, keep_up, chores, &chores->threads[0]));
	chores->thread_count++;
	LG_TRY(lg_thread_start("stock", STACK_BYTES, stock_up, chores, &chores->threads[1]));
	chores->thread_count++;
	LG_TRY(lg_thread_start("import", STACK_BYTES, import_users, chores, &chores->threads[2]));
	chores->thread_count++;
	return LG_OK;
}

void
lg_chores_stop(struct lg_chores *chores)
{
	if (!chores->bell)
		return;
	chores->stopping = true;
	lg_queue_close(chores->bell);
	while (chores->thread_count)
		pthread_join(chores->threads[--chores->thread_count], NULL);
	lg_queue_free(chores->bell);
	chores->bell = NULL;
}
