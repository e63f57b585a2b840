#include "oauth/token.h"

#include <string.h>

#include "codec/json.h"
#include "domain/grant/client_token.h"
#include "domain/pool/scope.h"
#include "oauth/code.h"
#include "oauth/device.h"
#include "oauth/resource.h"

#define SCOPES_MAX 200 /* in one request */

typedef lg_status grant_fn(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	struct lg_oauth_tokens *ret);

static lg_str
sent(const struct lg_oauth_token_call *call, const char *name)
{
	const lg_str value = lg_str_map_get(call->params, lg_str_from_c(name));
	return value.len ? value : LG_STR_NONE;
}

static lg_status
missing(struct lg_ctx *cx, const char *name)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%s is missing.", name);
}

static struct lg_oauth_tokens
tokens_of(const struct lg_tokens *tokens, bool dpop)
{
	return (struct lg_oauth_tokens){
		.id = tokens->id,
		.access = tokens->access,
		.refresh = tokens->refresh,
		.expires_in_s = tokens->expires_in_s,
		.dpop = dpop,
	};
}

/*
 * What the access token is to be for (RFC 8707, 2.2): absent when nothing is said, or what was granted
 * (absent = anything).
 */
static lg_status
read_resource(
	struct lg_ctx *cx, const struct lg_oauth_token_call *call, lg_str granted, lg_str *ret)
{
	const lg_str asked = sent(call, "resource");
	*ret = granted;
	if (!lg_str_present(asked))
		return LG_OK;
	if (!lg_oauth_resource_fits(asked) || (lg_str_present(granted) && !lg_str_eq(granted, asked)))
		return lg_fail(cx, LG_E_OAUTH_INVALID_TARGET, "resource is not what tokens can be for.");
	*ret = asked;
	return LG_OK;
}

/* ---- authorization_code ---- */

static lg_status
issue_for_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	const struct lg_oauth_granted *granted, struct lg_oauth_tokens *ret)
{
	struct lg_grant grant = {
		.pool = call->by.pool,
		.client = call->by.client,
		.user = granted->user,
		.auth_time = granted->auth_time,
		.scope = granted->scope,
		.oauth = &granted->oauth,
		.device_key = granted->device_key,
		.caller = call->caller,
		.browser = granted->browser,
		.browser_item = lg_str_present(granted->browser) ? &granted->browser_item : NULL,
		.occasion = LG_STR("HostedAuth"),
		.has_sid = true,
		.begins = true,
		.with_refresh = true,
	};
	memcpy(grant.sid, granted->sid, sizeof(grant.sid));
	struct lg_tokens tokens;
	const lg_status s = lg_grant_issue(cx, env, &grant, &tokens);
	/* Signed out, disabled, or the code came a second time while this one was under way. */
	if (s.code == LG_E_CONFLICT)
		return lg_fail(cx, LG_E_OAUTH_INVALID_GRANT, "The session has ended.");
	LG_TRY(s);
	*ret = tokens_of(&tokens, lg_str_present(granted->oauth.jkt));
	return LG_OK;
}

/* Cognito's way: a scope shows all of its attributes, or nothing is given (spec/oauth-endpoints.md 4). */
static bool
may_read(const struct lg_oauth_token_call *call, lg_str scopes)
{
	const struct lg_oauth_client *by = &call->by;
	for (size_t i = 0; i < by->pool->schema_count; i++) {
		const lg_str name = by->pool->schema[i].name;
		const lg_str scope = lg_scope_of_attribute(name);
		if ((lg_str_eq(scope, LG_STR("email")) || lg_str_eq(scope, LG_STR("phone")))
			&& lg_scope_holds(scopes, scope)
			&& !lg_client_may_read(by->pool, by->client, name))
			return by->pool->oidc_strict;
	}
	return true;
}

static lg_status
grant_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	struct lg_oauth_tokens *ret)
{
	const struct lg_oauth_code_claim claim = {
		.code = sent(call, "code"),
		.redirect_uri = sent(call, "redirect_uri"),
		.verifier = sent(call, "code_verifier"),
		.jkt = call->jkt,
	};
	struct lg_oauth_granted granted;
	if (!lg_str_present(claim.code))
		return missing(cx, "code");
	if (!lg_str_present(claim.redirect_uri))
		return missing(cx, "redirect_uri");
	LG_TRY(lg_oauth_code_redeem(cx, env, call->by.pool, call->by.client, &claim, &granted));
	LG_TRY(read_resource(cx, call, granted.oauth.resource, &granted.oauth.resource));
	if (!may_read(call, granted.scope))
		return lg_fail(cx, LG_E_OAUTH_INVALID_GRANT, "invalid_grant");
	return issue_for_code(cx, env, call, &granted, ret);
}

