#include "app/cmd_sigv4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "token/sigv4_case.h"

#define LINE_MAX_BYTES ((size_t)4 << 20)

static void
put_optional(struct lg_json *j, lg_str key, lg_str value)
{
	lg_json_key(j, key);
	if (lg_str_present(value))
		lg_json_str(j, value);
	else
		lg_json_null(j);
}

/* The verdict on one line; LG_E_MALFORMED when the line is no case. */
static lg_status
verify_line(struct lg_ctx *cx, lg_str line, lg_str *ret)
{
	json_t *object;
	struct lg_sigv4_case c;
	LG_TRY(lg_json_parse(cx, line, &object));
	LG_TRY(lg_sigv4_case_read(cx, object, &c));

	lg_str canonical, string_to_sign;
	lg_status s = lg_sigv4_case_verify(cx, &c, &canonical, &string_to_sign);
	struct lg_json *j = lg_json_new(cx, LINE_MAX_BYTES);
	lg_json_open(j, '{');
	put_optional(j, LG_STR("name"), c.name);
	lg_json_pair_bool(j, LG_STR("ok"), !lg_failed(s));
	put_optional(
		j, LG_STR("reason"), lg_failed(s) ? lg_str_from_c(lg_error_info(s.code)->aws) : LG_STR_NONE);
	put_optional(j, LG_STR("canonical_request"), canonical);
	put_optional(j, LG_STR("string_to_sign"), string_to_sign);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

/* Every line; false when one could not be read. */
static bool
verify_lines(FILE *in, FILE *out)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t len;
	bool all = true;
	while ((len = getline(&line, &room, in)) >= 0) {
		LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
		number++;
		if (len && line[len - 1] == '\n')
			len--;
		if (!len)
			continue;
		lg_str verdict;
		lg_status s = lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena);
		struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel };
		if (!lg_failed(s))
			s = verify_line(&cx, lg_str_from_bytes(line, (size_t)len), &verdict);
		if (lg_failed(s)) {
			fprintf(stderr, "line %zu: %.*s\n", number, LG_FMT(lg_failure_text(&cx, s.code)));
			all = false;
			continue;
		}
		fprintf(out, "%.*s\n", LG_FMT(verdict));
	}
	free(line); /* getline's */
	return all;
}

int
lg_cmd_sigv4(int argc, char **argv)
{
	if (argc != 1 || strcmp(argv[0], "verify") != 0) {
		fprintf(stderr,
			"usage: lifeguard sigv4 verify < cases\n\n"
			"Reads signed requests, one JSON object a line, and prints for each whether the "
			"signature is right,\n"
			"the AWS error code if it is not, the canonical request and the string to sign.\n"
			"Members: name, service, method, url, headers, body, access_key_id, "
			"secret_access_key, session_token,\n"
			"timestamp (taken as now).\n");
		return 2;
	}
	lg_json_global_init();
	return verify_lines(stdin, stdout) ? 0 : 2;
}
