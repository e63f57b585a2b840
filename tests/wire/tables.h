/*
 * tables.h - cases that the operation table makes of itself: for every operation each required member left
 * out, each limit, pattern and enumeration broken (the message is compared whole), each member with a
 * wrong JSON type, and 501 when there is no handler.
 */
#ifndef LG_TESTS_TABLES_H
#define LG_TESTS_TABLES_H

#include "tests/wire/coverage.h"
#include "tests/wire/world.h"

/*
 * One case an operation; with a part of a name only those that hold it. Adds to the counts, prints what
 * fails.
 */
void tables_run(
	struct world *world, struct coverage *coverage, const char *part, size_t *passed, size_t *failed);

#endif
