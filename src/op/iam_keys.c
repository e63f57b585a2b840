/* IAM, access keys: src/domain/iam/iam_user.h. */
#include "gen/ops.h"

#include "domain/iam/iam_user.h"
#include "op/req.h"

/* Whose keys: the user that is named, or who calls. */
static lg_status
user_or_caller(struct lg_req *rq, lg_str name, lg_str *ret)
{
	*ret = lg_str_present(name) ? name : rq->signer.username;
	if (lg_str_present(*ret))
		return LG_OK;
	return lg_fail(
		rq->cx, LG_E_VALIDATION, "Must specify userName when calling with non-User credentials");
}

lg_status
lg_op_iam_create_access_key(struct lg_req *rq, const struct lg_iam_create_access_key_request *in,
	struct lg_iam_create_access_key_response *out)
{
	lg_str user;
	LG_TRY(user_or_caller(rq, in->user_name, &user));
	return lg_iam_key_create(rq->cx, rq->env, user, &out->access_key);
}

lg_status
lg_op_iam_list_access_keys(struct lg_req *rq, const struct lg_iam_list_access_keys_request *in,
	struct lg_iam_list_access_keys_response *out)
{
	lg_str user;
	LG_TRY(user_or_caller(rq, in->user_name, &user));
	return lg_iam_key_list(rq->cx, rq->env, user, in, out);
}

lg_status
lg_op_iam_update_access_key(struct lg_req *rq, const struct lg_iam_update_access_key_request *in)
{
	lg_str user;
	LG_TRY(user_or_caller(rq, in->user_name, &user));
	return lg_iam_key_switch(
		rq->cx, rq->env, user, in->access_key_id, lg_str_eq(in->status, LG_IAM_STATUS_TYPE_ACTIVE));
}

lg_status
lg_op_iam_delete_access_key(struct lg_req *rq, const struct lg_iam_delete_access_key_request *in)
{
	lg_str user;
	LG_TRY(user_or_caller(rq, in->user_name, &user));
	return lg_iam_key_delete(rq->cx, rq->env, user, in->access_key_id);
}

lg_status
lg_op_iam_get_access_key_last_used(struct lg_req *rq,
	const struct lg_iam_get_access_key_last_used_request *in,
	struct lg_iam_get_access_key_last_used_response *out)
{
	/* Nobody counts uses; the element is there all the same. */
	struct lg_iam_access_key_last_used *used = lg_new(rq->cx, struct lg_iam_access_key_last_used);
	if (!used)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	*used = (struct lg_iam_access_key_last_used){ .service_name = LG_STR("N/A"),
		.region = LG_STR("N/A") };
	out->access_key_last_used = used;
	return lg_iam_key_owner(rq->cx, rq->env, in->access_key_id, &out->user_name);
}
