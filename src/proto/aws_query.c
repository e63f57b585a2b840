#include "proto/aws_query.h"

#include "codec/shape_xml.h"
#include "codec/text.h"
#include "codec/uri.h"
#include "proto/answer.h"
#include "proto/call.h"
#include "proto/query_form.h"

#define ANSWER_MAX_BYTES ((size_t)8 << 20)

/* The version decides which API is meant, as no other parameter names it. */
static const struct service {
	enum lg_api api;
	lg_str name; /* in a signature's scope */
	lg_str version;
	lg_str space;
} services[] = {
	/* the first one answers for versions that are nobody's */
	{ LG_API_STS, LG_STR_INIT("sts"), LG_STR_INIT("2011-06-15"),
		LG_STR_INIT("https://sts.amazonaws.com/doc/2011-06-15/") },
	{ LG_API_IAM, LG_STR_INIT("iam"), LG_STR_INIT("2010-05-08"),
		LG_STR_INIT("https://iam.amazonaws.com/doc/2010-05-08/") },
};

/* Frame errors have other names and statuses here than in JSON (spec/sts-iam.md B8). */
static const struct frame_error {
	int code;
	int http;
	const char *name;
	const char *text; /* NULL = that of the failure */
} frame_errors[] = {
	{ LG_E_UNKNOWN_OPERATION, 400, "InvalidAction", NULL },
	{ LG_E_SERIALIZATION, 400, "MalformedInput", NULL },
	{ LG_E_VALIDATION, 400, "ValidationError", NULL },
	{ LG_E_MISSING_AUTHENTICATION_TOKEN, 403, "MissingAuthenticationToken",
		"Request is missing Authentication Token" },
	{ LG_E_INCOMPLETE_SIGNATURE, 400, "IncompleteSignature", NULL },
	{ LG_E_UNRECOGNIZED_CLIENT, 403, "InvalidClientTokenId", NULL },
	{ LG_E_INVALID_SIGNATURE, 403, "SignatureDoesNotMatch", NULL },
	{ LG_E_EXPIRED_TOKEN, 403, "ExpiredToken", NULL },
	{ LG_E_ACCESS_DENIED, 403, "AccessDenied", NULL },
	{ LG_E_FORBIDDEN, 403, "AccessDenied", NULL },
	{ LG_E_CONCURRENT_MODIFICATION, 409, "ConcurrentModification", NULL },
	{ LG_E_THROTTLING, 400, "Throttling", NULL },
	{ LG_E_INTERNAL, 500, "InternalFailure", NULL },
	{ LG_E_NO_MEMORY, 500, "InternalFailure", NULL },
	{ LG_E_UNAVAILABLE, 503, "ServiceUnavailable", NULL },
};

bool
lg_aws_query_is(const struct lg_http_req *req)
{
	if (lg_str_eq(req->method, LG_STR("POST"))) {
		lg_str type = lg_http_header(req, LG_STR("Content-Type"));
		return lg_str_eq_nocase(
			lg_str_trim(lg_str_cut(&type, ';')), LG_STR("application/x-www-form-urlencoded"));
	}
	if (!lg_str_eq(req->method, LG_STR("GET")))
		return false;
	for (lg_str rest = req->query; lg_str_present(rest);)
		if (lg_str_starts(lg_str_cut(&rest, '&'), LG_STR("Action=")))
			return true;
	return false;
}

static const struct service *
find_service(lg_str version)
{
	for (size_t i = 0; i < LG_LEN(services); i++)
		if (lg_str_eq(version, services[i].version))
			return &services[i];
	return NULL;
}

static lg_str
params_text(const struct lg_http_req *req)
{
	return lg_str_eq(req->method, LG_STR("GET")) ? req->query : req->body;
}

const struct lg_operation *
lg_aws_query_operation(const struct lg_http_req *req)
{
	lg_str action = LG_STR_NONE, version = LG_STR_NONE;
	/* Names and versions have nothing to escape. */
	for (lg_str rest = params_text(req); lg_str_present(rest);) {
		lg_str value = lg_str_cut(&rest, '&');
		const lg_str name = lg_str_cut(&value, '=');
		if (lg_str_eq(name, LG_STR("Action")))
			action = value;
		else if (lg_str_eq(name, LG_STR("Version")))
			version = value;
	}
	const struct service *service = find_service(version);
	return service ? lg_operation_find(service->api, action) : NULL;
}

static const struct frame_error *
find_frame_error(int code)
{
	for (size_t i = 0; i < LG_LEN(frame_errors); i++)
		if (frame_errors[i].code == code)
			return &frame_errors[i];
	return NULL;
}

