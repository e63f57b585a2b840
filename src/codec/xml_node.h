/*
 * xml_node.h - what lg_xml is to libxml2, for the code that verifies signatures of XML with it (src/token).
 */
#ifndef LG_CODEC_XML_NODE_H
#define LG_CODEC_XML_NODE_H

#include <libxml/tree.h>

#include "codec/xml.h"

/* The element itself. Its document is changed by whoever signs or verifies, and by nobody else. */
static inline xmlNode *
lg_xml_node(const struct lg_xml *element)
{
	return (xmlNode *)(uintptr_t)element;
}

#endif
