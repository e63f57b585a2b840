#include "app/command.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "app/term.h"

#define LATER(word, does)                                                                                   \
	{                                                                                                   \
		.name = LG_STR_INIT(word), .usage = LG_STR_INIT(word), .summary = LG_STR_INIT(does)         \
	}

static const struct lg_command commands[] = {
	{ .name = LG_STR_INIT("serve"),
		.usage = LG_STR_INIT("serve [--dev] [settings]"),
		.summary = LG_STR_INIT("Run the server until it is stopped"),
		.text = LG_STR_INIT(
			"With --dev: a server for development on this machine. It starts with a "
			"pool, an app client and a user, shows sent codes in an inbox instead of "
			"sending them, takes any AWS key for the account's own, and keeps nothing "
			"unless --data names a folder.\n"
			"Without: needs server.public_url and keys.master. The first start makes "
			"the database, and writes the account's root key to the file "
			"root-credentials in the data folder.\n"
			"SIGTERM and SIGINT stop it: requests under way are finished first "
			"(limits.stop_ms)."),
		.settings = true,
		.run = lg_cmd_serve },
	{ .name = LG_STR_INIT("check"),
		.usage = LG_STR_INIT("check [--dev] [settings]"),
		.summary = LG_STR_INIT("Read and explain the settings"),
		.text = LG_STR_INIT(
			"Prints every setting in force and where it came from. Exits with 1 when "
			"something is wrong."),
		.settings = true,
		.run = lg_cmd_check },
	{ .name = LG_STR_INIT("version"),
		.usage = LG_STR_INIT("version"),
		.summary = LG_STR_INIT("Print the version"),
		.run = lg_cmd_version },
	{ .name = LG_STR_INIT("help"),
		.usage = LG_STR_INIT("help [COMMAND | settings]"),
		.summary = LG_STR_INIT("Explain a command, or list all settings"),
		.max_words = 1,
		.run = lg_cmd_help },
	{ .name = LG_STR_INIT("export"),
		.usage = LG_STR_INIT("export --pool ID --passphrase-file FILE [settings] [FILE]"),
		.summary = LG_STR_INIT("Write a user pool to a file"),
		.text = LG_STR_INIT(
			"The file is an encrypted archive of the whole pool: settings, app clients "
			"with their secrets, domains, groups, providers, resource servers, styles, "
			"and users with attributes, password verifiers and hashes, authenticator "
			"apps, passkeys, devices, links and groups. Without FILE it goes to "
			"standard output. A file that exists is left alone.\n"
			"--passphrase-file FILE: its first line, 12 bytes or more, opens the "
			"archive again. Without it nobody can.\n"
			"--signing-keys: the keys that sign tokens, too, so that tokens of this "
			"pool can be verified where it goes.\n"
			"--format csv: users and their attributes alone, in Cognito's import "
			"format, as readable text.\n"
			"Sessions, refresh tokens, codes, recovery codes, import jobs and the log "
			"of events are left out. The server may run meanwhile; who changes while "
			"the file is written is in it as he was before or after."),
		.settings = true,
		.max_words = 1,
		.run = lg_cmd_export },
	{ .name = LG_STR_INIT("import"),
		.usage = LG_STR_INIT("import [--pool ID] --passphrase-file FILE [settings] FILE"),
		.summary = LG_STR_INIT("Read a user pool from a file"),
		.text = LG_STR_INIT(
			"Reads an archive of \"lifeguard export\" (- is standard input). The pool "
			"must not exist: nothing is overwritten. Until all is read it is there for "
			"nobody. An import that was interrupted goes on when it is given the same "
			"archive again.\n"
			"--pool ID: another id than the archive's. Users keep their subs. When the "
			"part behind the underscore differs, SRP verifiers, which are bound to it, "
			"don't serve SRP any more: users must sign in once with USER_PASSWORD_AUTH "
			"or ADMIN_USER_PASSWORD_AUTH, or set a password.\n"
			"--new-client-ids: app clients get other ids, which are told; for a copy "
			"beside the original.\n"
			"--without-domains: the pool's domains stay where they are.\n"
			"--discard --pool ID: remove what an interrupted import left.\n"
			"--format csv --pool ID: users of a file in Cognito's import format, into "
			"a pool that exists; lines that can't be imported are told.\n"
			"Exits with 3 when the archive is damaged, not ours, or sealed with "
			"another passphrase."),
		.settings = true,
		.max_words = 1,
		.run = lg_cmd_import },
	{ .name = LG_STR_INIT("policy"),
		.usage = LG_STR_INIT("policy eval < CASES"),
		.summary = LG_STR_INIT("Evaluate IAM policies, with reasons"),
		.text = LG_STR_INIT(
			"Reads cases, one JSON object a line, and prints for each what the policies "
			"decide: name, decision (allowed, implicitDeny, explicitDeny) and reasons. A "
			"reason has policy, statement (its Sid, or its number from 0) and effect; an "
			"Allow that failed by a condition also has condition: operator, key, and the "
			"request's value. Where no Allow came near, one reason without statement names the "
			"policies that lack it.\n"
			"Members of a case: name, action, resource, context (an object; a list is a "
			"multivalued key), identity_policies, session_policies, control_policies and "
			"resource_policies (lists of documents), permissions_boundary, "
			"resource_account, and principal (kind, which is user, role, root, "
			"federated-user, federated, service or anonymous; account, arn, role_arn, "
			"user_arn, id, canonical_id, name).\n"
			"For a role: trust_policy, federated_provider (the caller has its token and "
			"nothing else), required_actions.\n"
			"Exits with 2 when a line is no such object, or holds a policy that is none."),
		.max_words = 1,
		.run = lg_cmd_policy },
	{ .name = LG_STR_INIT("schema"),
		.usage = LG_STR_INIT("schema --pool ID [--work] [settings]"),
		.summary = LG_STR_INIT("Tell how a change of a pool's frozen settings stands"),
		.text = LG_STR_INIT(
			"What is a name, what is required, and whether case matters can change after a "
			"pool was made, if its tag lifeguard:schema_evolution is true. What the tag "
			"lifeguard:schema wishes, such as \"alias=email+preferred_username "
			"case=insensitive required=given_name\" (also username=, and none), begins "
			"when the tag is set, through UpdateUserPool or TagResource, and is worked on "
			"while a server runs.\n"
			"Where two users would have one name nothing changes, and their subs are told "
			"here. Set the tag again when that is mended. Without the tag, a change that is "
			"not in force yet ends.\n"
			"--work: do the work here, for a store that no server has open."),
		.settings = true,
		.run = lg_cmd_schema },
	{ .name = LG_STR_INIT("sigv4"),
		.usage = LG_STR_INIT("sigv4 verify < CASES"),
		.summary = LG_STR_INIT("Check signed AWS requests"),
		.text = LG_STR_INIT(
			"Reads requests, one JSON object a line, and prints for each whether its "
			"signature is right: name, ok, reason (the AWS error code), "
			"canonical_request and string_to_sign.\n"
			"Members of a request: name, service, region, method, url, headers (an "
			"object), body, access_key_id, secret_access_key, session_token, and "
			"timestamp (20300115T102030Z), which is taken as now. Host comes from url.\n"
			"Exits with 2 when a line is no such object."),
		.max_words = 1,
		.run = lg_cmd_sigv4 },
	LATER("backup", "Copy the data while the server runs"),
	LATER("restore", "Make a data folder of a backup"),
	LATER("migrate", "Bring the database to this version"),
	LATER("doctor", "Examine data folder and database"),
};

