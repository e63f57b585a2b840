#include "page/look.h"

#include <inttypes.h>
#include <string.h>

#include "codec/json.h"
#include "domain/image.h"
#include "domain/pool/branding.h"
#include "domain/pool/ui.h"
#include "gen/pages.h"
#include "page/look_sheet.h"
#include "proto/answer.h"

#define ROOT LG_STR("/_pages/look/")
#define SHEET LG_STR("style.css")
#define SHEET_MAX_BYTES ((size_t)128 << 10)
#define PREVIEW ':' /* between pool and style, in the place of a client */

/* What a look is made of. */
struct source {
	lg_str key; /* in addresses: a client id, or "pool:style" */
	const struct lg_idp_managed_login_branding_type *branding; /* NULL = none */
	const struct lg_idp_ui_customization_type *classic; /* when there is no branding */
	struct lg_image_size classic_logo;
	json_t *settings;                                   /* of the branding; NULL = none */
	int64_t version;
};

/* ---- finding it ---- */

static lg_status
read_branding(struct lg_ctx *cx, struct source *source, struct lg_idp_managed_login_branding_type *branding)
{
	source->branding = branding;
	source->version = branding->last_modified_date.v.ms;
	return lg_str_present(branding->settings) ? lg_json_parse(cx, branding->settings, &source->settings)
						  : LG_OK;
}

static lg_status
find_source(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	struct source *ret)
{
	struct lg_idp_managed_login_branding_type *branding;
	struct lg_idp_ui_customization_type *classic;
	const lg_status s = lg_branding_of_client(cx, env, pool, client_id, false, &branding);
	*ret = (struct source){ .key = client_id };
	if (!lg_failed(s))
		return read_branding(cx, ret, branding);
	if (s.code != LG_E_RESOURCE_NOT_FOUND)
		return s;
	LG_TRY(lg_ui_get(cx, env, pool, client_id, &classic, &ret->classic_logo));
	ret->classic = classic;
	ret->version = classic->last_modified_date.v.ms;
	return LG_OK;
}

static lg_status
find_preview(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id, struct source *ret)
{
	struct lg_idp_managed_login_branding_type *branding;
	LG_TRY(lg_branding_describe(cx, env, pool, id, false, &branding));
	*ret = (struct source){ .version = 0 };
	LG_TRY(lg_str_fmt(cx, &ret->key, "%.*s%c%.*s", LG_FMT(pool->id), PREVIEW, LG_FMT(id)));
	return read_branding(cx, ret, branding);
}

static bool
is_on(const struct source *source, const char *path)
{
	return json_is_true(lg_look_setting(source->settings, path));
}

/* The picture of a place, in the mode that is wished or in the one for both. */
static const struct lg_idp_asset_type *
find_asset(const struct source *source, const char *category, const char *mode)
{
	const struct lg_idp_asset_type *found = NULL;
	for (size_t i = 0; source->branding && i < source->branding->assets.count; i++) {
		const struct lg_idp_asset_type *one = &source->branding->assets.items[i];
		if (!lg_str_eq(one->category, lg_str_from_c(category)))
			continue;
		if (lg_str_eq(one->color_mode, lg_str_from_c(mode)))
			return one;
		if (lg_str_eq(one->color_mode, LG_STR("DYNAMIC")))
			found = one;
	}
	return found;
}

/* "/_pages/look/CLIENT/VERSION/FORM_LOGO-LIGHT" */
static lg_status
asset_address(
	struct lg_ctx *cx, const struct source *source, const struct lg_idp_asset_type *asset, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%.*s%.*s/%" PRId64 "/%.*s-%.*s", LG_FMT(ROOT), LG_FMT(source->key),
		source->version, LG_FMT(asset->category), LG_FMT(asset->color_mode));
}

/* ---- the look ---- */

static lg_str
scheme_of(const struct source *source)
{
	const lg_str mode =
		lg_json_text(lg_look_setting(source->settings, "categories/global/colorSchemeMode"));
	if (lg_str_eq(mode, LG_STR("LIGHT")))
		return LG_STR("light");
	if (lg_str_eq(mode, LG_STR("DARK")))
		return LG_STR("dark");
	/* Classic colours are meant for a light page. */
	return source->classic && lg_str_present(source->classic->css) ? LG_STR("light") : LG_STR_NONE;
}

static lg_status
set_size(struct lg_ctx *cx, struct lg_image_size size, struct lg_look *look)
{
	if (!size.width)
		return LG_OK;
	LG_TRY(lg_str_fmt(cx, &look->logo_width, "%" PRIu32, size.width));
	return lg_str_fmt(cx, &look->logo_height, "%" PRIu32, size.height);
}

