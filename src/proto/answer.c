#include "proto/answer.h"

#include "base/log.h"
#include "codec/json.h"

#define HEADER_TEXT_MAX 1024

static lg_str
http_date(struct lg_env *env, struct lg_ctx *cx)
{
	char text[LG_TIME_HTTP_SIZE];
	lg_time_http(lg_clock_real(env->clock), text);
	lg_str ret;
	return lg_failed(lg_str_dup(cx, lg_str_from_c(text), &ret)) ? LG_STR_NONE : ret;
}

void
lg_answer_begin(struct lg_env *env, struct lg_ctx *cx, int status, struct lg_http_answer *ret)
{
	*ret = (struct lg_http_answer){ .status = status };
	if (!lg_str_present(cx->request_id) && lg_failed(lg_rand_uuid(cx, &cx->request_id)))
		cx->request_id = LG_STR("00000000-0000-0000-0000-000000000000");
	lg_http_answer_header(ret, LG_STR("x-amzn-RequestId"), cx->request_id);
	const lg_str date = http_date(env, cx);
	if (lg_str_present(date))
		lg_http_answer_header(ret, LG_STR("Date"), date);
}

void
lg_answer_body(struct lg_http_answer *ret, lg_str content_type, lg_str body)
{
	lg_http_answer_header(ret, LG_STR("Content-Type"), content_type);
	ret->body = body;
}

void
lg_answer_allow_any_origin(struct lg_http_answer *ret)
{
	lg_http_answer_header(ret, LG_STR("Access-Control-Allow-Origin"), LG_STR("*"));
	lg_http_answer_header(ret, LG_STR("Access-Control-Expose-Headers"),
		LG_STR("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"));
}

void
lg_answer_message(struct lg_env *env, struct lg_ctx *cx, int status, lg_str text, struct lg_http_answer *ret)
{
	lg_answer_begin(env, cx, status, ret);
	struct lg_json *j = lg_json_new(cx, 8 * 1024);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("message"), text);
	lg_json_close(j, '}');
	lg_str body;
	if (lg_failed(lg_json_finish(cx, j, &body)))
		body = LG_STR("{}");
	lg_answer_body(ret, LG_STR("application/json"), body);
}

void
lg_answer_wrong_method(struct lg_env *env, struct lg_ctx *cx, lg_str allow, struct lg_http_answer *ret)
{
	lg_answer_message(env, cx, 405, LG_STR("Method not allowed."), ret);
	lg_http_answer_header(ret, LG_STR("Allow"), allow);
}

lg_status
lg_answer_header_text(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	const size_t len = text.len < HEADER_TEXT_MAX ? text.len : HEADER_TEXT_MAX;
	char *safe = lg_new_array(cx, char, len + 1);
	if (!safe)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < len; i++) {
		const char c = text.ptr[i];
		if (c == '\n' || c == '\t' || c == '\r')
			safe[i] = ' ';
		else
			safe[i] = c >= ' ' && c <= '~' ? c : '?';
	}
	*ret = (lg_str){ safe, len };
	return LG_OK;
}

struct lg_answer_error
lg_answer_error(const struct lg_ctx *cx, int code, lg_str operation)
{
	const struct lg_error_info *info = lg_error_info(code);
	if (code == LG_E_NOT_IMPLEMENTED || (info->aws && info->http < 500))
		return (struct lg_answer_error){ code, info, lg_failure_text(cx, code) };

	const bool known = cx->failure.code == code && cx->failure.file;
	/* Overload has no place, and a flood of it shall not flood the log, too. */
	if (known || code != LG_E_UNAVAILABLE)
		lg_log(LG_LOG_ERROR, "request failed", LG_KV_STR("error", lg_str_from_c(info->name)),
			LG_KV_STR("operation", operation),
			LG_KV_STR("file", lg_str_from_c(known ? cx->failure.file : NULL)),
			LG_KV_INT("line", known ? cx->failure.line : 0),
			LG_KV_STR("request_id", cx->request_id));
	if (!info->aws) {
		code = LG_E_INTERNAL;
		info = lg_error_info(code);
	}
	return (struct lg_answer_error){ code, info, lg_str_from_c(info->text) };
}
