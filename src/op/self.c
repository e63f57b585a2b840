#include "domain/user/attributes.h"

#include "domain/auth/mfa_recovery.h"
#include "domain/user/user_edit.h"
#include "gen/ops.h"
#include "op/client.h"
#include "op/mfa.h"

lg_status
lg_op_get_user(
	struct lg_req *rq, const struct lg_idp_get_user_request *in, struct lg_idp_get_user_response *out)
{
	(void)in; /* The access token named the user. */

	const struct lg_access *access = &rq->access;
	const struct lg_rec_mfa *mfa = &access->user->row.mfa;
	out->username = access->user->username;
	out->preferred_mfa_setting = mfa->preferred;
	if (mfa->enabled.count)
		out->user_mfa_setting_list = mfa->enabled;
	LG_TRY(lg_op_mfa_options(rq->cx, mfa, &out->mfa_options));
	return lg_user_attribute_list(
		rq->cx, access->pool, access->client, access->user, &out->user_attributes);
}

lg_status
lg_op_update_user_attributes(struct lg_req *rq, const struct lg_idp_update_user_attributes_request *in,
	struct lg_idp_update_user_attributes_response *out)
{
	struct lg_delivery deliveries[LG_CONTACTS];
	size_t count;
	LG_TRY(lg_attributes_update(rq->cx, rq->env, rq->access.pool, rq->access.client, rq->access.user,
		&in->user_attributes, &in->client_metadata, deliveries, &count));

	struct lg_idp_code_delivery_details_type *items =
		lg_new_array(rq->cx, struct lg_idp_code_delivery_details_type, LG_CONTACTS);
	if (!items)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		lg_delivery_details(&deliveries[i], &items[i]);
	out->code_delivery_details_list.items = items;
	out->code_delivery_details_list.count = count;
	out->code_delivery_details_list.has = true;
	return LG_OK;
}

lg_status
lg_op_delete_user_attributes(struct lg_req *rq, const struct lg_idp_delete_user_attributes_request *in,
	struct lg_idp_delete_user_attributes_response *out)
{
	(void)out;

	return lg_attributes_delete(rq->cx, rq->env, rq->access.pool, rq->access.client, rq->access.user,
		&in->user_attribute_names);
}

lg_status
lg_op_get_user_attribute_verification_code(struct lg_req *rq,
	const struct lg_idp_get_user_attribute_verification_code_request *in,
	struct lg_idp_get_user_attribute_verification_code_response *out)
{
	struct lg_delivery delivery = { 0 };
	if (lg_recovery_codes_asked(rq->access.pool, in->attribute_name)) {
		/* They are shown once, to whoever asks, and go nowhere else (docs/decisions/0013). */
		delivery.attribute = in->attribute_name;
		LG_TRY(lg_recovery_codes_make(rq->cx, rq->env, rq->access.user, &delivery.masked));
		return lg_op_delivery(rq->cx, &delivery, &out->code_delivery_details);
	}
	LG_TRY(lg_attribute_send_code(rq->cx, rq->env, rq->access.pool, rq->access.client, rq->access.user,
		in->attribute_name, &in->client_metadata, &delivery));
	return lg_op_delivery(rq->cx, &delivery, &out->code_delivery_details);
}

lg_status
lg_op_verify_user_attribute(struct lg_req *rq, const struct lg_idp_verify_user_attribute_request *in,
	struct lg_idp_verify_user_attribute_response *out)
{
	(void)out;

	return lg_attribute_verify(
		rq->cx, rq->env, rq->access.pool, rq->access.user, in->attribute_name, in->code);
}

lg_status
lg_op_delete_user(struct lg_req *rq, const struct lg_idp_delete_user_request *in)
{
	(void)in; /* The access token named the user. */

	return lg_user_erase(rq->cx, rq->env, rq->access.pool, rq->access.user);
}
