/*
 * settings.h - reads the settings: defaults, then the file, then the environment, then the flags.
 */
#ifndef LG_APP_SETTINGS_H
#define LG_APP_SETTINGS_H

#include "app/cli.h"
#include "base/buf.h"
#include "gen/settings.h"

/* One section with a name, in the order of the file. */
struct lg_section {
	const struct lg_section_kind *kind;
	lg_str name;
	lg_str origin;   /* where it begins */
	void *values;    /* struct lg_config_route and the like */
	lg_str *texts;   /* as below, one for each setting of the kind */
	lg_str *origins;
	bool *given;     /* not by default */
};

struct lg_settings_read {
	bool dev;
	struct lg_config config;
	lg_str texts[LG_SETTING_COUNT];   /* the value in force, as written */
	lg_str origins[LG_SETTING_COUNT]; /* "default", "x.ini line 3", "LIFEGUARD_LOG_LEVEL", "--listen" */
	struct lg_section *sections;
	size_t section_count;
	struct lg_buf problems;           /* a line each */
};

/*
 * `environment` as the system gives it. LG_E_SETTINGS when anything is wrong; all that is stands in
 * `ret->problems`, and `ret` holds what could be read.
 */
LG_MUST lg_status lg_settings_load(struct lg_ctx *cx, const struct lg_cli *cli, char **environment,
	struct lg_settings_read *ret);

/* Check what the types do not say: forms of addresses and URLs, what needs what. Adds to `problems`. */
void lg_settings_examine(struct lg_ctx *cx, struct lg_settings_read *settings);

/* The values of the nth section of a kind (LG_SECTION_ROUTE); NULL behind the last. */
const struct lg_section *lg_settings_section(const struct lg_settings_read *settings, int kind, size_t nth);

void lg_settings_problem(struct lg_settings_read *settings, const char *fmt, ...) LG_PRINTF(2, 3);

/* "localhost:9500" as IP addresses and one port. */
#define LG_LISTEN_MAX 16
struct lg_listen {
	size_t count;
	lg_str addresses[LG_LISTEN_MAX];
	uint16_t port;
	bool remote; /* one of them is no loopback address */
};
/* LG_E_SETTINGS with a text. */
LG_MUST lg_status lg_listen_parse(struct lg_ctx *cx, const struct lg_str_list *list, struct lg_listen *ret);

#endif
