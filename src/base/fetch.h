/*
 * fetch.h - one request to somebody else's server: the port. net/fetch.h has the real one, tests their own.
 */
#ifndef LG_BASE_FETCH_H
#define LG_BASE_FETCH_H

#include "base/ctx.h"

struct lg_fetch_header {
	lg_str name, value;
};

struct lg_fetch {
	lg_str method;  /* absent = GET */
	lg_str url;     /* absolute, https; http only to networks that the settings name */
	const struct lg_fetch_header *headers;
	size_t header_count;
	lg_str body;    /* absent = none */
	size_t max_bytes;    /* of the answer's body */
	int64_t timeout_ms;  /* for all of it */
};

struct lg_fetched {
	int status;          /* redirects are answers like any other; nobody follows them */
	lg_str content_type; /* absent = none */
	int64_t max_age_s;   /* of Cache-Control; -1 = none */
	lg_str body;
};

struct lg_fetcher {
	/*
	 * LG_E_REFUSED: the URL or the address it leads to is not allowed. LG_E_UNAVAILABLE: not reached,
	 * not in time, or no HTTP. LG_E_TOO_LARGE: a longer body. The failure's text tells an operator why.
	 */
	lg_status (*fetch)(struct lg_fetcher *self, struct lg_ctx *cx, const struct lg_fetch *request,
		struct lg_fetched *ret);
};

#endif