/* ---- device_code ---- */

static lg_status
grant_device(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	struct lg_oauth_tokens *ret)
{
	const lg_str code = sent(call, "device_code");
	struct lg_oauth_granted granted;
	lg_str resource;
	if (!lg_str_present(code))
		return missing(cx, "device_code");
	LG_TRY(read_resource(cx, call, LG_STR_NONE, &resource));
	LG_TRY(lg_oauth_device_redeem(cx, env, call->by.pool, call->by.client, code, &granted));
	granted.oauth.resource = resource;
	granted.oauth.jkt = call->jkt;
	return issue_for_code(cx, env, call, &granted, ret);
}

/* ---- refresh_token ---- */

static lg_status
narrow(struct lg_ctx *cx, struct lg_refresh *refresh, lg_str asked)
{
	lg_str granted;
	if (!lg_str_present(asked))
		return LG_OK;
	lg_refresh_of_oauth(refresh, &granted);
	for (lg_str rest = asked; lg_str_present(rest);) {
		const lg_str scope = lg_str_cut(&rest, ' ');
		if (scope.len && !lg_scope_holds(granted, scope))
			return lg_fail(cx, LG_E_OAUTH_INVALID_SCOPE, "invalid_scope");
	}
	lg_refresh_narrow(refresh, asked);
	return LG_OK;
}

static lg_status
aim(struct lg_ctx *cx, const struct lg_oauth_token_call *call, struct lg_refresh *refresh)
{
	lg_str resource;
	LG_TRY(read_resource(cx, call, LG_STR_NONE, &resource));
	if (!lg_str_present(resource) || lg_refresh_aim(refresh, resource))
		return LG_OK;
	return lg_fail(cx, LG_E_OAUTH_INVALID_TARGET, "resource is not what was granted.");
}

static lg_status
refreshed(struct lg_ctx *cx, lg_status s)
{
	switch (s.code) {
	case LG_E_NOT_AUTHORIZED:
	case LG_E_USER_NOT_FOUND:
	case LG_E_REFRESH_TOKEN_REUSE:
		return lg_fail(cx, LG_E_OAUTH_INVALID_GRANT, "The refresh token is not good.");
	default:
		return s;
	}
}

static lg_status
grant_refresh(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	struct lg_oauth_tokens *ret)
{
	const lg_str token = sent(call, "refresh_token");
	struct lg_refresh *refresh;
	struct lg_tokens tokens;
	lg_str scope;
	if (!lg_str_present(token))
		return missing(cx, "refresh_token");
	LG_TRY(refreshed(cx, lg_refresh_open(cx, env, call->by.pool, call->by.client, token, &refresh)));
	LG_TRY(narrow(cx, refresh, sent(call, "scope")));
	LG_TRY(aim(cx, call, refresh));
	lg_refresh_prove(refresh, call->jkt);
	LG_TRY(refreshed(cx,
		lg_refresh_redeem(cx, env, refresh, LG_STR_NONE, &call->caller, NULL, &tokens)));
	*ret = tokens_of(&tokens, lg_refresh_of_oauth(refresh, &scope) && lg_str_present(call->jkt));
	return LG_OK;
}

/* ---- client_credentials ---- */

/* For the trigger: a JSON object of texts (spec/oauth-endpoints.md 4). */
static lg_status
read_metadata(struct lg_ctx *cx, lg_str text, struct lg_str_map *ret)
{
	json_t *tree = NULL;
	*ret = (struct lg_str_map){ 0 };
	if (!lg_str_present(text))
		return LG_OK;
	const lg_status s = lg_json_parse(cx, text, &tree);
	if (s.code == LG_E_NO_MEMORY)
		return s;
	if (lg_failed(s) || !json_is_object(tree))
		return lg_fail(
			cx, LG_E_OAUTH_INVALID_REQUEST, "aws_client_metadata is no JSON object of texts.");
	ret->items = lg_new_array(cx, struct lg_str_pair, json_object_size(tree));
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const char *key;
	json_t *value;
	json_object_foreach(tree, key, value)
	{
		if (!json_is_string(value))
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST,
				"aws_client_metadata is no JSON object of texts.");
		ret->items[ret->count++] =
			(struct lg_str_pair){ lg_str_from_c(key), lg_json_text(value) };
	}
	ret->has = true;
	return LG_OK;
}

