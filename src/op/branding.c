/* Looks of the hosted pages: src/domain/pool/ui.h, src/domain/pool/branding.h. */
#include "gen/ops.h"

#include "domain/pool/branding.h"
#include "domain/pool/ui.h"
#include "op/req.h"

lg_status
lg_op_set_ui_customization(struct lg_req *rq, const struct lg_idp_set_ui_customization_request *in,
	struct lg_idp_set_ui_customization_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_ui_set(rq->cx, rq->env, pool, in, &out->ui_customization);
}

lg_status
lg_op_get_ui_customization(struct lg_req *rq, const struct lg_idp_get_ui_customization_request *in,
	struct lg_idp_get_ui_customization_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_ui_get(rq->cx, rq->env, pool, in->client_id, &out->ui_customization);
}

lg_status
lg_op_create_managed_login_branding(struct lg_req *rq,
	const struct lg_idp_create_managed_login_branding_request *in,
	struct lg_idp_create_managed_login_branding_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_branding_create(rq->cx, rq->env, pool, in, &out->managed_login_branding);
}

lg_status
lg_op_describe_managed_login_branding(struct lg_req *rq,
	const struct lg_idp_describe_managed_login_branding_request *in,
	struct lg_idp_describe_managed_login_branding_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_branding_describe(rq->cx, rq->env, pool, in->managed_login_branding_id,
		in->return_merged_resources.v, &out->managed_login_branding);
}

lg_status
lg_op_describe_managed_login_branding_by_client(struct lg_req *rq,
	const struct lg_idp_describe_managed_login_branding_by_client_request *in,
	struct lg_idp_describe_managed_login_branding_by_client_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_branding_of_client(rq->cx, rq->env, pool, in->client_id, in->return_merged_resources.v,
		&out->managed_login_branding);
}

lg_status
lg_op_update_managed_login_branding(struct lg_req *rq,
	const struct lg_idp_update_managed_login_branding_request *in,
	struct lg_idp_update_managed_login_branding_response *out)
{
	/* The API's shape requires neither. */
	if (!lg_str_present(in->user_pool_id))
		return lg_fail(rq->cx, LG_E_INVALID_PARAMETER, "UserPoolId is required.");
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	if (!lg_str_present(in->managed_login_branding_id))
		return lg_fail(rq->cx, LG_E_INVALID_PARAMETER, "ManagedLoginBrandingId is required.");
	return lg_branding_update(rq->cx, rq->env, pool, in, &out->managed_login_branding);
}

lg_status
lg_op_delete_managed_login_branding(
	struct lg_req *rq, const struct lg_idp_delete_managed_login_branding_request *in)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_branding_delete(rq->cx, rq->env, pool, in->managed_login_branding_id);
}
