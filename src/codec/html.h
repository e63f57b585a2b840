/*
 * html.h - pages from templates that are compiled in from pages/ (gen/pages.h).
 *
 * A template knows the context of every value it takes, and the writer escapes for it; there is no way
 * around. Text that is HTML already has a type of its own, lg_html, which only this writer makes.
 */
#ifndef LG_CODEC_HTML_H
#define LG_CODEC_HTML_H

#include "base/buf.h"

typedef struct lg_html {
	lg_str markup;
} lg_html;

enum lg_html_kind {
	LG_HTML_END,    /* a literal with nothing behind it */
	LG_HTML_TEXT,   /* lg_str, between tags or in a quoted attribute */
	LG_HTML_URL,    /* lg_str, all of a quoted attribute; http:, https:, one '/', '#'; else '#' */
	LG_HTML_MARKUP, /* lg_html, between tags */
	LG_HTML_ATTRIBUTE, /* lg_str, an attribute of its own; absent = no attribute */
};

/* Literal text, and the value behind it. */
struct lg_html_piece {
	lg_str literal;
	enum lg_html_kind kind;
	size_t offset; /* of the value in the template's struct */
	lg_str attribute; /* its name and all up to the value: " class=\"" */
};

struct lg_html_template {
	const struct lg_html_piece *pieces;
	size_t count;
};

/*
 * Fill a template from the struct that was generated beside it. Absent values are empty; bytes that are not
 * UTF-8 become U+FFFD. LG_E_TOO_LARGE beyond `max_bytes`.
 */
LG_MUST lg_status lg_html_render(struct lg_ctx *cx, const struct lg_html_template *template,
	const void *values, size_t max_bytes, lg_html *ret);

/* Fragments one after the other. */
LG_MUST lg_status lg_html_join(struct lg_ctx *cx, const lg_html *parts, size_t count, lg_html *ret);

/* A file that pages refer to, compiled in, with a version for its address. */
struct lg_page_asset {
	lg_str content;
	lg_str content_type;
	lg_str version; /* of its content: a new content has a new one */
};

#endif