/* Pages that follow the browser have a logo for each of its modes, where there are two. */
static lg_status
set_logo(struct lg_ctx *cx, const struct source *source, const char *category,
	const struct lg_idp_asset_type *asset, struct lg_look *look)
{
	const struct lg_idp_asset_type *dark = find_asset(source, category, "DARK");
	LG_TRY(asset_address(cx, source, asset, &look->logo));
	LG_TRY(set_size(cx, lg_image_size(asset->bytes), look));
	if (lg_str_present(look->scheme) || !dark || dark == asset)
		return LG_OK;
	return asset_address(cx, source, dark, &look->logo_dark);
}

static lg_status
find_logo(struct lg_ctx *cx, const struct source *source, struct lg_look *look)
{
	static const struct {
		const char *category, *setting;
	} places[] = { { "FORM_LOGO", "components/form/logo/enabled" },
		{ "PAGE_HEADER_LOGO", "components/pageHeader/logo/enabled" } };
	const char *mode = lg_str_eq(look->scheme, LG_STR("dark")) ? "DARK" : "LIGHT";
	for (size_t i = 0; i < LG_LEN(places); i++) {
		const struct lg_idp_asset_type *asset = find_asset(source, places[i].category, mode);
		if (asset && is_on(source, places[i].setting))
			return set_logo(cx, source, places[i].category, asset, look);
	}
	/* Its address names the public URL; pages reach us under other names, too. */
	if (source->classic && lg_str_present(source->classic->image_url)) {
		const char *path = strstr(source->classic->image_url.ptr, "/ui/");
		LG_TRY(set_size(cx, source->classic_logo, look));
		if (path)
			return lg_str_fmt(cx, &look->logo, "/%.*s%.*s",
				LG_FMT(source->classic->user_pool_id),
				(int)(source->classic->image_url.ptr + source->classic->image_url.len -
					path),
				path);
	}
	return LG_OK;
}

lg_status
lg_look_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str preview, const struct lg_look **ret)
{
	struct lg_look *look = lg_new(cx, struct lg_look);
	struct source source;
	lg_status s = LG_STATUS(LG_E_RESOURCE_NOT_FOUND);
	if (!look)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (!lg_str_empty(preview))
		s = find_preview(cx, env, pool, preview, &source);
	look->preview = !lg_failed(s);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		s = find_source(cx, env, pool, client->id, &source);
	LG_TRY(s);
	look->name = client->type->client_name;
	look->scheme = scheme_of(&source);
	LG_TRY(find_logo(cx, &source, look));
	const struct lg_idp_asset_type *icon = find_asset(&source, "FAVICON_SVG", "DYNAMIC");
	if (!icon)
		icon = find_asset(&source, "FAVICON_ICO", "DYNAMIC");
	if (icon)
		LG_TRY(asset_address(cx, &source, icon, &look->icon));
	if (source.settings || (source.classic && lg_str_present(source.classic->css)))
		LG_TRY(lg_str_fmt(cx, &look->style, "%.*s%.*s/%" PRId64 ".%.*s/%.*s", LG_FMT(ROOT),
			LG_FMT(source.key), source.version, LG_FMT(lg_asset_view_css.version),
			LG_FMT(SHEET)));
	*ret = look;
	return LG_OK;
}

/* ---- the style sheet ---- */

static lg_status
put_image(struct lg_ctx *cx, struct lg_buf *sheet, const struct source *source, const char *token,
	const char *category, const char *setting, const char *mode)
{
	const struct lg_idp_asset_type *asset = find_asset(source, category, mode);
	lg_str address;
	if (!asset || !is_on(source, setting))
		return LG_OK;
	LG_TRY(asset_address(cx, source, asset, &address));
	lg_buf_fmt(sheet, "--%s:url(\"%.*s\");", token, LG_FMT(address));
	/* What stands on a picture is read against the colour that would be there without. */
	if (strcmp(token, "page-image") == 0)
		lg_buf_put(sheet, LG_STR("--behind:var(--page);"));
	return LG_OK;
}

static lg_status
put_mode(struct lg_ctx *cx, struct lg_buf *sheet, const struct source *source, bool dark)
{
	const char *mode = dark ? "DARK" : "LIGHT";
	lg_look_put_settings(sheet, source->settings, dark);
	LG_TRY(put_image(cx, sheet, source, "page-image", "PAGE_BACKGROUND",
		"components/pageBackground/image/enabled", mode));
	return put_image(cx, sheet, source, "card-image", "FORM_BACKGROUND",
		"components/form/backgroundImage/enabled", mode);
}

