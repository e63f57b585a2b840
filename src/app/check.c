#include "app/command.h"

#include <unistd.h>

#include "app/settings.h"
#include "app/term.h"

#define VALUE_COLUMN 27

static void
print_setting(const struct lg_term *term, const struct lg_setting *row, lg_str value, lg_str origin)
{
	fputs("  ", term->out);
	lg_term_column(term, LG_TERM_ACCENT, row->name, VALUE_COLUMN - 2);
	if (value.len == 0)
		lg_term_put(term, LG_TERM_DIM, LG_STR("not set"));
	else
		lg_term_put(term, LG_TERM_PLAIN,
			row->type == LG_SETTING_SECRET ? LG_STR("(set, not shown)") : value);
	lg_term_put(term, LG_TERM_DIM, LG_STR("   "));
	lg_term_put(term, LG_TERM_DIM, origin);
	lg_term_line(term);
	lg_term_wrap(term, LG_TERM_DIM, row->help, VALUE_COLUMN, false);
}

/* What was given of it; the help of the rest is in the manual. */
static void
print_section(const struct lg_term *term, const struct lg_section *section)
{
	const lg_str title[] = { section->kind->name, LG_STR(" "), section->name };
	for (size_t i = 0; i < LG_LEN(title); i++)
		lg_term_put(term, LG_TERM_BOLD, title[i]);
	lg_term_put(term, LG_TERM_DIM, LG_STR("   "));
	lg_term_put(term, LG_TERM_DIM, section->origin);
	lg_term_line(term);
	for (size_t i = 0; i < section->kind->setting_count; i++)
		if (section->given[i])
			print_setting(term, &section->kind->settings[i], section->texts[i],
				section->origins[i]);
}

int
lg_cmd_check(struct lg_ctx *cx, const struct lg_cli *cli)
{
	struct lg_term term = lg_term_on(stdout);
	struct lg_settings_read settings;
	lg_status s = lg_settings_load(cx, cli, environ, &settings);
	lg_str section = LG_STR_NONE;
	for (size_t i = 0; i < LG_SETTING_COUNT; i++) {
		lg_str name = lg_settings_table[i].name;
		lg_str head = lg_str_cut(&name, '.');
		if (!lg_str_eq(head, section)) {
			if (i)
				lg_term_line(&term);
			lg_term_put(&term, LG_TERM_BOLD, head);
			lg_term_line(&term);
			section = head;
		}
		print_setting(&term, &lg_settings_table[i], settings.texts[i], settings.origins[i]);
	}
	for (size_t i = 0; i < settings.section_count; i++) {
		lg_term_line(&term);
		print_section(&term, &settings.sections[i]);
	}
	lg_term_line(&term);
	if (!lg_failed(s)) {
		fputs("The settings are fine.\n", stdout);
		return LG_EXIT_OK;
	}
	fflush(stdout);
	lg_complain(lg_str_from_bytes(settings.problems.ptr, settings.problems.len));
	return LG_EXIT_SETTINGS;
}
