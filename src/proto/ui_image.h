/*
 * ui_image.h - the pictures of the classic pages, at the ImageUrl of GetUICustomization.
 */
#ifndef LG_PROTO_UI_IMAGE_H
#define LG_PROTO_UI_IMAGE_H

#include "domain/env.h"
#include "net/http.h"

/* False when the path is not of the form "/<pool id>/ui/...". */
bool lg_ui_image_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

#endif
