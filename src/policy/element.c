#include "policy/impl.h"

#include <stdio.h>

#include "base/buf.h"

#define NUMBER_MAX_CHARS 400

/* ---- scalars ---- */

/* Shortest decimal digits that give the same number again, without exponent. */
static lg_status
real_text(struct lg_ctx *cx, double value, lg_str *ret)
{
	char text[NUMBER_MAX_CHARS];
	int len = 0;
	for (int digits = 15; digits <= 17; digits++) {
		len = snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	if (lg_str_has_byte((lg_str){ text, (size_t)len }, 'e')) {
		len = snprintf(text, sizeof(text), "%.30f", value);
		while (len > 1 && text[len - 1] == '0')
			len--;
		len -= len > 1 && text[len - 1] == '.';
	}
	return lg_str_dup(cx, (lg_str){ text, (size_t)len }, ret);
}

lg_status
lg_policy_scalar(struct lg_ctx *cx, const json_t *value, lg_str *ret)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return lg_str_dup(cx, lg_json_text(value), ret);
	case JSON_INTEGER:
		return lg_str_fmt(cx, ret, "%lld", (long long)json_integer_value(value));
	case JSON_REAL:
		return real_text(cx, json_real_value(value), ret);
	case JSON_TRUE:
		*ret = LG_STR("true");
		return LG_OK;
	case JSON_FALSE:
		*ret = LG_STR("false");
		return LG_OK;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NULL:
		break;
	}
	return lg_fail(cx, LG_E_MALFORMED, "a value must be a string, a number, true or false");
}

/* ---- Action ---- */

static bool
is_vendor(lg_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'))
			return false;
	}
	return text.len > 0;
}

