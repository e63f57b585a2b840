/*
 * shape_io.h - the interpreters of the shape tables: JSON in and out, record bytes in and out, validation.
 */
#ifndef LG_CODEC_SHAPE_IO_H
#define LG_CODEC_SHAPE_IO_H

#include "codec/json.h"
#include "codec/shape.h"

/*
 * Fill the struct at `ret` (zeroed, shape->size bytes; shape is a STRUCT) from a JSON object.
 * Unknown members are ignored, null counts as absent. LG_E_SERIALIZATION when a member has the wrong
 * JSON type or a blob is not base64; strings are views into the tree.
 */
LG_MUST lg_status lg_shape_read_json(struct lg_ctx *cx, const struct lg_shape *shape, const json_t *object,
	void *ret);

/* Write the struct at `value` as one JSON object: what is present, in the order of the shape. */
void lg_shape_write_json(struct lg_json *j, const struct lg_shape *shape, const void *value);

/*
 * Check required, length, range, pattern and enumeration, nested too, in the order of the members.
 * `*ret_message` is absent when all is well, else Cognito's text
 * "N validation error(s) detected: Value '...' at 'member' failed to satisfy constraint: ...; ..."
 * (spec/user-pools.md 1.2; `path` elements are joined with dots, list members are "name.1.member", 1-based;
 * a list or map of strings is one violation: "Member must satisfy constraint: [rules]", "Map keys ...",
 * "Map value ...").
 * At most 25 violations are spelled out, and long values are cut.
 */
LG_MUST lg_status lg_shape_check(struct lg_ctx *cx, const struct lg_shape *shape, const void *value,
	lg_str *ret_message);

/*
 * The sealed-record form (codec/cbor.h): a map from field numbers, ascending, to values.
 * Reading keeps unknown fields in the struct's `rest`, writing puts them back (DATA 2).
 * lg_shape_from_cbor copies what it returns into the request's arena. LG_E_MALFORMED on anything else.
 */
LG_MUST lg_status lg_shape_to_cbor(struct lg_ctx *cx, const struct lg_shape *shape, const void *value,
	lg_str *ret);
LG_MUST lg_status lg_shape_from_cbor(struct lg_ctx *cx, const struct lg_shape *shape, lg_str bytes,
	void *ret);

/* Is the member at `value` (for a struct: the place of its pointer) there? */
bool lg_shape_present(const struct lg_shape *shape, const void *value);

#endif
