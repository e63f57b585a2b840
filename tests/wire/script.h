/*
 * script.h - what the lines of a case are made of: variables, patterns, paths.
 */
#ifndef LG_TESTS_SCRIPT_H
#define LG_TESTS_SCRIPT_H

#include "base/buf.h"
#include "codec/json.h"

#define SCRIPT_MAX_VARS 128

struct script_vars {
	struct lg_ctx *cx; /* where values live */
	struct lg_str_pair items[SCRIPT_MAX_VARS];
	size_t count;
};

void script_set(struct script_vars *vars, lg_str name, lg_str value);
lg_str script_get(const struct script_vars *vars, lg_str name);

/*
 * `text` with each "${name}" replaced. Unknown names stand in the result as they are, and fail nothing by
 * themselves.
 */
lg_str script_expand(struct lg_ctx *cx, const struct script_vars *vars, lg_str text);

/*
 * A JSON value with every string and every member's name expanded, as text. A string "#json ..." stands for
 * the JSON that it holds.
 */
void script_write(struct lg_ctx *cx, const struct script_vars *vars, struct lg_json *j, const json_t *value);

/* "Users[0].Attributes[2].Value"; NULL when there is no such thing. */
const json_t *script_path(const json_t *root, lg_str path);

/* The text of a string, number or boolean; absent otherwise. */
lg_str script_text(struct lg_ctx *cx, const json_t *value);

/*
 * Does `actual` (NULL = absent) look as `expected` says?
 *
 * object     each of its members matches; others are not looked at. {"#count": n} counts, {"#any": [...]}
 * wants each of these among a list's members, {"#none": [...]} none of them, {"#keys": [...]} exactly
 * these members list       the same number of members, each matching null       absent "*"        there,
 * whatever it is "~regex"   matches as a whole; "!~regex" does not anything   is equal
 *
 * What differs is written to `ret`, which stays empty when nothing does.
 */
void script_match(struct lg_ctx *cx, const struct script_vars *vars, const json_t *expected,
	const json_t *actual, lg_str path, struct lg_buf *ret);

/* The same for a text. */
bool script_match_text(lg_str expected, lg_str actual);

#endif
