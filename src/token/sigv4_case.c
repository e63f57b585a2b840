#include "token/sigv4_case.h"

/* "https://host:port/path?query" */
static lg_status
read_url(struct lg_ctx *cx, lg_str url, struct lg_sigv4_request *request, lg_str *ret_host)
{
	lg_str rest = url;
	bool tls = lg_str_starts(url, LG_STR("https://"));
	if (!tls && !lg_str_starts(url, LG_STR("http://")))
		return lg_fail(cx, LG_E_MALFORMED, "url must begin with http:// or https://");
	rest = lg_str_slice(rest, tls ? 8 : 7, rest.len);
	rest = lg_str_slice(rest, 0, lg_str_find_byte(rest, '#'));
	lg_str authority = lg_str_slice(rest, 0, lg_str_find_byte(rest, '/'));
	authority = lg_str_slice(authority, 0, lg_str_find_byte(authority, '?'));
	rest = lg_str_slice(rest, authority.len, rest.len);
	request->path = lg_str_cut(&rest, '?');
	request->query = rest;
	if (!request->path.len)
		request->path = LG_STR("/");
	*ret_host = authority;
	return LG_OK;
}

static lg_status
read_headers(struct lg_ctx *cx, const json_t *object, lg_str host, struct lg_str_map *ret)
{
	if (object && !json_is_object(object))
		return lg_fail(cx, LG_E_MALFORMED, "headers must be an object");
	struct lg_str_map map = {
		.items = lg_new_array(cx, struct lg_str_pair, json_object_size(object) + 1), .has = true
	};
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	json_t *walked = (json_t *)(uintptr_t)object;
	bool named = false;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
		lg_str name = lg_str_from_c(json_object_iter_key(at)),
		       value = lg_json_text(json_object_iter_value(at));
		if (!lg_str_present(value))
			return lg_fail(cx, LG_E_MALFORMED, "a header must be a string");
		named = named || lg_str_eq_nocase(name, LG_STR("host"));
		map.items[map.count++] = (struct lg_str_pair){ name, value };
	}
	if (!named)
		map.items[map.count++] = (struct lg_str_pair){ LG_STR("host"), host };
	*ret = map;
	return LG_OK;
}

lg_status
lg_sigv4_case_read(struct lg_ctx *cx, const json_t *object, struct lg_sigv4_case *ret)
{
	struct lg_sigv4_case c = {
		.name = lg_json_member_text(object, LG_STR("name")),
		.service = lg_json_member_text(object, LG_STR("service")),
		.region = lg_json_member_text(object, LG_STR("region")),
		.access_key_id = lg_json_member_text(object, LG_STR("access_key_id")),
		.secret_key = lg_json_member_text(object, LG_STR("secret_access_key")),
		.session_token = lg_json_member_text(object, LG_STR("session_token")),
		.request = { .method = lg_json_member_text(object, LG_STR("method")),
			.body = lg_json_member_text(object, LG_STR("body")) },
	};
	lg_str url = lg_json_member_text(object, LG_STR("url")), host = LG_STR_NONE;
	if (!lg_str_present(c.service) || !lg_str_present(c.secret_key) ||
		!lg_str_present(c.request.method) || !lg_str_present(url) ||
		!lg_time_parse_sigv4(lg_json_member_text(object, LG_STR("timestamp")), &c.now))
		return lg_fail(cx, LG_E_MALFORMED,
			"a case needs service, method, url, secret_access_key and timestamp "
			"(20300115T102030Z)");
	LG_TRY(read_url(cx, url, &c.request, &host));
	LG_TRY(read_headers(cx, lg_json_member(object, LG_STR("headers")), host, &c.request.headers));
	*ret = c;
	return LG_OK;
}

lg_status
lg_sigv4_case_verify(
	struct lg_ctx *cx, const struct lg_sigv4_case *c, lg_str *ret_canonical, lg_str *ret_string_to_sign)
{
	struct lg_sigv4_claim claim;
	*ret_canonical = *ret_string_to_sign = LG_STR_NONE;
	LG_TRY(lg_sigv4_parse(cx, &c->request, &claim));
	lg_status s = lg_sigv4_verify(cx, &c->request, &claim, c->secret_key, c->service, c->now,
		ret_canonical, ret_string_to_sign);
	/* Key id, token and region must be the case's own, as in a server that looks them up. */
	if (lg_str_present(c->access_key_id) && !lg_str_eq(claim.access_key_id, c->access_key_id))
		return lg_fail_default(cx, LG_E_UNRECOGNIZED_CLIENT);
	if (!lg_str_eq(claim.security_token, c->session_token))
		return lg_fail_default(cx, LG_E_UNRECOGNIZED_CLIENT);
	if (lg_str_present(c->region) && !lg_str_eq(claim.region, c->region))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Credential should be scoped to a valid region, not '%.*s'.", LG_FMT(claim.region));
	return s;
}
