/*
 * look.h - how the pages of a client look: name, style sheet, pictures. Settings of its branding style
 * (spec/oauth-endpoints.md 10.2), or else the classic customization (10.1), become values of the tokens of
 * our own style sheet, and nothing else. A client without either has our own look.
 */
#ifndef LG_PAGE_LOOK_H
#define LG_PAGE_LOOK_H

#include "domain/pool/pool.h"
#include "net/http.h"

struct lg_look {
	lg_str name;   /* of the app, above the card unless there is a logo */
	lg_str style;  /* address of the style sheet; absent = our own */
	lg_str icon;   /* address; absent = our own */
	lg_str logo;   /* address; absent = none */
	lg_str logo_width, logo_height; /* in pixels; absent = unknown */
	lg_str logo_dark; /* address of another for dark pages, of the same proportions; absent = none */
	lg_str scheme; /* "light" or "dark"; absent = as the browser says */
	bool preview;  /* not what people see yet */
};

/*
 * The look of a client. `preview` names a branding style of the same pool (ManagedLoginBrandingId) that is
 * to be looked at instead; absent, or none of the pool's = the client's own.
 */
LG_MUST lg_status lg_look_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str preview, const struct lg_look **ret);

/* Style sheets and pictures, below /_pages/look/. False when the path is none of these. */
bool lg_look_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

#endif
