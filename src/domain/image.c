#include "domain/image.h"

#include <ctype.h>
#include <string.h>

#include "codec/text.h"

static const struct format {
	lg_str extension;
	lg_str type;
	lg_str start;
} formats[] = {
	{ LG_STR_INIT("ICO"), LG_STR_INIT("image/x-icon"), LG_STR_INIT("\0\0\1\0") },
	{ LG_STR_INIT("JPEG"), LG_STR_INIT("image/jpeg"), LG_STR_INIT("\xff\xd8\xff") },
	{ LG_STR_INIT("PNG"), LG_STR_INIT("image/png"), LG_STR_INIT("\x89PNG\r\n\x1a\n") },
	{ LG_STR_INIT("SVG"), LG_STR_INIT("image/svg+xml"), LG_STR_INIT("") },
	{ LG_STR_INIT("WEBP"), LG_STR_INIT("image/webp"), LG_STR_INIT("RIFF") },
};

static const struct format *
find(lg_str extension)
{
	for (size_t i = 0; i < LG_LEN(formats); i++)
		if (lg_str_eq(formats[i].extension, extension))
			return &formats[i];
	return NULL;
}

/* Where `word` (lower case) begins in `text`, in any case, or text.len. */
static size_t
find_word(lg_str text, lg_str word)
{
	for (size_t i = 0; i + word.len <= text.len; i++)
		if (lg_str_eq_nocase(lg_str_slice(text, i, i + word.len), word))
			return i;
	return text.len;
}

/* An attribute "onload=", "onclick =": a name that begins with "on", behind what ends another token. */
static bool
has_handler(lg_str text)
{
	for (size_t i = 1; i + 3 < text.len; i++) {
		const unsigned char before = (unsigned char)text.ptr[i - 1];
		if (!isspace(before) && before != '"' && before != '\'' && before != '/')
			continue;
		if (!lg_str_eq_nocase(lg_str_slice(text, i, i + 2), LG_STR("on")))
			continue;
		size_t end = i + 2;
		while (end < text.len && isalpha((unsigned char)text.ptr[end]))
			end++;
		while (end < text.len && isspace((unsigned char)text.ptr[end]))
			end++;
		if (end > i + 2 && end < text.len && text.ptr[end] == '=')
			return true;
	}
	return false;
}

static bool
is_harmless_svg(lg_str text)
{
	static const lg_str refused[] = { LG_STR_INIT("<!doctype"), LG_STR_INIT("<!entity"),
		LG_STR_INIT("<script"), LG_STR_INIT(":script"), LG_STR_INIT("<foreignobject"),
		LG_STR_INIT(":foreignobject"), LG_STR_INIT("<iframe"), LG_STR_INIT("<embed"),
		LG_STR_INIT("<object"), LG_STR_INIT("javascript:"), LG_STR_INIT("<?xml-stylesheet") };
	if (!lg_text_is_utf8(text) || lg_str_has_byte(text, '\0') ||
		find_word(text, LG_STR("<svg")) == text.len)
		return false;
	for (size_t i = 0; i < LG_LEN(refused); i++)
		if (find_word(text, refused[i]) < text.len)
			return false;
	return !has_handler(text);
}

bool
lg_image_is(lg_str bytes, lg_str extension)
{
	const struct format *format = find(extension);
	if (!format || !lg_str_starts(bytes, format->start))
		return false;
	if (lg_str_eq(extension, LG_STR("SVG")))
		return is_harmless_svg(bytes);
	if (lg_str_eq(extension, LG_STR("WEBP")))
		return lg_str_eq(lg_str_slice(bytes, 8, 12), LG_STR("WEBP"));
	return true;
}

lg_str
lg_image_type(lg_str extension)
{
	const struct format *format = find(extension);
	return format ? format->type : LG_STR("application/octet-stream");
}
