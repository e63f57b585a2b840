/*
 * samples.h - values made to measure for a shape: good ones, and ones that break exactly one rule.
 */
#ifndef LG_TESTS_SAMPLES_H
#define LG_TESTS_SAMPLES_H

#include "codec/json.h"
#include "codec/shape.h"

/* Write a valid value: of structures the required members only. False when none could be thought of. */
bool sample_write(struct lg_ctx *cx, struct lg_json *j, const struct lg_shape *shape);

/* The same for a structure, with these members as given ("Name", text). */
bool sample_write_with(
	struct lg_ctx *cx, struct lg_json *j, const struct lg_shape *shape, const struct lg_str_map *given);

enum sample_flaw { FLAW_TOO_LONG, FLAW_TOO_SHORT, FLAW_PATTERN, FLAW_ENUMERATION, FLAW_KINDS };

/* A text with this flaw; false when the shape has no such rule, or the text would be very long. */
bool sample_bad_text(struct lg_ctx *cx, const struct lg_shape *shape, enum sample_flaw flaw, lg_str *ret);

bool sample_matches(struct lg_ctx *cx, const struct lg_shape *shape, lg_str text);

/* JSON of a type that the shape does not take. */
lg_str sample_wrong_type(const struct lg_shape *shape);

#endif
