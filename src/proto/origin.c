#include "proto/origin.h"

#include "domain/url.h"

/* scheme://host[:port] of a URL. */
static lg_str
origin_of(lg_str url)
{
	for (size_t i = 0; i + 3 <= url.len; i++) {
		if (!lg_str_eq(lg_str_slice(url, i, i + 3), LG_STR("://")))
			continue;
		const lg_str rest = lg_str_slice(url, i + 3, url.len);
		return lg_str_slice(url, 0, i + 3 + lg_str_find_byte(rest, '/'));
	}
	return LG_STR_NONE;
}

static lg_str
host_of(lg_str url)
{
	lg_str origin = origin_of(url);
	lg_str_cut(&origin, '/');
	lg_str_cut(&origin, '/');
	return origin;
}

/* 127.a.b.c, in decimal: what looks like a name is none. */
static bool
is_loopback_v4(lg_str host)
{
	lg_str rest = host;
	for (int part = 0; part < 4; part++) {
		uint64_t number;
		if (!lg_str_to_uint(lg_str_cut(&rest, '.'), 255, &number) || (part == 0 && number != 127))
			return false;
	}
	return !lg_str_present(rest);
}

bool
lg_origin_host_ok(const struct lg_settings *settings, const struct lg_http_req *req)
{
	if (!lg_str_present(req->host))
		return true;
	const lg_str host = lg_url_without_port(req->host);
	if (lg_str_eq_nocase(host, LG_STR("localhost")) || lg_str_eq(host, LG_STR("[::1]")) ||
		is_loopback_v4(host))
		return true;
	/* RFC 6761, 6.3: names below it never leave the machine. */
	if (host.len > 10 &&
		lg_str_eq_nocase(lg_str_slice(host, host.len - 10, host.len), LG_STR(".localhost")))
		return true;
	const lg_str configured = lg_url_without_port(host_of(settings->public_url));
	return !lg_str_empty(configured) && lg_str_eq_nocase(host, configured);
}

bool
lg_origin_foreign(const struct lg_settings *settings, const struct lg_http_req *req)
{
	const lg_str origin = lg_http_header(req, LG_STR("Origin"));
	/* A script or an image of another site comes without Origin; somebody who follows a link may. */
	if (!lg_str_present(origin))
		return lg_str_eq(lg_http_header(req, LG_STR("Sec-Fetch-Site")), LG_STR("cross-site"))
			&& !lg_str_eq(lg_http_header(req, LG_STR("Sec-Fetch-Mode")), LG_STR("navigate"));
	if (lg_str_eq_nocase(origin, origin_of(settings->public_url)))
		return false;
	/* Host has been found to be our own. */
	lg_str rest = origin;
	const lg_str scheme = lg_str_cut(&rest, ':');
	const bool http = lg_str_eq(scheme, LG_STR("http")) || lg_str_eq(scheme, LG_STR("https"));
	return !http || !lg_str_starts(rest, LG_STR("//")) || !lg_str_present(req->host) ||
	       !lg_str_eq_nocase(lg_str_slice(rest, 2, rest.len), req->host);
}
