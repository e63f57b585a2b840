#include "proto/authorizer.h"

#include "base/log.h"
#include "net/address.h"
#include "proto/answer.h"

bool
lg_gateway_is(const struct lg_http_req *req)
{
	return lg_str_starts(req->path, LG_STR("/authorizer/"));
}

static bool
is_trusted(const struct lg_gateway *gateway, lg_str peer)
{
	struct lg_network one;
	if (!lg_network_parse(peer, &one))
		return false;
	for (size_t i = 0; i < gateway->trusted_count; i++)
		if (lg_network_has(&gateway->trusted[i], &one.address))
			return true;
	return false;
}

/* ---- what is answered ---- */

static void
put_refusal(const struct lg_authz_answer *answer, struct lg_http_answer *ret)
{
	if (lg_str_present(answer->error_type))
		lg_http_answer_header(ret, LG_STR("X-Amzn-ErrorType"), answer->error_type);
	if (lg_str_present(answer->authenticate))
		lg_http_answer_header(ret, LG_STR("WWW-Authenticate"), answer->authenticate);
	lg_answer_body(
		ret, answer->xml ? LG_STR("application/xml") : LG_STR("application/json"), answer->body);
}

static void
put_answer(struct lg_env *env, struct lg_ctx *cx, const struct lg_authz_answer *answer,
	struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, answer->status, ret);
	lg_http_answer_header(ret, LG_STR("Apigw-Requestid"), cx->request_id);
	for (size_t i = 0; answer->status == 200 && i < LG_AUTHZ_HEADERS; i++)
		lg_http_answer_header(ret, lg_authz_header_name((enum lg_authz_header)i), answer->values[i]);
	if (answer->status != 200)
		put_refusal(answer, ret);
}

/* Why, for the operator: the client learns less. */
static void
log_refusal(const struct lg_ctx *cx, const struct lg_http_req *req, const struct lg_ask *ask,
	const struct lg_authz_answer *answer)
{
	const struct lg_route *route = answer->route;
	const lg_str none = LG_STR("");
	lg_log(LG_LOG_INFO, "request refused", LG_KV_STR("request_id", cx->request_id),
		LG_KV_INT("status", answer->status), LG_KV_STR("reason", answer->reason),
		LG_KV_STR("route", route ? route->name : none),
		LG_KV_STR("authorizer", route && route->authorizer ? route->authorizer->name : none),
		LG_KV_STR("method", ask ? ask->method : none), LG_KV_STR("host", ask ? ask->host : none),
		LG_KV_STR("path", ask ? ask->path.raw : none),
		LG_KV_STR("client", ask && lg_str_present(ask->peer) ? ask->peer : none),
		LG_KV_STR("proxy", req->peer));
}

/* Whoever asks wrongly learns nothing. */
static void
turn_away(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, lg_str reason,
	struct lg_http_answer *ret)
{
	const struct lg_authz_answer answer = { .status = 403, .reason = reason };
	log_refusal(cx, req, NULL, &answer);
	lg_answer_message(env, cx, 403, LG_STR("Forbidden"), ret);
}

static void
fail(struct lg_env *env, struct lg_ctx *cx, int code, struct lg_http_answer *ret)
{
	lg_log(LG_LOG_ERROR, "no decision", LG_KV_STR("request_id", cx->request_id),
		LG_KV_STR("reason", lg_failure_text(cx, code)),
		LG_KV_STR("file", lg_str_from_c(cx->failure.file ? cx->failure.file : "")),
		LG_KV_INT("line", cx->failure.line));
	lg_answer_message(env, cx, 500, LG_STR("Internal Server Error"), ret);
}

/* ---- what is asked ---- */

static lg_status
read_ask(struct lg_ctx *cx, const struct lg_gateway *gateway, const struct lg_http_req *req,
	struct lg_ask *ret)
{
	const struct lg_ask_wire wire = { .method = req->head ? LG_STR("HEAD") : req->method,
		.target = req->target,
		.headers = req->headers,
		.body = req->body };
	enum lg_ask_family family;
	lg_str target;
	if (!gateway || !is_trusted(gateway, req->peer))
		return lg_fail(cx, LG_E_REFUSED, "gateway.trusted_proxies does not name who asks");
	if (!lg_ask_family(req->target, &family, &target))
		return lg_fail(
			cx, LG_E_REFUSED, "no such address; there are nginx, forward, envoy, url, ask");
	return lg_ask_read(cx, &wire, family, ret);
}

/* False: it has to be waited for. */
static bool
answer(struct lg_env *env, const struct lg_gateway *gateway, struct lg_ctx *cx,
	const struct lg_http_req *req, bool wait, struct lg_http_answer *ret)
{
	struct lg_ask ask;
	struct lg_authz_answer verdict;
	lg_status s = read_ask(cx, gateway, req, &ask);
	if (s.code == LG_E_REFUSED) {
		turn_away(env, cx, req, lg_failure_text(cx, s.code), ret);
		return true;
	}
	if (!lg_failed(s))
		s = lg_authz_decide(cx, env, &gateway->authorizers, &ask, wait, &verdict);
	if (s.code == LG_E_NOT_FOUND && !wait)
		return false;
	if (lg_failed(s)) {
		fail(env, cx, s.code, ret);
		return true;
	}
	if (verdict.status != 200)
		log_refusal(cx, req, &ask, &verdict);
	put_answer(env, cx, &verdict, ret);
	return true;
}

bool
lg_gateway_inline(struct lg_env *env, const struct lg_gateway *gateway, struct lg_ctx *cx,
	const struct lg_http_req *req, struct lg_http_answer *ret)
{
	return answer(env, gateway, cx, req, false, ret);
}

void
lg_gateway_answer(struct lg_env *env, const struct lg_gateway *gateway, struct lg_ctx *cx,
	const struct lg_http_req *req, struct lg_http_answer *ret)
{
	(void)answer(env, gateway, cx, req, true, ret);
}

int
lg_gateway_lane(const struct lg_gateway *gateway, struct lg_ctx *cx, const struct lg_http_req *req)
{
	struct lg_ask ask;
	return !lg_failed(read_ask(cx, gateway, req, &ask)) &&
	       lg_authz_goes_out(cx, &gateway->authorizers, &ask);
}

bool
lg_gateway_no_body(const struct lg_http_req *req)
{
	enum lg_ask_family family;
	lg_str target;
	if (!lg_gateway_is(req))
		return false;
	if (!lg_ask_family(req->target, &family, &target))
		return true;
	return family == LG_ASK_NGINX || family == LG_ASK_URL ||
	       (family == LG_ASK_ANY && !lg_str_present(lg_http_header(req, LG_STR("X-Forwarded-Uri"))));
}