/* `text` is in lower case. */
static lg_status
check_action(struct lg_policy_draft *d, lg_str text)
{
	lg_str name = text, vendor = lg_str_cut(&name, ':');
	if (lg_str_eq(text, LG_STR("*")))
		return LG_OK;
	if (!vendor.len || !lg_str_present(name))
		return lg_malformed_policy(
			d, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
	if (lg_str_has_byte(name, ':'))
		return lg_malformed_policy(d, "Actions/Condition can contain only one colon.");
	if (!is_vendor(vendor))
		return lg_malformed_policy(d, "Vendor %.*s is not valid", LG_FMT(vendor));
	if (!name.len)
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	return LG_OK;
}

static lg_status
new_patterns(struct lg_policy_draft *d, size_t count, struct lg_pattern_list *ret)
{
	*ret = (struct lg_pattern_list){ .items = lg_new_array(&d->own, struct lg_pattern, count) };
	return ret->items ? LG_OK : lg_fail_default(d->cx, LG_E_NO_MEMORY);
}

lg_status
lg_policy_read_actions(struct lg_policy_draft *d, const json_t *value, struct lg_pattern_list *ret)
{
	size_t count = lg_policy_list_count(value);
	if (!count)
		return lg_malformed_policy(d, "Policy statement must contain actions.");
	LG_TRY(new_patterns(d, count, ret));
	for (; ret->count < count; ret->count++) {
		lg_str text = lg_json_text(lg_policy_list_at(value, ret->count));
		if (!lg_str_present(text))
			return lg_malformed_policy(d, LG_POLICY_SYNTAX);
		LG_TRY(lg_str_lower(&d->own, text, &text));
		LG_TRY(check_action(d, text));
		LG_TRY(lg_pattern_compile(&d->own, text, LG_PATTERN_WILDCARDS, &ret->items[ret->count]));
	}
	return LG_OK;
}

/* ---- Resource ---- */

/* Partition and service are written out. */
static lg_status
check_arn(struct lg_policy_draft *d, lg_str text, size_t fields)
{
	lg_str rest = lg_str_slice(text, 4, text.len), partition = lg_str_cut(&rest, ':'),
	       vendor = lg_str_cut(&rest, ':');
	if (!is_vendor(partition))
		return lg_malformed_policy(d, "Partition \"%.*s\" is not valid for resource \"%.*s\".",
			LG_FMT(partition), LG_FMT(text));
	if (!is_vendor(vendor))
		return lg_malformed_policy(
			d, "Resource vendor must be fully qualified and cannot contain regexes.");
	if (fields < LG_ARN_PARTS && d->kind == LG_POLICY_SESSION)
		return lg_malformed_policy(d, "The policy failed legacy parsing");
	return LG_OK;
}

static lg_status
read_resource(struct lg_policy_draft *d, const json_t *value, struct lg_pattern *ret)
{
	unsigned flags = LG_PATTERN_WILDCARDS | (d->variables ? LG_PATTERN_VARIABLES : 0);
	lg_str text = lg_json_text(value);
	if (!lg_str_present(text))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	bool any = lg_str_eq(text, LG_STR("*"));
	if (!any && !lg_str_starts(text, LG_STR("arn:")))
		return lg_malformed_policy(d, "Resource %.*s must be in ARN format or \"*\".", LG_FMT(text));
	size_t fields = 1;
	for (lg_str rest = text; fields < LG_ARN_PARTS; fields++) {
		size_t len = lg_pattern_find(rest, flags, ':');
		if (len == rest.len)
			break;
		rest = lg_str_slice(rest, len + 1, rest.len);
	}
	lg_str parts[LG_ARN_PARTS] = { text };
	if (!any) {
		LG_TRY(check_arn(d, text, fields));
		for (size_t i = fields; i < LG_ARN_PARTS; i++)
			parts[i] = LG_STR(":*");
	}
	LG_TRY(lg_str_concat(&d->own, parts, LG_LEN(parts), &text));
	lg_status s = lg_pattern_compile_arn(&d->own, text, flags, ret);
	if (s.code == LG_E_TOO_LARGE)
		return lg_malformed_policy(
			d, "A resource holds more than %d policy variables.", LG_POLICY_MAX_VARIABLES);
	return s;
}

lg_status
lg_policy_read_resources(struct lg_policy_draft *d, const json_t *value, struct lg_pattern_list *ret)
{
	size_t count = lg_policy_list_count(value);
	if (!count)
		return lg_malformed_policy(d, "Policy statement must contain resources.");
	LG_TRY(new_patterns(d, count, ret));
	for (; ret->count < count; ret->count++)
		LG_TRY(read_resource(d, lg_policy_list_at(value, ret->count), &ret->items[ret->count]));
	return LG_OK;
}

/* ---- Principal ---- */

static lg_status
read_principal_values(
	struct lg_policy_draft *d, lg_str type, const json_t *value, struct lg_principal_list *list)
{
	bool trust = d->kind == LG_POLICY_TRUST;
	for (size_t i = 0; i < lg_policy_list_count(value); i++) {
		lg_str text = lg_json_text(lg_policy_list_at(value, i));
		if (!lg_str_present(text))
			return lg_malformed_policy(d, LG_POLICY_SYNTAX);
		LG_TRY(lg_str_dup(&d->own, text, &text));
		if (!lg_principal_read(type, text, trust, &list->items[list->count]))
			return lg_malformed_policy(d, "Invalid principal in policy: \"%.*s\":\"%.*s\"",
				LG_FMT(type), LG_FMT(text));
		list->count++;
	}
	return LG_OK;
}

lg_status
lg_policy_read_principals(struct lg_policy_draft *d, const json_t *value, struct lg_principal_list *ret)
{
	if (json_is_string(value)) {
		ret->items = lg_new(&d->own, struct lg_principal);
		if (!ret->items)
			return lg_fail_default(d->cx, LG_E_NO_MEMORY);
		if (!lg_str_eq(lg_json_text(value), LG_STR("*")))
			return lg_malformed_policy(
				d, "Invalid principal in policy: \"%.*s\"", LG_FMT(lg_json_text(value)));
		return read_principal_values(d, LG_STR("AWS"), value, ret);
	}
	if (!json_is_object(value))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	json_t *walked = (json_t *)(uintptr_t)value;
	size_t count = 0;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at))
		count += lg_policy_list_count(json_object_iter_value(at));
	if (!count)
		return lg_malformed_policy(d, "Missing required field Principal");
	ret->items = lg_new_array(&d->own, struct lg_principal, count);
	if (!ret->items)
		return lg_fail_default(d->cx, LG_E_NO_MEMORY);
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at))
		LG_TRY(read_principal_values(
			d, lg_str_from_c(json_object_iter_key(at)), json_object_iter_value(at), ret));
	return LG_OK;
}

