#include "domain/pool/pool_check.h"

#include <string.h>

static bool
contains(lg_str text, lg_str part)
{
	return memmem(text.ptr ? text.ptr : "", text.len, part.ptr, part.len) != NULL;
}

/* A text that may be given in two places must be the same in both. */
static lg_status
check_mirror(struct lg_ctx *cx, const char *name, lg_str legacy, lg_str in_template)
{
	if (lg_str_present(legacy) && lg_str_present(in_template) && !lg_str_eq(legacy, in_template))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"%s differs from the one in VerificationMessageTemplate.", name);
	return LG_OK;
}

lg_status
lg_pool_check_templates(struct lg_ctx *cx, const struct lg_pool_draft *d)
{
	const struct lg_idp_verification_message_template_type *template =
		d->type->verification_message_template;
	if (!template)
		return LG_OK;
	LG_TRY(check_mirror(
		cx, "SmsVerificationMessage", d->type->sms_verification_message, template->sms_message));
	LG_TRY(check_mirror(cx, "EmailVerificationMessage", d->type->email_verification_message,
		template->email_message));
	return check_mirror(cx, "EmailVerificationSubject", d->type->email_verification_subject,
		template->email_subject);
}

static lg_status
check_invitation_text(struct lg_ctx *cx, const char *name, lg_str text, bool with_password)
{
	if (!lg_str_present(text))
		return LG_OK;
	if (!contains(text, LG_STR("{username}")) || (with_password && !contains(text, LG_STR("{####}"))))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%s must contain {username} and {####}.", name);
	return LG_OK;
}

lg_status
lg_pool_check_invitation(struct lg_ctx *cx, const struct lg_pool_draft *d)
{
	const struct lg_idp_admin_create_user_config_type *admin = d->type->admin_create_user_config;
	if (!admin || !admin->invite_message_template)
		return LG_OK;
	/* Users without password get an invitation without one. */
	bool with_password = !lg_pool_allows_factor(d->type, LG_IDP_AUTH_FACTOR_TYPE_EMAIL_OTP)
	                     && !lg_pool_allows_factor(d->type, LG_IDP_AUTH_FACTOR_TYPE_SMS_OTP);
	LG_TRY(check_invitation_text(
		cx, "SMSMessage", admin->invite_message_template->sms_message, with_password));
	return check_invitation_text(cx, "EmailMessage", admin->invite_message_template->email_message,
		with_password);
}

lg_status
lg_pool_check_email(struct lg_ctx *cx, const struct lg_pool_draft *d)
{
	const struct lg_idp_email_configuration_type *email = d->type->email_configuration;
	if (email && lg_str_eq(email->email_sending_account, LG_IDP_EMAIL_SENDING_ACCOUNT_TYPE_DEVELOPER)
	    && !lg_str_present(email->source_arn))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"SourceArn is required when EmailSendingAccount is DEVELOPER.");
	return LG_OK;
}

lg_status
lg_pool_check_sms(struct lg_ctx *cx, const struct lg_pool_draft *d)
{
	const struct lg_idp_sms_configuration_type *sms = d->type->sms_configuration;
	if (sms && lg_str_empty(sms->sns_caller_arn) && !sms->eums_sms)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "SmsConfiguration needs SnsCallerArn or EumsSms.");
	return LG_OK;
}
