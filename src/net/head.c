#include "net/head.h"

/* What a line takes beside name and value: ": " and the line break. */
#define FIELD_OVERHEAD 4

static bool
is_token(lg_str s)
{
	static const bool in_token[256] = {
		['0' ... '9'] = true,
		['A' ... 'Z'] = true,
		['a' ... 'z'] = true,
		['!'] = true,
		['#' ... '\''] = true,
		['*'] = true,
		['+'] = true,
		['-'] = true,
		['.'] = true,
		['^' ... '`'] = true,
		['|'] = true,
		['~'] = true,
	};
	for (size_t i = 0; i < s.len; i++)
		if (!in_token[(unsigned char)s.ptr[i]])
			return false;
	return s.len > 0;
}

static bool
is_field_text(lg_str s)
{
	/* Without a way out in between, many bytes are looked at at once. */
	unsigned bad = 0;
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];
		bad |= ((c < 0x20) & (c != '\t')) | (c == 0x7f);
	}
	return !bad;
}

static bool
is_target(const struct lg_http_req *req)
{
	for (size_t i = 0; i < req->target.len; i++) {
		unsigned char c = (unsigned char)req->target.ptr[i];
		if (c <= 0x20 || c == 0x7f)
			return false;
	}
	/* Only proxies are asked for absolute URIs; a second opinion about the host is none that we want. */
	return lg_str_starts(req->target, LG_STR("/")) ||
	       (lg_str_eq(req->target, LG_STR("*")) && lg_str_eq(req->method, LG_STR("OPTIONS")));
}

/* The fields that decide where the body ends, and for whom the request is. */
struct framing {
	size_t hosts;
	size_t lengths;
	size_t codings;
	lg_str length;
	lg_str coding;
};

static struct framing
count_framing(const struct lg_http_req *req)
{
	struct framing f = { 0 };
	for (size_t i = 0; i < req->headers.count; i++) {
		const struct lg_str_pair *field = &req->headers.items[i];
		if (lg_str_eq_nocase(field->key, LG_STR("Host"))) {
			f.hosts++;
		} else if (lg_str_eq_nocase(field->key, LG_STR("Content-Length"))) {
			f.lengths++;
			f.length = field->value;
		} else if (lg_str_eq_nocase(field->key, LG_STR("Transfer-Encoding"))) {
			f.codings++;
			f.coding = field->value;
		}
	}
	return f;
}

static bool
is_framed(const struct framing *f, bool http_1_1)
{
	if (f->lengths > 1 || f->codings > 1 || (f->lengths && f->codings))
		return false;
	if (f->codings)
		return http_1_1 && lg_str_eq_nocase(f->coding, LG_STR("chunked"));
	uint64_t length;
	return !f->lengths || lg_str_to_uint(f->length, UINT64_MAX, &length);
}

static bool
has_proper_fields(const struct lg_http_req *req)
{
	for (size_t i = 0; i < req->headers.count; i++)
		if (!is_token(req->headers.items[i].key) ||
			!is_field_text(req->headers.items[i].value))
			return false;
	return true;
}

static size_t
head_bytes(const struct lg_http_req *req)
{
	size_t bytes = req->method.len + req->target.len + sizeof("  HTTP/1.1\r\n") - 1;
	for (size_t i = 0; i < req->headers.count; i++)
		bytes += req->headers.items[i].key.len + req->headers.items[i].value.len + FIELD_OVERHEAD;
	return bytes;
}

struct lg_http_head_verdict
lg_http_head_check(const struct lg_http_req *req, bool http_1_1, const struct lg_http_head_rules *rules)
{
	struct framing f = count_framing(req);
	if (!is_framed(&f, http_1_1))
		return (struct lg_http_head_verdict){ .status = 400, .unframed = true };
	if (!is_token(req->method) || !is_target(req) || !has_proper_fields(req))
		return (struct lg_http_head_verdict){ .status = 400 };
	if (f.hosts > 1 || (f.hosts == 0 && http_1_1))
		return (struct lg_http_head_verdict){ .status = 400 };
	if (head_bytes(req) > rules->max_head_bytes || req->headers.count > LG_HTTP_MAX_HEAD_FIELDS)
		return (struct lg_http_head_verdict){ .status = 431 };
	uint64_t length;
	if (f.lengths && (!lg_str_to_uint(f.length, UINT64_MAX, &length) || length > rules->max_body_bytes))
		return (struct lg_http_head_verdict){ .status = 413 };
	return (struct lg_http_head_verdict){ .status = 0 };
}

bool
lg_http_head_announces_body(const struct lg_http_req *req)
{
	const struct framing f = count_framing(req);
	return f.codings || (f.lengths && !lg_str_eq(f.length, LG_STR("0")));
}

void
lg_http_head_split(struct lg_http_req *req)
{
	size_t mark = lg_str_find_byte(req->target, '?');
	req->path = lg_str_slice(req->target, 0, mark);
	req->query =
		mark < req->target.len ? lg_str_slice(req->target, mark + 1, req->target.len) : LG_STR_NONE;
	req->host = lg_http_header(req, LG_STR("Host"));
}

lg_str
lg_http_header(const struct lg_http_req *req, lg_str name)
{
	for (size_t i = 0; i < req->headers.count; i++)
		if (lg_str_eq_nocase(req->headers.items[i].key, name))
			return req->headers.items[i].value;
	return LG_STR_NONE;
}

void
lg_http_answer_header(struct lg_http_answer *answer, lg_str name, lg_str value)
{
	if (answer->header_count == LG_HTTP_MAX_HEADERS || !is_token(name) ||
		!is_field_text(value))
		return;
	answer->headers[answer->header_count++] = (struct lg_http_header){ .name = name, .value = value };
}
