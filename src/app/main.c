#include <signal.h>
#include <stdio.h>

#include "app/command.h"
#include "codec/json.h"

static int
run_command(struct lg_ctx *cx, const struct lg_cli *cli)
{
	if (!lg_str_present(cli->command))
		return cli->help ? lg_cmd_help(cx, cli) : lg_usage_error(LG_STR("a command is missing"));

	const struct lg_command *command = lg_command_find(cli->command);
	lg_str text = LG_STR("wrong usage");
	lg_status s = LG_OK;
	if (!command)
		text = lg_command_unknown(cx, cli->command);
	else if (cli->help)
		return lg_cmd_help(cx, &(struct lg_cli){ .words = { cli->command }, .word_count = 1 });
	else if (!command->run)
		s = lg_str_fmt(cx, &text, "%.*s is not available in this version", LG_FMT(cli->command));
	else if (cli->has_flags && !command->settings)
		s = lg_str_fmt(cx, &text, "%.*s takes no settings", LG_FMT(cli->command));
	else if (cli->word_count > command->max_words)
		s = lg_str_fmt(cx, &text, "%.*s does not take \"%.*s\"", LG_FMT(cli->command),
			LG_FMT(cli->words[command->max_words]));
	else
		return command->run(cx, cli);
	(void)s; /* Without memory the general text must do. */
	return lg_usage_error(text);
}

int
main(int argc, char **argv)
{
	/* Whoever closes a connection early is told by write(), not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	lg_json_global_init();

	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	if (lg_failed(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena))) {
		fputs("lifeguard: out of memory\n", stderr);
		return LG_EXIT_DATA;
	}
	struct lg_clock clock;
	lg_clock_system(&clock);
	struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel, .now = lg_clock_now(&clock) };
	struct lg_cli cli;
	lg_status s = lg_cli_parse(&cx, argc, argv, &cli);
	int code = lg_failed(s) ? lg_usage_error(lg_failure_text(&cx, s.code)) : run_command(&cx, &cli);
	lg_ctx_done(&cx);
	return code;
}
