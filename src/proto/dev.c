#include "proto/dev.h"

#include "codec/json.h"
#include "codec/uri.h"
#include "proto/answer.h"
#include "proto/dev_demo.h"
#include "proto/dev_page.h"

#define LIST_MAX_BYTES ((size_t)12 << 20)

/* Two hundred years: dates keep four digits. */
#define CLOCK_MAX_S INT64_C(6307200000)

static void
answer_failure(struct lg_env *env, struct lg_ctx *cx, lg_status s, struct lg_http_answer *ret)
{
	struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("development kit"));
	lg_answer_message(
		env, cx, error.info->http, lg_str_present(error.text) ? error.text : LG_STR("Failed."), ret);
}

static void
answer_json(struct lg_env *env, struct lg_ctx *cx, struct lg_json *j, struct lg_http_answer *ret)
{
	lg_str text;
	lg_status s = lg_json_finish(cx, j, &text);
	if (lg_failed(s)) {
		answer_failure(env, cx, s, ret);
		return;
	}
	lg_answer_begin(env, cx, 200, ret);
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_answer_body(ret, LG_STR("application/json"), text);
}

/* ---- the inbox ---- */

static lg_status
read_filter(struct lg_ctx *cx, const struct lg_http_req *req, struct lg_inbox_filter *ret)
{
	struct lg_str_map pairs;
	LG_TRY(lg_form_parse(cx, req->query, &pairs));
	/* An empty field of the page's form asks for nothing in particular. */
	for (size_t i = 0; i < pairs.count; i++)
		if (pairs.items[i].value.len == 0)
			pairs.items[i].key = LG_STR("");
	*ret = (struct lg_inbox_filter){
		.pool = lg_str_map_get(&pairs, LG_STR("pool")),
		.user = lg_str_map_get(&pairs, LG_STR("user")),
		.to = lg_str_map_get(&pairs, LG_STR("to")),
		.purpose = lg_str_map_get(&pairs, LG_STR("purpose")),
	};
	return LG_OK;
}

static void
write_pair(struct lg_json *j, lg_str key, lg_str value)
{
	lg_json_key(j, key);
	if (lg_str_present(value))
		lg_json_str(j, value);
	else
		lg_json_null(j);
}

static void
write_message(struct lg_json *j, const struct lg_inbox_message *entry)
{
	const struct lg_message *m = &entry->message;
	lg_json_open(j, '{');
	lg_json_pair_int(j, LG_STR("id"), entry->id);
	lg_json_pair_int(j, LG_STR("time"), entry->time.ms);
	write_pair(j, LG_STR("medium"), m->medium);
	write_pair(j, LG_STR("pool"), m->pool_id);
	write_pair(j, LG_STR("user"), m->username);
	write_pair(j, LG_STR("to"), m->to);
	write_pair(j, LG_STR("purpose"), m->purpose);
	write_pair(j, LG_STR("subject"), m->subject);
	write_pair(j, LG_STR("body"), m->body);
	write_pair(j, LG_STR("code"), m->code);
	write_pair(j, LG_STR("link"), m->link);
	lg_json_close(j, '}');
}

static void
inbox_messages(struct lg_env *env, struct lg_ctx *cx, const struct lg_inbox_filter *filter,
	struct lg_http_answer *ret)
{
	struct lg_inbox_message *list;
	size_t count;
	lg_status s = lg_inbox_list(lg_inbox_of(env->messenger), cx, filter, LG_INBOX_SIZE, &list, &count);
	if (lg_failed(s)) {
		answer_failure(env, cx, s, ret);
		return;
	}
	struct lg_json *j = lg_json_new(cx, LIST_MAX_BYTES);
	lg_json_open(j, '[');
	for (size_t i = 0; i < count; i++)
		write_message(j, &list[i]);
	lg_json_close(j, ']');
	answer_json(env, cx, j, ret);
}

static void
get_inbox(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	struct lg_inbox_filter filter;
	if (lg_failed(read_filter(cx, req, &filter)))
		lg_answer_message(env, cx, 400, LG_STR("The query is malformed."), ret);
	else if (lg_str_ends(req->path, LG_STR("/messages")))
		inbox_messages(env, cx, &filter, ret);
	else
		lg_dev_page_inbox(env, cx, &filter, ret);
}

