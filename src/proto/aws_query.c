#include "proto/aws_query.h"

#include "base/buf.h"
#include "codec/text.h"
#include "codec/uri.h"
#include "proto/answer.h"
#include "proto/call.h"
#include "proto/query_form.h"

#define NAMESPACE "https://sts.amazonaws.com/doc/2011-06-15/"
#define VERSION LG_STR("2011-06-15")
#define ERROR_MAX_BYTES ((size_t)1 << 20)

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
	{ LG_E_ACCESS_DENIED, 403, "AccessDenied", NULL },
	{ LG_E_FORBIDDEN, 403, "AccessDenied", NULL },
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

static void
put_escaped(struct lg_buf *b, lg_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		if (c == '<')
			lg_buf_put(b, LG_STR("&lt;"));
		else if (c == '>')
			lg_buf_put(b, LG_STR("&gt;"));
		else if (c == '&')
			lg_buf_put(b, LG_STR("&amp;"));
		else if ((unsigned char)c < ' ' && c != '\t' && c != '\n')
			lg_buf_byte(b, '?'); /* XML 1.0 has no way to say it. */
		else
			lg_buf_byte(b, (unsigned char)c);
	}
}

static void
put_element(struct lg_buf *b, const char *name, lg_str text)
{
	lg_buf_fmt(b, "<%s>", name);
	put_escaped(b, text);
	lg_buf_fmt(b, "</%s>", name);
}

static const struct frame_error *
find_frame_error(int code)
{
	for (size_t i = 0; i < LG_LEN(frame_errors); i++)
		if (frame_errors[i].code == code)
			return &frame_errors[i];
	return NULL;
}

static void
error_answer(struct lg_env *env, struct lg_ctx *cx, const struct lg_operation *operation, int code,
	struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, 500, ret);
	const struct lg_answer_error error =
		lg_answer_error(cx, code, operation ? operation->name : LG_STR_NONE);
	const struct frame_error *frame = find_frame_error(error.code);
	ret->status = frame ? frame->http : error.info->http;
	const lg_str text = frame && frame->text ? lg_str_from_c(frame->text) : error.text;

	struct lg_buf b = lg_buf_start(cx, ERROR_MAX_BYTES);
	lg_buf_put(&b, LG_STR("<ErrorResponse xmlns=\"" NAMESPACE "\"><Error>"));
	put_element(&b, "Type", ret->status < 500 ? LG_STR("Sender") : LG_STR("Receiver"));
	put_element(&b, "Code", lg_str_from_c(frame ? frame->name : error.info->aws));
	put_element(&b, "Message", text);
	lg_buf_put(&b, LG_STR("</Error>"));
	put_element(&b, "RequestId", cx->request_id);
	lg_buf_put(&b, LG_STR("</ErrorResponse>"));

	lg_str body;
	if (lg_failed(lg_buf_finish(cx, &b, &body)))
		body = LG_STR("<ErrorResponse xmlns=\"" NAMESPACE "\"><Error><Type>Receiver</Type>"
			      "<Code>InternalFailure</Code></Error></ErrorResponse>");
	if (lg_call_allows_any_origin(env, operation))
		lg_answer_allow_any_origin(ret);
	lg_answer_body(ret, LG_STR("text/xml"), body);
}

static lg_status
read_params(struct lg_ctx *cx, const struct lg_http_req *req, struct lg_str_map *ret)
{
	const lg_str text = lg_str_eq(req->method, LG_STR("GET")) ? req->query : req->body;
	const lg_status s = lg_form_parse(cx, text, ret);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail_default(cx, LG_E_SERIALIZATION);
	return s;
}

static lg_status
find_operation(struct lg_ctx *cx, const struct lg_str_map *params, const struct lg_operation **ret)
{
	const lg_str action = lg_str_map_get(params, LG_STR("Action"));
	lg_str version = lg_str_map_get(params, LG_STR("Version"));
	const struct lg_operation *operation = lg_operation_find(LG_API_STS, action);
	if (!operation || !lg_str_eq(version, VERSION)) {
		if (!lg_str_present(version))
			version = LG_STR("NO_VERSION_SPECIFIED");
		return lg_fail(cx, LG_E_UNKNOWN_OPERATION, "Could not find operation %.*s for version %.*s",
			LG_FMT(lg_text_cut(action, 128)), LG_FMT(lg_text_cut(version, 128)));
	}
	*ret = operation;
	return LG_OK;
}

static lg_status
run(struct lg_ctx *cx, struct lg_call *call)
{
	struct lg_str_map params;
	LG_TRY(read_params(cx, call->req, &params));
	LG_TRY(find_operation(cx, &params, &call->operation));
	LG_TRY(lg_call_prepare(cx, call));
	LG_TRY(lg_query_form_read(cx, call->operation->in, &params, call->in));
	return lg_call_run(cx, call);
}

void
lg_aws_query_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	struct lg_call call = { .env = env, .req = req, .service = LG_STR("sts") };
	const lg_status s = run(cx, &call);
	/* No operation of this protocol has a handler yet, so none of them succeeds. */
	error_answer(env, cx, call.operation, lg_failed(s) ? s.code : LG_E_INTERNAL, ret);
}
