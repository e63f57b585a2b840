#include "tests/wire/query.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "codec/uri.h"
#include "codec/xml.h"

#define TEXT_MAX_BYTES ((size_t)8 << 20)

static const struct {
	lg_str version;
	lg_str space;
} apis[] = {
	[LG_API_STS] = { LG_STR_INIT("2011-06-15"),
		LG_STR_INIT("https://sts.amazonaws.com/doc/2011-06-15/") },
	[LG_API_IAM] = { LG_STR_INIT("2010-05-08"),
		LG_STR_INIT("https://iam.amazonaws.com/doc/2010-05-08/") },
};

bool
query_api(enum lg_api api)
{
	return api == LG_API_STS || api == LG_API_IAM;
}

static void
put_pair(struct lg_ctx *cx, struct lg_buf *b, lg_str name, lg_str value)
{
	lg_str text;
	if (lg_failed(lg_uri_encode(cx, value, false, &text)))
		abort();
	lg_buf_byte(b, '&');
	lg_buf_put(b, name);
	lg_buf_byte(b, '=');
	lg_buf_put(b, text);
}

static void
put_value(struct lg_ctx *cx, struct lg_buf *b, lg_str name, const json_t *value)
{
	lg_str inner;
	if (json_is_object(value)) {
		const char *key;
		json_t *member;
		json_object_foreach((json_t *)value, key, member) {
			if (lg_failed(lg_str_fmt(
				    cx, &inner, "%.*s%s%s", LG_FMT(name), name.len ? "." : "", key)))
				abort();
			put_value(cx, b, inner, member);
		}
	} else if (json_is_array(value)) {
		if (!json_array_size(value))
			put_pair(cx, b, name, LG_STR(""));
		for (size_t i = 0; i < json_array_size(value); i++) {
			if (lg_failed(lg_str_fmt(cx, &inner, "%.*s.member.%zu", LG_FMT(name), i + 1)))
				abort();
			put_value(cx, b, inner, json_array_get(value, i));
		}
	} else if (json_is_boolean(value)) {
		put_pair(cx, b, name, json_is_true(value) ? LG_STR("true") : LG_STR("false"));
	} else if (json_is_integer(value)) {
		char text[24];
		const int len = snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(value));
		put_pair(cx, b, name, lg_str_from_bytes(text, (size_t)len));
	} else if (json_is_string(value)) {
		put_pair(cx, b, name, lg_json_text(value));
	}
}

lg_str
query_form(struct lg_ctx *cx, const struct lg_operation *operation, const json_t *in)
{
	struct lg_buf b = lg_buf_start(cx, TEXT_MAX_BYTES);
	lg_buf_fmt(&b, "Action=%.*s&Version=%.*s", LG_FMT(operation->name),
		LG_FMT(apis[operation->api].version));
	put_value(cx, &b, LG_STR(""), in);
	lg_str ret;
	if (lg_failed(lg_buf_finish(cx, &b, &ret)))
		abort();
	return ret;
}

/* Reading an answer: what it is written to, and the first thing that is wrong. */
struct reader {
	struct lg_ctx *cx;
	struct lg_json *j;
	lg_str space;
	const char *wrong;
};

static lg_str
text_of(struct reader *r, const struct lg_xml *element)
{
	lg_str text = LG_STR("");
	if (lg_xml_first(element) || lg_failed(lg_xml_text(r->cx, element, &text)))
		r->wrong = "an element that should hold text holds others";
	return text;
}

static void read_value(struct reader *r, const struct lg_shape *shape, const struct lg_xml *element);

static void
read_members(struct reader *r, const struct lg_shape *shape, const struct lg_xml *element)
{
	const struct lg_xml *at = lg_xml_first(element);
	lg_json_open(r->j, '{');
	for (size_t i = 0; i < shape->field_count && at; i++) {
		if (!lg_xml_is(at, r->space, shape->fields[i].name))
			continue;
		lg_json_key(r->j, shape->fields[i].name);
		read_value(r, shape->fields[i].shape, at);
		at = lg_xml_next(at);
	}
	if (at)
		r->wrong = "a member that its shape has not, or not there, or twice";
	lg_json_close(r->j, '}');
}

static void
read_list(struct reader *r, const struct lg_shape *shape, const struct lg_xml *element)
{
	lg_json_open(r->j, '[');
	for (const struct lg_xml *at = lg_xml_first(element); at; at = lg_xml_next(at)) {
		if (!lg_xml_is(at, r->space, LG_STR("member")))
			r->wrong = "a list with an element that is no member";
		read_value(r, shape->member, at);
	}
	lg_json_close(r->j, ']');
}

