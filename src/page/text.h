/*
 * text.h - a text for people: a key of pages/strings, with named values to put in.
 */
#ifndef LG_PAGE_TEXT_H
#define LG_PAGE_TEXT_H

#include "base/ctx.h"

#define LG_TEXT_ARGS 3
struct lg_text {
	lg_str key; /* absent = nothing */
	struct lg_str_pair args[LG_TEXT_ARGS];
};

static inline struct lg_text
lg_text(lg_str key)
{
	return (struct lg_text){ .key = key };
}

static inline struct lg_text
lg_text_with(lg_str key, lg_str name, lg_str value)
{
	return (struct lg_text){ .key = key, .args = { { name, value } } };
}

/* The text in English, {name} being replaced; an unknown key shows itself. */
LG_MUST lg_status lg_text_show(struct lg_ctx *cx, const struct lg_text *text, lg_str *ret);

#endif
