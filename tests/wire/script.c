#include "tests/wire/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define RAW LG_STR("#json ")

void
script_set(struct script_vars *vars, lg_str name, lg_str value)
{
	lg_str kept_name, kept_value;
	if (lg_failed(lg_str_dup(vars->cx, name, &kept_name)) ||
		lg_failed(lg_str_dup(vars->cx, value, &kept_value)))
		abort();
	for (size_t i = 0; i < vars->count; i++) {
		if (lg_str_eq(vars->items[i].key, name)) {
			vars->items[i].value = kept_value;
			return;
		}
	}
	if (vars->count == SCRIPT_MAX_VARS)
		abort();
	vars->items[vars->count++] = (struct lg_str_pair){ kept_name, kept_value };
}

lg_str
script_get(const struct script_vars *vars, lg_str name)
{
	for (size_t i = 0; i < vars->count; i++)
		if (lg_str_eq(vars->items[i].key, name))
			return vars->items[i].value;
	return LG_STR_NONE;
}

lg_str
script_expand(struct lg_ctx *cx, const struct script_vars *vars, lg_str text)
{
	struct lg_buf b = lg_buf_start(cx, (size_t)4 << 20);
	size_t at = 0;
	while (at < text.len) {
		const lg_str rest = lg_str_slice(text, at, text.len);
		size_t end = 0;
		if (lg_str_starts(rest, LG_STR("${")))
			end = lg_str_find_byte(rest, '}');
		const lg_str value =
			end && end < rest.len ? script_get(vars, lg_str_slice(rest, 2, end)) : LG_STR_NONE;
		if (lg_str_present(value)) {
			lg_buf_put(&b, value);
			at += end + 1;
		} else {
			lg_buf_byte(&b, (unsigned char)text.ptr[at++]);
		}
	}
	lg_str ret;
	if (lg_failed(lg_buf_finish(cx, &b, &ret)))
		abort();
	return ret;
}

void
script_write(struct lg_ctx *cx, const struct script_vars *vars, struct lg_json *j, const json_t *value)
{
	const char *key;
	json_t *member;
	size_t index;
	lg_str text;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		lg_json_open(j, '{');
		json_object_foreach((json_t *)value, key, member) {
			lg_json_key(j, script_expand(cx, vars, lg_str_from_c(key)));
			script_write(cx, vars, j, member);
		}
		lg_json_close(j, '}');
		break;
	case JSON_ARRAY:
		lg_json_open(j, '[');
		json_array_foreach(value, index, member)
			script_write(cx, vars, j, member);
		lg_json_close(j, ']');
		break;
	case JSON_STRING:
		text = script_expand(cx, vars, lg_json_text(value));
		if (lg_str_starts(text, RAW))
			lg_json_raw(j, lg_str_slice(text, RAW.len, text.len));
		else
			lg_json_str(j, text);
		break;
	case JSON_INTEGER:
		lg_json_int(j, json_integer_value(value));
		break;
	case JSON_REAL:
		lg_json_float(j, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		lg_json_bool(j, json_is_true(value));
		break;
	case JSON_NULL:
		lg_json_null(j);
		break;
	}
}

static const json_t *
member_of(const json_t *object, lg_str name)
{
	char text[256];
	if (name.len >= sizeof(text))
		return NULL;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	return json_object_get(object, text);
}

const json_t *
script_path(const json_t *root, lg_str path)
{
	const json_t *at = root;
	while (at && lg_str_present(path)) {
		lg_str indices = lg_str_cut(&path, '.');
		const lg_str name = lg_str_cut(&indices, '[');
		if (!lg_str_empty(name))
			at = member_of(at, name);
		while (at && lg_str_present(indices)) {
			uint64_t index;
			if (!lg_str_to_uint(lg_str_cut(&indices, ']'), SIZE_MAX, &index))
				return NULL;
			at = json_array_get(at, (size_t)index);
			if (lg_str_starts(indices, LG_STR("[")))
				indices = lg_str_slice(indices, 1, indices.len);
			else
				indices = LG_STR_NONE;
		}
	}
	return at;
}