/* ---- clock and reset ---- */

static void
get_clock(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	(void)req;
	char now[LG_TIME_RFC3339_SIZE];
	lg_time_rfc3339(lg_clock_now(env->clock), now);
	struct lg_json *j = lg_json_new(cx, 256);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("now"), lg_str_from_c(now));
	lg_json_pair_int(j, LG_STR("offset_s"), env->clock->offset_ms / LG_SECOND_MS);
	lg_json_close(j, '}');
	answer_json(env, cx, j, ret);
}

static void
post_clock(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	json_t *tree;
	const json_t *advance = NULL;
	if (!lg_failed(lg_json_parse(cx, req->body, &tree)))
		advance = lg_json_member(tree, LG_STR("advance_s"));
	int64_t advance_s = advance && json_is_integer(advance) ? json_integer_value(advance) : -1;
	if (advance_s < 0 || advance_s > CLOCK_MAX_S ||
		env->clock->offset_ms / LG_SECOND_MS + advance_s > CLOCK_MAX_S) {
		lg_answer_message(env, cx, 400,
			LG_STR("advance_s must be a whole number of seconds, not negative: the clock only "
			       "moves forward."),
			ret);
		return;
	}
	env->clock->offset_ms += advance_s * LG_SECOND_MS;
	get_clock(env, cx, req, ret);
}

static void
post_reset(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	(void)req;
	lg_status s = lg_demo_reset(cx, env);
	if (lg_failed(s))
		answer_failure(env, cx, s, ret);
	else
		lg_answer_begin(env, cx, 204, ret);
}

/* ---- which is which ---- */

typedef void answer_fn(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

struct path {
	lg_str path;
	answer_fn *get;
	answer_fn *post;
	lg_str allow;
};

static const struct path paths[] = {
	{ LG_STR_INIT("/_lifeguard/inbox"), get_inbox, NULL, LG_STR_INIT("GET, HEAD") },
	{ LG_STR_INIT("/_lifeguard/inbox/messages"), get_inbox, NULL, LG_STR_INIT("GET, HEAD") },
	{ LG_STR_INIT("/_lifeguard/clock"), get_clock, post_clock, LG_STR_INIT("GET, HEAD, POST") },
	{ LG_STR_INIT("/_lifeguard/reset"), NULL, post_reset, LG_STR_INIT("POST") },
};

static bool
is_json(const struct lg_http_req *req)
{
	lg_str type = lg_http_header(req, LG_STR("Content-Type"));
	return lg_str_eq_nocase(lg_str_trim(lg_str_cut(&type, ';')), LG_STR("application/json"));
}

static void
answer_path(const struct path *path, struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	struct lg_http_answer *ret)
{
	bool post = lg_str_eq(req->method, LG_STR("POST"));
	answer_fn *answer = post ? path->post : lg_str_eq(req->method, LG_STR("GET")) ? path->get : NULL;
	if (!answer)
		lg_answer_wrong_method(env, cx, path->allow, ret);
	else if (post && !is_json(req)) /* What a form of a foreign page cannot send. */
		lg_answer_message(env, cx, 415, LG_STR("Content-Type must be application/json."), ret);
	else
		answer(env, cx, req, ret);
}

/* Somebody typed the endpoint into a browser: programs do not ask for HTML. */
static bool
is_visit(const struct lg_http_req *req)
{
	return lg_str_eq(req->path, LG_STR("/")) && lg_str_eq(req->method, LG_STR("GET")) &&
	       lg_str_starts(lg_http_header(req, LG_STR("Accept")), LG_STR("text/html"));
}

bool
lg_dev_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	if (is_visit(req)) {
		lg_answer_begin(env, cx, 302, ret);
		lg_http_answer_header(ret, LG_STR("Location"), paths[0].path);
		return true;
	}
	for (size_t i = 0; i < LG_LEN(paths); i++) {
		if (lg_str_eq(req->path, paths[i].path)) {
			answer_path(&paths[i], env, cx, req, ret);
			return true;
		}
	}
	const lg_str assets = LG_STR("/_lifeguard/assets/");
	return lg_str_starts(req->path, assets) && lg_str_eq(req->method, LG_STR("GET")) &&
	       lg_dev_page_asset(env, cx, lg_str_slice(req->path, assets.len, req->path.len), ret);
}
