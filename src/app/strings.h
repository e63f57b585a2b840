/*
 * strings.h - the folder of the setting pages.strings: files of texts that override those of the pages, or
 * add a language (page/language.h).
 */
#ifndef LG_APP_STRINGS_H
#define LG_APP_STRINGS_H

#include "base/ctx.h"

struct lg_languages;

/*
 * All languages, with what the folder's files (LANGUAGE.txt, at most 64, of 1 MiB) say; an absent folder has
 * none. LG_E_MALFORMED or LG_E_IO, with a text that names the file.
 */
LG_MUST lg_status lg_strings_open(struct lg_ctx *cx, lg_str folder, struct lg_languages **ret);

#endif
