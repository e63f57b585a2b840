#include "domain/pool/mfa_config.h"

#include "domain/pool/pool_admin.h"
#include "domain/pool/pool_check.h"

#define MAX_LABEL 63

typedef const struct lg_idp_set_user_pool_mfa_config_request request;

static bool
is_off(lg_str mfa)
{
	return lg_str_empty(mfa) || lg_str_eq(mfa, LG_IDP_USER_POOL_MFA_TYPE_OFF);
}

static bool
totp_on(const struct lg_idp_software_token_mfa_config_type *totp)
{
	return totp && totp->enabled.v;
}

bool
lg_mfa_config_has(const struct lg_rec_pool *settings, lg_str method)
{
	const struct {
		lg_str name;
		bool on;
	} methods[] = {
		{ LG_IDP_CHALLENGE_NAME_TYPE_SMS_MFA, settings->sms_mfa != NULL },
		{ LG_IDP_CHALLENGE_NAME_TYPE_SOFTWARE_TOKEN_MFA, totp_on(settings->software_token_mfa) },
		{ LG_IDP_CHALLENGE_NAME_TYPE_EMAIL_OTP, settings->email_mfa != NULL },
	};
	for (size_t i = 0; i < LG_LEN(methods); i++)
		if (lg_str_eq(methods[i].name, method))
			return methods[i].on;
	return false;
}

bool
lg_mfa_config_passkeys_count(const struct lg_rec_pool *settings)
{
	return settings->web_authn
	       && lg_str_eq(settings->web_authn->factor_configuration,
		       LG_IDP_WEB_AUTHN_FACTOR_CONFIGURATION_TYPE_MULTI_FACTOR_WITH_USER_VERIFICATION);
}

lg_status
lg_mfa_config_imply(struct lg_ctx *cx, struct lg_rec_pool *settings)
{
	const struct lg_idp_user_pool_type *type = settings->type;
	const bool other = totp_on(settings->software_token_mfa) || settings->email_mfa;
	if (is_off(type->mfa_configuration) || !type->sms_configuration
		|| (other && !settings->sms_mfa)) {
		settings->sms_mfa = NULL;
		return LG_OK;
	}
	settings->sms_mfa = lg_new(cx, struct lg_idp_sms_mfa_config_type);
	return settings->sms_mfa ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

/* ---- rules ---- */

static lg_status
check_methods(struct lg_ctx *cx, request *in)
{
	const bool any = in->sms_mfa_configuration || totp_on(in->software_token_mfa_configuration)
	                 || in->email_mfa_configuration;
	if (is_off(in->mfa_configuration) && any)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA "
			"together.");
	if (!is_off(in->mfa_configuration) && !any)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be "
			"enabled.");
	return LG_OK;
}

static lg_status
check_sms(struct lg_ctx *cx, request *in, const struct lg_pool_draft *d)
{
	if (!in->sms_mfa_configuration)
		return LG_OK;
	if (!d->type->sms_configuration)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"SmsMfaConfiguration needs an SmsConfiguration.");
	return lg_pool_check_sms(cx, d);
}

static lg_status
check_email(struct lg_ctx *cx, request *in, const struct lg_pool_draft *d)
{
	if (!in->email_mfa_configuration)
		return LG_OK;
	LG_TRY(lg_tier_require(cx, d->type->user_pool_tier, LG_TIER_ESSENTIALS, "e-mail MFA"));
	const struct lg_idp_email_configuration_type *email = d->type->email_configuration;
	if (!email
		|| !lg_str_eq(email->email_sending_account, LG_IDP_EMAIL_SENDING_ACCOUNT_TYPE_DEVELOPER))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"E-mail MFA needs an EmailConfiguration with EmailSendingAccount DEVELOPER.");
	return LG_OK;
}

