#include "domain/auth/recover.h"

#include "gen/ops.h"
#include "op/caller.h"
#include "op/client.h"

lg_status
lg_op_forgot_password(struct lg_req *rq, const struct lg_idp_forgot_password_request *in,
	struct lg_idp_forgot_password_response *out)
{
	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_op_client(rq, in->client_id, in->username, in->secret_hash, &pool, &client));

	struct lg_delivery delivery;
	const struct lg_caller caller = lg_op_caller_of_client(rq, client, in->user_context_data);
	LG_TRY(lg_forgot_password(rq->cx, rq->env, pool, client, in->username, &caller,
		&in->client_metadata, &delivery));
	return lg_op_delivery(rq->cx, &delivery, &out->code_delivery_details);
}

lg_status
lg_op_confirm_forgot_password(struct lg_req *rq, const struct lg_idp_confirm_forgot_password_request *in,
	struct lg_idp_confirm_forgot_password_response *out)
{
	(void)out;

	const struct lg_pool *pool;
	const struct lg_client *client;
	LG_TRY(lg_op_client(rq, in->client_id, in->username, in->secret_hash, &pool, &client));
	const struct lg_caller caller = lg_op_caller_of_client(rq, client, in->user_context_data);
	return lg_forgot_password_confirm(rq->cx, rq->env, pool, client, in->username, in->confirmation_code,
		in->password, &caller, &in->client_metadata);
}

lg_status
lg_op_change_password(struct lg_req *rq, const struct lg_idp_change_password_request *in,
	struct lg_idp_change_password_response *out)
{
	(void)out;

	const struct lg_caller caller = lg_op_caller(rq);
	return lg_password_change(rq->cx, rq->env, rq->access.pool, rq->access.user, in->previous_password,
		in->proposed_password, &caller);
}
