/*
 * command.h - the commands, and what `lifeguard help` says of them.
 */
#ifndef LG_APP_COMMAND_H
#define LG_APP_COMMAND_H

#include "app/cli.h"

struct lg_command {
	lg_str name;
	lg_str usage; /* behind "lifeguard" */
	lg_str summary; /* one line */
	lg_str text; /* paragraphs, separated by line feeds; absent when the summary says it all */
	bool settings; /* takes --config, --dev, --set and their kin */
	size_t max_words;
	int (*run)(struct lg_ctx *cx, const struct lg_cli *cli); /* NULL = of a later version */
};

/* NULL when there is none of that name. */
const struct lg_command *lg_command_find(lg_str name);
const struct lg_command *lg_commands(size_t *ret_count);

/* That there is no command of that name, and which one may be meant. */
lg_str lg_command_unknown(struct lg_ctx *cx, lg_str name);

/* Exit codes of DESIGN 2. */
int lg_cmd_serve(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_check(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_version(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_help(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_export(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_import(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_policy(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_schema(struct lg_ctx *cx, const struct lg_cli *cli);
int lg_cmd_sigv4(struct lg_ctx *cx, const struct lg_cli *cli);

/* Lines for standard error: wrapped for a terminal, whole for a file. */
void lg_complain(lg_str lines);

/* What went wrong, on standard error. Returns `code`. */
int lg_say_failure(struct lg_ctx *cx, lg_status s, int code);

/* What is wrong, and where help is, on standard error. Returns LG_EXIT_USAGE. */
int lg_usage_error(lg_str text);

#endif
