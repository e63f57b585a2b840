#include "page/look_sheet.h"

#include <math.h>
#include <string.h>

#include "codec/json.h"

#define RADIUS_MAX 100

/* ---- managed login ---- */

/* Where a setting stands ('%' is the mode), and the token that it sets. */
static const struct {
	const char *path;
	const char *token;
} settings_map[] = {
	{ "components/pageBackground/%/color", "page" },
	{ "components/form/%/backgroundColor", "card" },
	{ "components/form/%/borderColor", "card-line" },
	{ "components/form/borderRadius", "card-radius" },
	{ "components/pageText/%/headingColor", "heading" },
	{ "components/pageText/%/bodyColor", "text" },
	{ "components/pageHeader/%/background/color", "banner" },
	{ "componentClasses/inputLabel/%/textColor", "label" },
	{ "componentClasses/inputDescription/%/textColor", "hint" },
	{ "componentClasses/divider/%/borderColor", "line" },
	{ "componentClasses/input/%/defaults/backgroundColor", "field" },
	{ "componentClasses/input/%/defaults/borderColor", "field-line" },
	{ "componentClasses/input/borderRadius", "field-radius" },
	{ "componentClasses/focusState/%/borderColor", "focus" },
	{ "components/primaryButton/%/defaults/backgroundColor", "button" },
	{ "components/primaryButton/%/defaults/textColor", "button-text" },
	{ "components/primaryButton/%/hover/backgroundColor", "button-hover" },
	{ "componentClasses/buttons/borderRadius", "button-radius" },
	{ "components/secondaryButton/%/defaults/backgroundColor", "second" },
	{ "components/secondaryButton/%/defaults/textColor", "second-text" },
	{ "components/secondaryButton/%/defaults/borderColor", "second-line" },
	{ "components/secondaryButton/%/hover/backgroundColor", "second-hover" },
	{ "components/idpButton/standard/%/defaults/backgroundColor", "other" },
	{ "components/idpButton/standard/%/defaults/textColor", "other-text" },
	{ "components/idpButton/standard/%/defaults/borderColor", "other-line" },
	{ "components/idpButton/standard/%/hover/backgroundColor", "other-hover" },
	{ "componentClasses/link/%/defaults/textColor", "link" },
	{ "componentClasses/link/%/hover/textColor", "link-hover" },
	{ "componentClasses/optionControls/%/selected/backgroundColor", "mark" },
	{ "componentClasses/statusIndicator/%/success/borderColor", "good" },
	{ "componentClasses/statusIndicator/%/success/backgroundColor", "good-back" },
	{ "components/alert/%/error/borderColor", "bad" },
	{ "components/alert/%/error/backgroundColor", "bad-back" },
};

static const json_t *
find(const json_t *at, const char *path, const char *mode)
{
	lg_str rest = lg_str_from_c(path);
	while (at && lg_str_present(rest)) {
		const lg_str name = lg_str_cut(&rest, '/');
		at = lg_json_member(at, lg_str_eq(name, LG_STR("%")) ? lg_str_from_c(mode) : name);
	}
	return at;
}

const json_t *
lg_look_setting(const json_t *settings, const char *path)
{
	return find(settings, path, "");
}

static bool
is_hex(lg_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!lg_str_has_byte(LG_STR("0123456789abcdefABCDEF"), text.ptr[i]))
			return false;
	return text.len == 6 || text.len == 8;
}

/* ---- what stands on the page itself: the app's name, the choice of a language ---- */

/* WCAG 2.2, relative luminance; what shines through is not counted. */
static double
luminance(lg_str hex)
{
	static const double weights[] = { .2126, .7152, .0722 };
	double sum = 0;
	for (size_t i = 0; i < LG_LEN(weights); i++) {
		const lg_str digits = LG_STR("0123456789abcdef");
		const char high = (char)(hex.ptr[2 * i] | 0x20), low = (char)(hex.ptr[2 * i + 1] | 0x20);
		const double part = (double)(lg_str_find_byte(digits, high) * 16 +
				    lg_str_find_byte(digits, low)) / 255;
		sum += weights[i] * (part <= .04045 ? part / 12.92 : pow((part + .055) / 1.055, 2.4));
	}
	return sum;
}

static bool
is_legible(double text, double back)
{
	return (fmax(text, back) + .05) / (fmin(text, back) + .05) >= 4.5;
}

/*
 * The colours of texts are chosen for the card. Where the page is too much like them, what stands outside
 * of the card is white or nearly black.
 */
static void
put_outside(struct lg_buf *sheet, const json_t *settings, bool dark)
{
	const struct {
		const char *path, *token;
		lg_str own; /* of our style sheet */
	} texts[] = {
		{ "components/pageText/%/headingColor", "name",
			dark ? LG_STR("eef2f6") : LG_STR("14202b") },
		{ "components/pageText/%/bodyColor", "page-text",
			dark ? LG_STR("b7c2cd") : LG_STR("4a5663") },
	};
	const char *mode = dark ? "darkMode" : "lightMode";
	const lg_str page = lg_json_text(find(settings, "components/pageBackground/%/color", mode));
	if (!is_hex(page))
		return;
	const double back = luminance(page);
	for (size_t i = 0; i < LG_LEN(texts); i++) {
		const lg_str set = lg_json_text(find(settings, texts[i].path, mode));
		if (!is_legible(luminance(is_hex(set) ? set : texts[i].own), back))
			lg_buf_fmt(sheet, "--%s:%s;", texts[i].token,
				is_legible(1, back) ? "#fff" : "#14202b");
	}
}

