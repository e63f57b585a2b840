/*
 * template.h - texts of messages with their placeholders (spec/messages-and-threats.md 3).
 */
#ifndef LG_DOMAIN_TEMPLATE_H
#define LG_DOMAIN_TEMPLATE_H

#include "base/ctx.h"

#define LG_TEMPLATE_MAX_BYTES (64 * 1024)

struct lg_template_values {
	lg_str code;     /* {####} */
	lg_str username; /* {username} */
	lg_str link;     /* {##text##} becomes a link with that text; absent = left as it is */
};

/* With `html` the values are escaped; the template is HTML of its author. Other braces stay as they are. */
LG_MUST lg_status lg_template_render(
	struct lg_ctx *cx, lg_str text, const struct lg_template_values *values, bool html, lg_str *ret);

#endif
