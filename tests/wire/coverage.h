/*
 * coverage.h - which operations and which of their declared errors the cases have met.
 */
#ifndef LG_TESTS_COVERAGE_H
#define LG_TESTS_COVERAGE_H

#include <pthread.h>

#include "gen/ops.h"

#define COVERAGE_MAX_OPERATIONS 256

struct coverage {
	pthread_mutex_t lock;
	bool succeeded[COVERAGE_MAX_OPERATIONS];
	uint64_t errors[COVERAGE_MAX_OPERATIONS]; /* bit n: the n-th declared error was met */
};

void coverage_init(struct coverage *coverage);

/*
 * A call ended: `error` is the AWS code, absent on success. False when the operation declares no such
 * error.
 */
bool coverage_note(struct coverage *coverage, const struct lg_operation *operation, lg_str error);

/*
 * Print the counts and what is missing. `unreachable` is the text of tests/wire/unreachable.txt: lines
 * "Operation Error reason", "*" for every operation. Returns the number of operations and errors that are
 * neither met nor listed, plus the number of lines that name something met.
 */
size_t coverage_print(const struct coverage *coverage, lg_str unreachable);

#endif
