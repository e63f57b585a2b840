/*
 * setting.h - one row of the table of settings, which is generated from api/settings.txt (gen/settings.h),
 * and kinds of sections that have a name.
 */
#ifndef LG_APP_SETTING_H
#define LG_APP_SETTING_H

#include "base/str.h"

enum lg_setting_type {
	LG_SETTING_TEXT,   /* lg_str; absent when empty */
	LG_SETTING_SECRET, /* the same, never shown */
	LG_SETTING_INT,    /* int64_t */
	LG_SETTING_BOOL,   /* bool */
	LG_SETTING_CHOICE, /* int, the index of the word */
	LG_SETTING_LIST,   /* struct lg_str_list */
};

struct lg_setting {
	lg_str name; /* "server.public_url" */
	enum lg_setting_type type;
	size_t offset; /* in struct lg_config */
	lg_str standard; /* the default, as text */
	lg_str dev;      /* the default with --dev */
	int64_t min;
	int64_t max;
	const lg_str *words;
	size_t word_count;
	lg_str help; /* lines separated by blanks */
};

/* Sections that stand once for each name: [route pets]. */
struct lg_section_kind {
	lg_str name;  /* "route" */
	lg_str label; /* what stands for the name in texts: "NAME" */
	const struct lg_setting *settings; /* named by their keys; offsets in the struct of a section */
	size_t setting_count;
	size_t size; /* of that struct */
	size_t max;
	lg_str help;
};

#endif
