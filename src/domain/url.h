/*
 * url.h - parts of URLs that somebody configures: as written, nothing decoded.
 */
#ifndef LG_DOMAIN_URL_H
#define LG_DOMAIN_URL_H

#include "base/str.h"

/* The scheme in front of ':' (RFC 3986, 3.1); absent when there is none. */
lg_str lg_url_scheme(lg_str url);

/*
 * The host of scheme://host[:port][/...], with brackets if it has them; absent when there is no authority,
 * an empty one, or one with user information.
 */
lg_str lg_url_host(lg_str url);

/* A Host without its port: "example.com:80" -> "example.com". Absent when a bracket is not closed. */
lg_str lg_url_without_port(lg_str host);

/* "localhost", "127.0.0.1", "[::1]" */
bool lg_url_host_is_loopback(lg_str host);

#endif
