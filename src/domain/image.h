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

/* "image/png", ... */
lg_str lg_image_type(lg_str extension);

#endif
