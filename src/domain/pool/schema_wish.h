/*
 * schema_wish.h - what an owner wants to change of what Cognito freezes: tag lifeguard:schema of a pool
 * whose tag lifeguard:schema_evolution is true.
 *
 *   alias=email+preferred_username case=insensitive required=email+given_name
 *
 * Words with blanks between, each at most once, in any order: alias, username (lists, or "none"), case
 * ("sensitive", "insensitive"), required (standard attributes, or "none"). What is not named stays.
 */
#ifndef LG_DOMAIN_SCHEMA_WISH_H
#define LG_DOMAIN_SCHEMA_WISH_H

#include "domain/env.h"
#include "gen/rec_types.h"
#include "store/config.h"

struct lg_schema_wish {
	lg_str text; /* absent: nothing is wished */
	struct lg_str_list alias; /* `has`: named */
	struct lg_str_list username;
	struct lg_str_list required;
	struct lg_opt_bool case_sensitive;
};

/* Is it of that form? LG_E_INVALID_PARAMETER, with a text. */
LG_MUST lg_status lg_schema_wish_read(struct lg_ctx *cx, lg_str text, struct lg_schema_wish *ret);

/*
 * Where the wish leads: rules and required attributes as they shall be, and whether they differ from those
 * in force. LG_E_INVALID_PARAMETER when they do not go together, or an app client could not write what it
 * must.
 */
struct lg_schema_goal {
	lg_str wish;
	struct lg_rec_name_rules from, to;
	struct lg_str_list required;
	bool rules_differ, required_differ;
};
LG_MUST lg_status lg_schema_goal(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *row, struct lg_schema_goal *ret);

#endif
