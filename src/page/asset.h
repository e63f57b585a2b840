/*
 * asset.h - the files that pages refer to, below /_pages/: style sheet, script, icon. Their addresses hold a
 * version, so browsers keep them for ever.
 */
#ifndef LG_PAGE_ASSET_H
#define LG_PAGE_ASSET_H

#include "domain/env.h"
#include "net/http.h"

/* False when the path is not below /_pages/.
 * Those of looks are page/look.h's. */
bool lg_page_asset_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

#endif
