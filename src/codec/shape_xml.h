/*
 * shape_xml.h - the answers of AWS Query out of the shape tables (spec/sts-iam.md A1, D).
 *
 * An element a member, in the order of the shape, what is absent left out; lists are <member> after
 * <member>, maps <entry><key/><value/></entry>; times are RFC 3339 with seconds. Blobs, documents and
 * numbers with a point do not occur: the writer fails.
 */
#ifndef LG_CODEC_SHAPE_XML_H
#define LG_CODEC_SHAPE_XML_H

#include "codec/shape.h"
#include "codec/xml_write.h"

/* The members of the struct at `value`, without an element around them. */
void lg_shape_write_xml(struct lg_xml_out *x, const struct lg_shape *shape, const void *value);

#endif
