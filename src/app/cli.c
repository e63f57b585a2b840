#include "app/cli.h"

#include <stddef.h>

#define LONGEST_NAME 64

/* Flags with a value. Those with a setting are short for --set SETTING=VALUE. */
struct flag {
	lg_str name;
	lg_str setting;
};

static const struct flag flags[] = {
	{ LG_STR_INIT("--config"), { NULL, 0 } },
	{ LG_STR_INIT("--data"), LG_STR_INIT("server.data") },
	{ LG_STR_INIT("--listen"), LG_STR_INIT("server.listen") },
	{ LG_STR_INIT("--public-url"), LG_STR_INIT("server.public_url") },
	{ LG_STR_INIT("--set"), { NULL, 0 } },
};

/* Flags of some commands only: text when they take a value, else a switch. */
struct own_flag {
	lg_str name;
	bool is_text;
	size_t offset; /* in struct lg_cli_transfer */
	const char *commands[3];
};

#define AT(member) offsetof(struct lg_cli_transfer, member)

static const struct own_flag own_flags[] = {
	{ LG_STR_INIT("--pool"), true, AT(pool), { "export", "import", "schema" } },
	{ LG_STR_INIT("--passphrase-file"), true, AT(passphrase_file), { "export", "import" } },
	{ LG_STR_INIT("--format"), true, AT(format), { "export", "import" } },
	{ LG_STR_INIT("--signing-keys"), false, AT(signing_keys), { "export", NULL } },
	{ LG_STR_INIT("--new-client-ids"), false, AT(new_client_ids), { "import", NULL } },
	{ LG_STR_INIT("--without-domains"), false, AT(without_domains), { "import", NULL } },
	{ LG_STR_INIT("--discard"), false, AT(discard), { "import", NULL } },
	{ LG_STR_INIT("--work"), false, AT(work), { "schema", NULL } },
};

/* Levenshtein's distance, of names that fit. */
static size_t
distance(lg_str a, lg_str b)
{
	size_t row[LONGEST_NAME + 1];
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = corner + (a.ptr[i - 1] != b.ptr[j - 1]);
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[b.len];
}

lg_str
lg_nearest(lg_str name, const lg_str *names, size_t count)
{
	lg_str best = LG_STR_NONE;
	if (name.len > LONGEST_NAME)
		return best;
	size_t least = name.len / 2 + 1;
	for (size_t i = 0; i < count; i++) {
		size_t d = names[i].len <= LONGEST_NAME ? distance(name, names[i]) : SIZE_MAX;
		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

static lg_status
unknown_flag(struct lg_ctx *cx, lg_str name)
{
	lg_str names[LG_LEN(flags) + LG_LEN(own_flags) + 2] = { LG_STR("--dev"), LG_STR("--help") };
	for (size_t i = 0; i < LG_LEN(flags); i++)
		names[i + 2] = flags[i].name;
	for (size_t i = 0; i < LG_LEN(own_flags); i++)
		names[LG_LEN(flags) + 2 + i] = own_flags[i].name;
	lg_str near = lg_nearest(name, names, LG_LEN(names));
	if (lg_str_present(near))
		return lg_fail(cx, LG_E_SETTINGS, "unknown flag %.*s; did you mean %.*s?", LG_FMT(name),
			LG_FMT(near));
	return lg_fail(cx, LG_E_SETTINGS, "unknown flag %.*s", LG_FMT(name));
}

static lg_status
add_set(struct lg_ctx *cx, struct lg_cli *cli, lg_str flag, lg_str name, lg_str value)
{
	if (cli->set_count == LG_CLI_MAX_SETS)
		return lg_fail(cx, LG_E_SETTINGS, "more than %d settings as flags", LG_CLI_MAX_SETS);
	cli->sets[cli->set_count++] = (struct lg_cli_set){ .name = name, .value = value, .flag = flag };
	return LG_OK;
}

static lg_status
take_flag(struct lg_ctx *cx, struct lg_cli *cli, const struct flag *flag, lg_str value)
{
	cli->has_flags = true;
	if (lg_str_present(flag->setting))
		return add_set(cx, cli, flag->name, flag->setting, value);
	if (lg_str_eq(flag->name, LG_STR("--config"))) {
		cli->config = value;
		return LG_OK;
	}
	lg_str rest = value;
	lg_str name = lg_str_cut(&rest, '=');
	if (!lg_str_present(rest))
		return lg_fail(
			cx, LG_E_SETTINGS, "--set takes section.key=value, not \"%.*s\"", LG_FMT(value));
	return add_set(cx, cli, flag->name, name, rest);
}

static const struct own_flag *
find_own(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(own_flags); i++)
		if (lg_str_eq(own_flags[i].name, name))
			return &own_flags[i];
	return NULL;
}

static void
take_own(struct lg_cli *cli, const struct own_flag *flag, lg_str value)
{
	char *at = (char *)&cli->transfer + flag->offset;
	if (flag->is_text)
		*(lg_str *)(void *)at = value;
	else
		*(bool *)at = true;
}

/* Each flag that was given is one of the command's. */
static lg_status
check_own(struct lg_ctx *cx, const struct lg_cli *cli)
{
	for (size_t i = 0; i < LG_LEN(own_flags); i++) {
		const struct own_flag *flag = &own_flags[i];
		const char *at = (const char *)&cli->transfer + flag->offset;
		const bool given = flag->is_text ? lg_str_present(*(const lg_str *)(const void *)at)
						 : *(const bool *)at;
		bool fits = !given;
		for (size_t k = 0; k < LG_LEN(flag->commands) && flag->commands[k]; k++)
			fits = fits || lg_str_eq(cli->command, lg_str_from_c(flag->commands[k]));
		if (!fits)
			return lg_fail(cx, LG_E_SETTINGS, "%.*s is a flag of \"lifeguard %s\"",
				LG_FMT(flag->name), flag->commands[0]);
	}
	return LG_OK;
}

static const struct flag *
find_flag(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(flags); i++)
		if (lg_str_eq(flags[i].name, name))
			return &flags[i];
	return NULL;
}

