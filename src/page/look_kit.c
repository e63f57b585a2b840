#include "page/look_kit.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/json.h"
#include "crypto/hash.h"
#include "domain/image.h"
#include "domain/pool/branding.h"
#include "domain/pool/ui.h"
#include "gen/pages.h"
#include "page/look_sheet.h"

#define SHEET_MAX_BYTES ((size_t)128 << 10)
#define PREVIEW ':' /* between pool and style, in the place of a client */
#define CLASSIC_LOGO LG_STR("logo")
#define DIGEST_BYTES 12
/* What pages leave for a logo: the width of a card, and --logo-size of pages/view.css. */
#define LOGO_WIDTH 356
#define LOGO_HEIGHT 64

/* ---- what a look is made of ---- */

struct source {
	struct lg_ctx *cx;
	const struct lg_look_of *of;
	const struct lg_idp_managed_login_branding_type *branding; /* NULL = none */
	const struct lg_idp_ui_customization_type *classic; /* when there is no branding */
	json_t *settings;                                   /* of the branding; NULL = none */
	struct lg_look_kit *kit; /* files[i] is the i-th picture of the branding */
};

static bool
is_preview(lg_str key)
{
	return lg_str_has_byte(key, PREVIEW);
}

lg_status
lg_look_of_preview(struct lg_ctx *cx, const struct lg_pool *pool, lg_str style, struct lg_look_of *ret)
{
	ret->pool = pool;
	return lg_str_fmt(cx, &ret->key, "%.*s%c%.*s", LG_FMT(pool->id), PREVIEW, LG_FMT(style));
}

lg_status
lg_look_of_key(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_look_of *ret)
{
	const struct lg_client *client;
	lg_str pool_id = key;
	ret->key = key;
	if (is_preview(key))
		return lg_pool_find(cx, env, lg_str_cut(&pool_id, PREVIEW), &ret->pool);
	return lg_client_find(cx, env, key, &ret->pool, &client);
}

/* A client without a style has the classic customization, if there is one. */
static lg_status
read_source(struct lg_env *env, struct source *source)
{
	const struct lg_pool *pool = source->of->pool;
	struct lg_idp_managed_login_branding_type *branding = NULL;
	struct lg_idp_ui_customization_type *classic;
	lg_str style = source->of->key;
	lg_status s;
	if (is_preview(style)) {
		lg_str_cut(&style, PREVIEW);
		LG_TRY(lg_branding_describe(source->cx, env, pool, style, false, &branding));
		s = LG_OK;
	} else {
		s = lg_branding_of_client(source->cx, env, pool, style, false, &branding);
	}
	if (s.code == LG_E_RESOURCE_NOT_FOUND) {
		LG_TRY(lg_ui_get(source->cx, env, pool, style, &classic));
		source->classic = classic;
		return LG_OK;
	}
	LG_TRY(s);
	source->branding = branding;
	return lg_str_present(branding->settings)
		       ? lg_json_parse(source->cx, branding->settings, &source->settings)
		       : LG_OK;
}

static bool
is_on(const struct source *source, const char *path)
{
	return json_is_true(lg_look_setting(source->settings, path));
}

/* ---- files ---- */

static lg_status
add_file(struct source *source, lg_str name, lg_str type, lg_str bytes, const struct lg_look_file **ret)
{
	struct lg_look_kit *kit = source->kit;
	unsigned char digest[LG_SHA256_SIZE];
	if (kit->file_count == LG_LOOK_FILES)
		return lg_fail(source->cx, LG_E_INTERNAL, "too many pictures in a style");
	struct lg_look_file *file = &kit->files[kit->file_count++];
	*file = (struct lg_look_file){ .name = name, .type = type, .bytes = bytes };
	lg_sha256(&bytes, 1, digest);
	*ret = file;
	return lg_base64url_encode(source->cx, lg_str_from_bytes(digest, DIGEST_BYTES), &file->digest);
}

static lg_status
add_pictures(struct source *source)
{
	const struct lg_idp_asset_list_type *assets = &source->branding->assets;
	for (size_t i = 0; i < assets->count; i++) {
		const struct lg_idp_asset_type *one = &assets->items[i];
		const struct lg_look_file *file;
		lg_str name;
		LG_TRY(lg_str_fmt(source->cx, &name, "%.*s-%.*s", LG_FMT(one->category),
			LG_FMT(one->color_mode)));
		LG_TRY(add_file(source, name, lg_image_type(one->extension), one->bytes, &file));
	}
	return LG_OK;
}

