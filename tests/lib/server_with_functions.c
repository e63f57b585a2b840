/*
 * server_with_functions.c - "lifeguard serve" whose pools can call the functions of tests/lib/functions.h,
 * for clients that drive a custom sign-in. Takes the flags of "lifeguard serve".
 */
#include <signal.h>

#include "app/command.h"
#include "tests/lib/functions.h"

static struct functions functions;

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	functions_init(&functions);

	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	if (lg_failed(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena)))
		return LG_EXIT_DATA;
	struct lg_clock clock;
	lg_clock_system(&clock);
	struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel, .now = lg_clock_now(&clock) };
	struct lg_cli cli;
	const lg_status s = lg_cli_parse(&cx, argc, argv, &cli);
	if (lg_failed(s))
		return lg_usage_error(lg_failure_text(&cx, s.code));
	cli.functions = &functions.port;
	const int code = lg_cmd_serve(&cx, &cli);
	lg_ctx_done(&cx);
	return code;
}
