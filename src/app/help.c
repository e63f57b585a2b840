#include "app/command.h"

#include "app/settings.h"
#include "app/term.h"

#define NAME_COLUMNS 30
#define COMMAND_COLUMNS 12

struct option {
	lg_str form;
	lg_str help;
};

static const struct option options[] = {
	{ LG_STR_INIT("--dev"),
		LG_STR_INIT("A server for development: demo pool, inbox, clock, no keys needed") },
	{ LG_STR_INIT("--config FILE"), LG_STR_INIT("Settings file: [section] and key = value") },
	{ LG_STR_INIT("--data DIR"), LG_STR_INIT("Folder of the database (server.data)") },
	{ LG_STR_INIT("--listen HOST:PORT"), LG_STR_INIT("Where to listen (server.listen)") },
	{ LG_STR_INIT("--public-url URL"),
		LG_STR_INIT("The server's address as clients see it (server.public_url)") },
	{ LG_STR_INIT("--set section.key=value"), LG_STR_INIT("Any setting; may be given again and again") },
};

static void
heading(const struct lg_term *term, lg_str text)
{
	lg_term_line(term);
	lg_term_put(term, LG_TERM_BOLD, text);
	lg_term_line(term);
}

static void
row(const struct lg_term *term, lg_str name, int columns, lg_str text)
{
	fputs("  ", term->out);
	lg_term_column(term, LG_TERM_ACCENT, name, columns - 2);
	lg_term_wrap(term, LG_TERM_PLAIN, text, columns, true);
}

static void
print_options(const struct lg_term *term)
{
	heading(term, LG_STR("Settings"));
	for (size_t i = 0; i < LG_LEN(options); i++)
		row(term, options[i].form, NAME_COLUMNS, options[i].help);
	lg_term_wrap(term, LG_TERM_DIM,
		LG_STR("The file comes first, then LIFEGUARD_SECTION_KEY of the environment, then the "
		       "flags; the last one wins. "
		       "\"lifeguard help settings\" lists them all."),
		2, false);
}

static void
print_overview(const struct lg_term *term)
{
	size_t count;
	const struct lg_command *commands = lg_commands(&count);
	lg_term_put(term, LG_TERM_BOLD, LG_STR("lifeguard " LG_VERSION));
	fputs(", an identity server that speaks Amazon Cognito's protocol\n", term->out);

	heading(term, LG_STR("Commands"));
	for (size_t i = 0; i < count; i++)
		if (commands[i].run)
			row(term, commands[i].name, COMMAND_COLUMNS + 2, commands[i].summary);
	print_options(term);

	heading(term, LG_STR("To begin"));
	fputs("  lifeguard serve --dev\n", term->out);
}

static void
print_command(const struct lg_term *term, const struct lg_command *command)
{
	lg_term_put(term, LG_TERM_BOLD, LG_STR("lifeguard "));
	lg_term_put(term, LG_TERM_BOLD, command->usage);
	lg_term_line(term);
	lg_term_line(term);
	lg_term_wrap(term, LG_TERM_PLAIN, command->summary, 2, false);
	if (!command->run)
		lg_term_wrap(term, LG_TERM_WARN, LG_STR("Not available in this version."), 2, false);
	lg_str text = command->text;
	while (lg_str_present(text)) {
		lg_str paragraph = lg_str_cut(&text, '\n');
		lg_term_line(term);
		lg_term_wrap(term, LG_TERM_PLAIN, paragraph, 2, false);
	}
	if (command->settings)
		print_options(term);
}

static void
print_setting(const struct lg_term *term, const struct lg_setting *setting, lg_str key)
{
	fputs("  ", term->out);
	lg_term_put(term, LG_TERM_ACCENT, key);
	if (setting->standard.len) {
		fputs(" = ", term->out);
		lg_term_put(term, LG_TERM_PLAIN, setting->standard);
	}
	if (!lg_str_eq(setting->dev, setting->standard)) {
		lg_term_put(term, LG_TERM_DIM, LG_STR("   with --dev: "));
		lg_term_put(term, LG_TERM_DIM, setting->dev.len ? setting->dev : LG_STR("not set"));
	}
	lg_term_line(term);
	lg_term_wrap(term, LG_TERM_DIM, setting->help, 6, false);
}

static void
print_named_sections(const struct lg_term *term)
{
	for (size_t i = 0; i < LG_SECTION_KINDS; i++) {
		const struct lg_section_kind *kind = &lg_section_kinds[i];
		const lg_str title[] = { LG_STR("["), kind->name, LG_STR(" "), kind->label, LG_STR("]\n") };
		lg_term_line(term);
		for (size_t k = 0; k < LG_LEN(title); k++)
			lg_term_put(term, LG_TERM_BOLD, title[k]);
		lg_term_wrap(term, LG_TERM_DIM, kind->help, 2, false);
		for (size_t k = 0; k < kind->setting_count; k++)
			print_setting(term, &kind->settings[k], kind->settings[k].name);
	}
}

static void
print_settings(const struct lg_term *term)
{
	lg_str section = LG_STR_NONE;
	for (size_t i = 0; i < LG_SETTING_COUNT; i++) {
		const struct lg_setting *setting = &lg_settings_table[i];
		lg_str key = setting->name;
		lg_str head = lg_str_cut(&key, '.');
		if (!lg_str_eq(head, section)) {
			if (i)
				lg_term_line(term);
			lg_term_put(term, LG_TERM_BOLD, LG_STR("["));
			lg_term_put(term, LG_TERM_BOLD, head);
			lg_term_put(term, LG_TERM_BOLD, LG_STR("]\n"));
			section = head;
		}
		print_setting(term, setting, key);
	}
	print_named_sections(term);
}

int
lg_cmd_help(struct lg_ctx *cx, const struct lg_cli *cli)
{
	struct lg_term term = lg_term_on(stdout);
	if (cli->word_count == 0) {
		print_overview(&term);
		return LG_EXIT_OK;
	}
	if (lg_str_eq(cli->words[0], LG_STR("settings"))) {
		print_settings(&term);
		return LG_EXIT_OK;
	}
	const struct lg_command *command = lg_command_find(cli->words[0]);
	if (!command)
		return lg_usage_error(lg_command_unknown(cx, cli->words[0]));
	print_command(&term, command);
	return LG_EXIT_OK;
}