static lg_status
split_scopes(struct lg_ctx *cx, lg_str text, struct lg_str_list *ret)
{
	*ret = (struct lg_str_list){ .items = lg_new_array(cx, lg_str, SCOPES_MAX), .has = true };
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	while (lg_str_present(text)) {
		const lg_str scope = lg_str_cut(&text, ' ');
		if (!scope.len)
			continue;
		if (ret->count == SCOPES_MAX)
			return lg_fail(cx, LG_E_OAUTH_INVALID_SCOPE, "invalid_scope");
		ret->items[ret->count++] = scope;
	}
	return LG_OK;
}

static lg_status
grant_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	struct lg_oauth_tokens *ret)
{
	struct lg_str_list scopes;
	struct lg_str_map metadata;
	struct lg_client_token token;
	struct lg_grant_oauth oauth = { .jkt = call->jkt };
	if (!call->by.proved)
		return lg_fail(cx, LG_E_OAUTH_INVALID_CLIENT, "invalid_client");
	LG_TRY(split_scopes(cx, sent(call, "scope"), &scopes));
	LG_TRY(read_metadata(cx, sent(call, "aws_client_metadata"), &metadata));
	LG_TRY(read_resource(cx, call, LG_STR_NONE, &oauth.resource));
	const lg_status s = lg_client_token_issue(
		cx, env, call->by.pool, call->by.client, &scopes, &metadata, &oauth, &token);
	if (s.code == LG_E_SCOPE_DOES_NOT_EXIST)
		return lg_fail(cx, LG_E_OAUTH_INVALID_SCOPE, "invalid_scope");
	LG_TRY(s);
	*ret = (struct lg_oauth_tokens){
		.access = token.access,
		.expires_in_s = token.expires_in_s,
		.dpop = lg_str_present(call->jkt),
	};
	return LG_OK;
}

/* ---- which of them ---- */

/* A flow that the client must have (AllowedOAuthFlows); absent = any client of the authorization server. */
static const struct {
	lg_str name;
	lg_str flow;
	grant_fn *run;
} grants[] = {
	{ LG_STR_INIT("authorization_code"), LG_STR_INIT("code"), grant_code },
	{ LG_STR_INIT("refresh_token"), { 0 }, grant_refresh },
	{ LG_STR_INIT("client_credentials"), LG_STR_INIT("client_credentials"), grant_client },
	{ LG_STR_INIT("urn:ietf:params:oauth:grant-type:device_code"), LG_STR_INIT("code"), grant_device },
};

lg_status
lg_oauth_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_token_call *call,
	struct lg_oauth_tokens *ret)
{
	const struct lg_idp_user_pool_client_type *type = call->by.client->type;
	const lg_str name = sent(call, "grant_type");
	if (!lg_str_present(name))
		return missing(cx, "grant_type");
	for (size_t i = 0; i < LG_LEN(grants); i++) {
		if (!lg_str_eq(grants[i].name, name))
			continue;
		const lg_str flow = grants[i].flow;
		if (lg_str_present(flow) && (!type->allowed_oauth_flows_user_pool_client.v ||
						    !lg_str_list_has(&type->allowed_oauth_flows, flow)))
			return lg_fail(
				cx, LG_E_OAUTH_UNAUTHORIZED_CLIENT, "The client may not use this grant.");
		return grants[i].run(cx, env, call, ret);
	}
	return lg_fail(cx, LG_E_OAUTH_UNSUPPORTED_GRANT, "unsupported_grant_type");
}

lg_status
lg_oauth_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_client *by,
	const struct lg_str_map *params)
{
	const lg_str token = lg_str_map_get(params, LG_STR("token"));
	if (lg_str_empty(token))
		return missing(cx, "token");
	const lg_status s = lg_grant_revoke(cx, env, by->pool, by->client, token, false);
	if (s.code == LG_E_UNSUPPORTED_OPERATION)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "Revocation is not enabled for the client.");
	return s;
}
