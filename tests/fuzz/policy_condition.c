/*
 * Conditions. The input is text: an operator without set and IfExists, the policy's values a line each, an
 * empty line, the request's values a line each. Set operators say what their values say one by one, a
 * negated operator the opposite of its positive one, and wildcards match what a table of all beginnings
 * says.
 */
#include "policy/condition.h"

#include <string.h>

#include "codec/text.h"
#include "tests/fuzz/fuzz.h"

#define MAX_VALUES 16
#define MAX_TABLE ((size_t)1 << 18)

struct input {
	lg_str operator;
	lg_str policy[MAX_VALUES];
	size_t policy_count;
	lg_str request[MAX_VALUES];
	size_t request_count;
};

static bool
read_input(lg_str text, struct input *ret)
{
	*ret = (struct input){ .operator= lg_str_cut(&text, '\n') };
	for (lg_str line; lg_str_present(text) && (line = lg_str_cut(&text, '\n')).len;) {
		if (ret->policy_count == MAX_VALUES)
			return false;
		ret->policy[ret->policy_count++] = line;
	}
	while (lg_str_present(text)) {
		if (ret->request_count == MAX_VALUES)
			return false;
		ret->request[ret->request_count++] = lg_str_cut(&text, '\n');
	}
	return true;
}

/* False when it is no condition. */
static bool
make(struct lg_ctx *cx, const struct input *in, const char *before, lg_str operator,
	struct lg_condition * ret)
{
	lg_str written;
	MUST_OK(lg_str_fmt(cx, &written, "%s%.*s", before, LG_FMT(operator)));
	lg_status s = lg_condition_operator(cx, written, ret);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_NOT_FOUND);
		return false;
	}
	ret->key = LG_STR("aws:{x}"); /* No variable has a brace in it, so values do not speak of the key. */
	ret->key_hash = lg_policy_name_hash(ret->key);
	ret->values = lg_new_array(cx, struct lg_condition_value, in->policy_count);
	MUST(ret->values);
	for (; ret->count < in->policy_count; ret->count++) {
		s = lg_condition_value(cx, ret, in->policy[ret->count], true, &ret->values[ret->count]);
		MUST(!lg_failed(s) || s.code == LG_E_TOO_LARGE);
		if (lg_failed(s))
			return false;
	}
	return true;
}

/* With the key's values, or with one of them alone. -1 when the budget does not do. */
static int
holds(struct lg_ctx *cx, const struct lg_condition *c, const lg_str *values, size_t count, bool multi)
{
	struct lg_policy_context context = { 0 };
	struct lg_condition_failure failure;
	MUST_OK(lg_policy_context_add(cx, &context, LG_STR("aws:username"), LG_STR("a*")));
	if (multi)
		MUST_OK(lg_policy_context_add_list(cx, &context, LG_STR("AWS:{x}"), values, count));
	else if (count)
		MUST_OK(lg_policy_context_add(cx, &context, LG_STR("AWS:{x}"), *values));
	struct lg_policy_scope scope = { .context = &context, .budget = LG_POLICY_BUDGET };
	bool result = lg_condition_holds(c, &scope, &failure);
	MUST(result || failure.condition == c);
	return scope.budget ? result : -1;
}

/* matched[i] = the pattern so far matches the first i characters. */
static bool
like(lg_str pattern, lg_str text)
{
	static bool matched[MAX_TABLE + 1];
	size_t len = 0;
	for (lg_str rest = text; rest.len; len++)
		lg_text_next(&rest);
	memset(matched, 0, len + 1);
	matched[0] = true;
	while (pattern.len) {
		uint32_t c = lg_text_next(&pattern);
		if (c == '*') {
			for (size_t i = 1; i <= len; i++)
				matched[i] = matched[i] || matched[i - 1];
			continue;
		}
		bool before = matched[0];
		matched[0] = false;
		lg_str rest = text;
		for (size_t i = 1; i <= len; i++) {
			bool fits = lg_text_next(&rest) == c || c == '?', next = matched[i];
			matched[i] = before && fits;
			before = next;
		}
	}
	return matched[len];
}

static void
check_like(const struct input *in, int result, lg_str value)
{
	bool expected = false;
	for (size_t i = 0; i < in->policy_count; i++) {
		if (in->policy[i].len * value.len > MAX_TABLE || lg_str_has_byte(in->policy[i], '$') ||
			!lg_text_is_utf8(in->policy[i]) || !lg_text_is_utf8(value))
			return;
		expected = expected || like(in->policy[i], value);
	}
	MUST(result < 0 || result == expected);
}

static void
check_negation(struct lg_ctx *cx, const struct input *in, int result, lg_str value)
{
	static const lg_str pairs[][2] = {
		{ LG_STR_INIT("StringEquals"), LG_STR_INIT("StringNotEquals") },
		{ LG_STR_INIT("StringEqualsIgnoreCase"), LG_STR_INIT("StringNotEqualsIgnoreCase") },
		{ LG_STR_INIT("StringLike"), LG_STR_INIT("StringNotLike") },
		{ LG_STR_INIT("NumericEquals"), LG_STR_INIT("NumericNotEquals") },
		{ LG_STR_INIT("DateEquals"), LG_STR_INIT("DateNotEquals") },
		{ LG_STR_INIT("IpAddress"), LG_STR_INIT("NotIpAddress") },
		{ LG_STR_INIT("ArnLike"), LG_STR_INIT("ArnNotLike") },
	};
	struct lg_condition negated;
	for (size_t i = 0; i < LG_LEN(pairs); i++) {
		if (!lg_str_eq_nocase(in->operator, pairs[i][0]))
			continue;
		MUST(make(cx, in, "", pairs[i][1], &negated));
		int opposite = holds(cx, &negated, &value, 1, false);
		MUST(opposite < 0 || result < 0 || opposite != result);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	struct input in;
	struct lg_condition one, all, any;
	if (!read_input(lg_str_from_bytes(data, size), &in) || !make(cx, &in, "", in.operator, & one))
		return 0;
	lg_condition_needs_key(&one);
	if (!make(cx, &in, "ForAllValues:", in.operator, & all) ||
		!make(cx, &in, "ForAnyValue:", in.operator, & any))
		return 0; /* It has a set, or is Null. */
	bool every = true, some = false, known = true;
	for (size_t i = 0; i < in.request_count; i++) {
		int result = holds(cx, &one, &in.request[i], 1, false);
		known = known && result >= 0;
		every = every && result > 0;
		some = some || result > 0;
		if (lg_str_eq_nocase(in.operator, LG_STR("StringLike")))
			check_like(&in, result, in.request[i]);
		check_negation(cx, &in, result, in.request[i]);
	}
	int by_all = holds(cx, &all, in.request, in.request_count, true),
	    by_any = holds(cx, &any, in.request, in.request_count, true);
	MUST(!known || by_all < 0 || by_all == every);
	MUST(!known || by_any < 0 || by_any == some);
	if (in.request_count)
		MUST(holds(cx, &one, in.request, in.request_count, true) <= 0);
	return 0;
}