/* "/_pages/look/CLIENT/DIGEST/FORM_LOGO-LIGHT" */
static lg_status
file_address(const struct source *source, const struct lg_look_file *file, lg_str *ret)
{
	return lg_str_fmt(source->cx, ret, "%.*s%.*s/%.*s/%.*s", LG_FMT(LG_LOOK_ROOT),
		LG_FMT(source->of->key), LG_FMT(file->digest), LG_FMT(file->name));
}

/* The picture of a place, in the mode that is wished or in the one for both: its number, or the count. */
static size_t
find_picture(const struct source *source, const char *category, const char *mode)
{
	const size_t count = source->branding ? source->branding->assets.count : 0;
	size_t found = count;
	for (size_t i = 0; i < count; i++) {
		const struct lg_idp_asset_type *one = &source->branding->assets.items[i];
		if (!lg_str_eq(one->category, lg_str_from_c(category)))
			continue;
		if (lg_str_eq(one->color_mode, lg_str_from_c(mode)))
			return i;
		if (lg_str_eq(one->color_mode, LG_STR("DYNAMIC")))
			found = i;
	}
	return found;
}

static const struct lg_look_file *
find_file(const struct source *source, const char *category, const char *mode)
{
	const size_t at = find_picture(source, category, mode);
	return source->branding && at < source->branding->assets.count ? &source->kit->files[at] : NULL;
}

/* ---- what pages say ---- */

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

/* As large as it will be shown, so that nothing moves when it arrives. */
static lg_status
put_logo(struct source *source, const struct lg_look_file *file)
{
	struct lg_look *look = &source->kit->look;
	const struct lg_image_size size = lg_image_size(file->bytes);
	uint64_t width = size.width, height = size.height;
	LG_TRY(file_address(source, file, &look->logo));
	if (!width)
		return LG_OK;
	if (height > LOGO_HEIGHT) {
		width = width * LOGO_HEIGHT / height;
		height = LOGO_HEIGHT;
	}
	if (width > LOGO_WIDTH) {
		height = height * LOGO_WIDTH / width;
		width = LOGO_WIDTH;
	}
	LG_TRY(lg_str_fmt(source->cx, &look->logo_width, "%llu", (unsigned long long)(width ? width : 1)));
	return lg_str_fmt(
		source->cx, &look->logo_height, "%llu", (unsigned long long)(height ? height : 1));
}

static lg_status
find_classic_logo(struct lg_env *env, struct source *source)
{
	const struct lg_idp_ui_customization_type *classic = source->classic;
	const struct lg_look_file *file;
	lg_str path, bytes, type;
	/* Its address names the public URL, and behind it the pool. */
	const char *at = lg_str_present(classic->image_url) ? strstr(classic->image_url.ptr, "/ui/") : NULL;
	if (!at)
		return LG_OK;
	const char *end = classic->image_url.ptr + classic->image_url.len;
	LG_TRY(lg_str_fmt(
		source->cx, &path, "/%.*s%.*s", LG_FMT(classic->user_pool_id), (int)(end - at), at));
	const lg_status s = lg_ui_image(source->cx, env, path, &bytes, &type);
	if (s.code == LG_E_NOT_FOUND) /* replaced just now */
		return LG_OK;
	LG_TRY(s);
	LG_TRY(add_file(source, CLASSIC_LOGO, type, bytes, &file));
	return put_logo(source, file);
}

/* Pages that follow the browser have a logo for each of its modes, where there are two. */
static lg_status
put_dark_logo(struct source *source, const struct lg_look_file *light, const struct lg_look_file *dark)
{
	struct lg_look *look = &source->kit->look;
	if (lg_str_present(look->scheme) || !dark || dark == light)
		return LG_OK;
	return file_address(source, dark, &look->logo_dark);
}

static lg_status
find_logo(struct source *source)
{
	static const struct {
		const char *category, *setting;
	} places[] = { { "FORM_LOGO", "components/form/logo/enabled" },
		{ "PAGE_HEADER_LOGO", "components/pageHeader/logo/enabled" } };
	const char *mode = lg_str_eq(source->kit->look.scheme, LG_STR("dark")) ? "DARK" : "LIGHT";
	for (size_t i = 0; i < LG_LEN(places); i++) {
		const struct lg_look_file *file = find_file(source, places[i].category, mode);
		if (!file || !is_on(source, places[i].setting))
			continue;
		LG_TRY(put_logo(source, file));
		return put_dark_logo(source, file, find_file(source, places[i].category, "DARK"));
	}
	return LG_OK;
}

