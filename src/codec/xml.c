#include "codec/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "codec/text.h"

/* What the parser is stopped for; libxml2 itself knows only that it was. */
struct watch {
	int depth;
	int parts;
	int spaces[LG_XML_MAX_DEPTH + 1]; /* in scope, by depth */
	bool too_large;
};

static void
stop(xmlParserCtxt *parser, bool too_large)
{
	struct watch *watch = parser->_private;
	watch->too_large = watch->too_large || too_large;
	parser->wellFormed = 0;
	xmlStopParser(parser);
}

static void
refuse_document_type(void *arg, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	stop(arg, false);
}

static void
start_element(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int space_count,
	const xmlChar **spaces, int attribute_count, int defaulted_count, const xmlChar **attributes)
{
	xmlParserCtxt *parser = arg;
	struct watch *watch = parser->_private;
	watch->parts += 1 + space_count + attribute_count;
	if (++watch->depth > LG_XML_MAX_DEPTH || watch->parts > LG_XML_MAX_PARTS ||
		attribute_count > LG_XML_MAX_ATTRIBUTES) {
		stop(parser, true);
		return;
	}
	watch->spaces[watch->depth] = watch->spaces[watch->depth - 1] + space_count;
	if (watch->spaces[watch->depth] > LG_XML_MAX_SPACES) {
		stop(parser, true);
		return;
	}
	xmlSAX2StartElementNs(arg, name, prefix, uri, space_count, spaces, attribute_count, defaulted_count,
		attributes);
}

static void
end_element(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	xmlParserCtxt *parser = arg;
	struct watch *watch = parser->_private;
	watch->depth--;
	xmlSAX2EndElementNs(arg, name, prefix, uri);
}

/*
 * libxml2 otherwise prints what it finds wrong, with the text around it: anybody could write lines into the
 * log. XML_PARSE_NOERROR leaves out a second xml:id, and what is found later, as by canonicalization.
 */
#if LIBXML_VERSION >= 21200
static void
say_nothing(void *data, const xmlError *error)
#else
static void
say_nothing(void *data, xmlError *error)
#endif
{
	(void)data;
	(void)error;
}

static void
free_parser(xmlParserCtxt **parser)
{
	if (*parser)
		xmlFreeParserCtxt(*parser);
}

static void
free_document(void *document)
{
	xmlFreeDoc(document);
}

lg_status
lg_xml_parse(struct lg_ctx *cx, lg_str text, const struct lg_xml **ret)
{
	if (text.len > LG_XML_MAX_BYTES)
		return lg_fail_default(cx, LG_E_TOO_LARGE);
	/* libxml2 takes a NUL for the end, and would guess at other encodings. */
	if (lg_str_has_byte(text, '\0') || !lg_text_is_utf8(text))
		return lg_fail_default(cx, LG_E_MALFORMED);
	LG_CLEANUP(free_parser) xmlParserCtxt *parser = xmlNewParserCtxt();
	if (!parser)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* Of this thread; whoever works on the document later is silent, too. */
	xmlSetStructuredErrorFunc(NULL, say_nothing);
	struct watch watch = { 0 };
	parser->_private = &watch;
	parser->sax->internalSubset = refuse_document_type;
	parser->sax->startElementNs = start_element;
	parser->sax->endElementNs = end_element;

	xmlDoc *document = xmlCtxtReadMemory(parser, text.ptr ? text.ptr : "", (int)text.len, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	if (!document)
		return lg_fail_default(cx, watch.too_large ? LG_E_TOO_LARGE : LG_E_MALFORMED);
	LG_TRY(lg_ctx_hold(cx, free_document, document));
	const xmlNode *root = xmlDocGetRootElement(document);
	if (!root || !parser->nsWellFormed)
		return lg_fail_default(cx, LG_E_MALFORMED);
	*ret = (const struct lg_xml *)root;
	return LG_OK;
}

static const xmlNode *
node_of(const struct lg_xml *element)
{
	return (const xmlNode *)element;
}

static lg_str
view(const xmlChar *text)
{
	return lg_str_from_c((const char *)text);
}

bool
lg_xml_is(const struct lg_xml *element, lg_str space, lg_str name)
{
	const xmlNode *node = node_of(element);
	return node->ns && lg_str_eq(view(node->ns->href), space) && lg_str_eq(view(node->name), name);
}

/* Comments and text stand between elements. */
static const struct lg_xml *
element_from(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return (const struct lg_xml *)node;
}

const struct lg_xml *
lg_xml_first(const struct lg_xml *element)
{
	return element_from(node_of(element)->children);
}

const struct lg_xml *
lg_xml_next(const struct lg_xml *element)
{
	return element_from(node_of(element)->next);
}

/* Text that libxml2 allocated, as ours. */
static lg_status
take(struct lg_ctx *cx, xmlChar *text, lg_str *ret)
{
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const lg_status s = lg_str_dup(cx, view(text), ret);
	xmlFree(text);
	return s;
}

lg_status
lg_xml_attribute(struct lg_ctx *cx, const struct lg_xml *element, lg_str name, lg_str *ret)
{
	for (xmlAttr *at = node_of(element)->properties; at; at = at->next)
		if (!at->ns && lg_str_eq(view(at->name), name))
			return take(cx, xmlNodeGetContent((xmlNode *)at), ret);
	*ret = LG_STR_NONE;
	return LG_OK;
}

lg_status
lg_xml_text(struct lg_ctx *cx, const struct lg_xml *element, lg_str *ret)
{
	return take(cx, xmlNodeGetContent(node_of(element)), ret);
}
