#include "page/limits.h"

#include "codec/shape_io.h"
#include "gen/idp_types.h"

/* A request that is right but for what is looked at. */
static struct lg_idp_confirm_forgot_password_request
request(void)
{
	return (struct lg_idp_confirm_forgot_password_request){
		.client_id = LG_STR("client"),
		.username = LG_STR("user"),
		.password = LG_STR("password"),
		.confirmation_code = LG_STR("123456"),
	};
}

static lg_status
check(struct lg_ctx *cx, const struct lg_idp_confirm_forgot_password_request *in, bool *ret)
{
	lg_str message = LG_STR_NONE;
	LG_TRY(lg_shape_check(cx, &lg_shape_idp_confirm_forgot_password_request, in, &message));
	*ret = !lg_str_present(message);
	return LG_OK;
}

lg_status
lg_limits_username(struct lg_ctx *cx, lg_str username, bool *ret)
{
	struct lg_idp_confirm_forgot_password_request in = request();
	in.username = username;
	return check(cx, &in, ret);
}

lg_status
lg_limits_password(struct lg_ctx *cx, lg_str password, bool *ret)
{
	struct lg_idp_confirm_forgot_password_request in = request();
	in.password = password;
	return check(cx, &in, ret);
}

lg_status
lg_limits_code(struct lg_ctx *cx, lg_str code, bool *ret)
{
	struct lg_idp_confirm_forgot_password_request in = request();
	in.confirmation_code = code;
	return check(cx, &in, ret);
}

lg_status
lg_limits_value(struct lg_ctx *cx, lg_str value, bool *ret)
{
	struct lg_idp_attribute_type attribute = { .name = LG_STR("name"), .value = value };
	const struct lg_idp_sign_up_request in = {
		.client_id = LG_STR("client"),
		.username = LG_STR("user"),
		.user_attributes = { &attribute, 1, true },
	};
	lg_str message = LG_STR_NONE;
	LG_TRY(lg_shape_check(cx, &lg_shape_idp_sign_up_request, &in, &message));
	*ret = !lg_str_present(message);
	return LG_OK;
}
