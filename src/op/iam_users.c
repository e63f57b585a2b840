/* IAM, users: src/domain/iam/iam_user.h, iam_attach.h. */
#include "gen/ops.h"

#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_user.h"
#include "op/req.h"

/* What GetUser says to the account's root. */
static lg_status
get_root(struct lg_req *rq, struct lg_iam_user **ret)
{
	if (rq->signer.caller.kind != LG_CALLER_ROOT)
		return lg_fail(rq->cx, LG_E_VALIDATION,
			"Must specify userName when calling with non-User credentials");
	struct lg_iam_user *root = lg_new(rq->cx, struct lg_iam_user);
	if (!root)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	*root = (struct lg_iam_user){
		.path = LG_STR("/"), .user_id = rq->signer.user_id, .arn = rq->signer.caller.arn
	};
	*ret = root;
	return LG_OK;
}

lg_status
lg_op_iam_create_user(struct lg_req *rq, const struct lg_iam_create_user_request *in,
	struct lg_iam_create_user_response *out)
{
	return lg_iam_user_create(rq->cx, rq->env, in, &out->user);
}

lg_status
lg_op_iam_get_user(
	struct lg_req *rq, const struct lg_iam_get_user_request *in, struct lg_iam_get_user_response *out)
{
	if (lg_str_present(in->user_name))
		return lg_iam_user_get(rq->cx, rq->env, in->user_name, &out->user);
	if (lg_str_present(rq->signer.username))
		return lg_iam_user_get(rq->cx, rq->env, rq->signer.username, &out->user);
	return get_root(rq, &out->user);
}

lg_status
lg_op_iam_list_users(struct lg_req *rq, const struct lg_iam_list_users_request *in,
	struct lg_iam_list_users_response *out)
{
	return lg_iam_user_list(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_update_user(struct lg_req *rq, const struct lg_iam_update_user_request *in)
{
	return lg_iam_user_update(rq->cx, rq->env, in);
}

lg_status
lg_op_iam_delete_user(struct lg_req *rq, const struct lg_iam_delete_user_request *in)
{
	return lg_iam_user_delete(rq->cx, rq->env, in->user_name);
}

lg_status
lg_op_iam_list_groups_for_user(struct lg_req *rq, const struct lg_iam_list_groups_for_user_request *in,
	struct lg_iam_list_groups_for_user_response *out)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_USER, in->user_name, &row));
	out->groups.has = true;
	out->is_truncated = (struct lg_opt_bool){ true, false };
	return LG_OK;
}

lg_status
lg_op_iam_put_user_permissions_boundary(
	struct lg_req *rq, const struct lg_iam_put_user_permissions_boundary_request *in)
{
	return lg_iam_bound(rq->cx, rq->env, LG_IAM_USER, in->user_name, in->permissions_boundary);
}

lg_status
lg_op_iam_delete_user_permissions_boundary(
	struct lg_req *rq, const struct lg_iam_delete_user_permissions_boundary_request *in)
{
	return lg_iam_bound(rq->cx, rq->env, LG_IAM_USER, in->user_name, LG_STR_NONE);
}

lg_status
lg_op_iam_put_user_policy(struct lg_req *rq, const struct lg_iam_put_user_policy_request *in)
{
	return lg_iam_inside_put(
		rq->cx, rq->env, LG_IAM_USER, in->user_name, in->policy_name, in->policy_document);
}

lg_status
lg_op_iam_get_user_policy(struct lg_req *rq, const struct lg_iam_get_user_policy_request *in,
	struct lg_iam_get_user_policy_response *out)
{
	return lg_iam_inside_get(rq->cx, rq->env, LG_IAM_USER, in->user_name, in->policy_name,
		&out->user_name, &out->policy_name, &out->policy_document);
}

lg_status
lg_op_iam_delete_user_policy(struct lg_req *rq, const struct lg_iam_delete_user_policy_request *in)
{
	return lg_iam_inside_delete(rq->cx, rq->env, LG_IAM_USER, in->user_name, in->policy_name);
}

lg_status
lg_op_iam_list_user_policies(struct lg_req *rq, const struct lg_iam_list_user_policies_request *in,
	struct lg_iam_list_user_policies_response *out)
{
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_inside_list(rq->cx, rq->env, LG_IAM_USER, in->user_name, &page, &out->policy_names));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_attach_user_policy(struct lg_req *rq, const struct lg_iam_attach_user_policy_request *in)
{
	return lg_iam_attach(rq->cx, rq->env, LG_IAM_USER, in->user_name, in->policy_arn);
}

lg_status
lg_op_iam_detach_user_policy(struct lg_req *rq, const struct lg_iam_detach_user_policy_request *in)
{
	return lg_iam_detach(rq->cx, rq->env, LG_IAM_USER, in->user_name, in->policy_arn);
}

lg_status
lg_op_iam_list_attached_user_policies(struct lg_req *rq,
	const struct lg_iam_list_attached_user_policies_request *in,
	struct lg_iam_list_attached_user_policies_response *out)
{
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_attached(rq->cx, rq->env, LG_IAM_USER, in->user_name, in->path_prefix, &page,
		&out->attached_policies));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_tag_user(struct lg_req *rq, const struct lg_iam_tag_user_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_USER, in->user_name, &row));
	LG_TRY(lg_iam_tags_put(rq->cx, &in->tags, &((struct lg_rec_iam_entity *)row.record)->tags));
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_untag_user(struct lg_req *rq, const struct lg_iam_untag_user_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_USER, in->user_name, &row));
	lg_iam_tags_remove(&in->tag_keys, &((struct lg_rec_iam_entity *)row.record)->tags);
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_list_user_tags(struct lg_req *rq, const struct lg_iam_list_user_tags_request *in,
	struct lg_iam_list_user_tags_response *out)
{
	struct lg_item_row row;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_USER, in->user_name, &row));
	const struct lg_rec_iam_entity *user = row.record;
	LG_TRY(lg_iam_tags_page(rq->cx, &user->tags, &page, &out->tags));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}
