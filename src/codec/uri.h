/*
 * uri.h - percent-encoding (RFC 3986) and form bodies (application/x-www-form-urlencoded).
 */
#ifndef LG_CODEC_URI_H
#define LG_CODEC_URI_H

#include "base/ctx.h"

#define LG_FORM_MAX_PAIRS 1000

/* All but unreserved characters becomes %XX, upper case. `keep_slash` leaves '/' alone (SigV4's path). */
LG_MUST lg_status lg_uri_encode(struct lg_ctx *cx, lg_str s, bool keep_slash, lg_str *ret);

/* %XX to bytes; `plus_is_space` for forms. LG_E_MALFORMED on a broken escape. */
LG_MUST lg_status lg_uri_decode(struct lg_ctx *cx, lg_str s, bool plus_is_space, lg_str *ret);

/*
 * The pairs of a query string or form body, decoded, in order, duplicates kept. LG_E_MALFORMED on a broken
 * escape or what is not UTF-8, LG_E_TOO_LARGE on too many pairs.
 */
LG_MUST lg_status lg_form_parse(struct lg_ctx *cx, lg_str text, struct lg_str_map *ret);

/* The other way, with %20 for blanks: fit for a query, a fragment and a body. Absent values are left out. */
LG_MUST lg_status lg_form_write(struct lg_ctx *cx, const struct lg_str_map *pairs, lg_str *ret);

/* Does the name stand there more than once? */
bool lg_form_repeats(const struct lg_str_map *pairs, lg_str name);

#endif
