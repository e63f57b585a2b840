/*
 * xml_write.h - XML, written: elements that match, text that is escaped, a maximum.
 *
 * The first failure is kept and seen by lg_xml_finish. What XML 1.0 has no way to say (control characters,
 * bytes that are not UTF-8) becomes '?'.
 */
#ifndef LG_CODEC_XML_WRITE_H
#define LG_CODEC_XML_WRITE_H

#include "base/ctx.h"

struct lg_xml_out;

/* NULL is handled by every function below, so that a caller may check at lg_xml_finish only. */
struct lg_xml_out *lg_xml_out_new(struct lg_ctx *cx, size_t max_bytes);

/* Names are ours, never somebody's text, and live as long as the writer. */
void lg_xml_open(struct lg_xml_out *x, lg_str name);
/* An element whose name space is the default one inside. */
void lg_xml_open_space(struct lg_xml_out *x, lg_str name, lg_str space);
void lg_xml_put_text(struct lg_xml_out *x, lg_str text);
void lg_xml_close(struct lg_xml_out *x);

/* An element with nothing but text. */
void lg_xml_pair(struct lg_xml_out *x, lg_str name, lg_str text);

/* What is to be written has no form here: lg_xml_finish will say so. */
void lg_xml_refuse(struct lg_xml_out *x);

/* The text; LG_E_TOO_LARGE beyond the maximum, LG_E_INTERNAL when elements do not match. */
LG_MUST lg_status lg_xml_finish(struct lg_ctx *cx, struct lg_xml_out *x, lg_str *ret);

#endif
