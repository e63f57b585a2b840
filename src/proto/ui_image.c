#include "proto/ui_image.h"

#include "domain/pool/ui.h"
#include "proto/answer.h"

static bool
is_image_path(lg_str path)
{
	lg_str rest = path;
	lg_str_cut(&rest, '/');
	lg_str_cut(&rest, '/');
	return lg_str_starts(rest, LG_STR("ui/"));
}

bool
lg_ui_image_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	if (!is_image_path(req->path))
		return false;
	if (!lg_str_eq(req->method, LG_STR("GET")) && !lg_str_eq(req->method, LG_STR("HEAD"))) {
		lg_answer_wrong_method(env, cx, LG_STR("GET, HEAD, OPTIONS"), ret);
		return true;
	}
	lg_str bytes, type;
	const lg_status s = lg_ui_image(cx, env, req->path, &bytes, &type);
	if (s.code == LG_E_NOT_FOUND) {
		lg_answer_message(env, cx, 404, LG_STR("Not found."), ret);
		return true;
	}
	if (lg_failed(s)) {
		const struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("ui-image"));
		lg_answer_message(env, cx, error.info->http, error.text, ret);
		return true;
	}
	lg_answer_begin(env, cx, 200, ret);
	/* Another picture has another address. Opened by itself, it is nothing but a picture. */
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("public, max-age=31536000, immutable"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_http_answer_header(ret, LG_STR("Content-Security-Policy"), LG_STR("default-src 'none'; sandbox"));
	lg_answer_body(ret, type, bytes);
	return true;
}
