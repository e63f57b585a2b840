#include "page/asset.h"

#include "gen/pages.h"
#include "page/look.h"
#include "proto/answer.h"

static const struct {
	lg_str name;
	const struct lg_page_asset *asset;
} assets[] = {
	{ LG_STR_INIT("icon.svg"), &lg_asset_icon_svg },
	{ LG_STR_INIT("view.css"), &lg_asset_view_css },
	{ LG_STR_INIT("view.js"), &lg_asset_view_js },
};

static const struct lg_page_asset *
find_asset(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(assets); i++)
		if (lg_str_eq(assets[i].name, name))
			return assets[i].asset;
	return NULL;
}

bool
lg_page_asset_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	/* /_pages/VERSION/NAME */
	lg_str rest = req->path;
	if (!lg_str_starts(rest, LG_STR("/_pages/")))
		return false;
	if (!lg_str_eq(req->method, LG_STR("GET")) && !lg_str_eq(req->method, LG_STR("HEAD"))) {
		lg_answer_wrong_method(env, cx, LG_STR("GET, HEAD"), ret);
		return true;
	}
	if (lg_look_answer(env, cx, req, ret))
		return true;
	rest = lg_str_slice(rest, sizeof("/_pages/") - 1, rest.len);
	const lg_str version = lg_str_cut(&rest, '/');
	const struct lg_page_asset *asset = find_asset(rest);
	if (!asset) {
		lg_answer_message(env, cx, 404, LG_STR("Not found."), ret);
		return true;
	}
	lg_answer_begin(env, cx, 200, ret);
	/* A page of another release, in a tab or of another node, gets the file of now, not to be kept. */
	lg_http_answer_header(ret, LG_STR("Cache-Control"),
		lg_str_eq(version, asset->version) ? LG_STR("public, max-age=31536000, immutable")
						   : LG_STR("no-store"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_answer_body(ret, asset->content_type, asset->content);
	return true;
}