/* A banner has room around what is on it, and the app's name has the card's colour behind it. */
static void
put_value(struct lg_buf *sheet, const char *token, const char *before, lg_str value)
{
	lg_buf_fmt(sheet, "--%s:%s%.*s;", token, before, LG_FMT(value));
	if (strcmp(token, "banner") == 0)
		lg_buf_put(sheet,
			LG_STR("--banner-space:16px;--name:var(--heading);--name-behind:var(--card);"));
}

void
lg_look_put_settings(struct lg_buf *sheet, const json_t *settings, bool dark)
{
	put_outside(sheet, settings, dark);
	for (size_t i = 0; i < LG_LEN(settings_map); i++) {
		const char *path = settings_map[i].path;
		const bool of_mode = strchr(path, '%') != NULL;
		if (!of_mode && dark)
			continue;
		const json_t *value = find(settings, path, dark ? "darkMode" : "lightMode");
		const lg_str color = lg_json_text(value);
		if (of_mode && is_hex(color))
			put_value(sheet, settings_map[i].token, "#", color);
		const json_int_t radius = json_integer_value(value);
		if (!of_mode && json_is_integer(value) && radius >= 0 && radius <= RADIUS_MAX)
			lg_buf_fmt(sheet, "--%s:%dpx;", settings_map[i].token, (int)radius);
	}
}

/* ---- the classic classes ---- */

static const struct {
	const char *class;
	const char *property;
	const char *token;
} classic_map[] = {
	{ "background-customizable", "background-color", "card" },
	{ "banner-customizable", "background-color", "banner" },
	{ "errorMessage-customizable", "background-color", "bad-back" },
	{ "errorMessage-customizable", "background", "bad-back" },
	{ "errorMessage-customizable", "border-color", "bad" },
	{ "errorMessage-customizable", "color", "bad" },
	{ "idpButton-customizable", "background-color", "other" },
	{ "idpButton-customizable", "border-color", "other-line" },
	{ "idpButton-customizable", "color", "other-text" },
	{ "idpButton-customizable:hover", "background-color", "other-hover" },
	{ "idpDescription-customizable", "color", "hint" },
	{ "inputField-customizable", "background-color", "field" },
	{ "inputField-customizable", "border-color", "field-line" },
	{ "inputField-customizable", "border-radius", "field-radius" },
	{ "inputField-customizable", "color", "field-text" },
	{ "inputField-customizable:focus", "border-color", "focus" },
	{ "label-customizable", "color", "label" },
	{ "legalText-customizable", "color", "hint" },
	{ "logo-customizable", "max-height", "logo-size" },
	{ "passwordCheck-valid-customizable", "color", "good" },
	{ "redirect-customizable", "color", "link" },
	{ "socialButton-customizable", "border-radius", "button-radius" },
	{ "submitButton-customizable", "background-color", "button" },
	{ "submitButton-customizable", "border-color", "button-line" },
	{ "submitButton-customizable", "border-radius", "button-radius" },
	{ "submitButton-customizable", "color", "button-text" },
	{ "submitButton-customizable:hover", "background-color", "button-hover" },
	{ "textDescription-customizable", "color", "text" },
};

/* A colour or a length: nothing that ends a declaration, and no function but those of colours. */
static bool
is_value(lg_str text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#%.,()- ";
	static const lg_str functions[] = { LG_STR_INIT("rgb("), LG_STR_INIT("rgba("),
		LG_STR_INIT("hsl("), LG_STR_INIT("hsla(") };
	bool function = !lg_str_has_byte(text, '(');
	for (size_t i = 0; i < text.len; i++)
		if (!lg_str_has_byte(lg_str_from_bytes(allowed, sizeof(allowed) - 1), text.ptr[i]))
			return false;
	for (size_t i = 0; i < LG_LEN(functions); i++)
		function = function || lg_str_starts(text, functions[i]);
	return text.len > 0 && text.len < 64 && function;
}

static lg_str
trim(lg_str text)
{
	while (text.len && lg_str_has_byte(LG_STR(" \t\r\n\f"), text.ptr[0]))
		text = lg_str_slice(text, 1, text.len);
	while (text.len && lg_str_has_byte(LG_STR(" \t\r\n\f"), text.ptr[text.len - 1]))
		text = lg_str_slice(text, 0, text.len - 1);
	return text;
}

static void
put_declaration(struct lg_buf *sheet, lg_str class, lg_str declaration)
{
	const lg_str property = trim(lg_str_cut(&declaration, ':'));
	lg_str value = trim(declaration);
	const lg_str important = LG_STR("!important");
	if (lg_str_ends(value, important))
		value = trim(lg_str_slice(value, 0, value.len - important.len));
	for (size_t i = 0; i < LG_LEN(classic_map); i++) {
		if (lg_str_eq(lg_str_from_c(classic_map[i].class), class) &&
			lg_str_eq_nocase(lg_str_from_c(classic_map[i].property), property) &&
			is_value(value))
			put_value(sheet, classic_map[i].token, "", value);
	}
}

/* What was stored is rules of known classes (domain/pool/ui_css.h); comments are passed over. */
void
lg_look_put_classic(struct lg_buf *sheet, lg_str css)
{
	while (lg_str_present(css)) {
		lg_str selectors = lg_str_cut(&css, '{');
		const lg_str block = lg_str_present(css) ? lg_str_cut(&css, '}') : LG_STR_NONE;
		while (lg_str_present(selectors)) {
			lg_str class = trim(lg_str_cut(&selectors, ','));
			const char *dot = class.len ? memrchr(class.ptr, '.', class.len) : NULL;
			lg_str rest = block;
			if (!dot)
				continue;
			class = lg_str_slice(class, (size_t)(dot - class.ptr) + 1, class.len);
			while (lg_str_present(rest))
				put_declaration(sheet, class, lg_str_cut(&rest, ';'));
		}
	}
}