/* Our own sheet, whose dark half holds always where the style is dark. */
static void
put_own(struct lg_buf *sheet, bool always_dark)
{
	const lg_str query = LG_STR("(prefers-color-scheme: dark)");
	const lg_str own = lg_asset_view_css.content;
	const char *at = memmem(own.ptr, own.len, query.ptr, query.len);
	const size_t from = at ? (size_t)(at - own.ptr) : own.len;
	lg_buf_put(sheet, lg_str_slice(own, 0, from));
	lg_buf_put(sheet, always_dark ? LG_STR("all") : lg_str_slice(own, from, from + query.len));
	lg_buf_put(sheet, lg_str_slice(own, from + query.len, own.len));
}

static lg_status
make_sheet(struct lg_ctx *cx, const struct source *source, lg_str *ret)
{
	const bool always_dark = lg_str_eq(scheme_of(source), LG_STR("dark"));
	struct lg_buf sheet = lg_buf_start(cx, SHEET_MAX_BYTES);
	put_own(&sheet, always_dark);
	lg_buf_put(&sheet, LG_STR("\n:root{"));
	if (source->classic)
		lg_look_put_classic(&sheet, source->classic->css);
	else
		LG_TRY(put_mode(cx, &sheet, source, false));
	lg_buf_put(&sheet, LG_STR("}\n"));
	if (source->branding) {
		lg_buf_put(&sheet, always_dark ? LG_STR("@media all{")
					       : LG_STR("@media (prefers-color-scheme: dark){"));
		lg_buf_put(&sheet, LG_STR(":root:not([data-scheme=\"light\"]){"));
		LG_TRY(put_mode(cx, &sheet, source, true));
		lg_buf_put(&sheet, LG_STR("}}\n"));
	}
	return lg_buf_finish(cx, &sheet, ret);
}

/* ---- its addresses ---- */

static lg_status
find_key(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct source *ret)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	if (!lg_str_has_byte(key, PREVIEW)) {
		LG_TRY(lg_client_find(cx, env, key, &pool, &client));
		return find_source(cx, env, pool, client->id, ret);
	}
	const lg_str pool_id = lg_str_cut(&key, PREVIEW);
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	return find_preview(cx, env, pool, key, ret);
}

static lg_status
find_file(struct lg_ctx *cx, struct lg_env *env, lg_str path, lg_str *ret_bytes, lg_str *ret_type)
{
	/* CLIENT/VERSION/NAME */
	lg_str name = path;
	const lg_str key = lg_str_cut(&name, '/');
	struct source source;
	lg_str_cut(&name, '/');
	LG_TRY(find_key(cx, env, key, &source));
	if (lg_str_eq(name, SHEET)) {
		*ret_type = lg_asset_view_css.content_type;
		return make_sheet(cx, &source, ret_bytes);
	}
	lg_str mode = name;
	const lg_str category = lg_str_cut(&mode, '-');
	for (size_t i = 0; source.branding && i < source.branding->assets.count; i++) {
		const struct lg_idp_asset_type *one = &source.branding->assets.items[i];
		if (lg_str_eq(one->category, category) && lg_str_eq(one->color_mode, mode)) {
			*ret_bytes = one->bytes;
			*ret_type = lg_image_type(one->extension);
			return LG_OK;
		}
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

bool
lg_look_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	lg_str bytes, type;
	if (!lg_str_starts(req->path, ROOT))
		return false;
	const lg_status s =
		find_file(cx, env, lg_str_slice(req->path, ROOT.len, req->path.len), &bytes, &type);
	if (s.code == LG_E_NOT_FOUND || s.code == LG_E_RESOURCE_NOT_FOUND) {
		lg_answer_message(env, cx, 404, LG_STR("Not found."), ret);
		return true;
	}
	if (lg_failed(s)) {
		const struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("look"));
		lg_answer_message(env, cx, error.info->http, error.text, ret);
		return true;
	}
	lg_answer_begin(env, cx, 200, ret);
	/* A change has another address. Opened by itself, a picture is nothing but a picture. */
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("public, max-age=31536000, immutable"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_http_answer_header(ret, LG_STR("Content-Security-Policy"),
		LG_STR("default-src 'none'; style-src 'unsafe-inline'; sandbox"));
	lg_answer_body(ret, type, bytes);
	return true;
}
