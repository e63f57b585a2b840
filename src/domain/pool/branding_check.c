#include "domain/pool/branding_check.h"

#include "codec/json.h"
#include "domain/image.h"

typedef struct lg_idp_asset_type asset_type;

/* ---- settings ---- */

static bool
is_color(lg_str text)
{
	bool digits = text.len == 6 || text.len == 8;
	for (size_t i = 0; i < text.len && digits; i++) {
		const char c = text.ptr[i];
		digits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	}
	return digits;
}

/* "backgroundColor", "color" */
static bool
names_color(lg_str key)
{
	return lg_str_ends(key, LG_STR("Color")) || lg_str_eq(key, LG_STR("color"));
}

static lg_status
check_colors(struct lg_ctx *cx, const json_t *value)
{
	const char *key;
	const json_t *member;
	size_t index;
	/* The const is for the iterators, which change nothing. */
	json_t *tree = (json_t *)(uintptr_t)value;
	json_object_foreach(tree, key, member) {
		const lg_str name = lg_str_from_c(key);
		if (names_color(name) && !is_color(lg_json_text(member)))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Settings: %.*s is no colour of six or eight hexadecimal digits.",
				LG_FMT(name));
		LG_TRY(check_colors(cx, member));
	}
	json_array_foreach(tree, index, member)
		LG_TRY(check_colors(cx, member));
	return LG_OK;
}

lg_status
lg_branding_check_settings(struct lg_ctx *cx, lg_str settings)
{
	static const lg_str parts[] = { LG_STR_INIT("categories"), LG_STR_INIT("componentClasses"),
		LG_STR_INIT("components") };
	if (!lg_str_present(settings))
		return LG_OK;
	json_t *tree;
	LG_TRY(lg_json_parse(cx, settings, &tree));
	if (!json_is_object(tree))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Settings must be an object.");
	const char *key;
	const json_t *member;
	json_object_foreach(tree, key, member) {
		const lg_str name = lg_str_from_c(key);
		bool known = false;
		for (size_t i = 0; i < LG_LEN(parts); i++)
			known = known || lg_str_eq(parts[i], name);
		if (!known || !json_is_object(member))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Settings: %.*s is none of categories, componentClasses, components.",
				LG_FMT(name));
	}
	return check_colors(cx, tree);
}

/* ---- pictures ---- */

/* Places that take one format only; all others take any but ICO. */
static const struct {
	lg_str category;
	lg_str extension;
} icons[] = {
	{ LG_STR_INIT("FAVICON_ICO"), LG_STR_INIT("ICO") },
	{ LG_STR_INIT("FAVICON_SVG"), LG_STR_INIT("SVG") },
};

static bool
fits(const asset_type *asset)
{
	for (size_t i = 0; i < LG_LEN(icons); i++)
		if (lg_str_eq(icons[i].category, asset->category))
			return lg_str_eq(icons[i].extension, asset->extension);
	return !lg_str_eq(asset->extension, LG_STR("ICO"));
}

/* Buttons of providers are told apart by their names. */
static bool
same_place(const asset_type *a, const asset_type *b)
{
	return lg_str_eq(a->category, b->category) && lg_str_eq(a->color_mode, b->color_mode) &&
	       lg_str_eq(a->resource_id, b->resource_id);
}

static const asset_type *
find(const struct lg_idp_asset_list_type *list, size_t count, const asset_type *asset)
{
	for (size_t i = 0; i < count; i++)
		if (same_place(&list->items[i], asset))
			return &list->items[i];
	return NULL;
}

lg_status
lg_branding_check_assets(
	struct lg_ctx *cx, struct lg_idp_asset_list_type *assets, const struct lg_idp_asset_list_type *old)
{
	for (size_t i = 0; i < assets->count; i++) {
		asset_type *asset = &assets->items[i];
		if (find(assets, i, asset))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "Assets: two of %.*s, %.*s.",
				LG_FMT(asset->category), LG_FMT(asset->color_mode));
		if (!fits(asset))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Assets: %.*s can't be a file of type "
				"%.*s.",
				LG_FMT(asset->category), LG_FMT(asset->extension));
		const asset_type *former = find(old, old->count, asset);
		if (!lg_str_present(asset->bytes) && former &&
			lg_str_eq(former->extension, asset->extension)) {
			asset->bytes = former->bytes;
			continue;
		}
		if (!lg_image_is(asset->bytes, asset->extension))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Assets: the bytes of %.*s are no usable file of type %.*s.",
				LG_FMT(asset->category), LG_FMT(asset->extension));
	}
	return LG_OK;
}
