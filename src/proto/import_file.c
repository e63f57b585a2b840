#include "proto/import_file.h"

#include "domain/transfer/import_file.h"
#include "proto/answer.h"

/* What goes wrong, as HTTP says it. */
static int
status_of(struct lg_ctx *cx, lg_status s)
{
	switch (s.code) {
	case LG_E_OK:
		return 200;
	case LG_E_NOT_AUTHORIZED:
		return 403;
	case LG_E_RESOURCE_NOT_FOUND:
		return 404;
	case LG_E_PRECONDITION_NOT_MET:
	case LG_E_CONFLICT:
		return 409;
	case LG_E_INVALID_PARAMETER:
		return 400;
	default:
		break;
	}
	const struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("import-file"));
	return error.info->http;
}

int
lg_import_stream(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, void **ret_stream,
	size_t *ret_max)
{
	if (!lg_str_eq(req->method, LG_STR("PUT")) || !lg_import_path(req->path))
		return 0;
	struct lg_import_upload *upload = lg_new(cx, struct lg_import_upload);
	if (!upload)
		return 503;
	*ret_stream = upload;
	*ret_max = LG_IMPORT_FILE_BYTES;
	return status_of(cx, lg_import_url_open(cx, env, req->path, req->query, upload));
}

int
lg_import_part(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, lg_str bytes)
{
	const int status = status_of(cx, lg_import_part_put(cx, env, req->stream, bytes));
	return status == 200 ? 0 : status;
}

static void
answer_failure(struct lg_env *env, struct lg_ctx *cx, lg_status s, struct lg_http_answer *ret)
{
	const int status = status_of(cx, s);
	const lg_str text = s.code == LG_E_CONFLICT ? LG_STR("Another file is being sent for this job.")
			    : status < 500          ? lg_failure_text(cx, s.code)
						    : LG_STR("The file can't be taken now. Try again.");
	lg_answer_message(env, cx, status, text, ret);
}

/* The parameter "from" of the log; 0 when there is none. */
static int64_t
from_of(lg_str query)
{
	lg_str rest = query;
	uint64_t from = 0;
	while (lg_str_present(rest)) {
		const lg_str pair = lg_str_cut(&rest, '&');
		if (lg_str_starts(pair, LG_STR("from=")) &&
			!lg_str_to_uint(lg_str_slice(pair, 5, pair.len), INT32_MAX, &from))
			from = 0;
	}
	return (int64_t)from;
}

static lg_status
answer_log(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	struct lg_import_upload of;
	lg_str text, next;
	int64_t at;
	LG_TRY(lg_import_url_open(cx, env, req->path, req->query, &of));
	LG_TRY(lg_import_log_read(cx, env, of.pool_id, of.job_id, from_of(req->query), &text, &at));
	lg_answer_begin(env, cx, 200, ret);
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	if (at >= 0 && !lg_failed(lg_str_fmt(cx, &next, "%lld", (long long)at)))
		lg_http_answer_header(ret, LG_STR("X-Lifeguard-Next"), next);
	lg_answer_body(ret, LG_STR("text/plain; charset=utf-8"), text);
	return LG_OK;
}

bool
lg_import_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	if (!lg_import_path(req->path))
		return false;
	lg_status s = LG_OK;
	if (req->stream) {
		s = lg_import_file_end(cx, env, req->stream);
		if (!lg_failed(s)) {
			lg_answer_begin(env, cx, 200, ret);
			ret->body = LG_STR("");
		}
	} else if (lg_str_eq(req->method, LG_STR("GET")) || lg_str_eq(req->method, LG_STR("HEAD"))) {
		s = answer_log(env, cx, req, ret);
	} else {
		lg_answer_wrong_method(env, cx, LG_STR("PUT, GET, HEAD, OPTIONS"), ret);
	}
	if (lg_failed(s))
		answer_failure(env, cx, s, ret);
	return true;
}
