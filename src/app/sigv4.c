#include "app/sigv4.h"

#include "app/lines.h"
#include "crypto/pwhash.h"
#include "token/sigv4_case.h"

static void
put_optional(struct lg_json *j, lg_str key, lg_str value)
{
	lg_json_key(j, key);
	if (lg_str_present(value))
		lg_json_str(j, value);
	else
		lg_json_null(j);
}

/* LG_E_MALFORMED when the line is no case. */
static lg_status
verify_line(struct lg_ctx *cx, lg_str line, struct lg_json *j)
{
	json_t *object;
	struct lg_sigv4_case c;
	LG_TRY(lg_json_parse(cx, line, &object));
	LG_TRY(lg_sigv4_case_read(cx, object, &c));

	lg_str canonical;
	lg_str string_to_sign;
	lg_status s = lg_sigv4_case_verify(cx, &c, &canonical, &string_to_sign);
	lg_json_open(j, '{');
	put_optional(j, LG_STR("name"), c.name);
	lg_json_pair_bool(j, LG_STR("ok"), !lg_failed(s));
	put_optional(
		j, LG_STR("reason"), lg_failed(s) ? lg_str_from_c(lg_error_info(s.code)->aws) : LG_STR_NONE);
	put_optional(j, LG_STR("canonical_request"), canonical);
	put_optional(j, LG_STR("string_to_sign"), string_to_sign);
	lg_json_close(j, '}');
	return LG_OK;
}

bool
lg_sigv4_verify_lines(FILE *in, FILE *out, FILE *problems)
{
	return lg_answer_lines(verify_line, in, out, problems);
}

int
lg_cmd_sigv4(struct lg_ctx *cx, const struct lg_cli *cli)
{
	(void)cx;
	if (cli->word_count != 1 || !lg_str_eq(cli->words[0], LG_STR("verify")))
		return lg_usage_error(LG_STR("sigv4 can do one thing: sigv4 verify"));
	if (lg_failed(lg_crypto_global_init())) {
		fputs("lifeguard: the cryptographic libraries do not start\n", stderr);
		return LG_EXIT_DATA;
	}
	return lg_sigv4_verify_lines(stdin, stdout, stderr) ? LG_EXIT_OK : LG_EXIT_USAGE;
}
