#include "proto/call.h"

#include <string.h>

#include "codec/shape_io.h"
#include "domain/identity/identity_id.h"
#include "domain/identity/identity_pool_tags.h"
#include "domain/pool/pool_tags.h"
#include "domain/pool/replica.h"
#include "proto/origin.h"
#include "proto/permission.h"
#include "proto/permission_resource.h"

#define USER_SCOPE "aws.cognito.signin.user.admin"

lg_status
lg_call_prepare(struct lg_ctx *cx, struct lg_call *call)
{
	const struct lg_operation *operation = call->operation;
	call->in = lg_new_array(cx, char, operation->in->size);
	call->out = operation->out ? lg_new_array(cx, char, operation->out->size) : NULL;
	if (!call->in || (operation->out && !call->out))
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	return LG_OK;
}

bool
lg_call_allows_any_origin(const struct lg_env *env, const struct lg_operation *operation)
{
	return !env->settings->dev || !operation || operation->auth != LG_AUTH_IAM;
}

/* Where a signed call creates and lists: its own region when we serve that, else ours. */
static lg_str
served_region(const struct lg_settings *settings, lg_str scope)
{
	if (lg_str_list_has(&settings->regions, LG_STR("*")) || lg_str_list_has(&settings->regions, scope))
		return scope;
	return settings->region;
}

static lg_status
check_signature(struct lg_ctx *cx, const struct lg_call *call, struct lg_req *rq, lg_str *ret_scope_region)
{
	const struct lg_settings *settings = call->env->settings;
	if (settings->dev && lg_origin_foreign(settings, call->req))
		return lg_fail(cx, LG_E_FORBIDDEN,
			"Signed operations are closed to web pages in development mode.");

	const struct lg_sigv4_request request = {
		.method = call->req->method,
		.path = call->req->path,
		.query = call->req->query,
		.headers = call->req->headers,
		.body = call->req->body,
	};
	LG_TRY(lg_signer_find(cx, call->env, &request, call->service, &rq->signer));
	rq->region = served_region(settings, rq->signer.region);
	*ret_scope_region = rq->signer.region;
	return LG_OK;
}

static lg_status
check_input(struct lg_ctx *cx, const struct lg_call *call)
{
	lg_str message;
	LG_TRY(lg_shape_check(cx, call->operation->in, call->in, &message));
	if (!lg_str_present(message))
		return LG_OK;
	const int code = call->operation->api == LG_API_IDP ? LG_E_INVALID_PARAMETER : LG_E_VALIDATION;
	const lg_status s = lg_fail_default(cx, code);
	cx->failure.text = message; /* as it is: it may quote a NUL, or a very long value */
	return s;
}

/* Identity pools and their identities bear their region before a colon. */
static lg_status
check_identity_region(struct lg_ctx *cx, const struct lg_call *call, lg_str scope_region)
{
	const lg_str arn_id = lg_identity_pool_arn_id(lg_input_text(call, LG_STR("ResourceArn")));
	const struct {
		const char *what;
		lg_str id;
	} named[] = {
		{ "IdentityPool", lg_input_text(call, LG_STR("IdentityPoolId")) },
		{ "IdentityPool", arn_id },
		{ "Identity", lg_input_text(call, LG_STR("IdentityId")) },
	};
	for (size_t i = 0; i < LG_LEN(named); i++)
		if (lg_str_present(named[i].id) &&
			!lg_str_eq(lg_identity_id_region(named[i].id), scope_region))
			return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "%s '%.*s' not found.", named[i].what,
				LG_FMT(named[i].id));
	return LG_OK;
}

/* Pools of another region are out of sight for a signed call, like in AWS, but for their replicas. */
static lg_status
check_region(struct lg_ctx *cx, const struct lg_call *call, lg_str scope_region)
{
	if (call->operation->api == LG_API_IDENTITY)
		return check_identity_region(cx, call, scope_region);
	lg_str pool_id = lg_input_text(call, LG_STR("UserPoolId"));
	if (!lg_str_present(pool_id))
		pool_id = lg_pool_arn_id(lg_input_text(call, LG_STR("ResourceArn")));
	if (!lg_str_present(pool_id))
		return LG_OK;
	lg_str rest = pool_id;
	if (lg_str_eq(lg_str_cut(&rest, '_'), scope_region))
		return LG_OK;
	bool answers;
	LG_TRY(lg_replica_answers(cx, call->env, pool_id, scope_region, &answers));
	if (answers)
		return LG_OK;
	return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "User pool %.*s does not exist.", LG_FMT(pool_id));
}

struct attempt {
	const struct lg_call *call;
	struct lg_req *rq;
};

/*
 * From the access token's user on, whose row an edit compares with: all of it is done again after a
 * conflict.
 */
static lg_status
attempt(struct lg_ctx *cx, void *arg)
{
	const struct attempt *a = arg;
	const struct lg_operation *operation = a->call->operation;
	if (a->call->out)
		memset(a->call->out, 0, operation->out->size);

	if (operation->auth == LG_AUTH_ACCESS_TOKEN) {
		const lg_str token = lg_input_text(a->call, LG_STR("AccessToken"));
		a->rq->access = (struct lg_access){ 0 };
		if (lg_str_present(token) || !operation->session_instead)
			LG_TRY(lg_access_open(cx, a->call->env, token, LG_STR(USER_SCOPE), operation->parts,
				&a->rq->access));
	}
	return operation->run(a->rq, a->call->in, a->call->out);
}

lg_status
lg_call_run(struct lg_ctx *cx, struct lg_call *call)
{
	const struct lg_operation *operation = call->operation;
	struct lg_req rq = {
		.cx = cx,
		.env = call->env,
		.operation = operation,
		.region = call->env->settings->region,
		.peer = call->req->peer,
		.user_agent = lg_http_header(call->req, LG_STR("User-Agent")),
	};
	lg_str scope_region = LG_STR_NONE;
	if (operation->auth == LG_AUTH_IAM)
		LG_TRY(check_signature(cx, call, &rq, &scope_region));
	LG_TRY(check_input(cx, call));
	if (operation->auth == LG_AUTH_IAM)
		LG_TRY(lg_permission_check(cx, call, &rq));
	if (!operation->run)
		return lg_fail(
			cx, LG_E_NOT_IMPLEMENTED, "%.*s is not implemented yet.", LG_FMT(operation->name));
	if (operation->auth == LG_AUTH_IAM)
		LG_TRY(check_region(cx, call, scope_region));
	return lg_retry(cx, attempt, &(struct attempt){ .call = call, .rq = &rq });
}

void
lg_call_put_denial(const struct lg_call *call, struct lg_http_answer *answer)
{
	if (lg_str_present(call->denial))
		lg_http_answer_header(answer, LG_STR("X-Lifeguard-Authorization-Message"), call->denial);
}
