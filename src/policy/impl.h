/*
 * impl.h - what a compiled policy is made of. For src/policy only.
 */
#ifndef LG_POLICY_IMPL_H
#define LG_POLICY_IMPL_H

#include "policy/condition.h"
#include "policy/policy.h"
#include "policy/principal.h"

struct lg_pattern_list {
	struct lg_pattern *items;
	size_t count;
};

struct lg_statement {
	lg_str sid; /* empty = none */
	bool deny;
	bool not_action;
	bool not_resource;
	bool not_principal;
	struct lg_pattern_list actions; /* in lower case */
	struct lg_pattern_list resources; /* none: every resource */
	struct lg_principal_list principals; /* none, in policies of identities: everyone */
	struct lg_condition *conditions;
	size_t condition_count;
};

struct lg_policy {
	struct lg_arena *arena; /* holds all of it, itself too */
	enum lg_policy_kind kind;
	struct lg_statement *statements;
	size_t count;
};

/* A document on its way to a policy. */
struct lg_policy_draft {
	struct lg_ctx *cx; /* of the caller: for failures */
	struct lg_ctx own; /* whose arena is the policy's */
	enum lg_policy_kind kind;
	bool variables; /* version 2012-10-17 */
};

#define lg_malformed_policy(draft, ...) lg_fail((draft)->cx, LG_E_MALFORMED_POLICY_DOCUMENT, __VA_ARGS__)
#define LG_POLICY_SYNTAX "Syntax errors in policy."

/* A scalar is a list of one. */
size_t lg_policy_list_count(const json_t *value);
const json_t *lg_policy_list_at(const json_t *value, size_t i);

/* element.c: the elements of a statement. */
LG_MUST lg_status lg_policy_read_actions(
	struct lg_policy_draft *d, const json_t *value, struct lg_pattern_list *ret);
LG_MUST lg_status lg_policy_read_resources(
	struct lg_policy_draft *d, const json_t *value, struct lg_pattern_list *ret);
LG_MUST lg_status lg_policy_read_principals(
	struct lg_policy_draft *d, const json_t *value, struct lg_principal_list *ret);
LG_MUST lg_status lg_policy_read_conditions(
	struct lg_policy_draft *d, const json_t *value, struct lg_statement *ret);

#endif
