/*
 * fuzz.h - what every fuzz target needs. A target is one file with LLVMFuzzerTestOneInput; it reads any
 * bytes and aborts when a promise of the module does not hold. tests/fuzz/README.md says how they are run.
 */
#ifndef LG_TESTS_FUZZ_H
#define LG_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Outside NDEBUG's reach. */
#define MUST(condition)                                                                   \
	do {                                                                              \
		if (!(condition)) {                                                       \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                          \
		}                                                                         \
	} while (0)

#define MUST_OK(call) MUST(!lg_failed(call))

/* A context of its own for one input; the arena is freed at the end of the scope. */
#define FUZZ_CONTEXT(cx)                                                 \
	LG_CLEANUP(lg_arena_freep) struct lg_arena *fuzz_arena = NULL;   \
	MUST_OK(lg_arena_new(LG_ARENA_MAX_DEFAULT, &fuzz_arena));        \
	struct lg_ctx fuzz_context = { .arena = fuzz_arena };            \
	struct lg_ctx *cx = &fuzz_context

#endif
