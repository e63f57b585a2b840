#include "domain/pool/pool_check.h"

#include "domain/pool/pool_schema.h"
#include "domain/pool/pool_settings.h"

#define TAGS_MAX 50

typedef const struct lg_pool_draft draft;

static const lg_str tier_names[] = {
	[LG_TIER_LITE] = LG_STR_INIT("LITE"),
	[LG_TIER_ESSENTIALS] = LG_STR_INIT("ESSENTIALS"),
	[LG_TIER_PLUS] = LG_STR_INIT("PLUS"),
};

enum lg_tier
lg_tier_of(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(tier_names); i++)
		if (lg_str_eq(tier_names[i], name))
			return (enum lg_tier)i;
	return LG_TIER_ESSENTIALS;
}

lg_status
lg_tier_require(struct lg_ctx *cx, lg_str tier, enum lg_tier least, const char *feature)
{
	enum lg_tier have = lg_tier_of(tier);
	if (have >= least)
		return LG_OK;
	return lg_fail(cx, LG_E_FEATURE_UNAVAILABLE_IN_TIER, "The %.*s tier has no %s; it needs %.*s.",
		LG_FMT(tier_names[have]), feature, LG_FMT(tier_names[least]));
}

/* ---- what a draft asks for ---- */

static const struct lg_str_list *
factors(const struct lg_idp_user_pool_type *type)
{
	static const struct lg_str_list none;
	if (!type->policies || !type->policies->sign_in_policy)
		return &none;
	return &type->policies->sign_in_policy->allowed_first_auth_factors;
}

bool
lg_pool_allows_factor(const struct lg_idp_user_pool_type *type, lg_str factor)
{
	const struct lg_str_list *list = factors(type);
	if (!list->has)
		return lg_str_eq(factor, LG_IDP_AUTH_FACTOR_TYPE_PASSWORD);
	return lg_str_list_has(list, factor);
}

static bool
asks_for_factor(draft *d)
{
	return lg_pool_allows_factor(d->type, LG_IDP_AUTH_FACTOR_TYPE_EMAIL_OTP)
	       || lg_pool_allows_factor(d->type, LG_IDP_AUTH_FACTOR_TYPE_SMS_OTP)
	       || lg_pool_allows_factor(d->type, LG_IDP_AUTH_FACTOR_TYPE_WEB_AUTHN);
}

static bool
asks_for_history(draft *d)
{
	const struct lg_idp_user_pool_policy_type *policies = d->type->policies;
	return policies && policies->password_policy
	       && policies->password_policy->password_history_size.v > 0;
}

static bool
asks_for_token_customisation(draft *d)
{
	const struct lg_idp_lambda_config_type *lambda = d->type->lambda_config;
	return lambda && lambda->pre_token_generation_config
	       && !lg_str_eq(lambda->pre_token_generation_config->lambda_version, LG_STR("V1_0"));
}

static bool
asks_for_protection(draft *d)
{
	const struct lg_idp_user_pool_add_ons_type *add_ons = d->type->user_pool_add_ons;
	return add_ons
	       && (!lg_str_eq(add_ons->advanced_security_mode, LG_IDP_ADVANCED_SECURITY_MODE_TYPE_OFF)
		       || add_ons->advanced_security_additional_flows);
}

/* What needs a better plan (spec/user-pools.md 3.1). */
static const struct {
	bool (*asked)(draft *d);
	enum lg_tier least;
	const char *name;
} features[] = {
	{ asks_for_factor, LG_TIER_ESSENTIALS, "sign-in without password" },
	{ asks_for_history, LG_TIER_ESSENTIALS, "password history" },
	{ asks_for_token_customisation, LG_TIER_ESSENTIALS, "access token customisation" },
	{ asks_for_protection, LG_TIER_PLUS, "threat protection" },
};

/* ---- rules ---- */

static lg_status
check_tier(struct lg_ctx *cx, draft *d)
{
	for (size_t i = 0; i < LG_LEN(features); i++)
		if (features[i].asked(d))
			LG_TRY(lg_tier_require(
				cx, d->type->user_pool_tier, features[i].least, features[i].name));
	return LG_OK;
}

/* Features that other operations switched on stay on, so the plan that has them must stay, too. */
static lg_status
check_tier_change(struct lg_ctx *cx, draft *d)
{
	if (!d->current || lg_tier_of(d->type->user_pool_tier) != LG_TIER_LITE)
		return LG_OK;
	if (d->current->email_mfa || d->current->web_authn)
		return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
			"The tier can't be LITE while e-mail MFA or passkeys are configured.");
	return LG_OK;
}

