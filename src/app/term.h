/*
 * term.h - text for people at a terminal: wrapped to its width, with colours where there are any.
 */
#ifndef LG_APP_TERM_H
#define LG_APP_TERM_H

#include <stdio.h>

#include "base/str.h"

enum lg_term_style { LG_TERM_PLAIN, LG_TERM_BOLD, LG_TERM_DIM, LG_TERM_ACCENT, LG_TERM_WARN };

struct lg_term {
	FILE *out;
	bool colours; /* a terminal, and neither NO_COLOR nor TERM=dumb */
	int width;    /* 60 to 100 */
};

struct lg_term lg_term_on(FILE *out);

void lg_term_put(const struct lg_term *term, enum lg_term_style style, lg_str text);
/* The same, padded with blanks to `columns`. */
void lg_term_column(const struct lg_term *term, enum lg_term_style style, lg_str text, int columns);
/*
 * Words wrapped behind `indent` blanks; ends the line. The first line's indent is already there when
 * `hanging`.
 */
void lg_term_wrap(const struct lg_term *term, enum lg_term_style style, lg_str text, int indent,
	bool hanging);
void lg_term_line(const struct lg_term *term); /* end the line */

#endif
