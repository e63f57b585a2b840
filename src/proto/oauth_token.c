#include "proto/oauth_impl.h"

#include "gen/error.h"
#include "oauth/device.h"
#include "oauth/introspect.h"
#include "oauth/par.h"
#include "oauth/token.h"
#include "proto/answer.h"

/* ---- /oauth2/token ---- */

static lg_status
token(const struct lg_oauth_call *call)
{
	struct lg_str_map params;
	struct lg_oauth_token_call asked = { .params = &params, .caller = lg_oauth_call_caller(call) };
	const struct lg_oauth_proof proof = lg_oauth_call_proof(call);
	struct lg_oauth_tokens tokens;
	LG_TRY(lg_oauth_call_client(call, &params, &asked.by));
	LG_TRY(lg_oauth_proof_check(call->cx, call->env, asked.by.pool, &proof, &asked.jkt));
	LG_TRY(lg_oauth_token(call->cx, call->env, &asked, &tokens));
	struct lg_json *j = lg_json_new(call->cx, LG_OAUTH_JSON_MAX);
	lg_json_open(j, '{');
	if (lg_str_present(tokens.id))
		lg_json_pair_str(j, LG_STR("id_token"), tokens.id);
	lg_json_pair_str(j, LG_STR("access_token"), tokens.access);
	if (lg_str_present(tokens.refresh))
		lg_json_pair_str(j, LG_STR("refresh_token"), tokens.refresh);
	lg_json_pair_int(j, LG_STR("expires_in"), tokens.expires_in_s);
	lg_json_pair_str(j, LG_STR("token_type"), tokens.dpop ? LG_STR("DPoP") : LG_STR("Bearer"));
	lg_json_close(j, '}');
	return lg_oauth_call_json(call, 200, j);
}

void
lg_oauth_token_endpoint(const struct lg_oauth_call *call)
{
	const lg_status s = token(call);
	if (lg_failed(s))
		lg_oauth_call_refuse(call, s, 400);
}

/* ---- /oauth2/par ---- */

/* Its own secret, and what proves it, are no part of the request. */
static lg_status
without_proof(struct lg_ctx *cx, const struct lg_str_map *params, lg_str client_id, struct lg_str_map *ret)
{
	*ret = (struct lg_str_map){
		.items = lg_new_array(cx, struct lg_str_pair, params->count + 1), .has = true
	};
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	ret->items[ret->count++] = (struct lg_str_pair){ LG_STR("client_id"), client_id };
	for (size_t i = 0; i < params->count; i++) {
		const lg_str key = params->items[i].key;
		if (lg_str_starts(key, LG_STR("client_")))
			continue;
		if (lg_str_eq(key, LG_STR("request_uri")))
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST,
				"request_uri cannot be pushed."); /* RFC 9126, 2.1 */
		ret->items[ret->count++] = params->items[i];
	}
	return LG_OK;
}

/* A proof that comes with the request binds its code (RFC 9449, 10.1). */
static lg_status
bind(const struct lg_oauth_call *call, struct lg_oauth_request *request, struct lg_str_map *own)
{
	const struct lg_oauth_proof proof = lg_oauth_call_proof(call);
	lg_str jkt;
	LG_TRY(lg_oauth_proof_check(call->cx, call->env, request->pool, &proof, &jkt));
	if (!lg_str_present(jkt) || lg_str_eq(jkt, request->jkt))
		return LG_OK;
	if (lg_str_present(request->jkt))
		return lg_fail(call->cx, LG_E_OAUTH_INVALID_DPOP, "dpop_jkt is of another key.");
	struct lg_str_map more = {
		.items = lg_new_array(call->cx, struct lg_str_pair, own->count + 1), .has = true
	};
	if (!more.items)
		return lg_fail_default(call->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < own->count; i++)
		more.items[more.count++] = own->items[i];
	more.items[more.count++] = (struct lg_str_pair){ LG_STR("dpop_jkt"), jkt };
	*own = more;
	return lg_oauth_request_read(call->cx, call->env, request->pool, LG_OAUTH_PAR, own, request);
}

