#include "authorizer/ask.h"

#include "codec/uri.h"
#include "domain/caller.h"

#define S LG_STR_INIT
#define PREFIX LG_STR("/authorizer/")

static const struct {
	lg_str word;
	enum lg_ask_family family;
} families[] = {
	{ S("nginx"), LG_ASK_NGINX },
	{ S("url"), LG_ASK_URL },
	{ S("forward"), LG_ASK_FORWARD },
	{ S("envoy"), LG_ASK_ENVOY },
	{ S("ask"), LG_ASK_ANY },
};

/* Where each family says what. Absent = nowhere. */
static const struct words {
	lg_str uri, method, host, scheme, peer;
} words_of[] = {
	[LG_ASK_NGINX] = { S("X-Original-URI"), S("X-Original-Method"), S("Host"), S("X-Original-Proto"),
		S("X-Real-IP") },
	[LG_ASK_URL] = { S("X-Original-URL"), S("X-Original-Method"), .peer = S("X-Real-IP") },
	[LG_ASK_FORWARD] = { S("X-Forwarded-Uri"), S("X-Forwarded-Method"), S("X-Forwarded-Host"),
		S("X-Forwarded-Proto"), S("X-Forwarded-For") },
	[LG_ASK_ENVOY] = { .host = S("Host"),
		.scheme = S("X-Forwarded-Proto"),
		.peer = S("X-Forwarded-For") },
};

/* What proxies make of a request, or speak about their own connection with us. */
static const lg_str dropped[] = { S("host"), S("connection"), S("keep-alive"), S("proxy-connection"),
	S("te"), S("trailer"), S("transfer-encoding"), S("upgrade"), S("content-length"), S("expect"),
	S("x-real-ip"), S("x-amzn-request-context"), S("x-sent-from"), S("x-auth-request-redirect") };
static const lg_str dropped_families[] = { S("x-original-"), S("x-forwarded-"), S("x-envoy-"),
	S("x-authz-") };

static lg_status
refuse(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_REFUSED, "%s", why);
}

bool
lg_ask_family(lg_str target, enum lg_ask_family *ret, lg_str *ret_target)
{
	if (!lg_str_starts(target, PREFIX))
		return false;
	const lg_str rest = lg_str_slice(target, PREFIX.len, target.len);
	size_t end = 0;
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	const lg_str word = lg_str_slice(rest, 0, end), behind = lg_str_slice(rest, end, rest.len);
	for (size_t i = 0; i < LG_LEN(families); i++) {
		if (!lg_str_eq(families[i].word, word))
			continue;
		const bool envoy = families[i].family == LG_ASK_ENVOY;
		if (lg_str_starts(behind, LG_STR("/")) != envoy)
			return false;
		*ret = families[i].family;
		*ret_target = envoy ? behind : LG_STR_NONE;
		return true;
	}
	return false;
}

/* ---- headers ---- */

static bool
starts_nocase(lg_str s, lg_str prefix)
{
	return lg_str_eq_nocase(lg_str_slice(s, 0, prefix.len), prefix);
}

/* The only value; absent when there is none or it is empty, which some proxies send for it. */
static lg_status
only_one(struct lg_ctx *cx, const struct lg_str_map *headers, lg_str name, lg_str *ret)
{
	lg_str found = LG_STR_NONE;
	for (size_t i = 0; name.len && i < headers->count; i++) {
		if (!lg_str_eq_nocase(headers->items[i].key, name))
			continue;
		if (lg_str_present(found))
			return lg_fail(cx, LG_E_REFUSED, "%.*s stands twice", LG_FMT(name));
		found = headers->items[i].value;
	}
	*ret = found.len ? found : LG_STR_NONE;
	return LG_OK;
}

static bool
has(const struct lg_str_map *headers, lg_str name)
{
	for (size_t i = 0; i < headers->count; i++)
		if (lg_str_eq_nocase(headers->items[i].key, name) && headers->items[i].value.len)
			return true;
	return false;
}

lg_str
lg_ask_header(const struct lg_ask *ask, lg_str name)
{
	for (size_t i = 0; i < ask->headers.count; i++)
		if (lg_str_eq_nocase(ask->headers.items[i].key, name))
			return ask->headers.items[i].value;
	return LG_STR_NONE;
}

static bool
is_dropped(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(dropped); i++)
		if (lg_str_eq_nocase(name, dropped[i]))
			return true;
	for (size_t i = 0; i < LG_LEN(dropped_families); i++)
		if (starts_nocase(name, dropped_families[i]))
			return true;
	return false;
}

