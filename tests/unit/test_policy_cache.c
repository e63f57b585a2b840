#include "tests/lib/test.h"

#include "base/thread.h"
#include "policy/cache.h"

#define THREADS 4
#define ROUNDS 400

static struct lg_test_ctx t;
static struct lg_policy_cache *cache;

static struct lg_ctx *
begin(size_t max_bytes)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	CHECK_OK(lg_policy_cache_new(max_bytes, &cache));
	return &t.cx;
}

static void
end(void)
{
	lg_test_ctx_done(&t);
	lg_policy_cache_free(cache);
	lg_policy_cache_free(NULL);
}

/* A text of its own for each number; `blanks` more bytes. */
static lg_str
document(struct lg_ctx *cx, unsigned number, int blanks)
{
	lg_str text;
	CHECK_OK(lg_str_fmt(cx, &text,
		"{\"Statement\":{\"Sid\":\"S%u\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}%*"
		"s}",
		number, blanks, ""));
	return text;
}

static const struct lg_policy *
get(struct lg_ctx *cx, lg_str text)
{
	const struct lg_policy *policy;
	CHECK_OK(lg_policy_cache_get(cx, cache, LG_POLICY_IDENTITY, text, &policy));
	return policy;
}

static size_t
count(void)
{
	size_t bytes;
	return lg_policy_cache_count(cache, &bytes);
}

TEST(a_text_is_compiled_once_for_each_kind)
{
	struct lg_ctx *cx = begin(1 << 20);
	const struct lg_policy *first = get(cx, document(cx, 1, 0)), *session;
	CHECK(get(cx, document(cx, 1, 0)) == first);
	CHECK(get(cx, document(cx, 2, 0)) != first);
	CHECK(get(cx, document(cx, 1, 1)) != first);
	CHECK(count() == 3);
	CHECK_OK(lg_policy_cache_get(cx, cache, LG_POLICY_SESSION, document(cx, 1, 0), &session));
	CHECK(session != first && count() == 4);
	end();
}

TEST(what_is_refused_is_not_kept)
{
	struct lg_ctx *cx = begin(1 << 20);
	const struct lg_policy *policy;
	for (int i = 0; i < 2; i++) {
		CHECK_CODE(lg_policy_cache_get(cx, cache, LG_POLICY_IDENTITY, LG_STR("{}"), &policy),
			LG_E_MALFORMED_POLICY_DOCUMENT);
		CHECK_CODE(lg_policy_cache_get(cx, cache, LG_POLICY_TRUST, document(cx, 1, 0), &policy),
			LG_E_MALFORMED_POLICY_DOCUMENT);
	}
	CHECK(count() == 0);
	end();
}

TEST(bytes_and_slots_have_a_limit)
{
	struct lg_ctx *cx = begin(20000);
	size_t bytes;
	for (unsigned i = 0; i < 200; i++) {
		get(cx, document(cx, i, 0));
		CHECK(lg_policy_cache_count(cache, &bytes) > 0 && bytes <= 20000);
	}
	CHECK(count() < 50);
	end();
	cx = begin((size_t)1 << 30);
	for (unsigned i = 0; i < 5 * LG_POLICY_CACHE_SLOTS; i++)
		get(cx, document(cx, i, 0));
	CHECK(count() <= LG_POLICY_CACHE_SLOTS && count() > LG_POLICY_CACHE_SLOTS / 2);
	end();
}

TEST(long_documents_are_compiled_each_time)
{
	struct lg_ctx *cx = begin(1 << 20);
	int blanks = (int)(LG_POLICY_CACHE_MAX_DOCUMENT - document(cx, 1, 0).len);
	get(cx, document(cx, 1, blanks + 1));
	CHECK(count() == 0);
	const struct lg_policy *policy = get(cx, document(cx, 1, blanks));
	CHECK(count() == 1 && get(cx, document(cx, 1, blanks)) == policy);
	end();
}

TEST(a_cache_without_room_still_answers)
{
	struct lg_ctx *cx = begin(0);
	const struct lg_policy *first = get(cx, document(cx, 1, 0));
	CHECK(first && get(cx, document(cx, 1, 0)) != first && count() == 0);
	end();
}

/* What a request holds stays, whoever takes its place. The sanitizers look. */
static void *
use(void *arg)
{
	unsigned number = *(unsigned *)arg;
	struct lg_arena *arena;
	CHECK_OK(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena));
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct lg_arena_mark mark = lg_arena_mark(arena);
		struct lg_ctx cx = { .arena = arena };
		const struct lg_policy *held[3];
		for (unsigned i = 0; i < LG_LEN(held); i++)
			held[i] = get(&cx, document(&cx, (number + round * 7 + i) % 40, 0));
		for (unsigned i = 0; i < LG_LEN(held); i++)
			CHECK(lg_policy_memory(held[i]) > 0);
		lg_ctx_done(&cx);
		lg_arena_rewind(arena, mark);
	}
	lg_arena_free(arena);
	return NULL;
}

TEST(threads_hold_what_others_drop)
{
	begin(20000);
	pthread_t threads[THREADS];
	unsigned numbers[THREADS];
	for (unsigned i = 0; i < THREADS; i++) {
		numbers[i] = i * 3;
		CHECK_OK(lg_thread_start("policy", LG_THREAD_STACK_BYTES, use, &numbers[i], &threads[i]));
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	end();
}