static lg_status
push(const struct lg_oauth_call *call)
{
	struct lg_str_map params, own;
	struct lg_oauth_client client;
	struct lg_oauth_request request;
	lg_str uri;
	LG_TRY(lg_oauth_call_client(call, &params, &client));
	LG_TRY(without_proof(call->cx, &params, client.client->id, &own));
	LG_TRY(lg_oauth_request_read(call->cx, call->env, client.pool, LG_OAUTH_PAR, &own, &request));
	LG_TRY(bind(call, &request, &own));
	LG_TRY(lg_oauth_par_make(call->cx, call->env, &request, &uri));
	struct lg_json *j = lg_json_new(call->cx, LG_OAUTH_JSON_MAX);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("request_uri"), uri);
	lg_json_pair_int(j, LG_STR("expires_in"), LG_OAUTH_PAR_S);
	lg_json_close(j, '}');
	return lg_oauth_call_json(call, 201, j);
}

void
lg_oauth_push_endpoint(const struct lg_oauth_call *call)
{
	lg_status s = push(call);
	/* The name is one of pages'; here it is an address like any other parameter (RFC 9126, 2.3). */
	if (s.code == LG_E_OAUTH_REDIRECT_MISMATCH)
		s = lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST, "redirect_uri is none of the client's.");
	if (lg_failed(s))
		lg_oauth_call_refuse(call, s, 401);
}

/* ---- /oauth2/device_authorization ---- */

static lg_status
begin_device(const struct lg_oauth_call *call)
{
	struct lg_str_map params;
	struct lg_oauth_client client;
	struct lg_oauth_device device;
	lg_str page, complete;
	const lg_str base = call->env->settings->public_url;
	LG_TRY(lg_oauth_call_client(call, &params, &client));
	LG_TRY(lg_oauth_device_begin(call->cx, call->env, &client, &params, &device));
	LG_TRY(lg_str_concat(call->cx, (const lg_str[]){ base, LG_STR("/device") }, 2, &page));
	LG_TRY(lg_str_concat(call->cx, (const lg_str[]){ page, LG_STR("?user_code="), device.user_code }, 3,
		&complete));
	struct lg_json *j = lg_json_new(call->cx, LG_OAUTH_JSON_MAX);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("device_code"), device.device_code);
	lg_json_pair_str(j, LG_STR("user_code"), device.user_code);
	lg_json_pair_str(j, LG_STR("verification_uri"), page);
	lg_json_pair_str(j, LG_STR("verification_uri_complete"), complete);
	lg_json_pair_int(j, LG_STR("expires_in"), LG_OAUTH_DEVICE_S);
	lg_json_pair_int(j, LG_STR("interval"), LG_OAUTH_DEVICE_INTERVAL_S);
	lg_json_close(j, '}');
	return lg_oauth_call_json(call, 200, j);
}

void
lg_oauth_device_endpoint(const struct lg_oauth_call *call)
{
	const lg_status s = begin_device(call);
	if (lg_failed(s))
		lg_oauth_call_refuse(call, s, 401);
}

/* ---- /oauth2/introspect ---- */

static lg_status
introspect(const struct lg_oauth_call *call)
{
	struct lg_str_map params;
	struct lg_oauth_client client;
	lg_str body;
	LG_TRY(lg_oauth_call_client(call, &params, &client));
	LG_TRY(lg_oauth_introspect(call->cx, call->env, &client, &params, &body));
	lg_oauth_call_begin(call, 200);
	lg_answer_body(call->ret, LG_STR("application/json"), body);
	return LG_OK;
}

void
lg_oauth_introspect_endpoint(const struct lg_oauth_call *call)
{
	const lg_status s = introspect(call);
	if (lg_failed(s))
		lg_oauth_call_refuse(call, s, 401);
}

/* ---- /oauth2/revoke ---- */

static lg_status
revoke(const struct lg_oauth_call *call)
{
	struct lg_str_map params;
	struct lg_oauth_client client;
	LG_TRY(lg_oauth_call_client(call, &params, &client));
	LG_TRY(lg_oauth_revoke(call->cx, call->env, &client, &params));
	lg_oauth_call_begin(call, 200);
	return LG_OK;
}

void
lg_oauth_revoke_endpoint(const struct lg_oauth_call *call)
{
	const lg_status s = revoke(call);
	if (s.code == LG_E_UNSUPPORTED_TOKEN_TYPE)
		lg_oauth_call_failure(
			call, 400, "unsupported_token_type", lg_failure_text(call->cx, s.code));
	else if (lg_failed(s))
		lg_oauth_call_refuse(call, s, 401);
}