lg_str
script_text(struct lg_ctx *cx, const json_t *value)
{
	lg_str ret = LG_STR_NONE;
	if (json_is_string(value))
		return lg_json_text(value);
	if (json_is_boolean(value))
		return json_is_true(value) ? LG_STR("true") : LG_STR("false");
	if (json_is_integer(value) &&
		lg_failed(lg_str_fmt(cx, &ret, "%lld", (long long)json_integer_value(value))))
		abort();
	if (json_is_real(value) && lg_failed(lg_str_fmt(cx, &ret, "%.3f", json_real_value(value))))
		abort();
	return ret;
}

/* The whole text. A pattern of a case is used once, so nothing is kept. */
static bool
regex_matches(lg_str text, lg_str pattern)
{
	int error;
	PCRE2_SIZE where;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
		PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOTALL, &error, &where, NULL);
	if (!code) {
		fprintf(stderr, "wire: not a pattern: %.*s\n", LG_FMT(pattern));
		exit(2);
	}
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	const int found =
		pcre2_match(code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0, data, NULL);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return found >= 0;
}

bool
script_match_text(lg_str expected, lg_str actual)
{
	if (lg_str_eq(expected, LG_STR("*")))
		return lg_str_present(actual);
	if (lg_str_starts(expected, LG_STR("!~")))
		return lg_str_present(actual) &&
		       !regex_matches(actual, lg_str_slice(expected, 2, expected.len));
	if (lg_str_starts(expected, LG_STR("~")))
		return lg_str_present(actual) &&
		       regex_matches(actual, lg_str_slice(expected, 1, expected.len));
	return lg_str_present(actual) && lg_str_eq(expected, actual);
}

static void
differ(struct lg_ctx *cx, lg_str path, lg_str expected, const json_t *actual, struct lg_buf *ret)
{
	const lg_str got = script_text(cx, actual);
	lg_buf_fmt(ret, "\n      %.*s: expected %.*s, got ", LG_FMT(path), LG_FMT(expected));
	if (lg_str_present(got))
		lg_buf_fmt(ret, "'%.*s'", LG_FMT(lg_str_slice(got, 0, 400)));
	else if (json_is_array(actual))
		lg_buf_fmt(ret, "a list of %zu", json_array_size(actual));
	else
		lg_buf_put(ret, json_is_object(actual) ? LG_STR("an object") : LG_STR("nothing"));
}

static lg_str
joined(struct lg_ctx *cx, lg_str path, const char *key)
{
	lg_str ret;
	if (lg_failed(lg_str_fmt(cx, &ret, "%.*s%s%s", LG_FMT(path), path.len ? "." : "", key)))
		abort();
	return ret;
}

static lg_str
indexed(struct lg_ctx *cx, lg_str path, size_t index)
{
	lg_str ret;
	if (lg_failed(lg_str_fmt(cx, &ret, "%.*s[%zu]", LG_FMT(path), index)))
		abort();
	return ret;
}

static bool
is_among(struct lg_ctx *cx, const struct script_vars *vars, const json_t *wanted, const json_t *list)
{
	size_t index;
	json_t *member;
	json_array_foreach(list, index, member) {
		struct lg_buf difference = lg_buf_start(cx, (size_t)64 << 10);
		script_match(cx, vars, wanted, member, LG_STR(""), &difference);
		if (difference.len == 0)
			return true;
	}
	return false;
}