static lg_status
find_icon(struct source *source)
{
	const struct lg_look_file *icon = find_file(source, "FAVICON_SVG", "DYNAMIC");
	if (!icon)
		icon = find_file(source, "FAVICON_ICO", "DYNAMIC");
	return icon ? file_address(source, icon, &source->kit->look.icon) : LG_OK;
}

/* ---- the style sheet ---- */

static lg_status
put_image(const struct source *source, struct lg_buf *sheet, const char *token, const char *category,
	const char *setting, const char *mode)
{
	const struct lg_look_file *file = find_file(source, category, mode);
	const bool page = strcmp(token, "page-image") == 0;
	lg_str address;
	if (!is_on(source, setting))
		return LG_OK;
	if (!file) {
		/* A picture for light pages is none for dark ones. */
		if (strcmp(mode, "DARK") == 0)
			lg_buf_fmt(sheet, "--%s:none;%s", token, page ? "--behind:transparent;" : "");
		return LG_OK;
	}
	LG_TRY(file_address(source, file, &address));
	lg_buf_fmt(sheet, "--%s:url(\"%.*s\");", token, LG_FMT(address));
	/* What stands on a picture is read against the colour that would be there without. */
	if (page)
		lg_buf_put(sheet, LG_STR("--behind:var(--page);"));
	return LG_OK;
}

static lg_status
put_mode(const struct source *source, struct lg_buf *sheet, bool dark)
{
	const char *mode = dark ? "DARK" : "LIGHT";
	lg_look_put_settings(sheet, source->settings, dark);
	LG_TRY(put_image(source, sheet, "page-image", "PAGE_BACKGROUND",
		"components/pageBackground/image/enabled", mode));
	return put_image(source, sheet, "card-image", "FORM_BACKGROUND",
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
make_sheet(const struct source *source, lg_str *ret)
{
	const bool always_dark = lg_str_eq(source->kit->look.scheme, LG_STR("dark"));
	struct lg_buf sheet = lg_buf_start(source->cx, SHEET_MAX_BYTES);
	put_own(&sheet, always_dark);
	lg_buf_put(&sheet, LG_STR("\n:root{"));
	if (source->classic)
		lg_look_put_classic(&sheet, source->classic->css);
	else
		LG_TRY(put_mode(source, &sheet, false));
	lg_buf_put(&sheet, LG_STR("}\n"));
	if (source->branding) {
		lg_buf_put(&sheet, always_dark ? LG_STR("@media all{")
					       : LG_STR("@media (prefers-color-scheme: dark){"));
		lg_buf_put(&sheet, LG_STR(":root:not([data-scheme=\"light\"]){"));
		LG_TRY(put_mode(source, &sheet, true));
		lg_buf_put(&sheet, LG_STR("}}\n"));
	}
	return lg_buf_finish(source->cx, &sheet, ret);
}

static lg_status
add_sheet(struct source *source)
{
	const struct lg_look_file *file;
	lg_str sheet;
	if (!source->settings && (!source->classic || !lg_str_present(source->classic->css)))
		return LG_OK;
	LG_TRY(make_sheet(source, &sheet));
	LG_TRY(add_file(source, LG_LOOK_SHEET, lg_asset_view_css.content_type, sheet, &file));
	return file_address(source, file, &source->kit->look.style);
}

lg_status
lg_look_kit_make(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_look_of *of, struct lg_look_kit **ret)
{
	struct lg_look_kit *kit = lg_new(cx, struct lg_look_kit);
	struct source source = { .cx = cx, .of = of, .kit = kit };
	if (!kit)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(read_source(env, &source));
	kit->key = of->key;
	kit->look.scheme = scheme_of(&source);
	if (source.branding) {
		LG_TRY(add_pictures(&source));
		LG_TRY(find_logo(&source));
		LG_TRY(find_icon(&source));
	} else {
		LG_TRY(find_classic_logo(env, &source));
	}
	LG_TRY(add_sheet(&source));
	*ret = kit;
	return LG_OK;
}
