#include "proto/route.h"

#include "oauth/trip.h"
#include "proto/answer.h"
#include "proto/aws_json.h"
#include "proto/aws_query.h"
#include "proto/import_file.h"
#include "proto/oauth.h"
#include "proto/origin.h"
#include "proto/ui_image.h"
#include "proto/well_known.h"

#define HEALTH_LIVE LG_STR("/_lifeguard/health/live")
#define HEALTH_READY LG_STR("/_lifeguard/health/ready")

static bool
is_read(const struct lg_http_req *req)
{
	return lg_str_eq(req->method, LG_STR("GET")) || lg_str_eq(req->method, LG_STR("HEAD"));
}

/* What browser SDKs send; the answer to the call itself decides what its page may read. */
static void
preflight(struct lg_env *env, struct lg_ctx *cx, struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, 200, ret);
	lg_answer_allow_any_origin(ret);
	lg_http_answer_header(ret, LG_STR("Access-Control-Allow-Methods"), LG_STR("GET, POST, OPTIONS"));
	lg_http_answer_header(ret, LG_STR("Access-Control-Allow-Headers"),
		LG_STR("content-type,x-amz-target,x-amz-user-agent,authorization,x-amz-date,"
		       "x-amz-security-token,x-amz-content-sha256,amz-sdk-invocation-id,amz-sdk-request,"
		       "cache-control,dpop"));
	lg_http_answer_header(ret, LG_STR("Access-Control-Max-Age"), LG_STR("86400"));
}

static void
health(struct lg_env *env, struct lg_ctx *cx, bool well, struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, well ? 200 : 503, ret);
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_answer_body(ret, LG_STR("application/json"),
		well ? LG_STR("{\"status\":\"ok\"}") : LG_STR("{\"status\":\"unavailable\"}"));
}

/*
 * In development: true, with the answer, when the request may come from a web page that has no business
 * here.
 */
static bool
stopped_at_the_door(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	if (!env->settings->dev)
		return false;
	if (!lg_origin_host_ok(env->settings, req)) {
		lg_answer_message(
			env, cx, 403, LG_STR("This host name is not served in development mode."), ret);
		return true;
	}
	if (lg_str_starts(req->path, LG_STR("/_lifeguard/")) && lg_origin_foreign(env->settings, req)) {
		lg_answer_message(env, cx, 403, LG_STR("Closed to other web pages."), ret);
		return true;
	}
	return false;
}

bool
lg_front_inline(void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	struct lg_front *front = self;
	struct lg_env *env = front->env;
	/* Proxies ask on behalf of other hosts, about any method. */
	if (lg_gateway_is(req))
		return lg_gateway_inline(env, front->gateway, cx, req, ret);
	if (stopped_at_the_door(env, cx, req, ret))
		return true;
	if (lg_str_eq(req->method, LG_STR("OPTIONS"))) {
		preflight(env, cx, ret);
		return true;
	}
	if (!is_read(req))
		return false;
	if (front->health && lg_str_eq(req->path, HEALTH_LIVE)) {
		health(env, cx, true, ret);
		return true;
	}
	lg_str pool_id;
	const enum lg_well_known document = lg_well_known_path(req->path, &pool_id);
	return document != LG_WELL_KNOWN_NONE && lg_well_known_inline(env, cx, document, pool_id, ret);
}

static void
root_answer(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	if (lg_aws_query_is(req) && !lg_str_present(lg_http_header(req, LG_STR("X-Amz-Target"))))
		lg_aws_query_answer(env, cx, req, ret);
	else if (lg_str_eq(req->method, LG_STR("POST")))
		lg_aws_json_answer(env, cx, req, ret);
	else
		lg_answer_wrong_method(env, cx, LG_STR("POST, OPTIONS"), ret);
}

static void
ready_answer(struct lg_env *env, struct lg_ctx *cx, struct lg_http_answer *ret)
{
	health(env, cx, !lg_failed(lg_store_ping(env->store, cx)), ret);
}