static bool
is_label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* A name that browsers take for a relying party: lower case, no scheme, no port, no address. */
static bool
is_domain(lg_str name)
{
	lg_str rest = name, label = LG_STR_NONE;
	while (lg_str_present(rest)) {
		label = lg_str_cut(&rest, '.');
		if (label.len == 0 || label.len > MAX_LABEL || label.ptr[0] == '-'
			|| label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_label_byte(label.ptr[i]))
				return false;
	}
	uint64_t number;
	return label.len && !lg_str_to_uint(label, UINT64_MAX, &number);
}

static lg_status
check_passkeys(struct lg_ctx *cx, request *in, const struct lg_pool_draft *d)
{
	const struct lg_idp_web_authn_configuration_type *passkeys = in->web_authn_configuration;
	if (!passkeys)
		return LG_OK;
	LG_TRY(lg_tier_require(cx, d->type->user_pool_tier, LG_TIER_ESSENTIALS, "sign-in with passkeys"));
	if (lg_str_present(passkeys->relying_party_id) && !is_domain(passkeys->relying_party_id))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "RelyingPartyId is no domain name.");
	return LG_OK;
}

/* ---- operations ---- */

/* The SMS part as the pool's type holds it. */
static lg_status
show_sms(struct lg_ctx *cx, const struct lg_rec_pool *settings, struct lg_idp_sms_mfa_config_type **ret)
{
	if (!settings->sms_mfa)
		return LG_OK;
	struct lg_idp_sms_mfa_config_type *sms = lg_new(cx, struct lg_idp_sms_mfa_config_type);
	if (!sms)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	sms->sms_authentication_message = settings->type->sms_authentication_message;
	sms->sms_configuration = settings->type->sms_configuration;
	*ret = sms;
	return LG_OK;
}

/* Both answers have the same members in types of their own. */
#define SHOW(cx, settings, ret)                                                                   \
	do {                                                                                      \
		LG_TRY(show_sms(cx, settings, &(ret)->sms_mfa_configuration));                    \
		(ret)->software_token_mfa_configuration = (settings)->software_token_mfa;         \
		(ret)->email_mfa_configuration = (settings)->email_mfa;                           \
		(ret)->mfa_configuration = (settings)->type->mfa_configuration;                   \
		(ret)->web_authn_configuration = (settings)->web_authn;                           \
	} while (0)

lg_status
lg_mfa_config_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_idp_get_user_pool_mfa_config_response *ret)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &row));
	SHOW(cx, &row.settings, ret);
	return LG_OK;
}

/* The settings as they are to be. */
static void
replace(request *in, struct lg_idp_user_pool_type *type, struct lg_rec_pool *settings)
{
	const struct lg_idp_sms_mfa_config_type *sms = in->sms_mfa_configuration;
	type->mfa_configuration = in->mfa_configuration;
	if (lg_str_empty(type->mfa_configuration))
		type->mfa_configuration = LG_IDP_USER_POOL_MFA_TYPE_OFF;
	if (sms && sms->sms_configuration)
		type->sms_configuration = sms->sms_configuration;
	if (sms)
		type->sms_authentication_message = sms->sms_authentication_message;
	settings->type = type;
	settings->sms_mfa = in->sms_mfa_configuration;
	settings->software_token_mfa = in->software_token_mfa_configuration;
	settings->email_mfa = in->email_mfa_configuration;
	settings->web_authn = in->web_authn_configuration;
}

lg_status
lg_mfa_config_set(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_set_user_pool_mfa_config_request *in,
	struct lg_idp_set_user_pool_mfa_config_response *ret)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, in->user_pool_id, &row));
	struct lg_idp_user_pool_type type = *row.settings.type;
	replace(in, &type, &row.settings);

	const struct lg_pool_draft draft = { .type = &type, .current = &row.settings };
	LG_TRY(check_methods(cx, in));
	LG_TRY(check_sms(cx, in, &draft));
	LG_TRY(check_email(cx, in, &draft));
	LG_TRY(check_passkeys(cx, in, &draft));
	LG_TRY(lg_pool_check_factors(cx, &draft));
	LG_TRY(lg_pool_row_write(cx, env, &row));
	SHOW(cx, &row.settings, ret);
	return LG_OK;
}
