#include "domain/federation/upstream.h"

#include "base/log.h"
#include "codec/bytes.h"
#include "codec/uri.h"
#include "domain/federation/upstream_impl.h"

#define PARAMS_MAX 8
#define FORM LG_STR("application/x-www-form-urlencoded")

/* A token request while it is made: body and headers. */
struct token_request {
	struct lg_str_pair params[PARAMS_MAX];
	size_t param_count;
	struct lg_fetch_header headers[3];
	size_t header_count;
};

static void
add(struct token_request *r, const char *name, lg_str value)
{
	if (value.len)
		r->params[r->param_count++] = (struct lg_str_pair){ lg_str_from_c(name), value };
}

static void
add_header(struct token_request *r, lg_str name, lg_str value)
{
	r->headers[r->header_count++] = (struct lg_fetch_header){ name, value };
}

/* RFC 6749, 2.3.1: both are form-encoded first. */
static lg_status
add_basic(struct lg_ctx *cx, const struct lg_upstream *up, lg_str secret, struct token_request *r)
{
	lg_str id, encoded, pair;
	LG_TRY(lg_uri_encode(cx, up->client_id, false, &id));
	LG_TRY(lg_uri_encode(cx, secret, false, &encoded));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ id, LG_STR(":"), encoded }, 3, &pair));
	LG_TRY(lg_base64_encode(cx, pair, &pair));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("Basic "), pair }, 2, &pair));
	add_header(r, LG_STR("Authorization"), pair);
	return LG_OK;
}

static lg_status
add_client(struct lg_ctx *cx, const struct lg_upstream *up, struct token_request *r)
{
	lg_str secret;
	LG_TRY(lg_upstream_secret(cx, up, &secret));
	if (up->places.basic && lg_str_present(secret))
		return add_basic(cx, up, secret, r);
	add(r, "client_id", up->client_id);
	add(r, "client_secret", secret);
	return LG_OK;
}

/* The secret never stands in a URL, whatever token_request_method says. */
static lg_status
ask_for_tokens(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	const struct lg_upstream_request *request, lg_str code, int *ret_status, json_t **ret)
{
	struct token_request r = { 0 };
	lg_str body;
	add(&r, "grant_type", LG_STR("authorization_code"));
	add(&r, "code", code);
	add(&r, "redirect_uri", request->redirect_uri);
	add(&r, "code_verifier", request->verifier);
	add_header(&r, LG_STR("Content-Type"), FORM);
	add_header(&r, LG_STR("Accept"), LG_STR("application/json"));
	LG_TRY(add_client(cx, up, &r));
	const struct lg_str_map map = { r.params, r.param_count, true };
	LG_TRY(lg_form_write(cx, &map, &body));
	struct lg_fetch fetch = { .method = LG_STR("POST"), .url = up->places.token, .headers = r.headers,
		.header_count = r.header_count, .body = body };
	return lg_upstream_ask(cx, env, up, &fetch, ret_status, ret);
}

static lg_status
redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	const struct lg_upstream_request *request, lg_str code, json_t **ret)
{
	int status;
	const lg_status s = ask_for_tokens(cx, env, up, request, code, &status, ret);
	if (s.code == LG_E_UNAVAILABLE)
		return lg_upstream_error(cx, up, "its token endpoint gave no answer");
	LG_TRY(s);
	if (status == 200)
		return LG_OK;
	/* Its "error" is a name from a list; the description may be anything. */
	const lg_str error = lg_json_member_text(*ret, LG_STR("error"));
	lg_log(LG_LOG_WARN, "identity provider refused a code", LG_KV_STR("pool", up->pool->id),
		LG_KV_STR("provider", up->name), LG_KV_INT("status", status),
		LG_KV_STR("error", lg_str_slice(error, 0, 64)));
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%.*s Error - %d error getting token",
		LG_FMT(up->name), status);
}

static lg_status
read_tokens(struct lg_ctx *cx, const struct lg_upstream *up, struct lg_upstream_person *person)
{
	person->access_token = lg_json_member_text(person->tokens, LG_STR("access_token"));
	person->id_token = lg_json_member_text(person->tokens, LG_STR("id_token"));
	person->refresh_token = lg_json_member_text(person->tokens, LG_STR("refresh_token"));
	if (up->kind->openid && lg_str_empty(person->id_token))
		return lg_upstream_error(cx, up, "its answer has no id_token");
	if (!up->kind->openid && !lg_upstream_is_token(person->access_token))
		return lg_upstream_error(cx, up, "its answer has no access_token");
	return LG_OK;
}

lg_status
lg_upstream_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	const struct lg_upstream_request *request, lg_str code, struct lg_upstream_person *ret)
{
	struct lg_upstream_person person = { 0 };
	LG_TRY(redeem(cx, env, up, request, code, &person.tokens));
	LG_TRY(read_tokens(cx, up, &person));
	if (up->kind->openid)
		LG_TRY(lg_upstream_verify(cx, env, up, request->nonce, &person));
	LG_TRY(lg_upstream_attributes(cx, env, up, &person));
	*ret = person;
	return LG_OK;
}
