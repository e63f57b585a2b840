/*
 * xml.h - XML, read whole or not at all (libxml2): UTF-8, no document type, so no entities of its own, and
 * nothing from outside.
 */
#ifndef LG_CODEC_XML_H
#define LG_CODEC_XML_H

#include "base/ctx.h"

#define LG_XML_MAX_BYTES ((size_t)1 << 20)
#define LG_XML_MAX_DEPTH 32
#define LG_XML_MAX_PARTS 10000 /* elements and attributes together */
/* Canonicalization sorts the one and searches the other for every element. */
#define LG_XML_MAX_ATTRIBUTES 100 /* of an element */
#define LG_XML_MAX_SPACES 100 /* name spaces that an element and those around it declare */

/* An element. It lives until the request ends. */
struct lg_xml;

/*
 * The root of a well-formed document. An encoding that it claims is ignored: text reaches us as UTF-8.
 * LG_E_MALFORMED, also for a document type; LG_E_TOO_LARGE beyond the limits.
 */
LG_MUST lg_status lg_xml_parse(struct lg_ctx *cx, lg_str text, const struct lg_xml **ret);

/* Is this the element `name` of the name space? */
bool lg_xml_is(const struct lg_xml *element, lg_str space, lg_str name);

/* The first element inside, or the next one beside it; NULL when there is none. */
const struct lg_xml *lg_xml_first(const struct lg_xml *element);
const struct lg_xml *lg_xml_next(const struct lg_xml *element);

/* An attribute without name space; absent when the element has none. */
LG_MUST lg_status lg_xml_attribute(
	struct lg_ctx *cx, const struct lg_xml *element, lg_str name, lg_str *ret);

/* All text inside, as if there were no comments. */
LG_MUST lg_status lg_xml_text(struct lg_ctx *cx, const struct lg_xml *element, lg_str *ret);

#endif
