#include "authorizer/callback.h"

#include "authorizer/event.h"
#include "codec/json.h"
#include "codec/text.h"
#include "domain/grant/token_claims.h"
#include "policy/cache.h"
#include "policy/evaluate.h"

#define ANSWER_MAX_BYTES ((size_t)8192)
#define ARN_MAX_BYTES 1600
#define RESOURCE_MAX_BYTES 512

/* A request on its way to somebody else. */
struct asked {
	const struct lg_authz_call *call;
	const struct lg_authorizer *authorizer;
	struct lg_memo *cache;
	lg_str sources[LG_SOURCES_MAX];
	lg_str method_arn;
};

/* ---- refusals ---- */

static lg_status
refuse(struct lg_ctx *cx, const struct asked *a, lg_status why, struct lg_authz_answer *ret)
{
	const bool http = a->authorizer->http;
	const lg_str reason = lg_failure_text(cx, why.code);
	switch (why.code) {
	case LG_E_MISSING_AUTHENTICATION_TOKEN:
	case LG_E_UNAUTHORIZED:
		LG_TRY(lg_authz_refuse(cx, 401, http ? NULL : "UnauthorizedException", false,
			LG_STR("Unauthorized"), reason, ret));
		ret->authenticate = LG_STR("Bearer");
		return LG_OK;
	case LG_E_ACCESS_DENIED:
	case LG_E_FORBIDDEN:
		if (http)
			return lg_authz_refuse(cx, 403, NULL, false, LG_STR("Forbidden"), reason, ret);
		return lg_authz_refuse(cx, 403, "AccessDeniedException", true,
			why.code == LG_E_FORBIDDEN
				? LG_STR("User is not authorized to access this resource with an explicit "
					 "deny")
				: LG_STR("User is not authorized to access this resource"),
			reason, ret);
	case LG_E_TOO_LARGE:
		return lg_authz_refuse(cx, 414, NULL, false, LG_STR("Request URI Too Long"),
			LG_STR("the ARN is too long"), ret);
	case LG_E_UNAVAILABLE:
		LG_TRY(lg_authz_refuse(cx, 500, http ? NULL : "AuthorizerConfigurationException", false,
			LG_STR("Internal Server Error"), reason, ret));
		if (!http)
			ret->body = LG_STR("{\"message\":null}");
		return LG_OK;
	default:
		return why;
	}
}

static lg_status
useless(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_UNAVAILABLE, "the callback %s", why);
}

/* ---- its answer ---- */