static void
read_map(struct reader *r, const struct lg_shape *shape, const struct lg_xml *element)
{
	lg_json_open(r->j, '{');
	for (const struct lg_xml *at = lg_xml_first(element); at; at = lg_xml_next(at)) {
		const struct lg_xml *key = lg_xml_first(at);
		const struct lg_xml *value = key ? lg_xml_next(key) : NULL;
		if (!value || !lg_xml_is(at, r->space, LG_STR("entry")) ||
			!lg_xml_is(key, r->space, LG_STR("key")) ||
			!lg_xml_is(value, r->space, LG_STR("value"))) {
			r->wrong = "a map with an element that is no entry";
			break;
		}
		lg_json_key(r->j, text_of(r, key));
		read_value(r, shape->member, value);
	}
	lg_json_close(r->j, '}');
}

static void
read_value(struct reader *r, const struct lg_shape *shape, const struct lg_xml *element)
{
	if (shape->kind == LG_KIND_STRUCT) {
		read_members(r, shape, element);
	} else if (shape->kind == LG_KIND_LIST) {
		read_list(r, shape, element);
	} else if (shape->kind == LG_KIND_MAP) {
		read_map(r, shape, element);
	} else if (shape->kind == LG_KIND_BOOL || shape->kind == LG_KIND_INT) {
		lg_json_raw(r->j, text_of(r, element));
	} else {
		lg_json_str(r->j, text_of(r, element));
	}
}

static void
read_error(struct reader *r, const struct lg_xml *root)
{
	const struct lg_xml *error = lg_xml_first(root);
	const struct lg_xml *type = error ? lg_xml_first(error) : NULL;
	const struct lg_xml *code = type ? lg_xml_next(type) : NULL;
	const struct lg_xml *message = code ? lg_xml_next(code) : NULL;
	const struct lg_xml *request = error ? lg_xml_next(error) : NULL;
	if (!message || !request || !lg_xml_is(error, r->space, LG_STR("Error")) ||
		!lg_xml_is(type, r->space, LG_STR("Type")) || !lg_xml_is(code, r->space, LG_STR("Code")) ||
		!lg_xml_is(message, r->space, LG_STR("Message")) ||
		!lg_xml_is(request, r->space, LG_STR("RequestId"))) {
		r->wrong = "an error of another form";
		return;
	}
	lg_json_open(r->j, '{');
	lg_json_pair_str(r->j, LG_STR("__type"), text_of(r, code));
	lg_json_pair_str(r->j, LG_STR("message"), text_of(r, message));
	lg_json_close(r->j, '}');
}

static void
read_response(struct reader *r, const struct lg_operation *operation, const struct lg_xml *root)
{
	lg_str response, result;
	if (lg_failed(lg_str_fmt(r->cx, &response, "%.*sResponse", LG_FMT(operation->name))) ||
		lg_failed(lg_str_fmt(r->cx, &result, "%.*sResult", LG_FMT(operation->name))))
		abort();
	const struct lg_xml *at = lg_xml_first(root);
	if (!lg_xml_is(root, r->space, response))
		r->wrong = "the answer of another operation";
	if (!operation->out) {
		lg_json_raw(r->j, LG_STR("{}"));
	} else if (at && lg_xml_is(at, r->space, result)) {
		read_members(r, operation->out, at);
		at = lg_xml_next(at);
	} else {
		r->wrong = "no result";
	}
	if (!at || !lg_xml_is(at, r->space, LG_STR("ResponseMetadata")) || lg_xml_next(at))
		r->wrong = "no metadata";
}

const json_t *
query_answer(struct lg_ctx *cx, const struct lg_operation *operation, lg_str body, const char **ret)
{
	struct reader r = {
		.cx = cx, .j = lg_json_new(cx, TEXT_MAX_BYTES), .space = apis[operation->api].space
	};
	const struct lg_xml *root;
	lg_str text;
	json_t *tree;
	if (lg_failed(lg_xml_parse(cx, body, &root))) {
		*ret = "no XML";
		return NULL;
	}
	if (lg_xml_is(root, r.space, LG_STR("ErrorResponse")))
		read_error(&r, root);
	else
		read_response(&r, operation, root);
	if (!r.wrong &&
		(lg_failed(lg_json_finish(cx, r.j, &text)) || lg_failed(lg_json_parse(cx, text, &tree))))
		r.wrong = "values of another type";
	*ret = r.wrong;
	return r.wrong ? NULL : tree;
}
