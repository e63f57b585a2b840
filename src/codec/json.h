/*
 * json.h - JSON text: a checked writer, and a strict reader with limits.
 *
 * The writer escapes, places commas, matches brackets and stops at its maximum; it keeps its first
 * failure, which lg_json_finish reports. It writes strings as UTF-8; one that is not UTF-8 is a failure.
 *
 * The reader takes the whole text or none. Before jansson sees it, a scanner has counted depth and
 * values; duplicate keys, trailing bytes, and strings that are not UTF-8 are errors. The tree lives in
 * the request's arena and is never freed by hand.
 */
#ifndef LG_CODEC_JSON_H
#define LG_CODEC_JSON_H

#include <jansson.h>

#include "base/ctx.h"

#define LG_JSON_MAX_DEPTH 32
#define LG_JSON_MAX_VALUES 10000

struct lg_json;

/* NULL is handled by every function below, so that a caller may check at lg_json_finish only. */
struct lg_json *lg_json_new(struct lg_ctx *cx, size_t max_bytes);

void lg_json_open(struct lg_json *j, char bracket); /* '{' or '[' */
void lg_json_close(struct lg_json *j, char bracket);
void lg_json_key(struct lg_json *j, lg_str key);
void lg_json_str(struct lg_json *j, lg_str value);
void lg_json_int(struct lg_json *j, int64_t value);
void lg_json_float(struct lg_json *j, double value);
void lg_json_bool(struct lg_json *j, bool value);
void lg_json_null(struct lg_json *j);
void lg_json_time(struct lg_json *j, lg_time value); /* epoch seconds, up to three decimals, no exponent */
void lg_json_raw(struct lg_json *j, lg_str json);    /* text that is already one JSON value */

void lg_json_base64(struct lg_json *j, lg_str bytes);     /* a string of padded base64 */
void lg_json_tree(struct lg_json *j, const json_t *tree); /* what the reader read */

/* Common pairs. */
void lg_json_pair_str(struct lg_json *j, lg_str key, lg_str value);
void lg_json_pair_int(struct lg_json *j, lg_str key, int64_t value);
void lg_json_pair_bool(struct lg_json *j, lg_str key, bool value);

/* The text, one value; LG_E_TOO_LARGE beyond the maximum, LG_E_INTERNAL when the calls made no JSON. */
LG_MUST lg_status lg_json_finish(struct lg_ctx *cx, struct lg_json *j, lg_str *ret);

/*
 * LG_E_MALFORMED is the only failure a client can cause, while the arena has room for its text. The
 * failure's text does not quote the input.
 */
LG_MUST lg_status lg_json_parse(struct lg_ctx *cx, lg_str text, json_t **ret);

/* Views into the tree. */
lg_str lg_json_text(const json_t *string);                     /* absent when it is no string */
const json_t *lg_json_member(const json_t *object, lg_str key); /* NULL when absent, or JSON null */
lg_str lg_json_member_text(const json_t *object, lg_str key);

/* Install the arena allocator into jansson; once, at start, before any thread. */
void lg_json_global_init(void);

#endif
