/*
 * cookie.h - the Cookie and Set-Cookie headers (RFC 6265).
 */
#ifndef LG_CODEC_COOKIE_H
#define LG_CODEC_COOKIE_H

#include "base/ctx.h"

/*
 * Cookies that travel by TLS only are called "__Host-NAME" (RFC 6265bis, 4.1.3.2): browsers take those from
 * this very host alone, so that none of its neighbours plants one.
 */
#define LG_COOKIE_HOST LG_STR("__Host-")

/*
 * The value of the cookie of this name in a Cookie header; absent when there is none. Two of one name are
 * none: somebody who may set cookies for a neighbouring host has added his own, and nobody can tell which.
 */
lg_str lg_cookie_find(lg_str header, lg_str name, bool secure);

struct lg_cookie {
	lg_str name;
	lg_str value;      /* of characters that need no quotes; empty = the browser forgets it */
	int64_t max_age_s; /* 0 = until the browser is closed */
	bool secure;
};

#define LG_COOKIE_MAX ((size_t)4096) /* of name and value (RFC 6265bis, 5.6) */

/*
 * For all paths of the host alone, out of scripts' reach, and not sent along by other sites' forms.
 * LG_E_TOO_LARGE: browsers would drop it.
 */
LG_MUST lg_status lg_cookie_make(struct lg_ctx *cx, const struct lg_cookie *cookie, lg_str *ret);

#endif
