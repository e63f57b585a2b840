/*
 * context.h - what a request says beside its action and resource: condition keys and their values.
 *
 * Names ignore case (Unicode's simple mappings), the part behind aws:PrincipalTag/ too. A key has one value,
 * or is multivalued and has any number; a multivalued key without values counts as absent everywhere.
 */
#ifndef LG_POLICY_CONTEXT_H
#define LG_POLICY_CONTEXT_H

#include "base/ctx.h"

#define LG_POLICY_MAX_KEYS 512

struct lg_policy_key {
	lg_str name;
	const lg_str *values;
	size_t count;
	bool multi;
	uint32_t hash;
};

/* Zeroed it is empty. It grows in the arena of the request, and keeps views of names and values. */
struct lg_policy_context {
	struct lg_policy_key *keys;
	size_t count;
	size_t room;
};

/* LG_E_EXISTS when there is a key of that name, LG_E_TOO_LARGE beyond LG_POLICY_MAX_KEYS. */
LG_MUST lg_status lg_policy_context_add(
	struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, lg_str value);
LG_MUST lg_status lg_policy_context_add_list(struct lg_ctx *cx, struct lg_policy_context *context,
	lg_str name, const lg_str *values, size_t count);

/* NULL when there is none, or it has no value. `hash` is lg_policy_name_hash(name). */
const struct lg_policy_key *lg_policy_context_find(
	const struct lg_policy_context *context, lg_str name, uint32_t hash);

/* Equal for names that differ in case alone. */
uint32_t lg_policy_name_hash(lg_str name);
bool lg_policy_eq_nocase(lg_str a, lg_str b);

/*
 * Take `prefix`, in any case, off the beginning of `*s`; false, and `*s` as it was, when it does not begin
 * so.
 */
bool lg_policy_skip_nocase(lg_str *s, lg_str prefix);

#endif
