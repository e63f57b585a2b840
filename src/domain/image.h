/*
 * image.h - is a picture that somebody uploads for our pages what it claims to be, and harmless?
 *
 * Only the first bytes are looked at; a browser does the rest. An SVG is a document that could act, so it is
 * read as text: scripts, handlers, foreign content and entities are refused.
 */
#ifndef LG_DOMAIN_IMAGE_H
#define LG_DOMAIN_IMAGE_H

#include "base/ctx.h"

/* `extension` as the API names it: ICO, JPEG, PNG, SVG, WEBP. */
bool lg_image_is(lg_str bytes, lg_str extension);

/* In pixels; 0 = the file does not say. An SVG's own units, or those of its view box. */
struct lg_image_size {
	uint32_t width, height;
};

/*
 * How large a picture is, of any of these formats but ICO, as its first bytes say. It is a claim and bounds
 * nothing: pages keep a place of these proportions.
 */
struct lg_image_size lg_image_size(lg_str bytes);

/* "image/png", ... */
lg_str lg_image_type(lg_str extension);

#endif
