#include "oauth/resource.h"

#include "domain/url.h"

bool
lg_oauth_resource_fits(lg_str resource)
{
	const lg_str scheme = lg_url_scheme(resource);
	const bool http = lg_str_eq_nocase(scheme, LG_STR("http"));
	const bool web = http || lg_str_eq_nocase(scheme, LG_STR("https"));
	const lg_str host = web ? lg_url_host(resource) : LG_STR("-");
	if (!lg_str_present(scheme) || lg_str_has_byte(resource, '#') || lg_str_empty(host))
		return false;
	return !http || lg_url_host_is_loopback(host);
}
