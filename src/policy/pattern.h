/*
 * pattern.h - text with wildcards and variables, compiled once.
 *
 * `*` is any run of characters, `?` is one; `${key}` is the value of a context key, `${key, 'text'}` with a
 * default, `${*}` `${?}` `${$}` the character itself. What a variable brings in is always literal. A
 * variable without value makes the whole pattern match nothing.
 *
 * Matching does not recurse and takes no memory. What lies between two stars is searched for in linear time,
 * unless it is interrupted by `?` or a variable; each try of that kind is paid from the scope's budget.
 */
#ifndef LG_POLICY_PATTERN_H
#define LG_POLICY_PATTERN_H

#include "policy/context.h"

#define LG_POLICY_MAX_VARIABLES 32 /* in one pattern */

/* Steps of one decision: about 10 ms. Who needs more gets no decision. */
#define LG_POLICY_BUDGET UINT32_C(4000000)

/* What a decision looks values up in, and what it may still do. */
struct lg_policy_scope {
	const struct lg_policy_context *context;
	uint32_t budget; /* 0 = exhausted: the decision does not count */
};

/* Take `steps` from the budget. */
void lg_policy_spend(struct lg_policy_scope *scope, size_t steps);

enum {
	LG_PATTERN_WILDCARDS = 1,
	LG_PATTERN_VARIABLES = 2,
};

struct lg_pattern {
	lg_str text;
	struct lg_piece *pieces;
	struct lg_variable *variables;
	uint32_t count;
	uint8_t variable_count;
	bool never; /* "${" that is no variable */
};

/*
 * `text` must live as long as the pattern, whose pieces are made in `cx`'s arena. LG_E_TOO_LARGE beyond
 * LG_POLICY_MAX_VARIABLES.
 */
LG_MUST lg_status lg_pattern_compile(struct lg_ctx *cx, lg_str text, unsigned flags, struct lg_pattern *ret);

/*
 * The same for the resource of a policy, an ARN: a value with a colon does not stand before its fifth colon,
 * where it would move the fields behind it.
 */
LG_MUST lg_status lg_pattern_compile_arn(
	struct lg_ctx *cx, lg_str text, unsigned flags, struct lg_pattern *ret);

bool lg_pattern_matches(const struct lg_pattern *pattern, lg_str text, struct lg_policy_scope *scope);

/* For patterns without wildcards. */
bool lg_pattern_equals_nocase(const struct lg_pattern *pattern, lg_str text, struct lg_policy_scope *scope);

/* Does it consist of one variable and nothing else? */
bool lg_pattern_is_variable(const struct lg_pattern *pattern);

/* Bytes of `text` up to the first `byte` outside of variables, if there are variables; else all of them. */
size_t lg_pattern_find(lg_str text, unsigned flags, char byte);

#endif
