/*
 * language_file.h - a file of texts (pages/strings/en.txt says how they are written), read while running.
 */
#ifndef LG_PAGE_LANGUAGE_FILE_H
#define LG_PAGE_LANGUAGE_FILE_H

#include "base/ctx.h"

/*
 * The texts by slot (gen/strings.h), absent where the file has none, in memory of `arena`. Values that
 * English does not put in are refused as unknown keys are: LG_E_MALFORMED, with a text that names the line.
 */
LG_MUST lg_status lg_language_file_read(
	struct lg_ctx *cx, struct lg_arena *arena, lg_str tag, lg_str content, lg_str **ret);

#endif
