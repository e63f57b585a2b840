#include "domain/auth/signup.h"

#include "gen/ops.h"
#include "op/caller.h"
#include "op/client.h"

lg_status
lg_op_sign_up(
	struct lg_req *rq, const struct lg_idp_sign_up_request *in, struct lg_idp_sign_up_response *out)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_op_client(rq, in->client_id, in->username, in->secret_hash, &pool, &client));

	const struct lg_caller caller = lg_op_caller_of_client(rq, client, in->user_context_data);
	const struct lg_sign_up call = {
		.username = in->username,
		.password = in->password,
		.attributes = &in->user_attributes,
		.validation = &in->validation_data,
		.metadata = &in->client_metadata,
		.caller = &caller,
	};
	struct lg_signed_up done;
	LG_TRY(lg_sign_up(rq->cx, rq->env, pool, client, &call, &done));
	out->user_confirmed = (struct lg_opt_bool){ .has = true, .v = done.confirmed };
	out->user_sub = done.sub;
	out->session = done.session;
	return done.has_delivery ? lg_op_delivery(rq->cx, &done.delivery, &out->code_delivery_details)
				 : LG_OK;
}

lg_status
lg_op_confirm_sign_up(struct lg_req *rq, const struct lg_idp_confirm_sign_up_request *in,
	struct lg_idp_confirm_sign_up_response *out)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_op_client(rq, in->client_id, in->username, in->secret_hash, &pool, &client));

	const struct lg_sign_up_confirm call = {
		.username = in->username,
		.code = in->confirmation_code,
		.force = in->force_alias_creation.v,
		.session = in->session,
		.metadata = &in->client_metadata,
	};
	return lg_sign_up_confirm(rq->cx, rq->env, pool, client, &call, &out->session);
}

lg_status
lg_op_resend_confirmation_code(struct lg_req *rq, const struct lg_idp_resend_confirmation_code_request *in,
	struct lg_idp_resend_confirmation_code_response *out)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_op_client(rq, in->client_id, in->username, in->secret_hash, &pool, &client));

	struct lg_delivery delivery;
	const struct lg_caller caller = lg_op_caller_of_client(rq, client, in->user_context_data);
	LG_TRY(lg_sign_up_resend(rq->cx, rq->env, pool, client, in->username, &caller,
		&in->client_metadata, &delivery));
	return lg_op_delivery(rq->cx, &delivery, &out->code_delivery_details);
}
