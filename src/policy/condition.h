/*
 * condition.h - one line of a statement's Condition: operator, key, values.
 *
 * The operators are those of the language, in any case, with ForAllValues: or ForAnyValue: before and
 * IfExists behind them. An operator is positive or negated: a negated one is true when none of its values
 * matches. What cannot be read as number, time, address, ARN or truth value matches nothing
 * (docs/decisions/0020).
 */
#ifndef LG_POLICY_CONDITION_H
#define LG_POLICY_CONDITION_H

#include "policy/pattern.h"
#include "policy/value.h"

enum lg_condition_set { LG_SET_NONE, LG_SET_ALL, LG_SET_ANY };

struct lg_operator; /* a row of the table in condition.c */

/* An ARN's six parts, each matched alone; or one variable, whose value is the whole ARN. */
struct lg_arn_pattern {
	bool whole;
	struct lg_pattern parts[LG_ARN_PARTS]; /* whole: the first is the variable */
};

struct lg_condition_value {
	bool usable; /* false: matches nothing */
	union {
		struct lg_pattern text;
		struct lg_arn_pattern *arn;
		struct lg_decimal number;
		struct lg_instant time;
		struct lg_cidr network;
		lg_str bytes;
		bool truth;
	};
};

struct lg_condition {
	lg_str written; /* the operator, as the document spells it */
	lg_str key;
	const struct lg_operator *op;
	struct lg_condition_value *values;
	size_t count;
	uint32_t key_hash;
	uint8_t set; /* enum lg_condition_set */
	bool if_exists;
};

/* Why a condition is false. */
struct lg_condition_failure {
	const struct lg_condition *condition;
	const struct lg_policy_key *got; /* NULL: the key is absent */
	lg_str value; /* the one that decided, of ForAllValues; absent: all of `got` */
};

/* LG_E_NOT_FOUND when there is no operator of that name. */
LG_MUST lg_status lg_condition_operator(struct lg_ctx *cx, lg_str written, struct lg_condition *ret);

/* `text` lives as long as the condition; what is made of it lies in `cx`'s arena. */
LG_MUST lg_status lg_condition_value(struct lg_ctx *cx, const struct lg_condition *condition, lg_str text,
	bool variables, struct lg_condition_value *ret);

/* Writes `*ret` when it is false. */
bool lg_condition_holds(const struct lg_condition *condition, struct lg_policy_scope *scope,
	struct lg_condition_failure *ret);

/* Is it false whenever the key is absent? */
bool lg_condition_needs_key(const struct lg_condition *condition);

#endif
