/*
 * route.h - pages of managed login by path: one table, which the app hooks into the front (proto/route.h).
 *
 * Unknown paths below none of ours are not answered here.
 */
#ifndef LG_PAGE_ROUTE_H
#define LG_PAGE_ROUTE_H

#include "page/page.h"

/* What has to be there before a page function is called. */
enum lg_page_needs {
	LG_PAGE_REQUEST = 1 << 0, /* an authorization request that holds; without, the error page answers */
	LG_PAGE_SESSION = 1 << 1, /* somebody who is signed in; others are sent to /login */
	LG_PAGE_GET = 1 << 2,     /* methods */
	LG_PAGE_POST = 1 << 3,
	LG_PAGE_CLIENT = 1 << 4, /* a client alone: pages about an account (page/goal.h) */
	LG_PAGE_LOOK = 1 << 5,   /* the look of a client, if there is one */
	LG_PAGE_BACK = 1 << 6,   /* an answer of a provider's, which brings the request (page/provider.h) */
};

struct lg_page_route {
	lg_str path;
	unsigned needs;
	lg_page_fn *page;
};

/* False when the path is none of a page. */
bool lg_pages_answer(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	struct lg_http_answer *ret);

#endif
