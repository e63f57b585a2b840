/*
 * origin.h - a development server cannot be driven by a web page (DESIGN 2).
 *
 * There every key is taken for the account's own, so what keeps a page that somebody happens to visit away
 * from it are the two headers that a browser does not let the page choose.
 */
#ifndef LG_PROTO_ORIGIN_H
#define LG_PROTO_ORIGIN_H

#include "domain/env.h"
#include "net/http.h"

/*
 * Is Host, its port aside, a loopback name or address, or the host of the public URL? A page that has its
 * own name resolve to the loopback address fails here. A request without Host comes from no browser and
 * passes.
 */
bool lg_origin_host_ok(const struct lg_settings *settings, const struct lg_http_req *req);

/*
 * Is there an Origin that is neither the public URL's nor the one that Host names? "null" is foreign, and so
 * is what a browser fetches without Origin for another site (Sec-Fetch-Site), unless somebody followed a
 * link.
 */
bool lg_origin_foreign(const struct lg_settings *settings, const struct lg_http_req *req);

#endif