/* ---- Condition ---- */

/* "host:port:claim" is the key of a provider whose issuer has a port and no path. */
static lg_status
check_key(struct lg_policy_draft *d, lg_str key)
{
	lg_str rest = key, vendor = lg_str_cut(&rest, ':'), ignored = rest,
	       middle = lg_str_cut(&ignored, ':');
	uint64_t port;
	if (!vendor.len || !rest.len)
		return lg_malformed_policy(
			d, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
	if (lg_str_present(ignored) && !lg_str_has_byte(key, '/') && !lg_str_to_uint(middle, 65535, &port))
		return lg_malformed_policy(d, "Actions/Condition can contain only one colon.");
	return LG_OK;
}

static lg_status
read_values(struct lg_policy_draft *d, const json_t *value, struct lg_condition *c)
{
	c->count = lg_policy_list_count(value);
	c->values = lg_new_array(&d->own, struct lg_condition_value, c->count);
	if (!c->values)
		return lg_fail_default(d->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < c->count; i++) {
		lg_str text;
		lg_status s = lg_policy_scalar(&d->own, lg_policy_list_at(value, i), &text);
		if (s.code == LG_E_MALFORMED)
			return lg_malformed_policy(d, LG_POLICY_SYNTAX);
		LG_TRY(s);
		s = lg_condition_value(&d->own, c, text, d->variables, &c->values[i]);
		if (s.code == LG_E_TOO_LARGE)
			return lg_malformed_policy(d,
				"A condition value holds more than %d policy variables.",
				LG_POLICY_MAX_VARIABLES);
		LG_TRY(s);
	}
	return LG_OK;
}

/* One operator and its keys. */
static lg_status
read_operator(struct lg_policy_draft *d, lg_str written, const json_t *keys, struct lg_statement *ret)
{
	struct lg_condition operator;
	LG_TRY(lg_str_dup(&d->own, written, &written));
	lg_status s = lg_condition_operator(&d->own, written, &operator);
	if (s.code == LG_E_NOT_FOUND)
		return lg_malformed_policy(d, "Invalid Condition type : %.*s.", LG_FMT(written));
	LG_TRY(s);
	if (!json_is_object(keys))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	json_t *walked = (json_t *)(uintptr_t)keys;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
		struct lg_condition *c = &ret->conditions[ret->condition_count++];
		*c = operator;
		LG_TRY(lg_str_dup(&d->own, lg_str_from_c(json_object_iter_key(at)), &c->key));
		LG_TRY(check_key(d, c->key));
		c->key_hash = lg_policy_name_hash(c->key);
		LG_TRY(read_values(d, json_object_iter_value(at), c));
	}
	return LG_OK;
}

lg_status
lg_policy_read_conditions(struct lg_policy_draft *d, const json_t *value, struct lg_statement *ret)
{
	if (!value)
		return LG_OK;
	if (!json_is_object(value))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	json_t *walked = (json_t *)(uintptr_t)value;
	size_t count = 0;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at))
		count += json_object_size(json_object_iter_value(at));
	ret->conditions = lg_new_array(&d->own, struct lg_condition, count);
	if (!ret->conditions)
		return lg_fail_default(d->cx, LG_E_NO_MEMORY);
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at))
		LG_TRY(read_operator(
			d, lg_str_from_c(json_object_iter_key(at)), json_object_iter_value(at), ret));
	return LG_OK;
}