/* Values of a REST API's context are scalars, and become text. */
static lg_status
write_context(struct lg_ctx *cx, const struct asked *a, const json_t *context, lg_str principal, lg_str *ret)
{
	const bool nested = a->authorizer->event == LG_EVENT_HTTP_2;
	struct lg_json *j = lg_json_new(cx, ANSWER_MAX_BYTES * 2);
	lg_json_open(j, '{');
	if (nested) {
		lg_json_key(j, LG_STR("lambda"));
		if (context)
			lg_json_tree(j, context);
		else
			lg_json_null(j);
	} else {
		lg_json_pair_str(j, LG_STR("principalId"), principal);
	}
	json_t *object = (json_t *)(uintptr_t)context;
	for (void *at = nested ? NULL : json_object_iter(object); at;
		at = json_object_iter_next(object, at)) {
		const json_t *value = json_object_iter_value(at);
		const lg_str key = lg_str_from_bytes(json_object_iter_key(at), json_object_iter_key_len(at));
		lg_str text;
		if (json_is_object(value) || json_is_array(value))
			return useless(
				cx, "returned a context of more than texts, numbers and truth values");
		LG_TRY(lg_claim_text(cx, value, &text));
		if (lg_str_present(text) && !lg_str_eq(key, LG_STR("principalId")))
			lg_json_pair_str(j, key, text);
	}
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static bool
has_long_resource(const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (has_long_resource(json_array_get(value, i)))
			return true;
	return json_string_length(value) > RESOURCE_MAX_BYTES;
}

static lg_status
read_policy(struct lg_ctx *cx, const struct asked *a, const json_t *answer, struct lg_said *ret)
{
	const json_t *document = lg_json_member(answer, LG_STR("policyDocument"));
	const json_t *statements = lg_json_member(document, LG_STR("Statement"));
	const struct lg_policy *policy;
	ret->principal = lg_json_member_text(answer, LG_STR("principalId"));
	if (lg_str_empty(ret->principal) || !json_is_object(document))
		return useless(cx, "returned no principalId, or no policyDocument");
	for (size_t i = 0; i < json_array_size(statements); i++)
		if (has_long_resource(lg_json_member(json_array_get(statements, i), LG_STR("Resource"))))
			return useless(cx, "returned a policy with a Resource of more than 512 characters");
	struct lg_json *j = lg_json_new(cx, ANSWER_MAX_BYTES * 2);
	lg_json_tree(j, document);
	LG_TRY(lg_json_finish(cx, j, &ret->policy));
	const lg_status s =
		lg_policy_cache_get(cx, a->call->env->policies, LG_POLICY_IDENTITY, ret->policy, &policy);
	return s.code == LG_E_MALFORMED_POLICY_DOCUMENT ? useless(cx, "returned what is no policy") : s;
}

static lg_status
read_answer(struct lg_ctx *cx, const struct asked *a, lg_str text, struct lg_said *ret)
{
	json_t *answer;
	struct lg_said said = { .principal = LG_STR(""), .policy = LG_STR("") };
	const lg_status s = lg_json_parse(cx, text, &answer);
	if (s.code == LG_E_MALFORMED)
		return useless(cx, "returned no JSON");
	LG_TRY(s);
	if (lg_str_eq(lg_json_member_text(answer, LG_STR("errorMessage")), LG_STR("Unauthorized")))
		return lg_fail(cx, LG_E_UNAUTHORIZED, "the callback says Unauthorized");
	const json_t *yes = lg_json_member(answer, LG_STR("isAuthorized"));
	said.simple = a->authorizer->event == LG_EVENT_HTTP_2 && yes;
	said.allowed = json_is_true(yes);
	if (said.simple && !json_is_boolean(yes))
		return useless(cx, "returned an isAuthorized that is no truth value");
	if (!said.simple)
		LG_TRY(read_policy(cx, a, answer, &said));
	const json_t *context = lg_json_member(answer, LG_STR("context"));
	if (context && !json_is_object(context))
		return useless(cx, "returned a context that is no object");
	LG_TRY(write_context(cx, a, context, said.principal, &said.context));
	*ret = said;
	return LG_OK;
}

/* ---- asking ---- */

static lg_status
call_function(struct lg_ctx *cx, const struct asked *a, lg_str event, lg_str *ret)
{
	struct lg_functions *functions = a->call->env->functions;
	const struct lg_function_call call = { .arn = a->authorizer->url, .payload = event };
	struct lg_function_result result;
	if (!functions)
		return useless(cx, "is a function, and this server cannot call any");
	LG_TRY(functions->invoke(functions, cx, &call, &result));
	if (result.outcome == LG_FUNCTION_THREW && lg_str_eq(result.text, LG_STR("Unauthorized")))
		return lg_fail(cx, LG_E_UNAUTHORIZED, "the callback says Unauthorized");
	if (result.outcome != LG_FUNCTION_ANSWERED)
		return useless(cx, "failed");
	*ret = result.text;
	return result.text.len > ANSWER_MAX_BYTES ? useless(cx, "returned more than 8 KB") : LG_OK;
}

static lg_status
post(struct lg_ctx *cx, const struct asked *a, lg_str event, lg_str *ret)
{
	struct lg_fetcher *fetcher = a->call->env->fetcher;
	const struct lg_fetch_header type = { LG_STR("Content-Type"), LG_STR("application/json") };
	const struct lg_fetch request = { .method = LG_STR("POST"),
		.url = a->authorizer->url,
		.headers = &type,
		.header_count = 1,
		.body = event,
		.max_bytes = ANSWER_MAX_BYTES,
		.timeout_ms = a->authorizer->timeout_ms };
	struct lg_fetched answer;
	if (!fetcher)
		return useless(cx, "is at an address, and requests to other servers are off");
	const lg_status s = fetcher->fetch(fetcher, cx, &request, &answer);
	if (s.code == LG_E_NO_MEMORY)
		return s;
	if (lg_failed(s)) {
		const lg_str why = lg_failure_text(cx, s.code);
		return lg_fail(cx, LG_E_UNAVAILABLE, "the callback was not reached: %.*s", LG_FMT(why));
	}
	if (answer.status == 401)
		return lg_fail(cx, LG_E_UNAUTHORIZED, "the callback says Unauthorized");
	if (answer.status != 200)
		return lg_fail(cx, LG_E_UNAVAILABLE, "the callback answered with status %d", answer.status);
	*ret = answer.body;
	return LG_OK;
}

static lg_status
ask(struct lg_ctx *cx, const struct asked *a, struct lg_said *ret)
{
	lg_str event, text;
	LG_TRY(lg_event_write(cx, a->call, a->method_arn, a->sources, a->authorizer->source_count, &event));
	if (lg_str_starts(a->authorizer->url, LG_STR("arn:")))
		LG_TRY(call_function(cx, a, event, &text));
	else
		LG_TRY(post(cx, a, event, &text));
	return read_answer(cx, a, text, ret);
}

/* Of values of any length, so that no two lists look alike. */
static lg_status
digest_of(struct lg_ctx *cx, const struct asked *a, unsigned char ret[LG_SHA256_SIZE])
{
	lg_str text;
	LG_TRY(lg_str_fmt(cx, &text, "%zu:%.*s", a->authorizer->name.len, LG_FMT(a->authorizer->name)));
	for (size_t i = 0; i < a->authorizer->source_count; i++) {
		lg_str len;
		LG_TRY(lg_str_fmt(cx, &len, "|%zu:", a->sources[i].len));
		LG_TRY(lg_str_concat(cx, (const lg_str[]){ text, len, a->sources[i] }, 3, &text));
	}
	lg_sha256(&text, 1, ret);
	return LG_OK;
}

/* What was said before, or is said now. */
static lg_status
find_said(struct lg_ctx *cx, const struct asked *a, struct lg_said *ret)
{
	const bool kept = a->authorizer->ttl_ms > 0 && a->authorizer->source_count;
	unsigned char digest[LG_SHA256_SIZE];
	if (kept) {
		LG_TRY(digest_of(cx, a, digest));
		const lg_status s = lg_said_get(cx, a->cache, digest, ret);
		if (s.code != LG_E_NOT_FOUND)
			return s;
	}
	if (!a->call->wait)
		return LG_STATUS(LG_E_NOT_FOUND);
	LG_TRY(ask(cx, a, ret));
	ret->until = lg_time_add_ms(cx->now, a->authorizer->ttl_ms);
	if (kept)
		lg_memo_put(a->cache, digest, ret);
	return LG_OK;
}

/* ---- deciding ---- */

static lg_status
read_sources(struct lg_ctx *cx, struct asked *a)
{
	for (size_t i = 0; i < a->authorizer->source_count; i++) {
		const lg_status s =
			lg_authz_source(cx, a->call, &a->authorizer->sources[i], false, &a->sources[i]);
		if (s.code == LG_E_REFUSED || (!lg_failed(s) && !lg_str_present(a->sources[i])))
			return lg_fail(cx, LG_E_MISSING_AUTHENTICATION_TOKEN,
				"an identity source is missing, or stands twice");
		LG_TRY(s);
	}
	const lg_str pattern = a->authorizer->token_pattern;
	bool matches = true;
	if (lg_str_present(pattern))
		LG_TRY(lg_text_matches(cx, a->sources[0], pattern.ptr, &matches));
	return matches ? LG_OK : lg_fail(cx, LG_E_UNAUTHORIZED, "the token does not match token_pattern");
}

static lg_status
evaluate(struct lg_ctx *cx, const struct asked *a, const struct lg_said *said,
	const struct lg_question *question)
{
	const struct lg_policy_caller caller = {
		.kind = LG_CALLER_USER, .account = a->call->env->settings->account, .arn = said->principal
	};
	const struct lg_policy_context context = { 0 };
	struct lg_policy_named named = { .name = LG_STR("policyDocument") };
	struct lg_policy_request request = { .action = question->action,
		.resource = question->resource,
		.caller = &caller,
		.context = &context };
	struct lg_policy_verdict verdict;
	LG_TRY(lg_policy_cache_get(
		cx, a->call->env->policies, LG_POLICY_IDENTITY, said->policy, &named.policy));
	request.layers[LG_LAYER_IDENTITY] =
		(struct lg_policy_layer_list){ .items = &named, .count = 1, .has = true };
	const lg_status s = lg_policy_evaluate(cx, &request, &verdict);
	if (s.code == LG_E_BUDGET || s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_ACCESS_DENIED, "the policy takes too long to evaluate");
	LG_TRY(s);
	if (verdict.decision == LG_DECISION_EXPLICIT_DENY)
		return lg_fail(
			cx, LG_E_FORBIDDEN, "the callback's policy denies %.*s", LG_FMT(question->resource));
	if (verdict.decision != LG_DECISION_ALLOWED && !question->only_denies)
		return lg_fail(cx, LG_E_ACCESS_DENIED, "the callback's policy does not allow %.*s",
			LG_FMT(question->resource));
	return LG_OK;
}

static lg_status
decide(struct lg_ctx *cx, struct asked *a, struct lg_said *ret)
{
	struct lg_questions *questions = lg_new(cx, struct lg_questions);
	if (!questions)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_method_arn(cx, a->call, &a->method_arn));
	if (a->method_arn.len > ARN_MAX_BYTES)
		return lg_fail_default(cx, LG_E_TOO_LARGE);
	LG_TRY(read_sources(cx, a));
	LG_TRY(find_said(cx, a, ret));
	if (ret->simple)
		return ret->allowed ? LG_OK
				    : lg_fail(cx, LG_E_ACCESS_DENIED, "the callback does not allow it");
	LG_TRY(lg_invoke_questions(cx, a->call, questions));
	for (size_t i = 0; i < questions->count; i++)
		LG_TRY(evaluate(cx, a, ret, &questions->items[i]));
	return LG_OK;
}

lg_status
lg_callback_decide(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_memo *cache,
	struct lg_authz_answer *ret)
{
	struct asked a = { .call = call, .authorizer = call->route->authorizer, .cache = cache };
	struct lg_said said;
	*ret = (struct lg_authz_answer){ .route = call->route };
	const lg_status s = decide(cx, &a, &said);
	if (lg_failed(s))
		return refuse(cx, &a, s, ret);
	struct lg_authz_who who = { .context = said.context };
	who.texts[LG_AUTHZ_TYPE] = LG_STR("callback");
	who.texts[LG_AUTHZ_PRINCIPAL] = said.principal;
	return lg_authz_allow(cx, call->route, &who, ret);
}
