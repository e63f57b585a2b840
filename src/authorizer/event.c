#include "authorizer/event.h"

#include "codec/json.h"
#include "codec/text.h"
#include "codec/uri.h"

#define EVENT_MAX_BYTES ((size_t)256 << 10)

/* An event while it is written. */
struct event {
	struct lg_ctx *cx;
	struct lg_json *j;
	const struct lg_authz_call *call;
	lg_str method_arn;
	const lg_str *sources;
	size_t source_count;
	struct lg_str_map query, parameters;
	lg_str route_key; /* "GET /pets/{id}", "$default" */
};

static void
put_pair(struct lg_json *j, const char *key, lg_str value)
{
	if (lg_str_present(value) && lg_text_is_utf8(value))
		lg_json_pair_str(j, lg_str_from_c(key), value);
}

static bool
stood_before(const struct lg_str_map *map, size_t at, bool any_case)
{
	for (size_t i = 0; i < at; i++) {
		const lg_str a = map->items[i].key, b = map->items[at].key;
		if (any_case ? lg_str_eq_nocase(a, b) : lg_str_eq(a, b))
			return true;
	}
	return false;
}

static bool
is_same(const struct lg_str_map *map, size_t a, size_t b, bool any_case)
{
	return any_case ? lg_str_eq_nocase(map->items[a].key, map->items[b].key)
			: lg_str_eq(map->items[a].key, map->items[b].key);
}

enum repeats { REPEATS_LAST, REPEATS_JOINED, REPEATS_LISTED };

/* The values of the name that stands at `at`, in the event's way. */
static lg_status
put_values(struct event *e, const struct lg_str_map *map, size_t at, bool any_case, enum repeats how)
{
	lg_str value = LG_STR_NONE;
	if (how == REPEATS_LISTED)
		lg_json_open(e->j, '[');
	for (size_t i = at; i < map->count; i++) {
		const lg_str one = map->items[i].value;
		if (!is_same(map, at, i, any_case) || !lg_text_is_utf8(one))
			continue;
		if (how == REPEATS_LISTED)
			lg_json_str(e->j, one);
		else if (how == REPEATS_JOINED && lg_str_present(value))
			LG_TRY(lg_str_concat(e->cx, (const lg_str[]){ value, LG_STR(","), one }, 3, &value));
		else
			value = lg_str_present(one) ? one : LG_STR("");
	}
	if (how == REPEATS_LISTED)
		lg_json_close(e->j, ']');
	else
		lg_json_str(e->j, lg_str_present(value) ? value : LG_STR(""));
	return LG_OK;
}

static lg_status
put_map(struct event *e, const char *name, const struct lg_str_map *map, bool any_case, enum repeats how)
{
	lg_json_key(e->j, lg_str_from_c(name));
	lg_json_open(e->j, '{');
	for (size_t i = 0; i < map->count; i++) {
		lg_str key = map->items[i].key;
		if (stood_before(map, i, any_case) || !lg_text_is_utf8(key))
			continue;
		if (how == REPEATS_JOINED && any_case)
			LG_TRY(lg_str_lower(e->cx, key, &key));
		lg_json_key(e->j, key);
		LG_TRY(put_values(e, map, i, any_case, how));
	}
	lg_json_close(e->j, '}');
	return LG_OK;
}

/* What every requestContext begins with. */
static void
begin_context(struct event *e)
{
	lg_json_key(e->j, LG_STR("requestContext"));
	lg_json_open(e->j, '{');
	put_pair(e->j, "accountId", e->call->env->settings->account);
	put_pair(e->j, "apiId", e->call->route->authorizer->api);
	put_pair(e->j, "domainName", e->call->ask->host);
}

/* ---- REST APIs, and HTTP APIs of version 1.0 ---- */

static void
put_rest_context(struct event *e)
{
	const struct lg_ask *ask = e->call->ask;
	struct lg_json *j = e->j;
	begin_context(e);
	put_pair(j, "httpMethod", ask->method);
	put_pair(j, "path", ask->path.raw);
	put_pair(j, "requestId", e->cx->request_id);
	put_pair(j, "resourcePath", e->call->route->path.text);
	put_pair(j, "stage", e->call->route->stage);
	lg_json_pair_int(j, LG_STR("requestTimeEpoch"), e->cx->now.ms);
	lg_json_key(j, LG_STR("identity"));
	lg_json_open(j, '{');
	put_pair(j, "sourceIp", ask->peer);
	put_pair(j, "userAgent", lg_ask_header(ask, LG_STR("User-Agent")));
	lg_json_close(j, '}');
	lg_json_close(j, '}');
}

static lg_status
put_rest(struct event *e)
{
	const struct lg_ask *ask = e->call->ask;
	struct lg_json *j = e->j;
	lg_json_pair_str(j, LG_STR("type"), LG_STR("REQUEST"));
	put_pair(j, "methodArn", e->method_arn);
	put_pair(j, "resource", e->call->route->path.text);
	put_pair(j, "path", ask->path.raw);
	put_pair(j, "httpMethod", ask->method);
	LG_TRY(put_map(e, "headers", &ask->headers, true, REPEATS_LAST));
	LG_TRY(put_map(e, "multiValueHeaders", &ask->headers, true, REPEATS_LISTED));
	LG_TRY(put_map(e, "queryStringParameters", &e->query, false, REPEATS_LAST));
	LG_TRY(put_map(e, "multiValueQueryStringParameters", &e->query, false, REPEATS_LISTED));
	LG_TRY(put_map(e, "pathParameters", &e->parameters, false, REPEATS_LAST));
	LG_TRY(put_map(e, "stageVariables", &(const struct lg_str_map){ 0 }, false, REPEATS_LAST));
	put_rest_context(e);
	return LG_OK;
}

