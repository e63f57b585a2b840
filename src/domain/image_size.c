#include "domain/image.h"

#include <ctype.h>

#define SIDE_MAX 65535
#define SVG_ROOT_MAX_BYTES 4096

static uint32_t
big(lg_str bytes, size_t at, size_t count)
{
	uint32_t value = 0;
	for (size_t i = at; i < at + count; i++)
		value = value << 8 | (unsigned char)bytes.ptr[i];
	return value;
}

static uint32_t
little(lg_str bytes, size_t at, size_t count)
{
	uint32_t value = 0;
	for (size_t i = at + count; i-- > at;)
		value = value << 8 | (unsigned char)bytes.ptr[i];
	return value;
}

/* The first chunk is IHDR (PNG, 5.6). */
static struct lg_image_size
size_of_png(lg_str bytes)
{
	if (bytes.len < 24 || !lg_str_eq(lg_str_slice(bytes, 12, 16), LG_STR("IHDR")))
		return (struct lg_image_size){ 0 };
	return (struct lg_image_size){ big(bytes, 16, 4), big(bytes, 20, 4) };
}

/* Segments up to the first frame header (ITU-T T.81, B.2.2): SOF0 to SOF15, but three of other kinds. */
static struct lg_image_size
size_of_jpeg(lg_str bytes)
{
	size_t at = 2;
	while (at + 9 <= bytes.len && big(bytes, at, 1) == 0xff) {
		const uint32_t marker = big(bytes, at + 1, 1);
		const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
				   marker != 0xcc;
		if (marker == 0xff) {
			at++;
			continue;
		}
		if (frame)
			return (struct lg_image_size){ big(bytes, at + 7, 2), big(bytes, at + 5, 2) };
		at += 2 + big(bytes, at + 2, 2);
	}
	return (struct lg_image_size){ 0 };
}

/* One of three kinds of first chunk (RFC 9649, 2.5 to 2.7). */
static struct lg_image_size
size_of_webp(lg_str bytes)
{
	if (bytes.len < 30)
		return (struct lg_image_size){ 0 };
	const lg_str kind = lg_str_slice(bytes, 12, 16);
	if (lg_str_eq(kind, LG_STR("VP8X")))
		return (struct lg_image_size){ little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1 };
	if (lg_str_eq(kind, LG_STR("VP8L"))) {
		const uint32_t sides = little(bytes, 21, 4);
		return (struct lg_image_size){ (sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1 };
	}
	return (struct lg_image_size){ little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff };
}

/* ---- SVG: the attributes of the root element ---- */

/* The value of ` name="..."`; absent when there is none. */
static lg_str
attribute(lg_str tag, lg_str name)
{
	for (size_t i = 1; i + name.len + 2 < tag.len; i++) {
		if (!isspace((unsigned char)tag.ptr[i - 1]) ||
			!lg_str_starts(lg_str_slice(tag, i, tag.len), name))
			continue;
		lg_str rest = lg_str_trim(lg_str_slice(tag, i + name.len, tag.len));
		if (!lg_str_starts(rest, LG_STR("=")))
			continue;
		rest = lg_str_trim(lg_str_slice(rest, 1, rest.len));
		const char quote = rest.len ? rest.ptr[0] : 0;
		rest = lg_str_slice(rest, rest.len ? 1 : 0, rest.len);
		return quote == '"' || quote == '\'' ? lg_str_cut(&rest, quote) : LG_STR_NONE;
	}
	return LG_STR_NONE;
}

/* "120", "120.5", "120px": whole pixels. Other units, per cent among them, say nothing here: 0. */
static uint32_t
pixels(lg_str text)
{
	uint32_t value = 0;
	size_t i = 0;
	while (i < text.len && isdigit((unsigned char)text.ptr[i]) && value <= SIDE_MAX)
		value = value * 10 + (uint32_t)(text.ptr[i++] - '0');
	if (i < text.len && text.ptr[i] == '.')
		for (i++; i < text.len && isdigit((unsigned char)text.ptr[i]);)
			i++;
	const lg_str unit = lg_str_slice(text, i, text.len);
	return value <= SIDE_MAX && (unit.len == 0 || lg_str_eq(unit, LG_STR("px"))) ? value : 0;
}

static struct lg_image_size
size_of_svg(lg_str text)
{
	const lg_str name = LG_STR("<svg");
	size_t from = 0;
	while (from + name.len < text.len &&
		!lg_str_starts(lg_str_slice(text, from, from + name.len), name))
		from++;
	lg_str tag = lg_str_slice(text, from, from + SVG_ROOT_MAX_BYTES);
	tag = lg_str_cut(&tag, '>');
	struct lg_image_size size = { pixels(attribute(tag, LG_STR("width"))),
		pixels(attribute(tag, LG_STR("height"))) };
	if (size.width && size.height)
		return size;
	/* "0 0 120 40", with blanks or commas between */
	lg_str box = attribute(tag, LG_STR("viewBox"));
	uint32_t sides[4] = { 0 };
	for (size_t i = 0; i < LG_LEN(sides); i++) {
		size_t end = 0;
		while (box.len && (isspace((unsigned char)box.ptr[0]) || box.ptr[0] == ','))
			box = lg_str_slice(box, 1, box.len);
		while (end < box.len && !isspace((unsigned char)box.ptr[end]) && box.ptr[end] != ',')
			end++;
		sides[i] = pixels(lg_str_slice(box, 0, end));
		box = lg_str_slice(box, end, box.len);
	}
	return (struct lg_image_size){ sides[2], sides[3] };
}

struct lg_image_size
lg_image_size(lg_str bytes)
{
	struct lg_image_size size;
	if (lg_str_starts(bytes, LG_STR("\x89PNG")))
		size = size_of_png(bytes);
	else if (lg_str_starts(bytes, LG_STR("\xff\xd8")))
		size = size_of_jpeg(bytes);
	else if (lg_str_starts(bytes, LG_STR("RIFF")))
		size = size_of_webp(bytes);
	else
		size = size_of_svg(bytes);
	if (!size.width || !size.height || size.width > SIDE_MAX || size.height > SIDE_MAX)
		return (struct lg_image_size){ 0 };
	return size;
}
