/*
 * fault.c - every request of the wire suite is first made to fail: once, at an allocation, a read, or a
 * batch of its own.
 *
 * Linked into the wire runner with the linker's --wrap: exchange_send sends each request twice. The first
 * time one event fails: the answer must be a clean error of ours (500 or 503) or what the case expects
 * anyway, and where no batch was committed on the way, the second, undisturbed sending must do exactly
 * what the case says, as if the first had never been. Once a disturbed request has written something (its
 * answer was lost after the commit), the rest of that case has no meaning and is skipped; the number of
 * those is printed.
 *
 * FAULT_SEED chooses other events; the nightly run tries several.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/sqlite.h"
#include "tests/wire/step.h"

enum event { ALLOCATION, READ, BATCH, EVENTS };

static struct {
	pthread_t thread; /* the only one that is disturbed */
	const struct lg_arena *spared; /* the tests' own record of messages */
	bool armed;
	enum event event;
	unsigned countdown; /* 1 = the next one */
	bool fired;
	unsigned commits;
	unsigned long spoiled_case;
	bool preparing; /* a case's pool and client are made: in peace, or it would begin with two of them */
	unsigned long requests, faults[EVENTS], told, spoiled;
	uint64_t random;
} state;

static bool
strikes(enum event event)
{
	if (!state.armed || !pthread_equal(pthread_self(), state.thread) || state.event != event ||
		state.fired)
		return false;
	if (--state.countdown)
		return false;
	state.fired = true;
	state.faults[event]++;
	return true;
}

/* ---- allocations ---- */

void *__real_lg_arena_alloc(struct lg_arena *arena, size_t bytes);
void *__wrap_lg_arena_alloc(struct lg_arena *arena, size_t bytes);
void *__real_lg_arena_array(struct lg_arena *arena, size_t count, size_t size);
void *__wrap_lg_arena_array(struct lg_arena *arena, size_t count, size_t size);
void *__real_lg_arena_grow(struct lg_arena *arena, void *ptr, size_t old_bytes, size_t new_bytes);
void *__wrap_lg_arena_grow(struct lg_arena *arena, void *ptr, size_t old_bytes, size_t new_bytes);

void *
__wrap_lg_arena_alloc(struct lg_arena *arena, size_t bytes)
{
	return arena != state.spared && strikes(ALLOCATION) ? NULL : __real_lg_arena_alloc(arena, bytes);
}

void *
__wrap_lg_arena_array(struct lg_arena *arena, size_t count, size_t size)
{
	return arena != state.spared && strikes(ALLOCATION) ? NULL
							    : __real_lg_arena_array(arena, count, size);
}

void *
__wrap_lg_arena_grow(struct lg_arena *arena, void *ptr, size_t old_bytes, size_t new_bytes)
{
	return arena != state.spared && strikes(ALLOCATION)
		       ? NULL
		       : __real_lg_arena_grow(arena, ptr, old_bytes, new_bytes);
}

/* ---- the database: an engine before the engine ---- */

static struct {
	struct lg_db db;
	struct lg_db *inner;
} front;

static lg_status
front_read(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *query,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret)
{
	(void)db;
	if (strikes(READ))
		return lg_fail(cx, LG_E_UNAVAILABLE, "a read that was made to fail");
	return front.inner->driver->read(front.inner, cx, query, params, max_rows, ret);
}

static lg_status
front_batch(
	struct lg_db *db, struct lg_ctx *cx, struct lg_db_write *writes, size_t count, size_t *ret_failed)
{
	(void)db;
	if (strikes(BATCH))
		return lg_fail(cx, LG_E_UNAVAILABLE, "a batch that was made to fail");
	lg_status s = front.inner->driver->batch(front.inner, cx, writes, count, ret_failed);
	if (!lg_failed(s) && state.armed && pthread_equal(pthread_self(), state.thread))
		state.commits++;
	return s;
}

static lg_status
front_script(struct lg_db *db, struct lg_ctx *cx, const char *sql)
{
	(void)db;
	return front.inner->driver->script(front.inner, cx, sql);
}

static lg_status
front_prepare_all(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *queries, size_t count)
{
	(void)db;
	return front.inner->driver->prepare_all(front.inner, cx, queries, count);
}

static void
front_close(struct lg_db *db)
{
	(void)db;
	lg_db_close(front.inner);
}

static const struct lg_db_driver front_driver = {
	.name = "sqlite",
	.read = front_read,
	.batch = front_batch,
	.script = front_script,
	.prepare_all = front_prepare_all,
	.close = front_close,
};

lg_status __real_lg_sqlite_open(struct lg_ctx *cx, lg_str path, const struct lg_db_query *catalogue,
	size_t count, struct lg_db **ret);
