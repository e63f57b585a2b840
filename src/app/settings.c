#include "app/settings.h"

#include "app/settings_read.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROBLEMS_MAX_BYTES ((size_t)64 << 10)
#define ENVIRONMENT_PREFIX "LIFEGUARD_"

void
lg_settings_problem(struct lg_settings_read *settings, const char *fmt, ...)
{
	char line[1024];
	va_list args;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	lg_buf_put(&settings->problems, lg_str_from_c(line));
	lg_buf_byte(&settings->problems, '\n');
}

static lg_status
put_value(struct lg_ctx *cx, struct lg_settings_read *settings, size_t at, lg_str text, lg_str origin)
{
	const struct lg_setting *row = &lg_settings_table[at];
	const struct lg_setting_place place = { .row = row, .label = row->name, .origin = origin,
		.member = (char *)&settings->config + row->offset };
	LG_TRY(lg_str_dup(cx, text, &settings->texts[at]));
	settings->origins[at] = origin;
	return lg_setting_read(cx, settings, &place, settings->texts[at]);
}

static size_t
find_setting(lg_str name)
{
	for (size_t i = 0; i < LG_SETTING_COUNT; i++)
		if (lg_str_eq(lg_settings_table[i].name, name))
			return i;
	return LG_SETTING_COUNT;
}

static void
unknown(struct lg_settings_read *settings, lg_str name, lg_str origin)
{
	lg_str names[LG_SETTING_COUNT];
	for (size_t i = 0; i < LG_SETTING_COUNT; i++)
		names[i] = lg_settings_table[i].name;
	lg_str near = lg_nearest(name, names, LG_SETTING_COUNT);
	if (lg_str_present(near))
		lg_settings_problem(settings, "unknown setting %.*s (%.*s); did you mean %.*s?",
			LG_FMT(name), LG_FMT(origin), LG_FMT(near));
	else
		lg_settings_problem(settings, "unknown setting %.*s (%.*s)", LG_FMT(name), LG_FMT(origin));
}

static lg_status
put_named(struct lg_ctx *cx, struct lg_settings_read *settings, lg_str name, lg_str value, lg_str origin)
{
	size_t at = find_setting(name);
	if (at == LG_SETTING_COUNT) {
		unknown(settings, name, origin);
		return LG_OK;
	}
	return put_value(cx, settings, at, value, origin);
}

/* ---- the file ---- */

struct file_reader {
	struct lg_ctx *cx;
	struct lg_settings_read *settings;
	FILE *file;
	lg_str path;
	int line;
	lg_status status;
	bool seen[LG_SETTING_COUNT];
};

/* fgets for inih, which takes short lines only and says nothing of longer ones. */
static char *
read_line(char *line, int size, void *arg)
{
	struct file_reader *r = arg;
	if (!fgets(line, size, r->file))
		return NULL;
	r->line++;
	size_t len = strlen(line);
	if (len == 0 || (line[len - 1] != '\n' && !feof(r->file))) {
		lg_settings_problem(r->settings, "%.*s line %d is longer than %d characters, or holds a NUL",
			LG_FMT(r->path), r->line, size - 3);
		int c = 0;
		while (c != '\n' && c != EOF)
			c = fgetc(r->file);
		strcpy(line, "\n");
	}
	return line;
}

static int
take_pair(void *arg, const char *section, const char *key, const char *value)
{
	struct file_reader *r = arg;
	const lg_str head = lg_str_from_c(section);
	lg_str name, origin;
	r->status = lg_str_fmt(r->cx, &name, "%s.%s", section, key);
	if (!lg_failed(r->status))
		r->status = lg_str_fmt(r->cx, &origin, "%.*s line %d", LG_FMT(r->path), r->line);
	if (!lg_failed(r->status) && lg_sections_are(head)) {
		const struct lg_str_pair pair = { lg_str_from_c(key), lg_str_from_c(value) };
		r->status = lg_sections_take(r->cx, r->settings, head, pair, origin);
		return !lg_failed(r->status);
	}
	if (lg_failed(r->status))
		return 0;

	size_t at = find_setting(name);
	if (at < LG_SETTING_COUNT && r->seen[at]) {
		lg_settings_problem(r->settings, "%.*s (%.*s) stands twice", LG_FMT(name), LG_FMT(origin));
		return 1;
	}
	if (at < LG_SETTING_COUNT)
		r->seen[at] = true;
	r->status = put_named(r->cx, r->settings, name, lg_str_from_c(value), origin);
	return !lg_failed(r->status);
}

static lg_status
read_file(struct lg_ctx *cx, struct lg_settings_read *settings, lg_str path)
{
	const char *c_path;
	LG_TRY(lg_str_to_c(cx, path, &c_path));
	struct file_reader r = { .cx = cx, .settings = settings, .path = path };
	r.file = fopen(c_path, "re");
	if (!r.file) {
		lg_settings_problem(settings, "cannot read %s: %s", c_path, strerror(errno));
		return LG_OK;
	}
	int wrong = ini_parse_stream(read_line, &r, take_pair, &r);
	if (ferror(r.file))
		lg_settings_problem(settings, "cannot read %s: %s", c_path, strerror(errno));
	else if (wrong > 0 && !lg_failed(r.status))
		lg_settings_problem(
			settings, "%s line %d is neither [section] nor key = value", c_path, wrong);
	fclose(r.file);
	return r.status;
}

/* ---- environment and flags ---- */

/* LIFEGUARD_SERVER_PUBLIC_URL -> server.public_url */
static lg_status
read_variable(struct lg_ctx *cx, struct lg_settings_read *settings, lg_str variable)
{
	lg_str value = variable;
	lg_str origin = lg_str_cut(&value, '=');
	if (!lg_str_starts(origin, LG_STR(ENVIRONMENT_PREFIX)) || !lg_str_present(value))
		return LG_OK;
	lg_str key, name;
	LG_TRY(lg_str_lower(cx, lg_str_slice(origin, sizeof(ENVIRONMENT_PREFIX) - 1, origin.len), &key));
	lg_str section = lg_str_cut(&key, '_');
	if (!lg_str_present(key))
		key = LG_STR("");
	LG_TRY(lg_str_fmt(cx, &name, "%.*s.%.*s", LG_FMT(section), LG_FMT(key)));
	return put_named(cx, settings, name, value, origin);
}

lg_status
lg_settings_load(
	struct lg_ctx *cx, const struct lg_cli *cli, char **environment, struct lg_settings_read *ret)
{
	*ret = (struct lg_settings_read){ .dev = cli->dev,
		.problems = lg_buf_start(cx, PROBLEMS_MAX_BYTES) };
	for (size_t i = 0; i < LG_SETTING_COUNT; i++) {
		const struct lg_setting *row = &lg_settings_table[i];
		bool differs = cli->dev && !lg_str_eq(row->dev, row->standard);
		LG_TRY(put_value(cx, ret, i, differs ? row->dev : row->standard,
			differs ? LG_STR("default of --dev") : LG_STR("default")));
	}
	if (lg_str_present(cli->config))
		LG_TRY(read_file(cx, ret, cli->config));
	for (char **variable = environment; *variable; variable++)
		LG_TRY(read_variable(cx, ret, lg_str_from_c(*variable)));
	for (size_t i = 0; i < cli->set_count; i++)
		LG_TRY(put_named(cx, ret, cli->sets[i].name, cli->sets[i].value, cli->sets[i].flag));
	lg_settings_examine(cx, ret);
	if (ret->problems.len)
		return lg_fail(cx, LG_E_SETTINGS, "the settings are wrong");
	return LG_OK;
}