/* Members of an expectation that begin with '#' are rules for the whole. */
static void
match_rule(struct lg_ctx *cx, const struct script_vars *vars, const char *rule, const json_t *wanted,
	const json_t *actual, lg_str path, struct lg_buf *ret)
{
	size_t index;
	json_t *one;
	const size_t size = json_is_array(actual) ? json_array_size(actual) : json_object_size(actual);
	if (!strcmp(rule, "#count")) {
		if ((json_int_t)size != json_integer_value(wanted))
			lg_buf_fmt(ret, "\n      %.*s: expected %lld members, got %zu", LG_FMT(path),
				(long long)json_integer_value(wanted), size);
	} else if (!strcmp(rule, "#any")) {
		json_array_foreach(wanted, index, one)
			if (!is_among(cx, vars, one, actual))
				lg_buf_fmt(
					ret, "\n      %.*s: nothing matches #any[%zu]", LG_FMT(path), index);
	} else if (!strcmp(rule, "#none")) {
		json_array_foreach(wanted, index, one)
			if (is_among(cx, vars, one, actual))
				lg_buf_fmt(ret, "\n      %.*s: something matches #none[%zu]", LG_FMT(path),
					index);
	} else if (!strcmp(rule, "#keys")) {
		if (size != json_array_size(wanted))
			lg_buf_fmt(ret, "\n      %.*s: expected %zu keys, got %zu", LG_FMT(path),
				json_array_size(wanted), size);
		json_array_foreach(wanted, index, one) {
			const lg_str name = script_expand(cx, vars, lg_json_text(one));
			if (!json_object_getn(actual, name.ptr, name.len))
				lg_buf_fmt(ret, "\n      %.*s: no key %.*s", LG_FMT(path), LG_FMT(name));
		}
	} else {
		lg_buf_fmt(ret, "\n      %.*s: there is no rule %s", LG_FMT(path), rule);
	}
}

static void
match_object(struct lg_ctx *cx, const struct script_vars *vars, const json_t *expected, const json_t *actual,
	lg_str path, struct lg_buf *ret)
{
	const char *key;
	json_t *member;
	json_object_foreach((json_t *)expected, key, member) {
		if (key[0] == '#') {
			match_rule(cx, vars, key, member, actual, path, ret);
			continue;
		}
		if (!json_is_object(actual)) {
			differ(cx, path, LG_STR("an object"), actual, ret);
			return;
		}
		const lg_str name = script_expand(cx, vars, lg_str_from_c(key));
		script_match(cx, vars, member, json_object_getn(actual, name.ptr, name.len),
			joined(cx, path, key), ret);
	}
}

static void
match_list(struct lg_ctx *cx, const struct script_vars *vars, const json_t *expected, const json_t *actual,
	lg_str path, struct lg_buf *ret)
{
	lg_str what;
	if (!json_is_array(actual) || json_array_size(actual) != json_array_size(expected)) {
		if (lg_failed(lg_str_fmt(cx, &what, "a list of %zu", json_array_size(expected))))
			abort();
		differ(cx, path, what, actual, ret);
		return;
	}
	for (size_t i = 0; i < json_array_size(expected); i++)
		script_match(cx, vars, json_array_get(expected, i), json_array_get(actual, i),
			indexed(cx, path, i), ret);
}

void
script_match(struct lg_ctx *cx, const struct script_vars *vars, const json_t *expected, const json_t *actual,
	lg_str path, struct lg_buf *ret)
{
	if (json_is_object(expected)) {
		match_object(cx, vars, expected, actual, path, ret);
		if (json_object_size(expected) == 0 && !json_is_object(actual))
			differ(cx, path, LG_STR("an object"), actual, ret);
	} else if (json_is_array(expected)) {
		match_list(cx, vars, expected, actual, path, ret);
	} else if (json_is_null(expected)) {
		if (actual && !json_is_null(actual))
			differ(cx, path, LG_STR("nothing"), actual, ret);
	} else if (json_is_string(expected)) {
		const lg_str text = script_expand(cx, vars, lg_json_text(expected));
		const bool there = lg_str_eq(text, LG_STR("*")) && actual;
		const bool pattern = lg_str_starts(text, LG_STR("~")) || lg_str_starts(text, LG_STR("!~"));
		const lg_str got = json_is_string(actual) || pattern ? script_text(cx, actual) : LG_STR_NONE;
		if (!there && !script_match_text(text, got))
			differ(cx, path, text, actual, ret);
	} else if (!actual || !json_equal(expected, actual)) {
		differ(cx, path, script_text(cx, expected), actual, ret);
	}
}
