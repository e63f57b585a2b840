#include "op/auth.h"

#include "domain/auth/auth.h"
#include "gen/ops.h"
#include "op/caller.h"

lg_status
lg_op_auth_result(struct lg_ctx *cx, const struct lg_tokens *tokens,
	struct lg_idp_authentication_result_type **ret)
{
	struct lg_idp_authentication_result_type *result =
		lg_new(cx, struct lg_idp_authentication_result_type);
	if (!result)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	result->access_token = tokens->access;
	result->expires_in = (struct lg_opt_int){ true, tokens->expires_in_s };
	result->token_type = LG_STR("Bearer");
	result->refresh_token = tokens->refresh;
	result->id_token = tokens->id;
	*ret = result;
	return LG_OK;
}

static lg_status
new_device(struct lg_ctx *cx, const struct lg_auth_step *step, struct lg_idp_new_device_metadata_type **ret)
{
	if (!lg_str_present(step->new_device_key))
		return LG_OK;
	struct lg_idp_new_device_metadata_type *device = lg_new(cx, struct lg_idp_new_device_metadata_type);
	if (!device)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	device->device_key = step->new_device_key;
	device->device_group_key = step->new_device_group;
	*ret = device;
	return LG_OK;
}

/* The four answers have the same members in types of their own. */
#define FILL(cx, step, out) \
	fill(cx, step, &(out)->challenge_name, &(out)->session, &(out)->challenge_parameters, \
		&(out)->available_challenges, &(out)->authentication_result)

static lg_status
fill(struct lg_ctx *cx, const struct lg_auth_step *step, lg_str *challenge, lg_str *session,
	struct lg_str_map *params, struct lg_str_list *available,
	struct lg_idp_authentication_result_type **result)
{
	*params = step->params;
	params->has = true;
	if (step->done) {
		LG_TRY(lg_op_auth_result(cx, &step->tokens, result));
		return new_device(cx, step, &(*result)->new_device_metadata);
	}
	*challenge = step->challenge;
	*session = step->session;
	*available = step->available;
	return LG_OK;
}

lg_status
lg_op_initiate_auth(struct lg_req *rq, const struct lg_idp_initiate_auth_request *in,
	struct lg_idp_initiate_auth_response *out)
{
	struct lg_auth_call call = { .flow = in->auth_flow, .session = in->session,
		.params = &in->auth_parameters, .metadata = &in->client_metadata };
	struct lg_auth_step step = { 0 };
	LG_TRY(lg_client_find(rq->cx, rq->env, in->client_id, &call.pool, &call.client));
	call.caller = lg_op_caller_of_client(rq, call.client, in->user_context_data);
	LG_TRY(lg_auth_initiate(rq->cx, rq->env, &call, &step));
	return FILL(rq->cx, &step, out);
}

lg_status
lg_op_admin_initiate_auth(struct lg_req *rq, const struct lg_idp_admin_initiate_auth_request *in,
	struct lg_idp_admin_initiate_auth_response *out)
{
	struct lg_auth_call call = {
		.admin = true, .flow = in->auth_flow, .session = in->session, .params = &in->auth_parameters,
		.metadata = &in->client_metadata,
	};
	struct lg_auth_step step = { 0 };
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &call.pool));
	LG_TRY(lg_client_find_in(rq->cx, rq->env, call.pool, in->client_id, &call.client));
	call.caller = lg_op_caller_of_admin(rq, in->context_data);
	LG_TRY(lg_auth_initiate(rq->cx, rq->env, &call, &step));
	return FILL(rq->cx, &step, out);
}

lg_status
lg_op_respond_to_auth_challenge(struct lg_req *rq, const struct lg_idp_respond_to_auth_challenge_request *in,
	struct lg_idp_respond_to_auth_challenge_response *out)
{
	struct lg_auth_call call = {
		.challenge = in->challenge_name, .session = in->session, .params = &in->challenge_responses,
		.metadata = &in->client_metadata,
	};
	struct lg_auth_step step = { 0 };
	LG_TRY(lg_client_find(rq->cx, rq->env, in->client_id, &call.pool, &call.client));
	call.caller = lg_op_caller_of_client(rq, call.client, in->user_context_data);
	LG_TRY(lg_auth_respond(rq->cx, rq->env, &call, &step));
	return FILL(rq->cx, &step, out);
}

lg_status
lg_op_admin_respond_to_auth_challenge(struct lg_req *rq,
	const struct lg_idp_admin_respond_to_auth_challenge_request *in,
	struct lg_idp_admin_respond_to_auth_challenge_response *out)
{
	struct lg_auth_call call = {
		.admin = true, .challenge = in->challenge_name, .session = in->session,
		.params = &in->challenge_responses,
		.metadata = &in->client_metadata,
	};
	struct lg_auth_step step = { 0 };
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &call.pool));
	LG_TRY(lg_client_find_in(rq->cx, rq->env, call.pool, in->client_id, &call.client));
	call.caller = lg_op_caller_of_admin(rq, in->context_data);
	LG_TRY(lg_auth_respond(rq->cx, rq->env, &call, &step));
	return FILL(rq->cx, &step, out);
}
