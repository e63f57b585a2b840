/*
 * oauth.h - the endpoints of the authorization server that speak with programs: forms in, JSON or a
 * redirect out (spec/oauth-endpoints.md 2). Pages for people are src/page.
 */
#ifndef LG_PROTO_OAUTH_H
#define LG_PROTO_OAUTH_H

#include "codec/html.h"
#include "domain/env.h"
#include "net/http.h"
#include "oauth/response.h"

/* False when the path is none of theirs. */
bool lg_oauth_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

/* May the answer have to wait for somebody else's server? */
bool lg_oauth_is_outbound(const struct lg_http_req *req);

/*
 * The browser goes on to `url`: 302 after a GET, 303 after a POST, so that no form is sent twice
 * (RFC 9700, 4.12). Nothing is kept, and the address of this page is told nobody. Where an address is too
 * long to be sent, our error page takes its place.
 */
void lg_oauth_redirect(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, lg_str url,
	struct lg_http_answer *ret);

/* A page with a form that a person, or our script, sends to the application; it tells its language. */
struct lg_post_page {
	lg_status (*render)(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
		const struct lg_oauth_response *response, lg_str *ret_language, lg_html *ret);
};

/* The answer to an authorization request, in whatever mode. */
void lg_oauth_send(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_response *response, struct lg_http_answer *ret);

/* Of a failed request: to the application where that may be, else to our own error page. */
void lg_oauth_send_error(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	const struct lg_oauth_request *request, lg_status s, struct lg_http_answer *ret);

#endif
