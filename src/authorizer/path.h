/*
 * path.h - paths of requests: the ways in which one can be read, and the patterns of routes.
 *
 * Who decides and who serves may read one path differently: one resolves "..", the other does not. So a path
 * has several readings, and what is decided must hold for each.
 */
#ifndef LG_AUTHORIZER_PATH_H
#define LG_AUTHORIZER_PATH_H

#include "base/ctx.h"

#define LG_PATH_READINGS 3

struct lg_path {
	lg_str raw; /* as it was sent */
	/*
	 * Percent-decoded. The first one has its parts as they were sent: an escaped slash stays "%2F". The
	 * others have dots resolved, without and with runs of slashes taken as one. Equal ones stand once.
	 */
	lg_str readings[LG_PATH_READINGS];
	size_t count;
};

/*
 * LG_E_REFUSED, with a text for the log: it does not begin with a slash, or has controls, blanks, '#', or
 * escapes of controls.
 */
LG_MUST lg_status lg_path_read(struct lg_ctx *cx, lg_str raw, struct lg_path *ret);

/* As in the settings: "*", "/pets/{id}", "/files/{rest+}". */
struct lg_path_pattern {
	lg_str text;
	bool any;
};

/* LG_E_REFUSED with a text when it is none. */
LG_MUST lg_status lg_path_pattern_read(struct lg_ctx *cx, lg_str text, struct lg_path_pattern *ret);

bool lg_path_matches(const struct lg_path_pattern *pattern, lg_str reading);

/* What stands for the names of the pattern, which matches. */
LG_MUST lg_status lg_path_parameters(
	struct lg_ctx *cx, const struct lg_path_pattern *pattern, lg_str reading, struct lg_str_map *ret);

#endif
