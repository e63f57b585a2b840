#include "policy/condition.h"

#include "codec/bytes.h"

enum value_kind { STRING, STRING_NOCASE, LIKE, NUMERIC, DATE, BOOL, BINARY, IP, ARN, PRESENCE };

/* Which orders of request value and policy value match. */
enum relation { LESS = 1, EQUAL = 2, GREATER = 4 };

struct lg_operator {
	lg_str name;
	enum value_kind kind;
	unsigned relation; /* of NUMERIC and DATE */
	bool negated;
};

#define ROW(word, kind, relation, negated)                                                                  \
	{                                                                                                   \
		LG_STR_INIT(word), kind, relation, negated                                                  \
	}
static const struct lg_operator operators[] = {
	ROW("StringEquals", STRING, 0, false),
	ROW("StringNotEquals", STRING, 0, true),
	ROW("StringEqualsIgnoreCase", STRING_NOCASE, 0, false),
	ROW("StringNotEqualsIgnoreCase", STRING_NOCASE, 0, true),
	ROW("StringLike", LIKE, 0, false),
	ROW("StringNotLike", LIKE, 0, true),
	ROW("NumericEquals", NUMERIC, EQUAL, false),
	ROW("NumericNotEquals", NUMERIC, EQUAL, true),
	ROW("NumericLessThan", NUMERIC, LESS, false),
	ROW("NumericLessThanEquals", NUMERIC, LESS | EQUAL, false),
	ROW("NumericGreaterThan", NUMERIC, GREATER, false),
	ROW("NumericGreaterThanEquals", NUMERIC, GREATER | EQUAL, false),
	ROW("DateEquals", DATE, EQUAL, false),
	ROW("DateNotEquals", DATE, EQUAL, true),
	ROW("DateLessThan", DATE, LESS, false),
	ROW("DateLessThanEquals", DATE, LESS | EQUAL, false),
	ROW("DateGreaterThan", DATE, GREATER, false),
	ROW("DateGreaterThanEquals", DATE, GREATER | EQUAL, false),
	ROW("Bool", BOOL, 0, false),
	ROW("BinaryEquals", BINARY, 0, false),
	ROW("IpAddress", IP, 0, false),
	ROW("NotIpAddress", IP, 0, true),
	ROW("ArnEquals", ARN, 0, false),
	ROW("ArnLike", ARN, 0, false),
	ROW("ArnNotEquals", ARN, 0, true),
	ROW("ArnNotLike", ARN, 0, true),
	ROW("Null", PRESENCE, 0, false),
};

/* ---- compiling ---- */

static const struct lg_operator *
find_operator(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(operators); i++)
		if (lg_str_eq_nocase(operators[i].name, name))
			return &operators[i];
	return NULL;
}

lg_status
lg_condition_operator(struct lg_ctx *cx, lg_str written, struct lg_condition *ret)
{
	const lg_str if_exists = LG_STR("IfExists");
	struct lg_condition c = { .written = written };
	lg_str name = written;
	if (lg_policy_skip_nocase(&name, LG_STR("ForAllValues:")))
		c.set = LG_SET_ALL;
	else if (lg_policy_skip_nocase(&name, LG_STR("ForAnyValue:")))
		c.set = LG_SET_ANY;
	if (name.len > if_exists.len &&
		lg_str_eq_nocase(lg_str_slice(name, name.len - if_exists.len, name.len), if_exists)) {
		c.if_exists = true;
		name = lg_str_slice(name, 0, name.len - if_exists.len);
	}
	c.op = find_operator(name);
	if (!c.op || (c.op->kind == PRESENCE && (c.if_exists || c.set != LG_SET_NONE)))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	*ret = c;
	return LG_OK;
}

static bool
is_truth(lg_str text, bool *ret)
{
	*ret = lg_str_eq_nocase(text, LG_STR("true"));
	return *ret || lg_str_eq_nocase(text, LG_STR("false"));
}

/* Six parts, or one variable; unusable when it has fewer. */
static lg_status
compile_arn(struct lg_ctx *cx, lg_str text, unsigned flags, struct lg_condition_value *ret)
{
	struct lg_arn_pattern *arn = lg_new(cx, struct lg_arn_pattern);
	if (!arn)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	ret->arn = arn;
	lg_str rest = text;
	for (size_t i = 0; i < LG_ARN_PARTS; i++) {
		bool last = i == LG_ARN_PARTS - 1;
		size_t len = last ? rest.len : lg_pattern_find(rest, flags, ':');
		if (i == 0 && len == text.len) {
			LG_TRY(lg_pattern_compile(cx, text, flags, &arn->parts[0]));
			ret->usable = arn->whole = lg_pattern_is_variable(&arn->parts[0]);
			return LG_OK;
		}
		if (!last && len == rest.len)
			return LG_OK;
		LG_TRY(lg_pattern_compile(cx, lg_str_slice(rest, 0, len), flags, &arn->parts[i]));
		rest = lg_str_slice(rest, len + 1, rest.len);
	}
	ret->usable = true;
	return LG_OK;
}

