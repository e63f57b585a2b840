#include "domain/url.h"

lg_str
lg_url_scheme(lg_str url)
{
	lg_str scheme = lg_str_slice(url, 0, lg_str_find_byte(url, ':'));
	if (scheme.len == url.len || scheme.len == 0)
		return LG_STR_NONE;
	for (size_t i = 0; i < scheme.len; i++) {
		char c = scheme.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
		if (!letter && (!other || i == 0))
			return LG_STR_NONE;
	}
	return scheme;
}

lg_str
lg_url_host(lg_str url)
{
	lg_str rest = lg_str_slice(url, lg_url_scheme(url).len + 1, url.len);
	if (!lg_str_starts(rest, LG_STR("//")))
		return LG_STR_NONE;
	rest = lg_str_slice(rest, 2, rest.len);
	size_t end = 0;
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	lg_str authority = lg_str_slice(rest, 0, end);
	/* With user information the host is elsewhere than it looks. */
	if (lg_str_has_byte(authority, '@') || lg_str_empty(authority))
		return LG_STR_NONE;
	return lg_url_without_port(authority);
}

lg_str
lg_url_without_port(lg_str host)
{
	if (!lg_str_starts(host, LG_STR("[")))
		return lg_str_slice(host, 0, lg_str_find_byte(host, ':'));
	const size_t end = lg_str_find_byte(host, ']');
	return end < host.len ? lg_str_slice(host, 0, end + 1) : LG_STR_NONE;
}

bool
lg_url_host_is_loopback(lg_str host)
{
	return lg_str_eq_nocase(host, LG_STR("localhost")) || lg_str_eq(host, LG_STR("127.0.0.1"))
		|| lg_str_eq(host, LG_STR("[::1]"));
}
