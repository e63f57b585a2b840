/*
 * settings_read.h - the parts of reading settings: one value, and sections with names. Of src/app only.
 */
#ifndef LG_APP_SETTINGS_READ_H
#define LG_APP_SETTINGS_READ_H

#include "app/settings.h"

/* Where a value goes, and what problems call it. */
struct lg_setting_place {
	const struct lg_setting *row;
	lg_str label; /* "server.region", "[route pets] path" */
	lg_str origin;
	void *member;
	bool more; /* LG_SETTING_LIST: behind what is there already */
};

/* Views of `text`. What it is not stands in `problems`. */
LG_MUST lg_status lg_setting_read(struct lg_ctx *cx, struct lg_settings_read *settings,
	const struct lg_setting_place *place, lg_str text);

/* Is "route pets" a section with a name, or meant to be one? */
bool lg_sections_are(lg_str section);
/* A line of it. */
LG_MUST lg_status lg_sections_take(struct lg_ctx *cx, struct lg_settings_read *settings, lg_str section,
	struct lg_str_pair pair, lg_str origin);

#endif
