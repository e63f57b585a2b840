/* Groups and their members: src/domain/user/group.h. */
#include "gen/ops.h"

#include "domain/user/group.h"
#include "domain/user/user_admin.h"
#include "op/req.h"

lg_status
lg_op_create_group(struct lg_req *rq, const struct lg_idp_create_group_request *in,
	struct lg_idp_create_group_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_group_create(rq->cx, rq->env, pool, in, &out->group);
}

lg_status
lg_op_get_group(
	struct lg_req *rq, const struct lg_idp_get_group_request *in, struct lg_idp_get_group_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_group_read(rq->cx, rq->env, pool, in->group_name, &out->group);
}

lg_status
lg_op_update_group(struct lg_req *rq, const struct lg_idp_update_group_request *in,
	struct lg_idp_update_group_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_group_update(rq->cx, rq->env, pool, in, &out->group);
}

lg_status
lg_op_delete_group(struct lg_req *rq, const struct lg_idp_delete_group_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_group_delete(rq->cx, rq->env, pool, in->group_name);
}

lg_status
lg_op_list_groups(struct lg_req *rq, const struct lg_idp_list_groups_request *in,
	struct lg_idp_list_groups_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_group_list(rq->cx, rq->env, pool, in, out);
}

lg_status
lg_op_admin_add_user_to_group(struct lg_req *rq, const struct lg_idp_admin_add_user_to_group_request *in)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, 0, &user));
	return lg_group_add_user(rq->cx, rq->env, pool, user, in->group_name);
}

lg_status
lg_op_admin_remove_user_from_group(
	struct lg_req *rq, const struct lg_idp_admin_remove_user_from_group_request *in)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, 0, &user));
	return lg_group_remove_user(rq->cx, rq->env, pool, user, in->group_name);
}

lg_status
lg_op_admin_list_groups_for_user(struct lg_req *rq,
	const struct lg_idp_admin_list_groups_for_user_request *in,
	struct lg_idp_admin_list_groups_for_user_response *out)
{
	const struct lg_pool *pool;
	struct lg_user *user;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_user_find_named(rq->cx, rq->env, pool, in->username, 0, &user));
	return lg_group_list_of_user(rq->cx, rq->env, pool, user, in->limit, in->next_token, &out->groups,
		&out->next_token);
}

lg_status
lg_op_list_users_in_group(struct lg_req *rq, const struct lg_idp_list_users_in_group_request *in,
	struct lg_idp_list_users_in_group_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_group_members(rq->cx, rq->env, pool, in, out);
}
