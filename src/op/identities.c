/* Identities: src/domain/identity/identity.h, identity_basic.h, identity_admin.h. */
#include "gen/ops.h"

#include "domain/identity/identity_admin.h"
#include "domain/identity/identity_basic.h"
#include "domain/identity/identity_enhanced.h"
#include "op/facts.h"
#include "op/req.h"

lg_status
lg_op_get_id(struct lg_req *rq, const struct lg_ci_get_id_input *in, struct lg_ci_get_id_response *out)
{
	return lg_identity_get_id(rq->cx, rq->env, in, &out->identity_id);
}

lg_status
lg_op_get_credentials_for_identity(struct lg_req *rq,
	const struct lg_ci_get_credentials_for_identity_input *in,
	struct lg_ci_get_credentials_for_identity_response *out)
{
	const struct lg_call_facts facts = lg_op_facts(rq);
	return lg_identity_credentials(rq->cx, rq->env, in, &facts, out);
}

lg_status
lg_op_get_open_id_token(struct lg_req *rq, const struct lg_ci_get_open_id_token_input *in,
	struct lg_ci_get_open_id_token_response *out)
{
	return lg_identity_open_id_token(rq->cx, rq->env, in, out);
}

lg_status
lg_op_get_open_id_token_for_developer_identity(struct lg_req *rq,
	const struct lg_ci_get_open_id_token_for_developer_identity_input *in,
	struct lg_ci_get_open_id_token_for_developer_identity_response *out)
{
	return lg_identity_developer_token(rq->cx, rq->env, in, out);
}

lg_status
lg_op_describe_identity(struct lg_req *rq, const struct lg_ci_describe_identity_input *in,
	struct lg_ci_identity_description *out)
{
	return lg_identity_describe(rq->cx, rq->env, in->identity_id, out);
}

lg_status
lg_op_list_identities(struct lg_req *rq, const struct lg_ci_list_identities_input *in,
	struct lg_ci_list_identities_response *out)
{
	return lg_identity_list(rq->cx, rq->env, in, out);
}

lg_status
lg_op_delete_identities(struct lg_req *rq, const struct lg_ci_delete_identities_input *in,
	struct lg_ci_delete_identities_response *out)
{
	return lg_identity_delete(
		rq->cx, rq->env, rq->region, &in->identity_ids_to_delete, &out->unprocessed_identity_ids);
}

lg_status
lg_op_lookup_developer_identity(struct lg_req *rq, const struct lg_ci_lookup_developer_identity_input *in,
	struct lg_ci_lookup_developer_identity_response *out)
{
	return lg_identity_lookup_developer(rq->cx, rq->env, in, out);
}

lg_status
lg_op_merge_developer_identities(struct lg_req *rq, const struct lg_ci_merge_developer_identities_input *in,
	struct lg_ci_merge_developer_identities_response *out)
{
	return lg_identity_merge_developer(rq->cx, rq->env, in, &out->identity_id);
}

lg_status
lg_op_unlink_identity(struct lg_req *rq, const struct lg_ci_unlink_identity_input *in)
{
	return lg_identity_unlink(rq->cx, rq->env, in);
}

lg_status
lg_op_unlink_developer_identity(struct lg_req *rq, const struct lg_ci_unlink_developer_identity_input *in)
{
	return lg_identity_unlink_developer(rq->cx, rq->env, in);
}