void
lg_front_answer(void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	struct lg_front *front = self;
	struct lg_env *env = front->env;
	if (lg_gateway_is(req)) {
		lg_gateway_answer(env, front->gateway, cx, req, ret);
		return;
	}
	if (lg_front_inline(self, cx, req, ret))
		return;
	if (lg_str_eq(req->path, LG_STR("/"))) {
		if (!front->dev || !front->dev(env, cx, req, ret))
			root_answer(env, cx, req, ret);
		return;
	}

	const bool live = front->health && lg_str_eq(req->path, HEALTH_LIVE);
	const bool ready = front->health && lg_str_eq(req->path, HEALTH_READY);
	lg_str pool_id;
	const enum lg_well_known document = lg_well_known_path(req->path, &pool_id);
	if ((live || ready || document != LG_WELL_KNOWN_NONE) && !is_read(req))
		lg_answer_wrong_method(env, cx, LG_STR("GET, HEAD, OPTIONS"), ret);
	else if (ready)
		ready_answer(env, cx, ret);
	else if (document != LG_WELL_KNOWN_NONE)
		lg_well_known_answer(env, cx, document, pool_id, ret);
	else if (lg_oauth_answer(env, cx, req, ret) || lg_ui_image_answer(env, cx, req, ret) ||
		 lg_import_answer(env, cx, req, ret))
		return;
	else if (front->pages && front->pages(env, cx, req, ret))
		return;
	else if (!front->dev || !front->dev(env, cx, req, ret))
		lg_answer_message(env, cx, 404, LG_STR("Not found."), ret);
}

void
lg_front_refuse(
	void *self, struct lg_ctx *cx, const struct lg_http_req *req, int status, struct lg_http_answer *ret)
{
	struct lg_front *front = self;
	(void)req;
	if (status == 503)
		lg_aws_json_error(front->env, cx, NULL, LG_E_UNAVAILABLE, ret);
	else if (status == 413)
		lg_aws_json_error(front->env, cx, NULL, LG_E_REQUEST_TOO_LARGE, ret);
	else
		lg_answer_message(front->env, cx, status, LG_STR("Bad request."), ret);
}

int
lg_front_lane(void *self, struct lg_ctx *cx, const struct lg_http_req *req)
{
	const struct lg_front *front = self;
	if (lg_gateway_is(req))
		return lg_gateway_lane(front->gateway, cx, req);
	if (lg_oauth_is_outbound(req))
		return 1;
	if (front->pages && (lg_str_eq(req->path, LG_TRIP_START) || lg_str_eq(req->path, LG_TRIP_PATH)))
		return 1;
	/* A form may ask a trigger or send a message, as the operations that it stands for do. */
	if (front->pages && lg_str_eq(req->method, LG_STR("POST")) && !lg_str_eq(req->path, LG_STR("/")))
		return 1;
	const struct lg_operation *operation = lg_aws_query_is(req) && lg_str_eq(req->path, LG_STR("/"))
						       ? lg_aws_query_operation(req)
						       : lg_aws_json_operation(req);
	return operation ? operation->lane : 0;
}

bool
lg_front_no_body(void *self, const struct lg_http_req *req)
{
	(void)self;
	return lg_gateway_no_body(req);
}

size_t
lg_front_max_body(void *self, const struct lg_http_req *req)
{
	(void)self;
	const struct lg_operation *operation = lg_aws_json_operation(req);
	return operation ? operation->body_bytes : 0;
}

int
lg_front_stream(void *self, struct lg_ctx *cx, const struct lg_http_req *req, void **ret_stream,
	size_t *ret_max)
{
	struct lg_front *front = self;
	return lg_import_stream(front->env, cx, req, ret_stream, ret_max);
}

int
lg_front_part(void *self, struct lg_ctx *cx, const struct lg_http_req *req, lg_str bytes)
{
	struct lg_front *front = self;
	return lg_import_part(front->env, cx, req, bytes);
}