lg_status
lg_condition_value(struct lg_ctx *cx, const struct lg_condition *condition, lg_str text, bool variables,
	struct lg_condition_value *ret)
{
	struct lg_condition_value value = { 0 };
	unsigned flags = variables ? LG_PATTERN_VARIABLES : 0;
	lg_status s = LG_OK;
	switch (condition->op->kind) {
	case LIKE:
		flags |= LG_PATTERN_WILDCARDS;
		/* fall through */
	case STRING:
	case STRING_NOCASE:
	case BOOL:
		value.usable = true;
		s = lg_pattern_compile(cx, text, flags, &value.text);
		break;
	case ARN:
		s = compile_arn(cx, text, flags | LG_PATTERN_WILDCARDS, &value);
		break;
	case NUMERIC:
		value.usable = lg_decimal_parse(text, &value.number);
		break;
	case DATE:
		value.usable = lg_instant_parse(text, &value.time);
		break;
	case IP:
		value.usable = lg_cidr_parse(text, &value.network);
		break;
	case BINARY:
		s = lg_base64_decode(cx, text, &value.bytes);
		value.usable = !lg_failed(s);
		if (s.code == LG_E_MALFORMED)
			s = LG_OK;
		break;
	case PRESENCE:
		value.usable = is_truth(text, &value.truth);
		break;
	}
	LG_TRY(s);
	*ret = value;
	return LG_OK;
}

/* ---- evaluating ---- */

/* A request's value, read once for all values of the policy. */
struct request_value {
	lg_str text;
	struct lg_decimal number;
	struct lg_instant time;
	struct lg_cidr address;
	lg_str parts[LG_ARN_PARTS];
};

/* False when the text is none of the operator's kind, and so matches nothing. */
static bool
read_request_value(const struct lg_operator *op, lg_str text, struct request_value *ret)
{
	bool ignored;
	*ret = (struct request_value){ .text = text };
	switch (op->kind) {
	case NUMERIC:
		return lg_decimal_parse(text, &ret->number);
	case DATE:
		return lg_instant_parse(text, &ret->time);
	case IP:
		return lg_cidr_parse_address(text, &ret->address);
	case ARN:
		return lg_arn_split(text, ret->parts);
	case BOOL:
		return is_truth(text, &ignored);
	case STRING:
	case STRING_NOCASE:
	case LIKE:
	case BINARY:
	case PRESENCE:
		break;
	}
	return true;
}

static bool
relates(unsigned relation, int order)
{
	unsigned found = order < 0 ? LESS : order > 0 ? GREATER : EQUAL;
	return relation & found;
}

static bool
arn_matches(
	const struct lg_arn_pattern *arn, const struct request_value *request, struct lg_policy_scope *scope)
{
	if (arn->whole)
		return lg_pattern_matches(&arn->parts[0], request->text, scope);
	for (size_t i = 0; i < LG_ARN_PARTS; i++)
		if (!lg_pattern_matches(&arn->parts[i], request->parts[i], scope))
			return false;
	return true;
}

static bool
value_matches(const struct lg_operator *op, const struct lg_condition_value *value,
	const struct request_value *request, struct lg_policy_scope *scope)
{
	if (!value->usable)
		return false;
	switch (op->kind) {
	case STRING:
	case LIKE:
		return lg_pattern_matches(&value->text, request->text, scope);
	case STRING_NOCASE:
	case BOOL:
		return lg_pattern_equals_nocase(&value->text, request->text, scope);
	case NUMERIC:
		return relates(op->relation, lg_decimal_cmp(&request->number, &value->number));
	case DATE:
		return relates(op->relation, lg_instant_cmp(&request->time, &value->time));
	case IP:
		return lg_cidr_holds(&value->network, &request->address);
	case ARN:
		return arn_matches(value->arn, request, scope);
	case BINARY:
		return lg_str_eq(value->bytes, request->text);
	case PRESENCE:
		break;
	}
	return false;
}

/* Does the operator hold for one value of the request? */
static bool
holds_for(const struct lg_condition *c, lg_str text, struct lg_policy_scope *scope)
{
	struct request_value request;
	lg_policy_spend(scope, 1 + c->count);
	bool matched = false;
	if (read_request_value(c->op, text, &request))
		for (size_t i = 0; i < c->count && !matched; i++)
			matched = value_matches(c->op, &c->values[i], &request, scope);
	return matched != c->op->negated;
}

static bool
presence_holds(const struct lg_condition *c, bool absent)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->values[i].usable && c->values[i].truth == absent)
			return true;
	return false;
}

/* Any value of the request, or all of them; the one that decides against it is written to `*ret`. */
static bool
set_holds(const struct lg_condition *c, const struct lg_policy_key *key, struct lg_policy_scope *scope,
	lg_str *ret)
{
	bool all = c->set == LG_SET_ALL;
	for (size_t i = 0; i < key->count && scope->budget; i++) {
		if (holds_for(c, key->values[i], scope) != all) {
			if (all)
				*ret = key->values[i];
			return !all;
		}
	}
	return all;
}

bool
lg_condition_holds(const struct lg_condition *condition, struct lg_policy_scope *scope,
	struct lg_condition_failure *ret)
{
	const struct lg_condition *c = condition;
	const struct lg_policy_key *key = lg_policy_context_find(scope->context, c->key, c->key_hash);
	lg_str decisive = LG_STR_NONE;
	bool holds;
	if (c->op->kind == PRESENCE)
		holds = presence_holds(c, !key);
	else if (!key)
		holds = c->set == LG_SET_ALL || (c->set == LG_SET_NONE && (c->if_exists || c->op->negated));
	else if (c->set != LG_SET_NONE)
		holds = set_holds(c, key, scope, &decisive);
	else /* A multivalued key needs a set operator. */
		holds = !key->multi && holds_for(c, key->values[0], scope);
	if (!holds)
		*ret = (struct lg_condition_failure){ .condition = c, .got = key, .value = decisive };
	return holds;
}

bool
lg_condition_needs_key(const struct lg_condition *condition)
{
	const struct lg_condition *c = condition;
	if (c->op->kind == PRESENCE)
		return presence_holds(c, false) && !presence_holds(c, true);
	return c->set == LG_SET_ANY || (c->set == LG_SET_NONE && !c->if_exists && !c->op->negated);
}
