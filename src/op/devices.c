/* Remembered devices: src/domain/auth/device.h. */
#include "domain/auth/device.h"

#include "domain/user/user_admin.h"
#include "gen/ops.h"
#include "op/caller.h"

lg_status
lg_op_confirm_device(struct lg_req *rq, const struct lg_idp_confirm_device_request *in,
	struct lg_idp_confirm_device_response *out)
{
	out->user_confirmation_necessary.has = true;
	return lg_device_confirm(
		rq->cx, rq->env, &rq->access, in, lg_op_caller(rq).ip, &out->user_confirmation_necessary.v);
}

lg_status
lg_op_get_device(struct lg_req *rq, const struct lg_idp_get_device_request *in,
	struct lg_idp_get_device_response *out)
{
	return lg_device_read(
		rq->cx, rq->env, rq->access.pool, rq->access.user, in->device_key, &out->device);
}

lg_status
lg_op_list_devices(struct lg_req *rq, const struct lg_idp_list_devices_request *in,
	struct lg_idp_list_devices_response *out)
{
	return lg_device_list(rq->cx, rq->env, rq->access.pool, rq->access.user, in->limit,
		in->pagination_token, &out->devices, &out->pagination_token);
}

lg_status
lg_op_update_device_status(struct lg_req *rq, const struct lg_idp_update_device_status_request *in,
	struct lg_idp_update_device_status_response *out)
{
	(void)out; /* empty by design */

	return lg_device_set_status(rq->cx, rq->env, rq->access.pool, rq->access.user, in->device_key,
		in->device_remembered_status);
}

lg_status
lg_op_forget_device(struct lg_req *rq, const struct lg_idp_forget_device_request *in)
{
	return lg_device_forget(rq->cx, rq->env, rq->access.pool, rq->access.user, in->device_key);
}

/* The user whom an administrator names. */
static lg_status
find_user(struct lg_req *rq, lg_str pool_id, lg_str username, const struct lg_pool **ret_pool,
	struct lg_user **ret)
{
	LG_TRY(lg_pool_find(rq->cx, rq->env, pool_id, ret_pool));
	return lg_user_find_named(rq->cx, rq->env, *ret_pool, username, LG_PART_PROFILE, ret);
}

lg_status
lg_op_admin_get_device(struct lg_req *rq, const struct lg_idp_admin_get_device_request *in,
	struct lg_idp_admin_get_device_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find_user(rq, in->user_pool_id, in->username, &pool, &user));
	return lg_device_read(rq->cx, rq->env, pool, user, in->device_key, &out->device);
}

lg_status
lg_op_admin_list_devices(struct lg_req *rq, const struct lg_idp_admin_list_devices_request *in,
	struct lg_idp_admin_list_devices_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find_user(rq, in->user_pool_id, in->username, &pool, &user));
	return lg_device_list(rq->cx, rq->env, pool, user, in->limit, in->pagination_token, &out->devices,
		&out->pagination_token);
}

lg_status
lg_op_admin_update_device_status(struct lg_req *rq,
	const struct lg_idp_admin_update_device_status_request *in,
	struct lg_idp_admin_update_device_status_response *out)
{
	(void)out; /* empty by design */

	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find_user(rq, in->user_pool_id, in->username, &pool, &user));
	return lg_device_set_status(
		rq->cx, rq->env, pool, user, in->device_key, in->device_remembered_status);
}

lg_status
lg_op_admin_forget_device(struct lg_req *rq, const struct lg_idp_admin_forget_device_request *in)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(find_user(rq, in->user_pool_id, in->username, &pool, &user));
	return lg_device_forget(rq->cx, rq->env, pool, user, in->device_key);
}
