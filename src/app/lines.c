#include "app/lines.h"

#include <stdlib.h>

static lg_status
answer_line(lg_line_answer *answer, struct lg_ctx *cx, lg_str line, lg_str *ret)
{
	if (line.len > LG_LINE_MAX_BYTES)
		return lg_fail(cx, LG_E_MALFORMED, "longer than %zu bytes", LG_LINE_MAX_BYTES);
	struct lg_json *j = lg_json_new(cx, 2 * LG_LINE_MAX_BYTES);
	LG_TRY(answer(cx, line, j));
	return lg_json_finish(cx, j, ret);
}

bool
lg_answer_lines(lg_line_answer *answer, FILE *in, FILE *out, FILE *problems)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	bool all = true;
	for (size_t number = 1; (len = getline(&line, &room, in)) >= 0; number++) {
		LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
		lg_str text = lg_str_trim(lg_str_from_bytes(line, (size_t)len - (line[len - 1] == '\n')));
		if (!text.len)
			continue;
		lg_str reply;
		lg_status s = lg_arena_new(2 * LG_ARENA_MAX_DEFAULT, &arena);
		struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel };
		if (!lg_failed(s))
			s = answer_line(answer, &cx, text, &reply);
		if (lg_failed(s)) {
			fprintf(problems, "line %zu: %.*s\n", number, LG_FMT(lg_failure_text(&cx, s.code)));
			all = false;
		} else {
			fprintf(out, "%.*s\n", LG_FMT(reply));
		}
		lg_ctx_done(&cx);
	}
	free(line); /* getline's */
	return all;
}
