/*
 * route.h - which protocol answers a request: method, path, X-Amz-Target, Action.
 *
 *   POST /  with X-Amz-Target                     aws_json
 *   POST /  with a form, GET /?Action=            aws_query
 *   GET  /{poolId}/.well-known/...                well_known
 *   GET  /{poolId}/ui/...                         ui_image
 *   PUT, GET /{poolId}/import/...                 import_file
 *   /oauth2/...                                   oauth
 *   GET  /_lifeguard/health/live, .../ready       here
 *   /authorizer/...                               authorizer
 *   /_lifeguard/...                               the development kit, when it is there
 *   /login, /mfa, ...                             pages of managed login, when they are there
 *   OPTIONS anywhere                              here
 */
#ifndef LG_PROTO_ROUTE_H
#define LG_PROTO_ROUTE_H

#include "domain/env.h"
#include "net/http.h"
#include "proto/authorizer.h"

/*
 * What stands at the door of a listener. The functions below are those of struct lg_http_service, with
 * `self` a struct lg_front, which outlives the server.
 */
struct lg_front {
	struct lg_env *env;
	bool health; /* answer the two health paths */

	const struct lg_gateway *gateway; /* NULL: no proxy may ask */

	/* Managed login (page/route.h): false when the path is none of its pages. NULL = none. */
	bool (*pages)(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
		struct lg_http_answer *ret);

	/*
	 * The development kit's pages (proto/dev.h): false when the path is none of theirs. NULL = no kit.
	 */
	bool (*dev)(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
		struct lg_http_answer *ret);
};

bool lg_front_inline(
	void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);
void lg_front_answer(
	void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);
void lg_front_refuse(void *self, struct lg_ctx *cx, const struct lg_http_req *req, int status,
	struct lg_http_answer *ret);
int lg_front_lane(void *self, struct lg_ctx *cx, const struct lg_http_req *req);
bool lg_front_no_body(void *self, const struct lg_http_req *req);
size_t lg_front_max_body(void *self, const struct lg_http_req *req);
int lg_front_stream(void *self, struct lg_ctx *cx, const struct lg_http_req *req, void **ret_stream,
	size_t *ret_max);
int lg_front_part(void *self, struct lg_ctx *cx, const struct lg_http_req *req, lg_str bytes);

#endif
