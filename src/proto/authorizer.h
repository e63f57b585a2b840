/*
 * authorizer.h - the door of the API authorizer: /authorizer/..., for the proxies that the settings trust.
 *
 * It never waits for a body unless the proxy sends one: what nginx announces in a subrequest does not come.
 */
#ifndef LG_PROTO_AUTHORIZER_H
#define LG_PROTO_AUTHORIZER_H

#include "authorizer/decide.h"
#include "net/http.h"

struct lg_network; /* net/address.h */

struct lg_gateway {
	struct lg_authorizers authorizers;
	const struct lg_network *trusted;
	size_t trusted_count;
};

/* Is the request for this door? */
bool lg_gateway_is(const struct lg_http_req *req);

/* On the I/O thread: true when nothing has to be waited for. `gateway` NULL = nobody may ask. */
bool lg_gateway_inline(struct lg_env *env, const struct lg_gateway *gateway, struct lg_ctx *cx,
	const struct lg_http_req *req, struct lg_http_answer *ret);
/* On a worker. */
void lg_gateway_answer(struct lg_env *env, const struct lg_gateway *gateway, struct lg_ctx *cx,
	const struct lg_http_req *req, struct lg_http_answer *ret);

/* 1 when the decision may wait for somebody else's server. */
int lg_gateway_lane(const struct lg_gateway *gateway, struct lg_ctx *cx, const struct lg_http_req *req);

/* A body that is announced and does not come. */
bool lg_gateway_no_body(const struct lg_http_req *req);

#endif
