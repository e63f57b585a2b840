/* IAM, roles: src/domain/iam/iam_role.h, iam_attach.h. */
#include "gen/ops.h"

#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_role.h"
#include "op/req.h"

lg_status
lg_op_iam_create_role(struct lg_req *rq, const struct lg_iam_create_role_request *in,
	struct lg_iam_create_role_response *out)
{
	return lg_iam_role_create(rq->cx, rq->env, in, &out->role);
}

lg_status
lg_op_iam_get_role(
	struct lg_req *rq, const struct lg_iam_get_role_request *in, struct lg_iam_get_role_response *out)
{
	return lg_iam_role_get(rq->cx, rq->env, in->role_name, &out->role);
}

lg_status
lg_op_iam_list_roles(struct lg_req *rq, const struct lg_iam_list_roles_request *in,
	struct lg_iam_list_roles_response *out)
{
	return lg_iam_role_list(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_update_role(struct lg_req *rq, const struct lg_iam_update_role_request *in,
	struct lg_iam_update_role_response *out)
{
	(void)out; /* It has no members. */
	return lg_iam_role_update(rq->cx, rq->env, in);
}

lg_status
lg_op_iam_update_assume_role_policy(
	struct lg_req *rq, const struct lg_iam_update_assume_role_policy_request *in)
{
	return lg_iam_role_set_trust(rq->cx, rq->env, in->role_name, in->policy_document);
}

lg_status
lg_op_iam_delete_role(struct lg_req *rq, const struct lg_iam_delete_role_request *in)
{
	return lg_iam_role_delete(rq->cx, rq->env, in->role_name);
}

lg_status
lg_op_iam_list_instance_profiles_for_role(struct lg_req *rq,
	const struct lg_iam_list_instance_profiles_for_role_request *in,
	struct lg_iam_list_instance_profiles_for_role_response *out)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, &row));
	out->instance_profiles.has = true;
	out->is_truncated = (struct lg_opt_bool){ true, false };
	return LG_OK;
}

lg_status
lg_op_iam_put_role_permissions_boundary(
	struct lg_req *rq, const struct lg_iam_put_role_permissions_boundary_request *in)
{
	return lg_iam_bound(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->permissions_boundary);
}

lg_status
lg_op_iam_delete_role_permissions_boundary(
	struct lg_req *rq, const struct lg_iam_delete_role_permissions_boundary_request *in)
{
	return lg_iam_bound(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, LG_STR_NONE);
}

lg_status
lg_op_iam_put_role_policy(struct lg_req *rq, const struct lg_iam_put_role_policy_request *in)
{
	return lg_iam_inside_put(
		rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->policy_name, in->policy_document);
}

lg_status
lg_op_iam_get_role_policy(struct lg_req *rq, const struct lg_iam_get_role_policy_request *in,
	struct lg_iam_get_role_policy_response *out)
{
	return lg_iam_inside_get(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->policy_name,
		&out->role_name, &out->policy_name, &out->policy_document);
}

lg_status
lg_op_iam_delete_role_policy(struct lg_req *rq, const struct lg_iam_delete_role_policy_request *in)
{
	return lg_iam_inside_delete(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->policy_name);
}

lg_status
lg_op_iam_list_role_policies(struct lg_req *rq, const struct lg_iam_list_role_policies_request *in,
	struct lg_iam_list_role_policies_response *out)
{
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_inside_list(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, &page, &out->policy_names));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_attach_role_policy(struct lg_req *rq, const struct lg_iam_attach_role_policy_request *in)
{
	return lg_iam_attach(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->policy_arn);
}

lg_status
lg_op_iam_detach_role_policy(struct lg_req *rq, const struct lg_iam_detach_role_policy_request *in)
{
	return lg_iam_detach(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->policy_arn);
}

lg_status
lg_op_iam_list_attached_role_policies(struct lg_req *rq,
	const struct lg_iam_list_attached_role_policies_request *in,
	struct lg_iam_list_attached_role_policies_response *out)
{
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_attached(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, in->path_prefix, &page,
		&out->attached_policies));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_tag_role(struct lg_req *rq, const struct lg_iam_tag_role_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, &row));
	LG_TRY(lg_iam_tags_put(rq->cx, &in->tags, &((struct lg_rec_iam_entity *)row.record)->tags));
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_untag_role(struct lg_req *rq, const struct lg_iam_untag_role_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, &row));
	lg_iam_tags_remove(&in->tag_keys, &((struct lg_rec_iam_entity *)row.record)->tags);
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_list_role_tags(struct lg_req *rq, const struct lg_iam_list_role_tags_request *in,
	struct lg_iam_list_role_tags_response *out)
{
	struct lg_item_row row;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_entity_row(rq->cx, rq->env, LG_IAM_ROLE, in->role_name, &row));
	const struct lg_rec_iam_entity *role = row.record;
	LG_TRY(lg_iam_tags_page(rq->cx, &role->tags, &page, &out->tags));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}
