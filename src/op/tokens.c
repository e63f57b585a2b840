#include "domain/auth/auth.h"
#include "domain/grant/client_token.h"
#include "domain/user/user_admin.h"
#include "gen/ops.h"
#include "op/auth.h"
#include "op/caller.h"

lg_status
lg_op_get_tokens_from_refresh_token(struct lg_req *rq,
	const struct lg_idp_get_tokens_from_refresh_token_request *in,
	struct lg_idp_get_tokens_from_refresh_token_response *out)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_client_find(rq->cx, rq->env, in->client_id, &pool, &client));
	LG_TRY(lg_client_secret_check(rq->cx, client, in->client_secret, LG_E_NOT_AUTHORIZED));

	struct lg_refresh *refresh;
	struct lg_tokens tokens;
	LG_TRY(lg_refresh_open(rq->cx, rq->env, pool, client, in->refresh_token, &refresh));
	const struct lg_caller caller = lg_op_caller(rq);
	LG_TRY(lg_refresh_redeem(rq->cx, rq->env, refresh, in->device_key, &caller,
		&in->client_metadata, &tokens));
	return lg_op_auth_result(rq->cx, &tokens, &out->authentication_result);
}

lg_status
lg_op_get_client_token(struct lg_req *rq, const struct lg_idp_get_client_token_request *in,
	struct lg_idp_get_client_token_response *out)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_client_find(rq->cx, rq->env, in->client_id, &pool, &client));
	if (!client->has_secret)
		return lg_fail(
			rq->cx, LG_E_NOT_AUTHORIZED, "Client %.*s has no secret.", LG_FMT(client->id));
	LG_TRY(lg_client_secret_check(rq->cx, client, in->secret, LG_E_NOT_AUTHORIZED));
	if (!lg_client_allows_flow(client, LG_IDP_EXPLICIT_AUTH_FLOWS_TYPE_ALLOW_CLIENT_TOKEN_AUTH))
		return lg_fail(
			rq->cx, LG_E_INVALID_PARAMETER, "CLIENT_TOKEN_AUTH is not enabled for the client.");

	struct lg_client_token token;
	const lg_status s = lg_client_token_issue(
		rq->cx, rq->env, pool, client, &in->scopes, &in->client_metadata, NULL, &token);
	if (s.code == LG_E_SCOPE_DOES_NOT_EXIST) {
		const lg_str text = lg_failure_text(rq->cx, s.code);
		return lg_fail(rq->cx, LG_E_INVALID_PARAMETER, "%.*s", LG_FMT(text));
	}
	LG_TRY(s);
	struct lg_idp_client_authentication_result_type *result =
		lg_new(rq->cx, struct lg_idp_client_authentication_result_type);
	if (!result)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	result->access_token = token.access;
	result->expires_in = (struct lg_opt_int){ true, token.expires_in_s };
	result->token_type = LG_STR("Bearer");
	out->client_authentication_result = result;
	return LG_OK;
}

lg_status
lg_op_revoke_token(struct lg_req *rq, const struct lg_idp_revoke_token_request *in,
	struct lg_idp_revoke_token_response *out)
{
	(void)out; /* The reply is empty by design: it tells nothing about the token. */

	const struct lg_pool *pool;
	const struct lg_client *client;
	lg_status s = lg_client_find(rq->cx, rq->env, in->client_id, &pool, &client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return lg_fail(rq->cx, LG_E_UNAUTHORIZED, "Client %.*s does not exist.",
			LG_FMT(in->client_id));
	LG_TRY(s);
	LG_TRY(lg_client_secret_check(rq->cx, client, in->client_secret, LG_E_UNAUTHORIZED));
	const bool linked =
		lg_str_eq(in->revoke_associated_sessions, LG_IDP_REVOKE_ASSOCIATED_SESSIONS_TYPE_LINKED);
	return lg_grant_revoke(rq->cx, rq->env, pool, client, in->token, linked);
}

lg_status
lg_op_global_sign_out(struct lg_req *rq, const struct lg_idp_global_sign_out_request *in,
	struct lg_idp_global_sign_out_response *out)
{
	(void)in; /* The access token named the user. */
	(void)out;

	return lg_grant_sign_out(rq->cx, rq->env, rq->access.user);
}

lg_status
lg_op_admin_user_global_sign_out(struct lg_req *rq,
	const struct lg_idp_admin_user_global_sign_out_request *in,
	struct lg_idp_admin_user_global_sign_out_response *out)
{
	(void)out;

	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	struct lg_user *user;
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, 0, &user));
	return lg_grant_sign_out(rq->cx, rq->env, user);
}
