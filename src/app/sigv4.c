#include "app/sigv4.h"

#include <stdlib.h>

#include "codec/json.h"
#include "crypto/pwhash.h"
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
	if (line.len > LINE_MAX_BYTES)
		return lg_fail(cx, LG_E_MALFORMED, "longer than %zu bytes", LINE_MAX_BYTES);
	json_t *object;
	struct lg_sigv4_case c;
	LG_TRY(lg_json_parse(cx, line, &object));
	LG_TRY(lg_sigv4_case_read(cx, object, &c));

	lg_str canonical;
	lg_str string_to_sign;
	lg_status s = lg_sigv4_case_verify(cx, &c, &canonical, &string_to_sign);
	struct lg_json *j = lg_json_new(cx, 2 * LINE_MAX_BYTES);
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

bool
lg_sigv4_verify_lines(FILE *in, FILE *out, FILE *problems)
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
		lg_str verdict;
		lg_status s = lg_arena_new(2 * LG_ARENA_MAX_DEFAULT, &arena);
		struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel };
		if (!lg_failed(s))
			s = verify_line(&cx, text, &verdict);
		if (lg_failed(s)) {
			fprintf(problems, "line %zu: %.*s\n", number, LG_FMT(lg_failure_text(&cx, s.code)));
			all = false;
			continue;
		}
		fprintf(out, "%.*s\n", LG_FMT(verdict));
	}
	free(line); /* getline's */
	return all;
}

int
lg_cmd_sigv4(struct lg_ctx *cx, const struct lg_cli *cli)
{
	(void)cx;
	if (cli->word_count != 1 || !lg_str_eq(cli->words[0], LG_STR("verify")))
		return lg_usage_error(LG_STR("sigv4 can do one thing: sigv4 verify"));
	lg_json_global_init();
	if (lg_failed(lg_crypto_global_init())) {
		fputs("lifeguard: the cryptographic libraries do not start\n", stderr);
		return LG_EXIT_DATA;
	}
	return lg_sigv4_verify_lines(stdin, stdout, stderr) ? LG_EXIT_OK : LG_EXIT_USAGE;
}
