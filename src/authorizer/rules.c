#include "authorizer/rules.h"

lg_status
lg_token_source_read(struct lg_ctx *cx, lg_str text, struct lg_token_source *ret)
{
	lg_str name = text;
	const lg_str kind = lg_str_cut(&name, '.');
	*ret = (struct lg_token_source){ .name = name };
	if (lg_str_eq(text, LG_STR("route")))
		ret->kind = LG_SOURCE_ROUTE;
	else if (lg_str_eq(kind, LG_STR("header")) && name.len)
		ret->kind = LG_SOURCE_HEADER;
	else if (lg_str_eq(kind, LG_STR("query")) && name.len)
		ret->kind = LG_SOURCE_QUERY;
	else
		return lg_fail(cx, LG_E_REFUSED, "\"%.*s\" is none of header.NAME, query.NAME, route",
			LG_FMT(text));
	return LG_OK;
}

/* What stands behind the last `byte`. */
static lg_str
behind_last(lg_str s, char byte)
{
	while (lg_str_has_byte(s, byte))
		lg_str_cut(&s, byte);
	return s;
}

static bool
is_pool_id(lg_str text)
{
	lg_str rest = text;
	const lg_str region = lg_str_cut(&rest, '_');
	return region.len && rest.len && !lg_str_has_byte(text, '/') && !lg_str_has_byte(text, ':') &&
	       !lg_str_has_byte(text, '.');
}

/* https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example, with or without "issuer-" before it */
static bool
is_aws_form(lg_str url)
{
	return lg_str_starts(url, LG_STR("https://cognito-idp.")) ||
	       lg_str_starts(url, LG_STR("https://issuer-cognito-idp."));
}

lg_status
lg_token_issuer_read(struct lg_ctx *cx, lg_str text, lg_str public_url, struct lg_token_issuer *ret)
{
	const bool arn = lg_str_starts(text, LG_STR("arn:"));
	const lg_str last = behind_last(text, '/');
	*ret = (struct lg_token_issuer){ 0 };
	if (is_pool_id(text) || (arn && is_pool_id(last))) {
		ret->pool_id = last;
		return LG_OK;
	}
	if (arn || (!lg_str_starts(text, LG_STR("https://")) && !lg_str_starts(text, LG_STR("http://"))))
		return lg_fail(cx, LG_E_REFUSED,
			"\"%.*s\" is neither the address of an issuer nor the id of a user pool",
			LG_FMT(text));
	ret->url = text;
	const bool ours = lg_str_present(public_url) && lg_str_starts(text, public_url) &&
			  text.len == public_url.len + 1 + last.len;
	if ((ours || is_aws_form(text)) && is_pool_id(last))
		ret->pool_id = last;
	return LG_OK;
}

/* ---- routes ---- */

/* "Example.com.:8080" -> "example.com" */
static lg_status
host_name(struct lg_ctx *cx, lg_str host, lg_str *ret)
{
	if (lg_str_starts(host, LG_STR("[")))
		host = lg_str_slice(host, 0, lg_str_find_byte(host, ']') + 1);
	else
		host = lg_str_slice(host, 0, lg_str_find_byte(host, ':'));
	if (lg_str_ends(host, LG_STR(".")))
		host.len--;
	return lg_str_lower(cx, host, ret);
}

static bool
host_fits(const struct lg_route *route, lg_str host)
{
	if (!lg_str_present(route->host))
		return true;
	if (!route->below)
		return lg_str_eq(route->host, host);
	return host.len > route->host.len + 1 && lg_str_ends(host, route->host) &&
	       host.ptr[host.len - route->host.len - 1] == '.';
}

static bool
method_fits(const struct lg_route *route, const struct lg_ask *ask)
{
	if (!route->methods.count || lg_str_list_has(&route->methods, ask->method))
		return true;
	/* Of the request that the browser has in mind. */
	return route->preflight && lg_ask_is_preflight(ask) &&
	       lg_str_list_has(&route->methods,
		       lg_str_trim(lg_ask_header(ask, LG_STR("Access-Control-Request-Method"))));
}

static const struct lg_route *
find(const struct lg_rules *rules, const struct lg_ask *ask, lg_str host, lg_str reading)
{
	for (size_t i = 0; i < rules->route_count; i++) {
		const struct lg_route *route = &rules->routes[i];
		if (host_fits(route, host) && method_fits(route, ask) &&
			lg_path_matches(&route->path, reading))
			return route;
	}
	return NULL;
}

lg_status
lg_rules_route(struct lg_ctx *cx, const struct lg_rules *rules, const struct lg_ask *ask,
	const struct lg_route **ret)
{
	lg_str host;
	LG_TRY(host_name(cx, ask->host, &host));
	const struct lg_route *route = find(rules, ask, host, ask->path.readings[0]);
	for (size_t i = 1; i < ask->path.count; i++)
		if (find(rules, ask, host, ask->path.readings[i]) != route)
			return lg_fail(cx, LG_E_REFUSED, "the path can be read as that of several routes");
	if (!route)
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	*ret = route;
	return LG_OK;
}
