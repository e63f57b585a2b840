#include "oauth/response.h"

#include "codec/uri.h"
#include "gen/error.h"
#include "oauth/par.h"

#define FIELDS_MAX 8

/* Parameters of an answer while they are collected. */
struct fields {
	struct lg_str_pair items[FIELDS_MAX];
	size_t count;
};

static void
add(struct fields *fields, const char *name, lg_str value)
{
	if (lg_str_present(value))
		fields->items[fields->count++] = (struct lg_str_pair){ lg_str_from_c(name), value };
}

/* The address was registered: it has no fragment, and may have a query. */
static lg_status
finish(struct lg_ctx *cx, const struct lg_oauth_request *request, struct fields *fields,
	struct lg_oauth_response *ret)
{
	add(fields, "state", request->state);
	add(fields, "iss", request->pool->issuer);
	struct lg_str_map map = { .items = fields->items, .count = fields->count, .has = true };
	*ret = (struct lg_oauth_response){ .mode = request->mode, .url = request->redirect_uri };
	if (request->mode == LG_OAUTH_FORM_POST) {
		struct lg_str_pair *own = lg_new_array(cx, struct lg_str_pair, FIELDS_MAX);
		if (!own)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		for (size_t i = 0; i < fields->count; i++)
			own[i] = fields->items[i];
		ret->fields = (struct lg_str_map){ .items = own, .count = fields->count, .has = true };
		return LG_OK;
	}
	lg_str text;
	LG_TRY(lg_form_write(cx, &map, &text));
	lg_str mark = LG_STR("#");
	if (request->mode == LG_OAUTH_QUERY)
		mark = lg_str_has_byte(request->redirect_uri, '?') ? LG_STR("&") : LG_STR("?");
	return lg_str_concat(cx, (const lg_str[]){ request->redirect_uri, mark, text }, 3, &ret->url);
}

static lg_status
add_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request,
	const struct lg_oauth_subject *subject, struct fields *fields)
{
	lg_str code;
	LG_TRY(lg_oauth_code_make(cx, env, request, subject, &code));
	add(fields, "code", code);
	return LG_OK;
}

/* Never a refresh token (spec/oauth-endpoints.md 3). */
static lg_status
add_tokens(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request,
	const struct lg_oauth_subject *subject, struct fields *fields)
{
	const struct lg_grant_oauth oauth = { .nonce = request->nonce, .resource = request->resource };
	const struct lg_grant grant = {
		.pool = request->pool,
		.client = request->client,
		.user = subject->user,
		.auth_time = subject->auth_time,
		.scope = request->scope,
		.oauth = &oauth,
		.device_key = subject->device_key,
		.caller = subject->caller,
		.occasion = LG_STR("HostedAuth"),
	};
	struct lg_tokens tokens;
	lg_str seconds;
	LG_TRY(lg_grant_issue(cx, env, &grant, &tokens));
	LG_TRY(lg_str_fmt(cx, &seconds, "%lld", (long long)tokens.expires_in_s));
	add(fields, "id_token", tokens.id);
	add(fields, "access_token", tokens.access);
	add(fields, "expires_in", seconds);
	add(fields, "token_type", LG_STR("Bearer"));
	return LG_OK;
}

lg_status
lg_oauth_respond(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request,
	const struct lg_oauth_subject *subject, struct lg_oauth_response *ret)
{
	struct fields fields = { 0 };
	if (!lg_str_present(request->redirect_uri))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "No application has asked.");
	/* Somebody else signed in than the application has in mind (OpenID Connect Core, 3.1.2.1). */
	if (lg_str_present(request->hinted) && !lg_str_eq(request->hinted, subject->user->sub))
		return lg_fail(cx, LG_E_OAUTH_LOGIN_REQUIRED, "login_required");
	LG_TRY(lg_oauth_par_use(cx, env, request));
	LG_TRY((request->implicit ? add_tokens : add_code)(cx, env, request, subject, &fields));
	return finish(cx, request, &fields, ret);
}

lg_status
lg_oauth_refuse(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request, int code,
	struct lg_oauth_response *ret)
{
	const struct lg_error_info *info = lg_error_info(code);
	struct fields fields = { 0 };
	(void)env;
	if (!lg_str_present(request->redirect_uri) || !info->oauth || !info->redirect)
		return lg_fail_default(cx, LG_E_MISMATCH);
	/* Cognito puts the description first, and has none for the answer to prompt=none. */
	const lg_str text = info->http < 500 ? lg_failure_text(cx, code) : lg_str_from_c(info->text);
	if (code != LG_E_OAUTH_LOGIN_REQUIRED)
		add(&fields, "error_description", text);
	add(&fields, "error", lg_str_from_c(info->oauth));
	return finish(cx, request, &fields, ret);
}
