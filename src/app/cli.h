/*
 * cli.h - the command line: a command, its words, and settings given as flags.
 */
#ifndef LG_APP_CLI_H
#define LG_APP_CLI_H

#include "base/ctx.h"

#define LG_CLI_MAX_SETS 256
#define LG_CLI_MAX_WORDS 8

/* Exit codes (DESIGN 2). */
enum lg_exit {
	LG_EXIT_OK = 0,
	LG_EXIT_SETTINGS = 1,
	LG_EXIT_USAGE = 2,
	LG_EXIT_DATA = 3,
	LG_EXIT_LISTEN = 4,
};

struct lg_functions; /* domain/env.h */

/* One setting given by a flag. */
struct lg_cli_set {
	lg_str name;
	lg_str value;
	lg_str flag; /* "--listen", for messages */
};

/* What export, import and schema take besides. */
struct lg_cli_transfer {
	lg_str pool; /* absent, like those below, unless given */
	lg_str passphrase_file;
	lg_str format;
	bool signing_keys;
	bool new_client_ids;
	bool without_domains;
	bool discard;
	bool work;
};

struct lg_cli {
	lg_str command; /* absent when none was given */
	size_t word_count;
	lg_str words[LG_CLI_MAX_WORDS]; /* behind the command */
	lg_str config; /* absent when no file was named */
	bool dev;
	bool help; /* --help, -h */
	bool has_flags; /* any that concern settings */
	struct lg_cli_transfer transfer;
	size_t set_count;
	struct lg_cli_set sets[LG_CLI_MAX_SETS];
	struct lg_functions *functions; /* what triggers call; NULL but in programs that bring their own */
};

/* LG_E_SETTINGS, with a text that names the argument, when it cannot be understood. */
LG_MUST lg_status lg_cli_parse(struct lg_ctx *cx, int argc, char **argv, struct lg_cli *ret);

/*
 * The one of `count` names that differs least from `name`. Absent when all differ in more than half of it.
 */
lg_str lg_nearest(lg_str name, const lg_str *names, size_t count);

#endif