const struct lg_command *
lg_commands(size_t *ret_count)
{
	*ret_count = LG_LEN(commands);
	return commands;
}

const struct lg_command *
lg_command_find(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(commands); i++)
		if (lg_str_eq(commands[i].name, name))
			return &commands[i];
	return NULL;
}

lg_str
lg_command_unknown(struct lg_ctx *cx, lg_str name)
{
	lg_str names[LG_LEN(commands)];
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(commands); i++)
		if (commands[i].run)
			names[count++] = commands[i].name;
	lg_str near = lg_nearest(name, names, count);
	lg_str text;
	lg_status s = lg_str_present(near) ? lg_str_fmt(cx, &text, "no command %.*s; did you mean %.*s?",
						     LG_FMT(name), LG_FMT(near))
					   : lg_str_fmt(cx, &text, "no command %.*s", LG_FMT(name));
	return lg_failed(s) ? LG_STR("no such command") : text;
}

void
lg_complain(lg_str lines)
{
	struct lg_term term = lg_term_on(stderr);
	if (!isatty(STDERR_FILENO))
		term.width = INT_MAX;
	while (lg_str_present(lines) && lines.len)
		lg_term_wrap(&term, LG_TERM_WARN, lg_str_cut(&lines, '\n'), 0, true);
}

int
lg_say_failure(struct lg_ctx *cx, lg_status s, int code)
{
	lg_str reason = lg_failure_text(cx, s.code);
	lg_str text;
	if (lg_failed(lg_str_fmt(cx, &text, "lifeguard: %.*s", LG_FMT(reason))))
		text = reason;
	lg_complain(text);
	return code;
}

int
lg_usage_error(lg_str text)
{
	struct lg_term term = lg_term_on(stderr);
	fputs("lifeguard: ", stderr);
	lg_term_put(&term, LG_TERM_WARN, text);
	fputs("\n\"lifeguard help\" explains.\n", stderr);
	return LG_EXIT_USAGE;
}

int
lg_cmd_version(struct lg_ctx *cx, const struct lg_cli *cli)
{
	(void)cx;
	(void)cli;
	puts("lifeguard " LG_VERSION);
	return LG_EXIT_OK;
}
