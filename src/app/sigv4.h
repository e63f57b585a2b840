/*
 * sigv4.h - `lifeguard sigv4 verify`: is each of these requests signed as it should be (DESIGN 2)?
 */
#ifndef LG_APP_SIGV4_H
#define LG_APP_SIGV4_H

#include <stdio.h>

#include "app/command.h"

/*
 * One JSON object a line from `in` (token/sigv4_case.h), one verdict a line to `out`: {"name", "ok",
 * "reason", "canonical_request", "string_to_sign"}, null when there is none. Lines that are no such object
 * are named on `problems` and have no verdict. True when every line was one.
 */
bool lg_sigv4_verify_lines(FILE *in, FILE *out, FILE *problems);

#endif
