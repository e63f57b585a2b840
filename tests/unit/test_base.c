#include "tests/lib/test.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/gate.h"
#include "base/secret.h"
#include "base/thread.h"

TEST(arena_refuses_more_than_its_maximum)
{
	struct lg_arena *arena;
	CHECK_OK(lg_arena_new(1 << 16, &arena));
	CHECK(lg_arena_alloc(arena, 1 << 15));
	CHECK(!lg_arena_alloc(arena, 1 << 16));
	CHECK(!lg_arena_array(arena, SIZE_MAX / 2, 4));
	lg_arena_set_max(arena, 1 << 18);
	CHECK(lg_arena_alloc(arena, 1 << 16));
	lg_arena_set_max(arena, 1 << 16);
	CHECK(!lg_arena_alloc(arena, 1 << 16));
	lg_arena_free(arena);
}

TEST(arena_rewind_wipes_and_reuses)
{
	struct lg_arena *arena;
	CHECK_OK(lg_arena_new(1 << 20, &arena));
	CHECK(lg_arena_alloc(arena, 100));
	struct lg_arena_mark mark = lg_arena_mark(arena);
	char *secret = lg_arena_alloc(arena, 100);
	memset(secret, 'x', 100);
	size_t used = lg_arena_used(arena);
	CHECK(lg_arena_alloc(arena, 200000));
	lg_arena_rewind(arena, mark);
	CHECK(lg_arena_used(arena) < used);
	char *again = lg_arena_alloc(arena, 100);
	CHECK(again == secret);
	for (int i = 0; i < 100; i++)
		CHECK(again[i] == 0);
	lg_arena_free(arena);
}

TEST(arena_grow_keeps_the_content)
{
	struct lg_arena *arena;
	CHECK_OK(lg_arena_new(1 << 20, &arena));
	char *a = lg_arena_alloc(arena, 10);
	memcpy(a, "0123456789", 10);
	CHECK(lg_arena_grow(arena, a, 10, 500) == a);
	char *between = lg_arena_alloc(arena, 1);
	CHECK(between);
	char *moved = lg_arena_grow(arena, a, 500, 1000);
	CHECK(moved && moved != a);
	CHECK(memcmp(moved, "0123456789", 10) == 0);
	CHECK(moved[10] == 0 && moved[999] == 0);
	lg_arena_free(arena);
}

TEST(buf_keeps_its_first_failure)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_buf b = lg_buf_start(&t.cx, 8);
	lg_buf_put(&b, LG_STR("1234"));
	lg_buf_put(&b, LG_STR("56789"));
	lg_buf_put(&b, LG_STR("a"));
	lg_str text = LG_STR("untouched");
	CHECK_CODE(lg_buf_finish(&t.cx, &b, &text), LG_E_TOO_LARGE);
	CHECK_STR(text, LG_STR("untouched"));
	lg_test_ctx_done(&t);
}

TEST(str_cut_tells_nothing_from_empty)
{
	lg_str s = LG_STR("a.b.");
	CHECK_STR(lg_str_cut(&s, '.'), LG_STR("a"));
	CHECK_STR(lg_str_cut(&s, '.'), LG_STR("b"));
	CHECK(lg_str_present(s) && s.len == 0);
	CHECK_STR(lg_str_cut(&s, '.'), LG_STR(""));
	CHECK(!lg_str_present(s));
}

TEST(str_to_uint_is_strict)
{
	uint64_t n;
	CHECK(lg_str_to_uint(LG_STR("0"), 10, &n) && n == 0);
	CHECK(lg_str_to_uint(LG_STR("18446744073709551615"), UINT64_MAX, &n) && n == UINT64_MAX);
	CHECK(!lg_str_to_uint(LG_STR("18446744073709551616"), UINT64_MAX, &n));
	CHECK(!lg_str_to_uint(LG_STR("01"), 10, &n));
	CHECK(!lg_str_to_uint(LG_STR("+1"), 10, &n));
	CHECK(!lg_str_to_uint(LG_STR(""), 10, &n));
	CHECK(!lg_str_to_uint(LG_STR("11"), 10, &n));
}

TEST(times_are_written_as_the_protocols_want)
{
	char text[LG_TIME_HTTP_SIZE];
	lg_time_http((lg_time){ INT64_C(784111777000) }, text);
	CHECK_STR(lg_str_from_c(text), LG_STR("Sun, 06 Nov 1994 08:49:37 GMT"));
	lg_time t;
	CHECK(lg_time_parse_sigv4(LG_STR("20300115T102030Z"), &t));
	lg_time_rfc3339(t, text);
	CHECK_STR(lg_str_from_c(text), LG_STR("2030-01-15T10:20:30Z"));
	CHECK(!lg_time_parse_sigv4(LG_STR("20301315T102030Z"), &t));
	CHECK(!lg_time_parse_sigv4(LG_STR("2030-01-15T10:20"), &t));
}

TEST(ct_eq_needs_equal_lengths)
{
	CHECK(lg_ct_eq(LG_STR("abc"), LG_STR("abc")));
	CHECK(!lg_ct_eq(LG_STR("abc"), LG_STR("abd")));
	CHECK(!lg_ct_eq(LG_STR("abc"), LG_STR("abcd")));
}

