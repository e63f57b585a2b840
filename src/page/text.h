/*
 * text.h - a text for people: a key of pages/strings, with named values to put in.
 *
 * A key that counts takes its plural form from the value "count". The value "time" is a point in time as
 * RFC 3339 says it, shown as the language has it. A key that nobody knows is no text.
 */
#ifndef LG_PAGE_TEXT_H
#define LG_PAGE_TEXT_H

#include "codec/html.h"

struct lg_language;

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

/* What somebody else worded: a name, an address. */
static inline struct lg_text
lg_text_raw(lg_str text)
{
	return lg_text_with(LG_STR("text"), LG_STR("text"), text);
}

static inline bool
lg_text_present(const struct lg_text *text)
{
	return lg_str_present(text->key);
}

/*
 * As plain text, for attributes and titles; between letters from right to left, values are set apart by
 * characters. A NULL language is English.
 */
LG_MUST lg_status lg_text_show(
	struct lg_ctx *cx, const struct lg_language *language, const struct lg_text *text, lg_str *ret);

/*
 * As markup: each value is set apart, so that a name from left to right inside of Arabic, or the other way
 * round, keeps its order.
 */
LG_MUST lg_status lg_text_html(
	struct lg_ctx *cx, const struct lg_language *language, const struct lg_text *text, lg_html *ret);

#endif