static lg_status
take_word(struct lg_ctx *cx, struct lg_cli *cli, lg_str word)
{
	if (!lg_str_present(cli->command)) {
		cli->command = word;
		return LG_OK;
	}
	if (cli->word_count == LG_CLI_MAX_WORDS)
		return lg_fail(cx, LG_E_SETTINGS, "too many arguments");
	cli->words[cli->word_count++] = word;
	return LG_OK;
}

lg_status
lg_cli_parse(struct lg_ctx *cx, int argc, char **argv, struct lg_cli *ret)
{
	*ret = (struct lg_cli){ 0 };
	for (int i = 1; i < argc; i++) {
		lg_str word = lg_str_from_c(argv[i]);
		/* A dash alone is a word: standard input or output. */
		if (!lg_str_starts(word, LG_STR("-")) || word.len == 1) {
			LG_TRY(take_word(cx, ret, word));
			continue;
		}
		if (lg_str_eq(word, LG_STR("--help")) || lg_str_eq(word, LG_STR("-h"))) {
			ret->help = true;
			continue;
		}
		if (lg_str_eq(word, LG_STR("--version"))) {
			LG_TRY(take_word(cx, ret, LG_STR("version")));
			continue;
		}
		if (lg_str_eq(word, LG_STR("--dev"))) {
			ret->dev = true;
			ret->has_flags = true;
			continue;
		}
		lg_str value = word;
		lg_str name = lg_str_cut(&value, '=');
		const struct own_flag *own = find_own(name);
		const struct flag *flag = find_flag(name);
		if (!flag && !own)
			return unknown_flag(cx, name);
		if (own && !own->is_text && lg_str_present(value))
			return lg_fail(cx, LG_E_SETTINGS, "%.*s takes no value", LG_FMT(name));
		if (own && !own->is_text) {
			take_own(ret, own, LG_STR_NONE);
			continue;
		}
		if (!lg_str_present(value)) {
			if (i + 1 == argc)
				return lg_fail(cx, LG_E_SETTINGS, "%.*s needs a value", LG_FMT(name));
			value = lg_str_from_c(argv[++i]);
		}
		if (own)
			take_own(ret, own, value);
		else
			LG_TRY(take_flag(cx, ret, flag, value));
	}
	return check_own(cx, ret);
}
