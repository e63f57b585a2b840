#include "oauth/user_info.h"

#include "codec/json.h"
#include "domain/grant/grant.h"
#include "domain/grant/token_claims.h"
#include "domain/pool/scope.h"

#define JSON_MAX ((size_t)256 * 1024)

static lg_status
write_claims(struct lg_ctx *cx, const struct lg_access *access, lg_str *ret)
{
	struct lg_idp_attribute_list_type attributes;
	LG_TRY(lg_user_attribute_list(cx, access->pool, access->client, access->user, &attributes));
	LG_TRY(lg_scope_attributes(
		cx, access->scope, access->pool->oidc_strict, &attributes, &attributes));
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '{');
	for (size_t i = 0; i < attributes.count; i++) {
		const struct lg_idp_attribute_type *one = &attributes.items[i];
		if (access->pool->oidc_strict)
			lg_claim_put_attribute(j, one->name, one->value);
		else
			lg_json_pair_str(j, one->name, one->value);
	}
	lg_json_pair_str(j, LG_STR("username"), access->user->username);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

/* A bound token comes with a proof, and by its own scheme (RFC 9449, 7.1 and 7.2). */
static lg_status
check_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access,
	const struct lg_oauth_bearer *token)
{
	lg_str jkt;
	if (token->dpop != lg_str_present(access->jkt))
		return lg_fail(cx, LG_E_OAUTH_INVALID_TOKEN,
			"The access token is bound to a key, or is not, and came otherwise.");
	if (!token->dpop)
		return LG_OK;
	LG_TRY(lg_oauth_proof_check(cx, env, access->pool, &token->proof, &jkt));
	if (!lg_str_eq(jkt, access->jkt))
		return lg_fail(cx, LG_E_OAUTH_INVALID_TOKEN, "The access token is bound to another key.");
	return LG_OK;
}

lg_status
lg_oauth_user_info(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_bearer *token, lg_str *ret)
{
	struct lg_access access;
	if (lg_str_empty(token->text))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "Bad OAuth2 request at UserInfo Endpoint");
	const lg_status s = lg_access_open_bound(cx, env, token->text, &access);
	if (s.code == LG_E_NOT_AUTHORIZED || s.code == LG_E_USER_NOT_FOUND)
		return lg_fail(cx, LG_E_OAUTH_INVALID_TOKEN,
			"Access token is expired, disabled, or deleted, or the user has globally signed "
			"out.");
	LG_TRY(s);
	LG_TRY(check_key(cx, env, &access, token));
	if (!lg_scope_holds(access.scope, LG_SCOPE_OPENID))
		return lg_fail(
			cx, LG_E_OAUTH_INVALID_TOKEN, "Access token does not contain openid scope");
	return write_claims(cx, &access, ret);
}
