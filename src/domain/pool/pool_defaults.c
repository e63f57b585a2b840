#include "domain/pool/pool_defaults.h"

#include <string.h>

#define PASSWORD_LENGTH 8
#define TEMPORARY_DAYS 7

typedef struct lg_idp_user_pool_type pool_type;

/* A copy that may be changed, zeroed when there is no original. NULL without memory. */
static void *
own(struct lg_ctx *cx, const void *original, size_t size)
{
	void *copy = lg_arena_alloc(cx->arena, size);
	if (copy && original)
		memcpy(copy, original, size);
	return copy;
}

#define OWN(cx, member) ((member) = own((cx), (member), sizeof(*(member))))

static void
default_str(lg_str *member, lg_str value)
{
	if (!lg_str_present(*member))
		*member = value;
}

static void
default_bool(struct lg_opt_bool *member, bool value)
{
	if (!member->has)
		*member = (struct lg_opt_bool){ true, value };
}

static void
default_int(struct lg_opt_int *member, int64_t value)
{
	if (!member->has)
		*member = (struct lg_opt_int){ true, value };
}

/* The life of a temporary password has two names; 0 stands for the default. */
static int64_t
temporary_days(const pool_type *type)
{
	int64_t days = type->policies->password_policy->temporary_password_validity_days.v;
	if (!days && type->admin_create_user_config)
		days = type->admin_create_user_config->unused_account_validity_days.v;
	return days ? days : TEMPORARY_DAYS;
}

static bool
fill_policies(struct lg_ctx *cx, pool_type *type)
{
	/* A policy that is given leaves out what it does not name; without one everything is required. */
	bool given = type->policies && type->policies->password_policy;
	if (!OWN(cx, type->policies) || !OWN(cx, type->policies->password_policy)
	    || !OWN(cx, type->policies->sign_in_policy))
		return false;
	struct lg_idp_password_policy_type *password = type->policies->password_policy;
	default_int(&password->minimum_length, PASSWORD_LENGTH);
	default_bool(&password->require_uppercase, !given);
	default_bool(&password->require_lowercase, !given);
	default_bool(&password->require_numbers, !given);
	default_bool(&password->require_symbols, !given);
	password->temporary_password_validity_days = (struct lg_opt_int){ true, temporary_days(type) };

	struct lg_str_list *factors = &type->policies->sign_in_policy->allowed_first_auth_factors;
	if (!factors->has) {
		lg_str *items = lg_new_array(cx, lg_str, 1);
		if (!items)
			return false;
		items[0] = LG_IDP_AUTH_FACTOR_TYPE_PASSWORD;
		*factors = (struct lg_str_list){ .items = items, .count = 1, .has = true };
	}
	return true;
}

/* Behind fill_policies, whose life of temporary passwords it shows again. */
static bool
fill_admin_create(struct lg_ctx *cx, pool_type *type)
{
	if (!OWN(cx, type->admin_create_user_config))
		return false;
	default_bool(&type->admin_create_user_config->allow_admin_create_user_only, false);
	type->admin_create_user_config->unused_account_validity_days =
		type->policies->password_policy->temporary_password_validity_days;
	return true;
}

static bool
fill_lambda(struct lg_ctx *cx, pool_type *type)
{
	struct lg_idp_lambda_config_type *lambda = OWN(cx, type->lambda_config);
	if (!lambda)
		return false;
	if (lambda->pre_token_generation_config) {
		lambda->pre_token_generation = lambda->pre_token_generation_config->lambda_arn;
	} else if (lg_str_present(lambda->pre_token_generation)) {
		if (!OWN(cx, lambda->pre_token_generation_config))
			return false;
		lambda->pre_token_generation_config->lambda_version = LG_STR("V1_0");
		lambda->pre_token_generation_config->lambda_arn = lambda->pre_token_generation;
	}
	return true;
}

static void
mirror(lg_str *a, lg_str *b)
{
	default_str(a, *b);
	default_str(b, *a);
}

static bool
fill_templates(struct lg_ctx *cx, pool_type *type)
{
	struct lg_idp_verification_message_template_type *template =
		OWN(cx, type->verification_message_template);
	if (!template)
		return false;
	default_str(&template->default_email_option, LG_IDP_DEFAULT_EMAIL_OPTION_TYPE_CONFIRM_WITH_CODE);
	mirror(&type->sms_verification_message, &template->sms_message);
	mirror(&type->email_verification_message, &template->email_message);
	mirror(&type->email_verification_subject, &template->email_subject);
	return true;
}

static bool
fill_email(struct lg_ctx *cx, pool_type *type)
{
	if (!OWN(cx, type->email_configuration))
		return false;
	default_str(&type->email_configuration->email_sending_account,
		LG_IDP_EMAIL_SENDING_ACCOUNT_TYPE_COGNITO_DEFAULT);
	return true;
}

static bool
fill_update_settings(struct lg_ctx *cx, pool_type *type)
{
	if (!OWN(cx, type->user_attribute_update_settings))
		return false;
	type->user_attribute_update_settings->attributes_require_verification_before_update.has = true;
	return true;
}

static bool
fill_key(struct lg_ctx *cx, pool_type *type)
{
	if (!OWN(cx, type->key_configuration) || !OWN(cx, type->issuer_configuration))
		return false;
	default_str(&type->key_configuration->key_type, LG_STR("AWS_OWNED_KEY"));
	default_str(&type->issuer_configuration->type, LG_STR("ORIGINAL"));
	return true;
}

static bool
fill_plain(struct lg_ctx *cx, pool_type *type)
{
	(void)cx;
	default_str(&type->deletion_protection, LG_IDP_DELETION_PROTECTION_TYPE_INACTIVE);
	default_str(&type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_OFF);
	default_str(&type->user_pool_tier, LG_STR("ESSENTIALS"));
	type->user_pool_tags.has = true;
	return true;
}

static bool (*const fillers[])(struct lg_ctx *cx, pool_type *type) = {
	fill_policies,
	fill_admin_create,
	fill_lambda,
	fill_templates,
	fill_email,
	fill_update_settings,
	fill_key,
	fill_plain,
};

lg_status
lg_pool_defaults(struct lg_ctx *cx, struct lg_idp_user_pool_type *type)
{
	for (size_t i = 0; i < LG_LEN(fillers); i++)
		if (!fillers[i](cx, type))
			return lg_fail_default(cx, LG_E_NO_MEMORY);
	return LG_OK;
}