/* Those of the client, with the host and the length that it sent. */
static lg_status
take_headers(struct lg_ctx *cx, const struct lg_str_map *from, lg_str length, struct lg_ask *ask)
{
	struct lg_str_map map = { .items = lg_new_array(cx, struct lg_str_pair, from->count + 2),
		.has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	map.items[map.count++] = (struct lg_str_pair){ LG_STR("host"), ask->host };
	for (size_t i = 0; i < from->count; i++)
		if (!is_dropped(from->items[i].key))
			map.items[map.count++] = from->items[i];
	if (lg_str_present(length))
		map.items[map.count++] = (struct lg_str_pair){ LG_STR("content-length"), length };
	ask->headers = map;
	return LG_OK;
}

/* ---- families ---- */

/* Which of them is there? Two can only contradict each other. */
static lg_status
find_family(struct lg_ctx *cx, const struct lg_str_map *headers, enum lg_ask_family *ret)
{
	const bool nginx = has(headers, LG_STR("X-Original-URI"));
	const bool url = has(headers, LG_STR("X-Original-URL"));
	const bool forward = has(headers, LG_STR("X-Forwarded-Uri")) ||
			     has(headers, LG_STR("X-Forwarded-Method")) ||
			     has(headers, LG_STR("X-Forwarded-Host"));
	const bool original = nginx || url || has(headers, LG_STR("X-Original-Method"));
	if ((nginx && url) || (original && forward))
		return refuse(cx, "headers of several families at once");
	if (!nginx && !url && !forward)
		return refuse(cx, "no header says what is asked for");
	*ret = nginx ? LG_ASK_NGINX : url ? LG_ASK_URL : LG_ASK_FORWARD;
	return LG_OK;
}

static bool
is_method(lg_str method)
{
	for (size_t i = 0; i < method.len; i++) {
		const char lower = (char)(method.ptr[i] | 0x20);
		if ((lower < 'a' || lower > 'z') && method.ptr[i] != '-' && method.ptr[i] != '_')
			return false;
	}
	return method.len > 0 && method.len <= 32;
}

/* A name or address with a port: nothing that would end it elsewhere. */
static bool
is_host(lg_str host)
{
	for (size_t i = 0; i < host.len; i++) {
		const char c = host.ptr[i], lower = (char)(c | 0x20);
		const bool plain = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || c == '.' ||
				   c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
		if (!plain)
			return false;
	}
	return host.len > 0 && host.len <= 300;
}

static lg_status
take_target(struct lg_ctx *cx, lg_str target, struct lg_ask *ask)
{
	lg_str rest = target;
	const lg_str path = lg_str_cut(&rest, '?');
	for (size_t i = 0; i < rest.len; i++) {
		const unsigned char c = (unsigned char)rest.ptr[i];
		if (c <= 0x20 || c == 0x7f)
			return refuse(cx, "the query has controls or blanks");
	}
	ask->query = rest;
	return lg_path_read(cx, path, &ask->path);
}

/* scheme://host/path?query */
static lg_status
take_url(struct lg_ctx *cx, lg_str url, struct lg_ask *ask)
{
	lg_str rest = url;
	ask->scheme = lg_str_cut(&rest, ':');
	const bool known = lg_str_eq(ask->scheme, LG_STR("https")) || lg_str_eq(ask->scheme, LG_STR("http"));
	if (!known || !lg_str_starts(rest, LG_STR("//")))
		return refuse(cx, "X-Original-URL is no address");
	rest = lg_str_slice(rest, 2, rest.len);
	size_t end = 0;
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	ask->host = lg_str_slice(rest, 0, end);
	return take_target(cx, lg_str_slice(rest, end, rest.len), ask);
}

/* The last one is what the proxy itself has put there. */
static lg_str
last_address(const struct lg_str_map *headers, lg_str name)
{
	lg_str found = LG_STR_NONE;
	for (size_t i = 0; name.len && i < headers->count; i++)
		if (lg_str_eq_nocase(headers->items[i].key, name))
			found = headers->items[i].value;
	while (lg_str_has_byte(found, ','))
		lg_str_cut(&found, ',');
	found = lg_str_trim(found);
	return lg_caller_is_ip(found) ? found : LG_STR_NONE;
}

/* nginx tells whether there was a body, if it is asked to. */
static lg_status
take_length(struct lg_ctx *cx, const struct lg_str_map *headers, lg_str *ret_length, struct lg_ask *ask)
{
	lg_str protocol, length, coding;
	LG_TRY(only_one(cx, headers, LG_STR("X-Original-Protocol"), &protocol));
	LG_TRY(only_one(cx, headers, LG_STR("X-Original-Content-Length"), &length));
	LG_TRY(only_one(cx, headers, LG_STR("X-Original-Transfer-Encoding"), &coding));
	const bool some =
		lg_str_present(coding) || (lg_str_present(length) && !lg_str_eq(length, LG_STR("0")));
	/* A body under HTTP/2 and 3 needs neither header. */
	if (some)
		ask->body_known = LG_BODY_SOME;
	else if (lg_str_starts(protocol, LG_STR("HTTP/1.")))
		ask->body_known = LG_BODY_NONE;
	*ret_length = length;
	return LG_OK;
}

/* What the proxy sent along. Envoy says whether it is all. */
static lg_status
take_body(struct lg_ctx *cx, const struct lg_ask_wire *wire, enum lg_ask_family family, struct lg_ask *ask)
{
	lg_str partial = LG_STR_NONE;
	if (family == LG_ASK_ENVOY)
		LG_TRY(only_one(cx, &wire->headers, LG_STR("x-envoy-auth-partial-body"), &partial));
	if (wire->body.len)
		ask->body = wire->body;
	ask->body_whole = family == LG_ASK_ENVOY ? !wire->body.len || lg_str_eq(partial, LG_STR("false"))
						 : family == LG_ASK_FORWARD;
	return LG_OK;
}

static lg_status
take_request_line(
	struct lg_ctx *cx, const struct lg_ask_wire *wire, const struct words *words, struct lg_ask *ask)
{
	lg_str uri;
	LG_TRY(only_one(cx, &wire->headers, words->uri, &uri));
	LG_TRY(only_one(cx, &wire->headers, words->method, &ask->method));
	if (!lg_str_present(uri) || !lg_str_present(ask->method))
		return refuse(cx, "the proxy does not say what is asked for");
	if (words == &words_of[LG_ASK_URL])
		return take_url(cx, uri, ask);
	return take_target(cx, uri, ask);
}

lg_status
lg_ask_read(struct lg_ctx *cx, const struct lg_ask_wire *wire, enum lg_ask_family family, struct lg_ask *ret)
{
	struct lg_ask ask = { .method = wire->method };
	lg_str target = LG_STR_NONE, length = LG_STR_NONE;
	enum lg_ask_family named;
	if (family == LG_ASK_ANY)
		LG_TRY(find_family(cx, &wire->headers, &family));
	const struct words *words = &words_of[family];
	LG_TRY(only_one(cx, &wire->headers, words->host, &ask.host));
	if (lg_str_present(words->scheme))
		LG_TRY(only_one(cx, &wire->headers, words->scheme, &ask.scheme));
	if (family != LG_ASK_ENVOY)
		LG_TRY(take_request_line(cx, wire, words, &ask));
	else if (lg_ask_family(wire->target, &named, &target))
		LG_TRY(take_target(cx, target, &ask));
	else
		return refuse(cx, "no address of a family");
	if (!is_method(ask.method) || !is_host(ask.host))
		return refuse(cx, "the proxy names no method or no host");
	ask.peer = last_address(&wire->headers, words->peer);
	if (family == LG_ASK_NGINX || family == LG_ASK_URL)
		LG_TRY(take_length(cx, &wire->headers, &length, &ask));
	LG_TRY(take_body(cx, wire, family, &ask));
	LG_TRY(take_headers(cx, &wire->headers, length, &ask));
	*ret = ask;
	return LG_OK;
}

/* ---- what is asked about it ---- */

lg_status
lg_ask_param(struct lg_ctx *cx, const struct lg_ask *ask, lg_str name, lg_str *ret)
{
	lg_str found = LG_STR_NONE;
	for (lg_str rest = ask->query; lg_str_present(rest);) {
		lg_str value = lg_str_cut(&rest, '&');
		lg_str key = lg_str_cut(&value, '=');
		if (lg_failed(lg_uri_decode(cx, key, true, &key)) || !lg_str_eq(key, name))
			continue;
		if (lg_str_present(found))
			return refuse(cx, "the token stands twice");
		if (lg_failed(lg_uri_decode(cx, value, true, &found)))
			return refuse(cx, "the token is not encoded as it should be");
	}
	*ret = found;
	return LG_OK;
}

bool
lg_ask_is_preflight(const struct lg_ask *ask)
{
	return lg_str_eq(ask->method, LG_STR("OPTIONS")) &&
	       lg_str_present(lg_ask_header(ask, LG_STR("Origin"))) &&
	       lg_str_present(lg_ask_header(ask, LG_STR("Access-Control-Request-Method")));
}
