/* How large pictures are, as their first bytes say. */
#include "tests/lib/test.h"

#include "domain/image.h"

static bool
is(lg_str bytes, uint32_t width, uint32_t height)
{
	const struct lg_image_size size = lg_image_size(bytes);
	return size.width == width && size.height == height;
}

TEST(a_png_says_it_in_its_first_chunk)
{
	CHECK(is(LG_STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\x2c\0\0\0\x50"), 300, 80));
	CHECK(is(LG_STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\x2c\0\0\0"), 0, 0));
	CHECK(is(LG_STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\x50"), 0, 0));
	CHECK(is(LG_STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\0\0\0\x50"), 0, 0));
	CHECK(is(LG_STR("\x89PNG\r\n\x1a\n\0\0\0\rtEXt\0\0\1\x2c\0\0\0\x50"), 0, 0));
}

TEST(a_jpeg_says_it_in_its_frame_behind_other_segments)
{
	const lg_str app = LG_STR("\xff\xd8\xff\xe0\0\4ab\xff\xff\xc2\0\x11\x08\0\x40\1\0\3");
	CHECK(is(app, 256, 64));
	CHECK(is(LG_STR("\xff\xd8\xff\xc4\0\4ab\xff\xc0\0\x11\x08\0\x20\0\x30\3"), 48, 32));
	for (size_t i = 0; i < 18; i++)
		CHECK(is(lg_str_slice(app, 0, i), 0, 0));
	CHECK(is(LG_STR("\xff\xd8\xff\xe0\xff\xff aaaaaaaaaaaaaaaaaaaaaaaaaaa"), 0, 0));
	CHECK(is(LG_STR("\xff\xd8\xff\xe0\0\0\0\0\0\0\0\0\0\0\0\0"), 0, 0));
}

TEST(a_webp_has_one_of_three_kinds_of_first_chunk)
{
	CHECK(is(LG_STR("RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\x2b\1\0\x4f\0\0"), 300, 80));
	CHECK(is(LG_STR("RIFF\0\0\0\0WEBPVP8L\n\0\0\0\x2f\x2b\xc1\x13\0\0\0\0\0\0"), 300, 80));
	CHECK(is(LG_STR("RIFF\0\0\0\0WEBPVP8 \n\0\0\0\0\0\0\x9d\1\x2a\x2c\1\x50\0"), 300, 80));
	CHECK(is(LG_STR("RIFF\0\0\0\0WEBPVP8X\n\0\0\0"), 0, 0));
}

TEST(an_svg_says_it_in_pixels_or_by_its_view_box)
{
	CHECK(is(LG_STR("<svg width=\"120\" height='40px' xmlns='x'>"), 120, 40));
	CHECK(is(LG_STR("<?xml?>\n<svg\n\twidth = \"120.5\"\n\theight = \"40\"/>"), 120, 40));
	CHECK(is(LG_STR("<svg viewBox=\"0 0 240 80\">"), 240, 80));
	CHECK(is(LG_STR("<svg width='100%' height='100%' viewBox='0,0, 24,24'>"), 24, 24));
	CHECK(is(LG_STR("<svg stroke-width=\"3\" height=\"40\"><rect width=\"10\"/></svg>"), 0, 0));
	CHECK(is(LG_STR("<svg width=\"99999999999999999999\" height=\"2\">"), 0, 0));
	CHECK(is(LG_STR("<svg width=\"1"), 0, 0));
	CHECK(is(LG_STR("<svg width="), 0, 0));
	CHECK(is(LG_STR("<svg"), 0, 0));
	CHECK(is(LG_STR(""), 0, 0));
}