static lg_status
put_http_1(struct event *e)
{
	lg_str sources = e->source_count ? e->sources[0] : LG_STR_NONE;
	for (size_t i = 1; i < e->source_count; i++)
		LG_TRY(lg_str_concat(
			e->cx, (const lg_str[]){ sources, LG_STR(","), e->sources[i] }, 3, &sources));
	lg_json_pair_str(e->j, LG_STR("version"), LG_STR("1.0"));
	put_pair(e->j, "identitySource", sources);
	put_pair(e->j, "authorizationToken", sources);
	return put_rest(e);
}

/* ---- HTTP APIs of version 2.0 ---- */

static void
put_http_context(struct event *e)
{
	const struct lg_ask *ask = e->call->ask;
	struct lg_json *j = e->j;
	begin_context(e);
	lg_json_key(j, LG_STR("http"));
	lg_json_open(j, '{');
	put_pair(j, "method", ask->method);
	put_pair(j, "path", ask->path.raw);
	lg_json_pair_str(j, LG_STR("protocol"), LG_STR("HTTP/1.1"));
	put_pair(j, "sourceIp", ask->peer);
	put_pair(j, "userAgent", lg_ask_header(ask, LG_STR("User-Agent")));
	lg_json_close(j, '}');
	put_pair(j, "requestId", e->cx->request_id);
	put_pair(j, "routeKey", e->route_key);
	put_pair(j, "stage", e->call->route->stage);
	lg_json_pair_int(j, LG_STR("timeEpoch"), e->cx->now.ms);
	lg_json_close(j, '}');
}

static void
put_cookies(struct event *e)
{
	lg_str rest = lg_ask_header(e->call->ask, LG_STR("Cookie"));
	if (!lg_str_present(rest) || !lg_text_is_utf8(rest))
		return;
	lg_json_key(e->j, LG_STR("cookies"));
	lg_json_open(e->j, '[');
	while (lg_str_present(rest)) {
		const lg_str cookie = lg_str_trim(lg_str_cut(&rest, ';'));
		if (cookie.len)
			lg_json_str(e->j, cookie);
	}
	lg_json_close(e->j, ']');
}

static lg_status
put_http_2(struct event *e)
{
	const struct lg_ask *ask = e->call->ask;
	struct lg_json *j = e->j;
	lg_json_pair_str(j, LG_STR("version"), LG_STR("2.0"));
	lg_json_pair_str(j, LG_STR("type"), LG_STR("REQUEST"));
	put_pair(j, "routeArn", e->method_arn);
	lg_json_key(j, LG_STR("identitySource"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < e->source_count; i++)
		if (lg_text_is_utf8(e->sources[i]))
			lg_json_str(j, e->sources[i]);
	lg_json_close(j, ']');
	put_pair(j, "routeKey", e->route_key);
	put_pair(j, "rawPath", ask->path.raw);
	put_pair(j, "rawQueryString", lg_str_present(ask->query) ? ask->query : LG_STR(""));
	put_cookies(e);
	LG_TRY(put_map(e, "headers", &ask->headers, true, REPEATS_JOINED));
	LG_TRY(put_map(e, "queryStringParameters", &e->query, false, REPEATS_JOINED));
	LG_TRY(put_map(e, "pathParameters", &e->parameters, false, REPEATS_LAST));
	LG_TRY(put_map(e, "stageVariables", &(const struct lg_str_map){ 0 }, false, REPEATS_LAST));
	put_http_context(e);
	return LG_OK;
}

static lg_status
read_parts(struct event *e)
{
	const struct lg_ask *ask = e->call->ask;
	const struct lg_path_pattern *pattern = &e->call->route->path;
	const lg_str query = lg_str_present(ask->query) ? ask->query : LG_STR("");
	const lg_status s = lg_form_parse(e->cx, query, &e->query);
	/* What is no form has no parameters; the raw query is told as it is. */
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		e->query = (struct lg_str_map){ 0 };
	else
		LG_TRY(s);
	LG_TRY(lg_path_parameters(e->cx, pattern, ask->path.readings[0], &e->parameters));
	e->route_key = LG_STR("$default");
	if (!pattern->any)
		LG_TRY(lg_str_fmt(e->cx, &e->route_key, "%.*s %.*s",
			LG_FMT(e->call->route->methods.count ? ask->method : LG_STR("ANY")),
			LG_FMT(pattern->text)));
	return LG_OK;
}

lg_status
lg_event_write(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str method_arn, const lg_str *sources,
	size_t source_count, lg_str *ret)
{
	struct event e = { .cx = cx,
		.j = lg_json_new(cx, EVENT_MAX_BYTES),
		.call = call,
		.method_arn = method_arn,
		.sources = sources,
		.source_count = source_count };
	LG_TRY(read_parts(&e));
	lg_json_open(e.j, '{');
	switch (call->route->authorizer->event) {
	case LG_EVENT_TOKEN:
		lg_json_pair_str(e.j, LG_STR("type"), LG_STR("TOKEN"));
		put_pair(e.j, "authorizationToken", sources[0]);
		put_pair(e.j, "methodArn", method_arn);
		break;
	case LG_EVENT_REQUEST:
		LG_TRY(put_rest(&e));
		break;
	case LG_EVENT_HTTP_1:
		LG_TRY(put_http_1(&e));
		break;
	case LG_EVENT_HTTP_2:
		LG_TRY(put_http_2(&e));
		break;
	}
	lg_json_close(e.j, '}');
	return lg_json_finish(cx, e.j, ret);
}
