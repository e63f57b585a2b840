/*
 * attributes.h - what a person tells about himself as fields of a form: which attributes are asked for, how,
 * and what was typed.
 *
 * What a value must be is what the schema says (domain/pool/schema.h), and nothing else.
 */
#ifndef LG_PAGE_ATTRIBUTES_H
#define LG_PAGE_ATTRIBUTES_H

#include "page/page.h"

/* "attribute.email": the field, and the key of its label. */
LG_MUST lg_status lg_attribute_field_name(struct lg_ctx *cx, lg_str attribute, lg_str *ret);

/* Append the field of an attribute: kind, label, autocomplete and length by the schema. */
LG_MUST lg_status lg_attribute_field(struct lg_page *pg, struct lg_view *view,
	const struct lg_idp_schema_attribute_type *schema, lg_str value, bool required);

/* What was typed for it, in the form that is stored; absent when the form has no such field. */
LG_MUST lg_status lg_attribute_typed(const struct lg_page *pg,
	const struct lg_idp_schema_attribute_type *schema, lg_str *ret);

/* What is wrong with a value that was typed: a key of pages/strings; absent = nothing. */
LG_MUST lg_status lg_attribute_problem(struct lg_page *pg, const struct lg_idp_schema_attribute_type *schema,
	bool sign_up, bool required, lg_str value, lg_str *ret_key);

/* Attributes that somebody types in, ever: neither "sub" nor what is told by having verified something. */
bool lg_attribute_is_typed(const struct lg_idp_schema_attribute_type *schema);


#endif
