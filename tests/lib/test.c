#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest lg_tests[LG_TEST_MAX];
size_t lg_test_count;

void
lg_check_str(lg_str actual, lg_str expected, const char *file, int line)
{
	if (lg_str_eq(actual, expected))
		return;
	print_error("expected \"%.*s\"\n     got \"%.*s\"\n", LG_FMT(expected), LG_FMT(actual));
	_fail(file, line);
}

/* xorshift64*: not random, but the same in every run. */
static void
counted_fill(struct lg_random *self, void *ret, size_t len)
{
	struct lg_test_ctx *t = (struct lg_test_ctx *)((char *)self - offsetof(struct lg_test_ctx, random));
	unsigned char *at = ret;
	for (size_t i = 0; i < len; i++) {
		t->state ^= t->state >> 12;
		t->state ^= t->state << 25;
		t->state ^= t->state >> 27;
		at[i] = (unsigned char)((t->state * UINT64_C(2685821657736338717)) >> 56);
	}
}

void
lg_test_ctx_init(struct lg_test_ctx *t)
{
	*t = (struct lg_test_ctx){ .random = { .fill = counted_fill }, .state = 88172645463325252U };
	t->cx.random = &t->random;
	t->cx.now = (lg_time){ LG_TEST_NOW_MS };
	assert_int_equal(lg_arena_new((size_t)64 << 20, &t->cx.arena).code, LG_E_OK);
}

void
lg_test_ctx_done(struct lg_test_ctx *t)
{
	lg_ctx_done(&t->cx);
	lg_arena_free(t->cx.arena);
}

lg_str
lg_test_fixture(struct lg_ctx *cx, const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s", LG_FIXTURES, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("no fixture %s", path);
	fseek(file, 0, SEEK_END);
	long len = ftell(file);
	rewind(file);
	char *bytes = lg_new_array(cx, char, (size_t)len + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)len, file), (size_t)len);
	fclose(file);
	return lg_str_from_bytes(bytes, (size_t)len);
}

int
main(void)
{
	cmocka_set_message_output(CM_OUTPUT_STDOUT);
	return _cmocka_run_group_tests("unit", lg_tests, lg_test_count, NULL, NULL) ? EXIT_FAILURE
										    : EXIT_SUCCESS;
}