static lg_status
check_names(struct lg_ctx *cx, draft *d)
{
	const struct lg_idp_user_pool_type *type = d->type;
	if (type->alias_attributes.count && type->username_attributes.count)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
	if (!lg_str_list_has(&type->alias_attributes, LG_STR("preferred_username")))
		return LG_OK;
	const struct lg_idp_schema_attribute_type *preferred =
		lg_pool_schema_find(&type->schema_attributes, LG_STR("preferred_username"));
	if (preferred && preferred->required.v)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"preferred_username can't be both a required attribute and an alias.");
	return LG_OK;
}

static lg_status
check_password_policy(struct lg_ctx *cx, draft *d)
{
	const struct lg_idp_admin_create_user_config_type *admin = d->type->admin_create_user_config;
	const struct lg_idp_user_pool_policy_type *policies = d->type->policies;
	int64_t unused = admin ? admin->unused_account_validity_days.v : 0;
	int64_t temporary = policies && policies->password_policy
	                    ? policies->password_policy->temporary_password_validity_days.v
	                    : 0;
	if (unused && temporary && unused != temporary)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
			"UnusedAccountValidityDays");
	return LG_OK;
}

static bool
has_duplicate(const struct lg_str_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(list->items[i], list->items[k]))
				return true;
	return false;
}

static bool
passkeys_verify_users(draft *d)
{
	return d->current && d->current->web_authn
	       && lg_str_eq(d->current->web_authn->factor_configuration,
		       LG_STR("MULTI_FACTOR_WITH_USER_VERIFICATION"));
}

lg_status
lg_pool_check_factors(struct lg_ctx *cx, const struct lg_pool_draft *d)
{
	const struct lg_str_list *list = factors(d->type);
	if (!list->has)
		return LG_OK;
	if (!lg_str_list_has(list, LG_IDP_AUTH_FACTOR_TYPE_PASSWORD))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "PASSWORD must be one of the AllowedFirstAuthFactors.");
	if (lg_str_list_has(list, LG_IDP_AUTH_FACTOR_TYPE_SOFTWARE_TOKEN))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "SOFTWARE_TOKEN can't be a first factor.");
	if (has_duplicate(list))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "AllowedFirstAuthFactors holds a value twice.");
	if (!lg_str_eq(d->type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_ON))
		return LG_OK;
	bool one_time = lg_str_list_has(list, LG_IDP_AUTH_FACTOR_TYPE_EMAIL_OTP)
	                || lg_str_list_has(list, LG_IDP_AUTH_FACTOR_TYPE_SMS_OTP);
	bool passkeys = lg_str_list_has(list, LG_IDP_AUTH_FACTOR_TYPE_WEB_AUTHN);
	if (one_time || (passkeys && !passkeys_verify_users(d)))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Factors other than PASSWORD can't be allowed while MFA is required.");
	return LG_OK;
}

static lg_status
check_mfa(struct lg_ctx *cx, draft *d)
{
	lg_str mfa = d->type->mfa_configuration;
	if (!lg_str_present(mfa) || lg_str_eq(mfa, LG_IDP_USER_POOL_MFA_TYPE_OFF)
		|| d->type->sms_configuration)
		return LG_OK;
	/* TOTP and e-mail are switched on by SetUserPoolMfaConfig. */
	if (d->current && d->current->software_token_mfa && d->current->software_token_mfa->enabled.v)
		return LG_OK;
	if (d->current && d->current->email_mfa)
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"SMS configuration and Auto verification for phone_number are required when MFA is "
		"required/optional");
}

