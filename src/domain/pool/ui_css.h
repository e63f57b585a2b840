/*
 * ui_css.h - the style sheet of the classic pages (spec/oauth-endpoints.md 10.1).
 */
#ifndef LG_DOMAIN_UI_CSS_H
#define LG_DOMAIN_UI_CSS_H

#include "base/ctx.h"

/*
 * LG_E_INVALID_PARAMETER unless it is rules for the classes that may be styled, without at-rules, nesting,
 * escapes, addresses or anything that runs.
 */
LG_MUST lg_status lg_ui_css_check(struct lg_ctx *cx, lg_str css);

#endif
