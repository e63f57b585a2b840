/*
 * str.h - text as a view: pointer and length, passed by value, no terminator.
 *
 * A view with ptr == NULL is "absent", which is not the same as empty. Nothing here allocates
 * except the functions that take a context; what they return lives until the request ends.
 */
#ifndef LG_BASE_STR_H
#define LG_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct lg_arena;
struct lg_ctx;

typedef struct lg_str {
	const char *ptr;
	size_t len;
} lg_str;

#define LG_STR(literal) ((lg_str){ "" literal, sizeof(literal) - 1 })
#define LG_STR_INIT(literal)                            \
	{                                               \
		.ptr = "" literal, .len = sizeof(literal) - 1 \
	}
#define LG_STR_NONE ((lg_str){ NULL, 0 })

/* Arguments for "%.*s". */
#define LG_FMT(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

/* A list of strings. `has` tells an empty list from an absent one. */
struct lg_str_list {
	lg_str *items;
	size_t count;
	bool has;
};

struct lg_str_pair {
	lg_str key;
	lg_str value;
};

/* A map of strings in the order it was received. */
struct lg_str_map {
	struct lg_str_pair *items;
	size_t count;
	bool has;
};

lg_str lg_str_from_c(const char *text);
lg_str lg_str_from_bytes(const void *bytes, size_t len);

bool lg_str_present(lg_str s);
bool lg_str_empty(lg_str s); /* absent or of length 0 */
bool lg_str_eq(lg_str a, lg_str b);
bool lg_str_eq_nocase(lg_str a, lg_str b); /* ASCII letters only */
int lg_str_cmp(lg_str a, lg_str b);        /* byte order */
int lg_bytes_cmp(const void *a, const void *b, size_t len);
bool lg_bytes_eq(const void *a, const void *b, size_t len); /* ids and digests that are no secrets */
bool lg_str_starts(lg_str s, lg_str prefix);
bool lg_str_ends(lg_str s, lg_str suffix);
bool lg_str_has_byte(lg_str s, char byte);

/* Index of the first `byte` in `s`, or `s.len`. */
size_t lg_str_find_byte(lg_str s, char byte);

/* Bytes `from` .. `to` (exclusive), both clamped to the length. */
lg_str lg_str_slice(lg_str s, size_t from, size_t to);

/*
 * Cut `*s` at the first `byte`: returns what stands before, leaves what stands behind (absent when there was
 * none).
 */
lg_str lg_str_cut(lg_str *s, char byte);

/* Without ASCII blanks and tabs at both ends. */
lg_str lg_str_trim(lg_str s);

/* A decimal number without sign, blanks or leading zeros; false when it is none or exceeds `max`. */
bool lg_str_to_uint(lg_str s, uint64_t max, uint64_t *ret);

/* Value of `key`, absent when the map does not hold it. */
lg_str lg_str_map_get(const struct lg_str_map *map, lg_str key);
bool lg_str_list_has(const struct lg_str_list *list, lg_str item);

/* Copies, in the request's arena. LG_E_NO_MEMORY is the only failure. */
LG_MUST lg_status lg_str_dup(struct lg_ctx *cx, lg_str s, lg_str *ret);
LG_MUST lg_status lg_str_concat(struct lg_ctx *cx, const lg_str *parts, size_t count, lg_str *ret);
LG_MUST lg_status lg_str_lower(struct lg_ctx *cx, lg_str s, lg_str *ret); /* ASCII letters only */
LG_MUST lg_status lg_str_fmt(struct lg_ctx *cx, lg_str *ret, const char *fmt, ...) LG_PRINTF(3, 4);

/* A C string for the system's functions; LG_E_MALFORMED when `s` holds a NUL. */
LG_MUST lg_status lg_str_to_c(struct lg_ctx *cx, lg_str s, const char **ret);

#endif