static lg_status
check_update_settings(struct lg_ctx *cx, draft *d)
{
	if (!d->type->user_attribute_update_settings)
		return LG_OK;
	const struct lg_str_list *kept =
		&d->type->user_attribute_update_settings->attributes_require_verification_before_update;
	for (size_t i = 0; i < kept->count; i++)
		if (!lg_str_list_has(&d->type->auto_verified_attributes, kept->items[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"AttributesRequireVerificationBeforeUpdate: %.*s must be one of the "
				"AutoVerifiedAttributes.", LG_FMT(kept->items[i]));
	return LG_OK;
}

static lg_status
check_recovery(struct lg_ctx *cx, draft *d)
{
	if (!d->type->account_recovery_setting)
		return LG_OK;
	const struct lg_idp_recovery_mechanisms_type *list =
		&d->type->account_recovery_setting->recovery_mechanisms;
	for (size_t i = 0; i < list->count; i++) {
		if (lg_str_eq(list->items[i].name, LG_STR("admin_only")) && list->count > 1)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Account Recovery Setting cannot use admin_only setting with any other "
				"recovery "
				"mechanisms.");
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(list->items[i].name, list->items[k].name)
			    || list->items[i].priority.v == list->items[k].priority.v)
				return lg_fail(cx, LG_E_INVALID_PARAMETER,
					"Account Recovery Setting: names and priorities must differ.");
	}
	return LG_OK;
}

static lg_status
check_lambda(struct lg_ctx *cx, draft *d)
{
	const struct lg_idp_lambda_config_type *lambda = d->type->lambda_config;
	if (!lambda)
		return LG_OK;
	if ((lambda->custom_sms_sender || lambda->custom_email_sender)
		&& !lg_str_present(lambda->kms_key_id))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"KMSKeyID is required when a custom sender is configured.");
	if (lambda->pre_token_generation_config && lg_str_present(lambda->pre_token_generation)
	    && !lg_str_eq(lambda->pre_token_generation_config->lambda_arn, lambda->pre_token_generation))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"PreTokenGeneration and PreTokenGenerationConfig name different functions.");
	return LG_OK;
}

static lg_status
check_key(struct lg_ctx *cx, draft *d)
{
	const struct lg_idp_key_configuration_type *key = d->type->key_configuration;
	if (!key)
		return LG_OK;
	bool own = lg_str_eq(key->key_type, LG_STR("CUSTOMER_MANAGED_KEY"));
	if (own != lg_str_present(key->kms_key_arn))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"KmsKeyArn is given with a CUSTOMER_MANAGED_KEY, and only then.");
	return LG_OK;
}

static lg_status
check_acr(struct lg_ctx *cx, draft *d)
{
	static const lg_str levels[] = { LG_STR_INIT("Level1"), LG_STR_INIT("Level2"), LG_STR_INIT("Level3"),
		LG_STR_INIT("Level4") };
	const struct lg_idp_acr_configuration_type *acr = &d->type->acr_configuration;
	for (size_t i = 0; i < acr->count; i++) {
		bool known = false;
		for (size_t k = 0; k < LG_LEN(levels); k++)
			known = known || lg_str_eq(levels[k], acr->items[i].key);
		if (!known)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"AcrConfiguration: there is no level %.*s.", LG_FMT(acr->items[i].key));
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(acr->items[i].value.acr_value, acr->items[k].value.acr_value))
				return lg_fail(
					cx, LG_E_INVALID_PARAMETER, "AcrConfiguration: values must differ.");
	}
	return LG_OK;
}

lg_status
lg_pool_check_tags(struct lg_ctx *cx, const struct lg_str_map *tags)
{
	if (tags->count > TAGS_MAX)
		return lg_fail(cx, LG_E_USER_POOL_TAGGING, "A user pool has at most %d tags.", TAGS_MAX);
	for (size_t i = 0; i < tags->count; i++)
		if (lg_str_starts(tags->items[i].key, LG_STR("aws:")))
			return lg_fail(
				cx, LG_E_USER_POOL_TAGGING, "aws: prefixed tag key names are not allowed.");
	return lg_pool_settings_check(cx, tags);
}

static lg_status
check_tags(struct lg_ctx *cx, draft *d)
{
	return lg_pool_check_tags(cx, &d->type->user_pool_tags);
}

static const struct {
	lg_status (*run)(struct lg_ctx *cx, draft *d);
} checks[] = {
	{ check_names },
	{ check_password_policy },
	{ lg_pool_check_factors },
	{ check_mfa },
	{ check_update_settings },
	{ check_recovery },
	{ check_lambda },
	{ lg_pool_check_templates },
	{ lg_pool_check_invitation },
	{ lg_pool_check_email },
	{ lg_pool_check_sms },
	{ check_key },
	{ check_acr },
	{ check_tags },
	{ check_tier },
	{ check_tier_change },
};

lg_status
lg_pool_check(struct lg_ctx *cx, const struct lg_pool_draft *d)
{
	for (size_t i = 0; i < LG_LEN(checks); i++)
		LG_TRY(checks[i].run(cx, d));
	return LG_OK;
}