static lg_status
write_error(
	struct lg_ctx *cx, const struct service *service, int status, lg_str code, lg_str text, lg_str *ret)
{
	struct lg_xml_out *x = lg_xml_out_new(cx, ANSWER_MAX_BYTES);
	lg_xml_open_space(x, LG_STR("ErrorResponse"), service->space);
	lg_xml_open(x, LG_STR("Error"));
	lg_xml_pair(x, LG_STR("Type"), status < 500 ? LG_STR("Sender") : LG_STR("Receiver"));
	lg_xml_pair(x, LG_STR("Code"), code);
	lg_xml_pair(x, LG_STR("Message"), text);
	lg_xml_close(x);
	lg_xml_pair(x, LG_STR("RequestId"), cx->request_id);
	lg_xml_close(x);
	return lg_xml_finish(cx, x, ret);
}

static void
error_answer(struct lg_env *env, struct lg_ctx *cx, const struct service *service,
	const struct lg_operation *operation, int code, struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, 500, ret);
	const struct lg_answer_error error =
		lg_answer_error(cx, code, operation ? operation->name : LG_STR_NONE);
	const struct frame_error *frame = find_frame_error(error.code);
	ret->status = frame ? frame->http : error.info->http;
	const lg_str text = frame && frame->text ? lg_str_from_c(frame->text) : error.text;
	const lg_str name = lg_str_from_c(frame ? frame->name : error.info->aws);

	lg_str body;
	if (lg_failed(write_error(cx, service, ret->status, name, text, &body)))
		body = LG_STR(
			"<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code></Error>"
			"</ErrorResponse>");
	if (lg_call_allows_any_origin(env, operation))
		lg_answer_allow_any_origin(ret);
	lg_answer_body(ret, LG_STR("text/xml"), body);
}

static lg_status
read_params(struct lg_ctx *cx, const struct lg_http_req *req, struct lg_str_map *ret)
{
	const lg_status s = lg_form_parse(cx, params_text(req), ret);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail_default(cx, LG_E_SERIALIZATION);
	return s;
}

static lg_status
find_operation(struct lg_ctx *cx, const struct lg_str_map *params, const struct service **ret_service,
	const struct lg_operation **ret)
{
	const lg_str action = lg_str_map_get(params, LG_STR("Action"));
	lg_str version = lg_str_map_get(params, LG_STR("Version"));
	const struct service *service = find_service(version);
	if (service)
		*ret_service = service;
	if (lg_str_empty(action))
		return lg_fail_default(cx, LG_E_MISSING_ACTION);
	const struct lg_operation *operation = service ? lg_operation_find(service->api, action) : NULL;
	if (!operation) {
		if (!lg_str_present(version))
			version = LG_STR("NO_VERSION_SPECIFIED");
		return lg_fail(cx, LG_E_UNKNOWN_OPERATION, "Could not find operation %.*s for version %.*s",
			LG_FMT(lg_text_cut(action, 128)), LG_FMT(lg_text_cut(version, 128)));
	}
	*ret = operation;
	return LG_OK;
}

static lg_status
write_output(struct lg_ctx *cx, const struct service *service, const struct lg_call *call, lg_str *ret)
{
	const lg_str name = call->operation->name;
	lg_str response, result;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ name, LG_STR("Response") }, 2, &response));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ name, LG_STR("Result") }, 2, &result));
	struct lg_xml_out *x = lg_xml_out_new(cx, ANSWER_MAX_BYTES);
	lg_xml_open_space(x, response, service->space);
	if (call->operation->out) {
		lg_xml_open(x, result);
		lg_shape_write_xml(x, call->operation->out, call->out);
		lg_xml_close(x);
	}
	lg_xml_open(x, LG_STR("ResponseMetadata"));
	lg_xml_pair(x, LG_STR("RequestId"), cx->request_id);
	lg_xml_close(x);
	lg_xml_close(x);
	return lg_xml_finish(cx, x, ret);
}

static lg_status
run(struct lg_ctx *cx, struct lg_call *call, const struct service **ret_service, lg_str *ret)
{
	struct lg_str_map params;
	LG_TRY(read_params(cx, call->req, &params));
	LG_TRY(find_operation(cx, &params, ret_service, &call->operation));
	call->service = (*ret_service)->name;
	LG_TRY(lg_call_prepare(cx, call));
	LG_TRY(lg_query_form_read(cx, call->operation->in, &params, call->in));
	LG_TRY(lg_call_run(cx, call));
	return write_output(cx, *ret_service, call, ret);
}

void
lg_aws_query_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	/* Begun first, so that the body can name the request id. */
	lg_answer_begin(env, cx, 200, ret);
	struct lg_call call = { .env = env, .req = req };
	const struct service *service = &services[0];
	lg_str body;
	const lg_status s = run(cx, &call, &service, &body);
	if (lg_failed(s)) {
		error_answer(env, cx, service, call.operation, s.code, ret);
		lg_call_put_denial(&call, ret);
		return;
	}
	if (lg_call_allows_any_origin(env, call.operation))
		lg_answer_allow_any_origin(ret);
	lg_answer_body(ret, LG_STR("text/xml"), body);
}
