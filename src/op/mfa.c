#include "op/mfa.h"

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
