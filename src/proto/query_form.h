/*
 * query_form.h - the parameters of a Query call as a typed struct: "Tags.member.1.Key=team".
 */
#ifndef LG_PROTO_QUERY_FORM_H
#define LG_PROTO_QUERY_FORM_H

#include "codec/shape.h"

/*
 * Fill the struct at `ret` (zeroed; shape is a STRUCT). Unknown parameters are ignored; "Name=" alone is
 * an empty list. LG_E_SERIALIZATION when a number or a boolean is none.
 */
LG_MUST lg_status lg_query_form_read(
	struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_str_map *params, void *ret);

#endif