lg_status __wrap_lg_sqlite_open(struct lg_ctx *cx, lg_str path, const struct lg_db_query *catalogue,
	size_t count, struct lg_db **ret);

lg_status
__wrap_lg_sqlite_open(struct lg_ctx *cx, lg_str path, const struct lg_db_query *catalogue, size_t count,
	struct lg_db **ret)
{
	LG_TRY(__real_lg_sqlite_open(cx, path, catalogue, count, &front.inner));
	front.db.driver = &front_driver;
	*ret = &front.db;
	return LG_OK;
}

/* ---- requests ---- */

static uint32_t
draw(uint32_t bound)
{
	if (!state.random) {
		const char *seed = getenv("FAULT_SEED");
		state.random = 88172645463325252U + (seed ? strtoull(seed, NULL, 10) * 2654435761U : 0);
	}
	state.random ^= state.random << 13;
	state.random ^= state.random >> 7;
	state.random ^= state.random << 17;
	return (uint32_t)(state.random >> 33) % bound;
}

static void
disturb(void)
{
	static const uint32_t reach[EVENTS] = { [ALLOCATION] = 160, [READ] = 5, [BATCH] = 2 };
	state.event = (enum event)draw(EVENTS);
	state.countdown = draw(reach[state.event]) + 1;
	state.fired = false;
	state.commits = 0;
}

void __real_exchange_send(struct world *world, struct exchange *x);
void __wrap_exchange_send(struct world *world, struct exchange *x);

static void
complain(const struct exchange *x, const char *what)
{
	printf("[  FAILED  ] fault: %s: status %d, %.*s\n    %.*s\n", what, x->answer.status,
		LG_FMT(x->answer.body), LG_FMT(lg_str_slice(x->req.body, 0, 300)));
	exit(1);
}

void
__wrap_exchange_send(struct world *world, struct exchange *x)
{
	if (!pthread_equal(pthread_self(), state.thread) || state.preparing) {
		__real_exchange_send(world, x);
		return;
	}
	struct exchange y;
	exchange_begin(world, &y);
	y.req = x->req; /* views into x's arena, which outlives it */
	disturb();
	state.requests++;
	state.spared = world->messenger.arena;
	const size_t calls = world->functions.count;
	state.armed = true;
	__real_exchange_send(world, &y);
	state.armed = false;
	world->functions.count = calls; /* the second sending calls them in earnest */
	if (!state.fired && !state.commits) {
		exchange_end(&y);
		__real_exchange_send(world, x);
		return;
	}
	if (state.fired && y.answer.status >= 500) {
		state.told++;
		if (y.answer.status != 501 && !y.body && y.answer.body.len && y.answer.body.ptr[0] != '<')
			complain(&y, "an error that is no answer of ours");
	} else if (y.answer.status < 200) {
		complain(&y, "no status");
	}
	exchange_end(&y);
	if (state.commits) {
		state.spoiled++;
		state.spoiled_case = ~0UL; /* taken by step_run */
	}
	__real_exchange_send(world, x);
}

void __real_step_prelude(
	struct wire_case *c, const json_t *pool, const json_t *client, struct lg_buf *ret);
void __wrap_step_prelude(
	struct wire_case *c, const json_t *pool, const json_t *client, struct lg_buf *ret);

void
__wrap_step_prelude(struct wire_case *c, const json_t *pool, const json_t *client, struct lg_buf *ret)
{
	state.preparing = true;
	__real_step_prelude(c, pool, client, ret);
	state.preparing = false;
}

void __real_step_run(struct wire_case *c, const json_t *step, struct lg_buf *ret);
void __wrap_step_run(struct wire_case *c, const json_t *step, struct lg_buf *ret);

void
__wrap_step_run(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	if (state.spoiled_case == c->number)
		return;
	struct lg_buf difference = lg_buf_start(c->cx, (size_t)256 << 10);
	state.spoiled_case = 0;
	__real_step_run(c, step, &difference);
	if (state.spoiled_case == ~0UL)
		state.spoiled_case = c->number;
	else if (difference.len)
		lg_buf_put(ret, (lg_str){ difference.ptr, difference.len });
}

__attribute__((constructor)) static void
begin(void)
{
	state.thread = pthread_self();
}

__attribute__((destructor)) static void
end(void)
{
	printf("faults: %lu requests sent twice; %lu allocations, %lu reads, %lu batches failed, %lu of "
	       "them told as an error; "
	       "%lu had written before\n",
		state.requests, state.faults[ALLOCATION], state.faults[READ], state.faults[BATCH],
		state.told, state.spoiled);
}
