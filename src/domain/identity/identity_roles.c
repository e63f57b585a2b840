#include "domain/identity/identity_roles.h"

#include "domain/identity/identity_pool_admin.h"
#include "domain/identity/login_names.h"

#define ACCOUNT_DIGITS 12

static bool
is_account(lg_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return text.len == ACCOUNT_DIGITS;
}

/* "arn:aws:iam::123456789012:role/path/name", of any account. */
static lg_status
check_role(struct lg_ctx *cx, lg_str arn)
{
	lg_str rest = arn;
	if (lg_str_eq(lg_str_cut(&rest, ':'), LG_STR("arn")) && !lg_str_empty(lg_str_cut(&rest, ':')) &&
		lg_str_eq(lg_str_cut(&rest, ':'), LG_STR("iam")) && lg_str_empty(lg_str_cut(&rest, ':')) &&
		is_account(lg_str_cut(&rest, ':')) && lg_str_eq(lg_str_cut(&rest, '/'), LG_STR("role")) &&
		!lg_str_empty(rest))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is not the ARN of a role.", LG_FMT(arn));
}

static bool
names_user_pool(const struct lg_settings *settings, const struct lg_ci_identity_pool *type, lg_str key)
{
	lg_str client_id;
	const lg_str pool_id = lg_login_user_pool_client(settings, key, &client_id);
	const struct lg_ci_cognito_identity_provider_list *list = &type->cognito_identity_providers;
	for (size_t i = 0; lg_str_present(pool_id) && i < list->count; i++)
		if (lg_str_eq(list->items[i].client_id, client_id) &&
			lg_str_eq(lg_login_user_pool(settings, list->items[i].provider_name), pool_id))
			return true;
	return false;
}

static bool
is_configured(const struct lg_settings *settings, const struct lg_ci_identity_pool *type, lg_str key)
{
	return lg_str_present(lg_str_map_get(&type->supported_login_providers, key)) ||
	       lg_str_list_has(&type->open_id_connect_provider_arns, key) ||
	       lg_str_list_has(&type->saml_provider_arns, key) || names_user_pool(settings, type, key);
}

/* The operation knows no LimitExceededException. */
static lg_status
check_count(struct lg_ctx *cx, struct lg_env *env, enum lg_quota quota, size_t count)
{
	const lg_status s = lg_quota_check(cx, env, quota, (int64_t)count);
	if (s.code != LG_E_LIMIT_EXCEEDED)
		return s;
	const lg_str text = lg_failure_text(cx, s.code);
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s", LG_FMT(text));
}

static lg_status
check_mapping(struct lg_ctx *cx, struct lg_env *env, lg_str key, const struct lg_ci_role_mapping *mapping)
{
	const bool rules = lg_str_eq(mapping->type, LG_CI_ROLE_MAPPING_TYPE_RULES);
	if (!lg_str_present(mapping->ambiguous_role_resolution))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"AmbiguousRoleResolution is required for the role mapping of %.*s.", LG_FMT(key));
	if (rules && !mapping->rules_configuration)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"RulesConfiguration is required for the role mapping of %.*s.", LG_FMT(key));
	if (!rules)
		return LG_OK;
	const struct lg_ci_mapping_rules_list *list = &mapping->rules_configuration->rules;
	LG_TRY(check_count(cx, env, LG_QUOTA_MAPPING_RULES, list->count));
	for (size_t i = 0; i < list->count; i++)
		LG_TRY(check_role(cx, list->items[i].role_arn));
	return LG_OK;
}

static lg_status
check(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_identity_pool *type,
	const struct lg_ci_set_identity_pool_roles_input *in)
{
	for (size_t i = 0; i < in->roles.count; i++)
		LG_TRY(check_role(cx, in->roles.items[i].value));
	LG_TRY(check_count(cx, env, LG_QUOTA_ROLE_MAPPINGS, in->role_mappings.count));
	for (size_t i = 0; i < in->role_mappings.count; i++) {
		const struct lg_ci_role_mapping_map_pair *pair = &in->role_mappings.items[i];
		if (!is_configured(env->settings, type, pair->key))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"%.*s is not a provider of this identity pool.", LG_FMT(pair->key));
		LG_TRY(check_mapping(cx, env, pair->key, &pair->value));
	}
	return LG_OK;
}

lg_status
lg_identity_roles_set(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_set_identity_pool_roles_input *in)
{
	struct lg_identity_pool_row row;
	LG_TRY(lg_identity_pool_row_read(cx, env, in->identity_pool_id, &row));
	LG_TRY(check(cx, env, row.settings.type, in));
	row.settings.roles = in->roles;
	row.settings.role_mappings = in->role_mappings;
	return lg_identity_pool_row_write(cx, env, &row);
}

lg_status
lg_identity_roles_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_ci_get_identity_pool_roles_response *ret)
{
	struct lg_identity_pool_row row;
	LG_TRY(lg_identity_pool_row_read(cx, env, pool_id, &row));
	ret->identity_pool_id = pool_id;
	ret->roles = row.settings.roles;
	ret->roles.has = ret->roles.count > 0;
	ret->role_mappings = row.settings.role_mappings;
	ret->role_mappings.has = ret->role_mappings.count > 0;
	return LG_OK;
}
