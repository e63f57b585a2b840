#include "proto/oauth.h"

#include "proto/answer.h"
#include "proto/oauth_impl.h"

enum { GET = 1, POST = 2 };

static const struct {
	lg_str path;
	unsigned methods;
	const char *allow;
	bool outbound;
	void (*run)(const struct lg_oauth_call *call);
} endpoints[] = {
	{ LG_STR_INIT("/oauth2/authorize"), GET | POST, "GET, HEAD, POST, OPTIONS", true,
		lg_oauth_authorize_endpoint },
	{ LG_STR_INIT("/oauth2/token"), POST, "POST, OPTIONS", true, lg_oauth_token_endpoint },
	{ LG_STR_INIT("/oauth2/userInfo"), GET | POST, "GET, HEAD, POST, OPTIONS", false,
		lg_oauth_user_info_endpoint },
	{ LG_STR_INIT("/oauth2/revoke"), POST, "POST, OPTIONS", true, lg_oauth_revoke_endpoint },
	{ LG_STR_INIT("/oauth2/introspect"), POST, "POST, OPTIONS", true, lg_oauth_introspect_endpoint },
	{ LG_STR_INIT("/oauth2/par"), POST, "POST, OPTIONS", true, lg_oauth_push_endpoint },
	{ LG_STR_INIT("/oauth2/device_authorization"), POST, "POST, OPTIONS", true,
		lg_oauth_device_endpoint },
	{ LG_STR_INIT("/logout"), GET | POST, "GET, HEAD, POST, OPTIONS", false, lg_oauth_logout_endpoint },
};

/* Index, or LG_LEN(endpoints). */
static size_t
find(lg_str path)
{
	size_t i = 0;
	while (i < LG_LEN(endpoints) && !lg_str_eq(endpoints[i].path, path))
		i++;
	return i;
}

static unsigned
method_of(const struct lg_http_req *req)
{
	if (lg_str_eq(req->method, LG_STR("POST")))
		return POST;
	return lg_str_eq(req->method, LG_STR("GET")) || lg_str_eq(req->method, LG_STR("HEAD")) ? GET : 0;
}

bool
lg_oauth_is_outbound(const struct lg_http_req *req)
{
	const size_t i = find(req->path);
	return i < LG_LEN(endpoints) && endpoints[i].outbound;
}

bool
lg_oauth_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	const size_t i = find(req->path);
	if (i == LG_LEN(endpoints))
		return false;
	const struct lg_oauth_call call = { .env = env, .cx = cx, .req = req, .ret = ret };
	if (endpoints[i].methods & method_of(req))
		endpoints[i].run(&call);
	else
		lg_answer_wrong_method(env, cx, lg_str_from_c(endpoints[i].allow), ret);
	return true;
}
