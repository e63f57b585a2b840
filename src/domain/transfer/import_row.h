/*
 * import_row.h - a line of an import file as a user (spec/user-pools.md 13). Of the domain's import files
 * only.
 */
#ifndef LG_DOMAIN_IMPORT_ROW_H
#define LG_DOMAIN_IMPORT_ROW_H

#include "crypto/foreign_hash.h"
#include "domain/user/user.h"

/* What all lines of a file share. */
struct lg_import_plan {
	const struct lg_pool *pool;
	struct lg_str_list header;
	bool has_hashes;
	enum lg_foreign_hash hash; /* when has_hashes */
};

/*
 * The user that the fields describe; nothing is written. Fails with LG_E_INVALID_PARAMETER, whose text says
 * what is wrong without naming a value.
 */
LG_MUST lg_status lg_import_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_plan *plan,
	const struct lg_str_list *fields, struct lg_user **ret);

/* The name under which that user would be found; absent when the fields have none. */
lg_str lg_import_username(const struct lg_import_plan *plan, const struct lg_str_list *fields);

#endif
