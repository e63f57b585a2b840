/* lines.h - run a command that answers line by line, in process. */
#ifndef LG_TESTS_LINES_H
#define LG_TESTS_LINES_H

#include <stdio.h>

#include "tests/lib/test.h"

/*
 * What `run` prints for `input`, in the test's arena. It has to return `expected`, and to name problems if
 * and only if that is false.
 */
lg_str lg_test_lines(
	struct lg_ctx *cx, bool (*run)(FILE *in, FILE *out, FILE *problems), lg_str input, bool expected);

#endif
