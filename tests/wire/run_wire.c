/*
 * run_wire - runs the cases of tests/wire/cases and the cases that the operation table makes of itself.
 *
 *   run_wire FOLDER [--strict] [PART_OF_A_NAME]
 *
 * FOLDER is tests/wire. With a part of a name only the cases that hold it run, and nothing is said about
 * coverage. --strict: open places of the coverage are failures.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "tests/wire/step.h"
#include "tests/wire/tables.h"

#define MAX_CASES 2048

static char *
read_file(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	const long len = ftell(file);
	rewind(file);
	char *text = malloc((size_t)len + 1);
	if (!text || fread(text, 1, (size_t)len, file) != (size_t)len)
		abort();
	fclose(file);
	text[len] = '\0';
	*ret_len = (size_t)len;
	return text;
}

/* Those that are not named are as usual. A misspelt one would go unnoticed, so it is a failure. */
static void
set_quotas(struct wire_case *c, const json_t *quotas, struct lg_buf *ret)
{
	size_t known = 0;
	for (size_t i = 0; i < LG_QUOTA_COUNT; i++) {
		const lg_str section = LG_STR("quotas.");
		const lg_str name = lg_quotas[i].setting;
		const json_t *value =
			json_object_getn(quotas, name.ptr + section.len, name.len - section.len);
		c->world->settings.quotas[i] = json_integer_value(value);
		known += value != NULL;
	}
	if (known != json_object_size(quotas))
		lg_buf_put(ret, LG_STR("\n    a quota that there is not"));
}

static void
run_steps(struct wire_case *c, const json_t *file, struct lg_buf *ret)
{
	c->world->settings.dev = !json_is_false(json_object_get(file, "dev"));
	set_quotas(c, json_object_get(file, "quotas"), ret);
	c->world->messenger.broken = false;
	world_clear_account(c->world);
	functions_reset(&c->world->functions);
	providers_reset(&c->world->providers);
	const bool calls = !json_is_false(json_object_get(file, "functions"));
	c->world->env.functions = calls ? &c->world->functions.port : NULL;
	const json_t *pool = json_object_get(file, "pool");
	if (!json_is_null(pool)) {
		step_prelude(c, pool, json_object_get(file, "client"), ret);
		if (ret->len)
			return;
	}
	size_t index;
	json_t *step;
	json_array_foreach(json_object_get(file, "steps"), index, step) {
		struct lg_buf difference = lg_buf_start(c->cx, (size_t)256 << 10);
		step_run(c, step, &difference);
		if (difference.len) {
			lg_buf_fmt(ret, "\n    step %zu (%s)", index + 1, step_name(step));
			lg_buf_put(ret, (lg_str){ difference.ptr, difference.len });
			return;
		}
	}
	if (index == 0)
		lg_buf_put(ret, LG_STR("\n    no steps"));
}

static bool
run_file(struct world *world, struct coverage *coverage, const char *name, lg_str text)
{
	struct lg_ctx cx = { .random = &world->random.base, .now = lg_clock_now(&world->clock) };
	if (lg_failed(lg_arena_new((size_t)128 << 20, &cx.arena)))
		abort();
	static unsigned long number;
	struct wire_case c = {
		.world = world, .coverage = coverage, .cx = &cx, .number = ++number, .vars = { .cx = &cx } };
	struct lg_buf difference = lg_buf_start(&cx, (size_t)512 << 10);
	json_t *file;
	if (lg_failed(lg_json_parse(&cx, text, &file)))
		lg_buf_fmt(&difference, "\n    %.*s", LG_FMT(cx.failure.text));
	else
		run_steps(&c, file, &difference);
	const bool ok = difference.len == 0;
	if (!ok)
		printf("[  FAILED  ] %s%.*s\n", name, LG_FMT(((lg_str){ difference.ptr, difference.len })));
	lg_ctx_done(&cx);
	lg_arena_free(cx.arena);
	return ok;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t
list_cases(const char *folder, char **names)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/cases", folder);
	DIR *dir = opendir(path);
	size_t count = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (lg_str_ends(lg_str_from_c(entry->d_name), LG_STR(".json")) && count < MAX_CASES)
			names[count++] = strdup(entry->d_name);
	if (dir)
		closedir(dir);
	qsort(names, count, sizeof(*names), by_name);
	return count;
}

struct counts {
	size_t passed;
	size_t failed;
};

static void
run_cases(struct world *world, struct coverage *coverage, const char *folder, const char *part,
	struct counts *counts)
{
	char *names[MAX_CASES];
	const size_t count = list_cases(folder, names);
	for (size_t i = 0; i < count; i++) {
		if (!part || strstr(names[i], part)) {
			char path[2048];
			size_t len;
			snprintf(path, sizeof(path), "%s/cases/%s", folder, names[i]);
			char *text = read_file(path, &len);
			const bool ok = text && run_file(world, coverage, names[i], (lg_str){ text, len });
			free(text);
			counts->passed += ok;
			counts->failed += !ok;
		}
		free(names[i]);
	}
}

static size_t
tell_coverage(const struct coverage *coverage, const char *folder)
{
	char path[2048];
	size_t len = 0;
	snprintf(path, sizeof(path), "%s/unreachable.txt", folder);
	char *text = read_file(path, &len);
	const size_t wrong = coverage_print(coverage, (lg_str){ text ? text : "", len });
	free(text);
	return wrong;
}

int
main(int argc, char **argv)
{
	bool strict = false;
	const char *folder = NULL;
	const char *part = NULL;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--strict"))
			strict = true;
		else if (!folder)
			folder = argv[i];
		else
			part = argv[i];
	}
	if (!folder) {
		fprintf(stderr, "usage: run_wire FOLDER [--strict] [PART_OF_A_NAME]\n");
		return 2;
	}

	static struct world world;
	static struct coverage coverage;
	lg_log_set_level(LG_LOG_ERROR);
	world_open(&world);
	coverage_init(&coverage);
	struct counts counts = { 0 };
	run_cases(&world, &coverage, folder, part, &counts);
	tables_run(&world, &coverage, part, &counts.passed, &counts.failed);
	if (!part && tell_coverage(&coverage, folder) && strict)
		counts.failed++;
	world_close(&world);

	printf("[==========] %zu cases run.\n[  PASSED  ] %zu tests.\n", counts.passed + counts.failed,
		counts.passed);
	if (counts.failed)
		printf("[  FAILED  ] %zu tests.\n", counts.failed);
	return counts.failed ? 1 : 0;
}
