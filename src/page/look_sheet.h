/*
 * look_sheet.h - from branding settings, or classic CSS, to values of the tokens of pages/view.css.
 *
 * Only values that are colours or lengths get through, whatever was stored.
 */
#ifndef LG_PAGE_LOOK_SHEET_H
#define LG_PAGE_LOOK_SHEET_H

#include <jansson.h>

#include "base/buf.h"

/* Declarations for one mode, "lightMode" or "darkMode", with what belongs to both in the first. */
void lg_look_put_settings(struct lg_buf *sheet, const json_t *settings, bool dark);
/* Declarations from rules of the classic classes. */
void lg_look_put_classic(struct lg_buf *sheet, lg_str css);

/* "a/b/c" in a tree of objects; NULL when it is not there. */
const json_t *lg_look_setting(const json_t *settings, const char *path);

#endif
