#include "op/mfa.h"

#include "domain/mfa_config.h"
#include "gen/ops.h"
#include "op/req.h"

lg_status
lg_op_mfa_options(struct lg_ctx *cx, const struct lg_rec_mfa *mfa, struct lg_idp_mfa_option_list_type *ret)
{
	if (!mfa->legacy_sms.v)
		return LG_OK;
	struct lg_idp_mfa_option_type *option = lg_new(cx, struct lg_idp_mfa_option_type);
	if (!option)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*option = (struct lg_idp_mfa_option_type){
		.delivery_medium = LG_STR("SMS"),
		.attribute_name = LG_STR("phone_number"),
	};
	*ret = (struct lg_idp_mfa_option_list_type){ .items = option, .count = 1, .has = true };
	return LG_OK;
}

/* ---- the pool's settings: domain/mfa_config.h ---- */

lg_status
lg_op_set_user_pool_mfa_config(struct lg_req *rq, const struct lg_idp_set_user_pool_mfa_config_request *in,
	struct lg_idp_set_user_pool_mfa_config_response *out)
{
	return lg_mfa_config_set(rq->cx, rq->env, in, out);
}

lg_status
lg_op_get_user_pool_mfa_config(struct lg_req *rq, const struct lg_idp_get_user_pool_mfa_config_request *in,
	struct lg_idp_get_user_pool_mfa_config_response *out)
{
	return lg_mfa_config_get(rq->cx, rq->env, in->user_pool_id, out);
}
