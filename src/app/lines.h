/*
 * lines.h - commands that answer line by line: one JSON object in, one out.
 */
#ifndef LG_APP_LINES_H
#define LG_APP_LINES_H

#include <stdio.h>

#include "codec/json.h"

#define LG_LINE_MAX_BYTES ((size_t)4 << 20)

/* Write the answer to `line` to `j`, as one object; a failure names what is wrong with the line. */
typedef lg_status lg_line_answer(struct lg_ctx *cx, lg_str line, struct lg_json *j);

/*
 * Answer each line of `in` on `out`, blank ones aside. A line that cannot be answered is named on
 * `problems`. True when there was none of these.
 */
bool lg_answer_lines(lg_line_answer *answer, FILE *in, FILE *out, FILE *problems);

#endif
