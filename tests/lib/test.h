/*
 * test.h - unit tests: TEST(name) registers itself, cmocka runs and counts.
 *
 * A test program is this header, its tests, and tests/lib/test.c, which holds main.
 */
#ifndef LG_TESTS_TEST_H
#define LG_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ctx.h"

#define LG_TEST_MAX 256

extern struct CMUnitTest lg_tests[LG_TEST_MAX];
extern size_t lg_test_count;

#define TEST(name)                                                                                 \
	static void name(void **cmocka_state);                                                          \
	__attribute__((constructor)) static void register_##name(void)                             \
	{                                                                                          \
		lg_tests[lg_test_count++] = (struct CMUnitTest){ #name, name, NULL, NULL, NULL };  \
	}                                                                                          \
	static void name(__attribute__((unused)) void **cmocka_state)

#define CHECK(condition) assert_true(condition)
#define CHECK_OK(call) assert_int_equal((call).code, LG_E_OK)
#define CHECK_CODE(call, expected) assert_int_equal((call).code, (expected))
#define CHECK_STR(actual, expected) lg_check_str((actual), (expected), __FILE__, __LINE__)

void lg_check_str(lg_str actual, lg_str expected, const char *file, int line);

/* A context of its own with a fixed time and counted, reproducible randomness; freed by lg_test_ctx_done. */
struct lg_test_ctx {
	struct lg_ctx cx;
	struct lg_random random;
	uint64_t state;
};
void lg_test_ctx_init(struct lg_test_ctx *t);
void lg_test_ctx_done(struct lg_test_ctx *t);

/* 2026-11-06T09:05:03Z */
#define LG_TEST_NOW_MS INT64_C(1793955903000)

/* The whole of a file below tests/fixtures. */
lg_str lg_test_fixture(struct lg_ctx *cx, const char *name);

#endif
