/* IAM, managed policies: src/domain/iam/iam_policy.h. */
#include "gen/ops.h"

#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_policy.h"
#include "op/req.h"

lg_status
lg_op_iam_create_policy(struct lg_req *rq, const struct lg_iam_create_policy_request *in,
	struct lg_iam_create_policy_response *out)
{
	return lg_iam_policy_create(rq->cx, rq->env, in, &out->policy);
}

lg_status
lg_op_iam_get_policy(struct lg_req *rq, const struct lg_iam_get_policy_request *in,
	struct lg_iam_get_policy_response *out)
{
	return lg_iam_policy_get(rq->cx, rq->env, in->policy_arn, &out->policy);
}

lg_status
lg_op_iam_list_policies(struct lg_req *rq, const struct lg_iam_list_policies_request *in,
	struct lg_iam_list_policies_response *out)
{
	return lg_iam_policy_list(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_delete_policy(struct lg_req *rq, const struct lg_iam_delete_policy_request *in)
{
	return lg_iam_policy_delete(rq->cx, rq->env, in->policy_arn);
}

lg_status
lg_op_iam_create_policy_version(struct lg_req *rq, const struct lg_iam_create_policy_version_request *in,
	struct lg_iam_create_policy_version_response *out)
{
	return lg_iam_version_create(rq->cx, rq->env, in, &out->policy_version);
}

lg_status
lg_op_iam_get_policy_version(struct lg_req *rq, const struct lg_iam_get_policy_version_request *in,
	struct lg_iam_get_policy_version_response *out)
{
	return lg_iam_version_get(rq->cx, rq->env, in->policy_arn, in->version_id, &out->policy_version);
}

lg_status
lg_op_iam_list_policy_versions(struct lg_req *rq, const struct lg_iam_list_policy_versions_request *in,
	struct lg_iam_list_policy_versions_response *out)
{
	return lg_iam_version_list(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_delete_policy_version(struct lg_req *rq, const struct lg_iam_delete_policy_version_request *in)
{
	return lg_iam_version_delete(rq->cx, rq->env, in->policy_arn, in->version_id);
}

lg_status
lg_op_iam_set_default_policy_version(
	struct lg_req *rq, const struct lg_iam_set_default_policy_version_request *in)
{
	return lg_iam_version_set_default(rq->cx, rq->env, in->policy_arn, in->version_id);
}

lg_status
lg_op_iam_list_entities_for_policy(struct lg_req *rq,
	const struct lg_iam_list_entities_for_policy_request *in,
	struct lg_iam_list_entities_for_policy_response *out)
{
	return lg_iam_entities_of_policy(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_list_policy_tags(struct lg_req *rq, const struct lg_iam_list_policy_tags_request *in,
	struct lg_iam_list_policy_tags_response *out)
{
	struct lg_item_row row;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_policy_own(rq->cx, rq->env, in->policy_arn, &row));
	const struct lg_rec_iam_policy *policy = row.record;
	LG_TRY(lg_iam_tags_page(rq->cx, &policy->tags, &page, &out->tags));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_tag_policy(struct lg_req *rq, const struct lg_iam_tag_policy_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_policy_own(rq->cx, rq->env, in->policy_arn, &row));
	LG_TRY(lg_iam_tags_put(rq->cx, &in->tags, &((struct lg_rec_iam_policy *)row.record)->tags));
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_untag_policy(struct lg_req *rq, const struct lg_iam_untag_policy_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_policy_own(rq->cx, rq->env, in->policy_arn, &row));
	lg_iam_tags_remove(&in->tag_keys, &((struct lg_rec_iam_policy *)row.record)->tags);
	return lg_iam_write(rq->cx, rq->env, &row);
}