TEST(queue_refuses_when_full_and_drains_when_closed)
{
	struct lg_queue *queue;
	int item;
	CHECK_OK(lg_queue_new(2, 1, &queue));
	CHECK_OK(lg_queue_push(queue, &item));
	CHECK_OK(lg_queue_push(queue, &item));
	CHECK_CODE(lg_queue_push(queue, &item), LG_E_BUDGET);
	lg_queue_close(queue);
	CHECK_CODE(lg_queue_push(queue, &item), LG_E_CLOSED);
	CHECK(lg_queue_pop(queue) == &item);
	CHECK(lg_queue_pop_within(queue, 10) == &item);
	CHECK(!lg_queue_pop(queue));
	lg_queue_free(queue);
}

struct crowd {
	struct lg_gate *gate;
	pthread_mutex_t lock;
	int inside, most, served, refused;
};

static void *
pass_gate(void *arg)
{
	struct crowd *crowd = arg;
	const bool entered = !lg_failed(lg_gate_enter(crowd->gate));
	pthread_mutex_lock(&crowd->lock);
	if (entered) {
		crowd->inside++;
		crowd->served++;
	} else {
		crowd->refused++;
	}
	if (crowd->inside > crowd->most)
		crowd->most = crowd->inside;
	pthread_mutex_unlock(&crowd->lock);
	if (!entered)
		return NULL;
	usleep(20000);
	pthread_mutex_lock(&crowd->lock);
	crowd->inside--;
	pthread_mutex_unlock(&crowd->lock);
	lg_gate_leave(crowd->gate);
	return NULL;
}

TEST(a_gate_lets_some_in_lets_some_wait_and_refuses_the_rest)
{
	struct crowd crowd = { .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t threads[32];
	CHECK_OK(lg_gate_new(2, 4, &crowd.gate));
	for (size_t i = 0; i < LG_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, pass_gate, &crowd), 0);
	for (size_t i = 0; i < LG_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	assert_in_range(crowd.most, 1, 2);
	assert_int_equal(crowd.served + crowd.refused, LG_LEN(threads));
	CHECK(crowd.served >= 6);
	/* Everybody left: it is open again. */
	for (int i = 0; i < 2; i++)
		CHECK_OK(lg_gate_enter(crowd.gate));
	for (int i = 0; i < 2; i++)
		lg_gate_leave(crowd.gate);

	struct lg_gate *closed;
	CHECK_OK(lg_gate_new(1, 0, &closed));
	CHECK_OK(lg_gate_enter(closed));
	CHECK_CODE(lg_gate_enter(closed), LG_E_BUDGET);
	lg_gate_leave(closed);
	CHECK_OK(lg_gate_enter(closed));
	lg_gate_free(closed);
	lg_gate_free(crowd.gate);
	lg_gate_free(NULL);
}

TEST(queue_of_thousands)
{
	struct lg_queue *queue;
	int item;
	CHECK_OK(lg_queue_new(100000, 1, &queue));
	for (int i = 0; i < 100000; i++)
		CHECK_OK(lg_queue_push(queue, &item));
	CHECK_CODE(lg_queue_push(queue, &item), LG_E_BUDGET);
	lg_queue_free(queue);
}

enum { POPPERS = 6, ITEMS = 20000 };

struct passed {
	struct lg_queue *queue;
	pthread_mutex_t lock;
	int got[ITEMS];
	bool impatient, done;
};

static void *
pop_all(void *arg)
{
	struct passed *passed = arg;
	pthread_mutex_lock(&passed->lock);
	const bool impatient = passed->impatient; /* every other one comes back soon */
	passed->impatient = !impatient;
	pthread_mutex_unlock(&passed->lock);
	for (bool done = false; !done;) {
		int *item =
			impatient ? lg_queue_pop_within(passed->queue, 1) : lg_queue_pop(passed->queue);
		pthread_mutex_lock(&passed->lock);
		if (item)
			++*item;
		if (item == &passed->got[ITEMS - 1]) {
			passed->done = true;
			lg_queue_close(passed->queue);
		}
		done = passed->done;
		pthread_mutex_unlock(&passed->lock);
	}
	return NULL;
}

TEST(queue_gives_every_item_to_one_thread)
{
	static struct passed passed;
	pthread_mutex_init(&passed.lock, NULL);
	CHECK_OK(lg_queue_new(16, POPPERS, &passed.queue));
	pthread_t threads[POPPERS];
	for (size_t i = 0; i < POPPERS; i++)
		CHECK_OK(lg_thread_start("pop", LG_THREAD_STACK_BYTES, pop_all, &passed, &threads[i]));
	for (size_t i = 0; i < ITEMS; i++)
		while (lg_failed(lg_queue_push(passed.queue, &passed.got[i])))
			sched_yield();
	for (size_t i = 0; i < POPPERS; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < ITEMS; i++)
		CHECK(passed.got[i] == 1);
	lg_queue_free(passed.queue);
	pthread_mutex_destroy(&passed.lock);
}

static void
count_release(void *object)
{
	++*(int *)object;
}

TEST(ctx_releases_what_it_holds_once)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	int released = 0;
	CHECK_OK(lg_ctx_hold(&t.cx, count_release, &released));
	CHECK_OK(lg_ctx_hold(&t.cx, count_release, &released));
	lg_ctx_done(&t.cx);
	CHECK(released == 2);
	lg_test_ctx_done(&t);
	CHECK(released == 2);
}

TEST(failure_text_falls_back_to_the_table)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	lg_status s = lg_fail(&t.cx, LG_E_NOT_AUTHORIZED, "no %s", "way");
	CHECK_STR(lg_failure_text(&t.cx, s.code), LG_STR("no way"));
	s = lg_fail_default(&t.cx, LG_E_USER_NOT_FOUND);
	CHECK_STR(lg_failure_text(&t.cx, s.code), LG_STR("User does not exist."));
	lg_test_ctx_done(&t);
}
