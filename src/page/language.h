/*
 * language.h - the languages of the pages: those of pages/strings, compiled in, and what the setting
 * pages.strings adds to them or words otherwise.
 *
 * A file of that folder is called like its language ("sv.txt") and looks like those of pages/strings, with
 * any of the keys; a language that is not built in has at least language.name. What a language lacks is
 * shown in English.
 */
#ifndef LG_PAGE_LANGUAGE_H
#define LG_PAGE_LANGUAGE_H

#include "base/ctx.h"
#include "gen/strings.h"
#include "page/plural.h"

struct lg_languages;

struct lg_language {
	lg_str tag;  /* "pt", "zh-TW" */
	lg_str name; /* as its speakers call it */
	bool rtl;
	const struct lg_built_strings *built; /* NULL = none */
	const lg_str *own; /* by slot; absent = what is built in. NULL = none */
};

/*
 * Those that are built in, and what files say: each a tag and the file's content, which is copied.
 * LG_E_MALFORMED with a text that names file and line.
 */
LG_MUST lg_status lg_languages_new(
	struct lg_ctx *cx, const struct lg_str_pair *files, size_t file_count, struct lg_languages **ret);
void lg_languages_free(struct lg_languages *languages);

size_t lg_languages_count(const struct lg_languages *languages);
/* English first, the others by tag. */
const struct lg_language *lg_languages_at(const struct lg_languages *languages, size_t i);
/* Their tags, in the same order. */
const struct lg_str_list *lg_languages_tags(const struct lg_languages *languages);

/*
 * The first that we have: what was asked for by `wish` (the parameter "lang", then the cookie; either may be
 * absent), then Accept-Language by its weights, then English. "de-AT" is had where "de" is. NULL languages:
 * English.
 */
const struct lg_language *lg_language_choose(
	const struct lg_languages *languages, lg_str wish, lg_str cookie, lg_str accept);

/* What a tag names: itself, or the language without region. NULL when we have neither. */
const struct lg_language *lg_language_find(const struct lg_languages *languages, lg_str tag);

/* The text of a key that counts, in one of its forms (page/plural.h); absent when it has no such. */
lg_str lg_language_form(const struct lg_language *language, lg_str key, enum lg_plural form);

/* The text of a key in the form for `count`, with its {values}; absent when there is no such key. */
lg_str lg_language_text(const struct lg_language *language, lg_str key, uint64_t count);

#endif
