#include "proto/aws_json.h"

#include "codec/shape_io.h"
#include "proto/answer.h"
#include "proto/call.h"

#define CONTENT_TYPE LG_STR("application/x-amz-json-1.1")
#define ANSWER_MAX_BYTES ((size_t)8 << 20)

struct service {
	lg_str target; /* before the dot of X-Amz-Target */
	enum lg_api api;
	lg_str name; /* in a signature's scope */
};

static const struct service services[] = {
	{ LG_STR_INIT("AWSCognitoIdentityProviderService"), LG_API_IDP, LG_STR_INIT("cognito-idp") },
	{ LG_STR_INIT("AWSCognitoIdentityService"), LG_API_IDENTITY, LG_STR_INIT("cognito-identity") },
};

static const struct service *
find_service(const struct lg_http_req *req, lg_str *ret_operation)
{
	lg_str rest = lg_http_header(req, LG_STR("X-Amz-Target"));
	const lg_str target = lg_str_cut(&rest, '.');
	for (size_t i = 0; i < LG_LEN(services); i++) {
		if (lg_str_eq(target, services[i].target)) {
			*ret_operation = rest;
			return &services[i];
		}
	}
	return NULL;
}

const struct lg_operation *
lg_aws_json_operation(const struct lg_http_req *req)
{
	lg_str name;
	const struct service *service = find_service(req, &name);
	return service ? lg_operation_find(service->api, name) : NULL;
}

static lg_status
read_input(struct lg_ctx *cx, const struct lg_call *call)
{
	json_t *tree;
	const lg_status parsed = lg_json_parse(cx, call->req->body, &tree);
	if (parsed.code == LG_E_MALFORMED)
		return lg_fail_default(cx, LG_E_SERIALIZATION);
	LG_TRY(parsed);
	if (!json_is_object(tree))
		return lg_fail_default(cx, LG_E_SERIALIZATION);
	return lg_shape_read_json(cx, call->operation->in, tree, call->in);
}

static lg_status
write_output(struct lg_ctx *cx, const struct lg_call *call, lg_str *ret)
{
	if (!call->operation->out) {
		*ret = LG_STR("");
		return LG_OK;
	}
	struct lg_json *j = lg_json_new(cx, ANSWER_MAX_BYTES);
	lg_shape_write_json(j, call->operation->out, call->out);
	return lg_json_finish(cx, j, ret);
}

static lg_status
run(struct lg_ctx *cx, struct lg_call *call, lg_str *ret)
{
	LG_TRY(lg_call_prepare(cx, call));
	LG_TRY(read_input(cx, call));
	LG_TRY(lg_call_run(cx, call));
	return write_output(cx, call, ret);
}

void
lg_aws_json_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	lg_str name = LG_STR_NONE;
	const struct service *service = find_service(req, &name);
	const struct lg_operation *operation = service ? lg_operation_find(service->api, name) : NULL;
	if (!operation) {
		lg_aws_json_error(env, cx, NULL, LG_E_UNKNOWN_OPERATION, ret);
		return;
	}

	struct lg_call call = { .env = env, .req = req, .operation = operation, .service = service->name };
	lg_str body;
	const lg_status s = run(cx, &call, &body);
	if (lg_failed(s)) {
		lg_aws_json_error(env, cx, operation, s.code, ret);
		lg_call_put_denial(&call, ret);
		return;
	}
	lg_answer_begin(env, cx, 200, ret);
	if (lg_call_allows_any_origin(env, operation))
		lg_answer_allow_any_origin(ret);
	lg_answer_body(ret, CONTENT_TYPE, body);
}

static lg_status
write_error(struct lg_ctx *cx, const struct lg_answer_error *error, lg_str reason, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, ANSWER_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("__type"), lg_str_from_c(error->info->aws));
	if (lg_str_present(error->text))
		lg_json_pair_str(j, LG_STR("message"), error->text);
	if (lg_str_present(reason))
		lg_json_pair_str(j, LG_STR("reasonCode"), reason);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static bool
declares(const struct lg_operation *operation, int code)
{
	for (size_t i = 0; i < operation->error_count; i++)
		if (operation->errors[i] == code)
			return true;
	return false;
}

/* A few operations declare the server's own fault, or a lost race, under another name. */
static void
name_fault(const struct lg_operation *operation, struct lg_answer_error *error)
{
	const bool ours = error->code == LG_E_INTERNAL || error->code == LG_E_NO_MEMORY;
	if (ours && declares(operation, LG_E_INTERNAL_SERVER))
		error->info = lg_error_info(LG_E_INTERNAL_SERVER);
	if (error->code == LG_E_CONCURRENT_MODIFICATION && !declares(operation, error->code)
		&& declares(operation, LG_E_RESOURCE_CONFLICT))
		error->info = lg_error_info(LG_E_RESOURCE_CONFLICT);
}

void
lg_aws_json_error(struct lg_env *env, struct lg_ctx *cx, const struct lg_operation *operation, int code,
	struct lg_http_answer *ret)
{
	/* Begun first, so that the log line can name the request id. */
	lg_answer_begin(env, cx, 500, ret);
	struct lg_answer_error error = lg_answer_error(cx, code, operation ? operation->name : LG_STR_NONE);
	if (operation)
		name_fault(operation, &error);
	ret->status = error.info->http;

	lg_str type, message, body;
	if (!lg_failed(lg_str_fmt(cx, &type, "%s:", error.info->aws)))
		lg_http_answer_header(ret, LG_STR("x-amzn-ErrorType"), type);
	if (!lg_str_empty(error.text) && !lg_failed(lg_answer_header_text(cx, error.text, &message)))
		lg_http_answer_header(ret, LG_STR("x-amzn-ErrorMessage"), message);
	if (lg_call_allows_any_origin(env, operation))
		lg_answer_allow_any_origin(ret);

	const bool has_reason = error.code == LG_E_INVALID_PARAMETER && cx->failure.code == error.code;
	const lg_str reason = has_reason ? cx->failure.reason_code : LG_STR_NONE;
	if (lg_failed(write_error(cx, &error, reason, &body))) {
		error.text = LG_STR_NONE;
		if (lg_failed(write_error(cx, &error, LG_STR_NONE, &body)))
			body = LG_STR("{\"__type\":\"InternalErrorException\"}");
	}
	lg_answer_body(ret, CONTENT_TYPE, body);
}
