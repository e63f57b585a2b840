/*
 * import_csv.h - the form of an import file (spec/user-pools.md 13): UTF-8 without byte order mark, a
 * header, a user a line; "," separates, "\," is a comma, there are no quotes.
 */
#ifndef LG_DOMAIN_IMPORT_CSV_H
#define LG_DOMAIN_IMPORT_CSV_H

#include "domain/pool/pool.h"

#define LG_IMPORT_ROW_CHARS 16000
#define LG_IMPORT_ROW_BYTES ((size_t)4 * LG_IMPORT_ROW_CHARS)

#define LG_IMPORT_USERNAME LG_STR("cognito:username")
#define LG_IMPORT_MFA LG_STR("cognito:mfa_enabled")
#define LG_IMPORT_HASH LG_STR("password_hash")

/* The columns that a file for this pool has, in the order of GetCSVHeader. */
LG_MUST lg_status lg_import_columns(
	struct lg_ctx *cx, const struct lg_pool *pool, bool with_hash, struct lg_str_list *ret);

/* The fields of a line, which ends before its line break. */
LG_MUST lg_status lg_import_split(struct lg_ctx *cx, lg_str line, struct lg_str_list *ret);

/*
 * Does the line name every column, each once, in any order, and no other? LG_E_INVALID_PARAMETER with a text
 * that says why not.
 */
LG_MUST lg_status lg_import_header_check(
	struct lg_ctx *cx, const struct lg_str_list *columns, const struct lg_str_list *header);

/* The field of a column; absent when it is empty, or the column is not there. */
lg_str lg_import_field(const struct lg_str_list *header, const struct lg_str_list *fields, lg_str column);

#endif
