#include "domain/identity/identity_pool_check.h"

#include "domain/identity/login_names.h"

#define TAGS_MAX 50
#define ARNS_MAX 100

struct draft {
	struct lg_env *env;
	const struct lg_ci_identity_pool *type;
	const struct lg_ci_identity_pool *current;
};

/* "consumer key;consumer secret" */
static bool
is_pair(lg_str value)
{
	lg_str rest = value;
	return !lg_str_empty(lg_str_cut(&rest, ';')) && !lg_str_empty(rest) && !lg_str_has_byte(rest, ';');
}

static lg_status
check_social(struct lg_ctx *cx, const struct draft *d)
{
	const struct lg_str_map *providers = &d->type->supported_login_providers;
	for (size_t i = 0; i < providers->count; i++) {
		const struct lg_str_pair *pair = &providers->items[i];
		const enum lg_social social = lg_login_social(pair->key);
		if (social == LG_SOCIAL_NONE)
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is not a supported login provider.",
				LG_FMT(pair->key));
		if (social == LG_SOCIAL_TWITTER && !is_pair(pair->value))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"The value for %.*s is a consumer key and a consumer secret with ';' "
				"between them.",
				LG_FMT(pair->key));
	}
	return LG_OK;
}

/* Set once, for good: identities are known by it. */
static lg_status
check_developer(struct lg_ctx *cx, const struct draft *d)
{
	const lg_str name = d->type->developer_provider_name;
	const lg_str former = d->current ? d->current->developer_provider_name : LG_STR_NONE;
	if (lg_str_present(former) && !lg_str_eq(former, name))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Developer provider name cannot be changed");
	if (lg_login_social(name) != LG_SOCIAL_NONE || lg_str_eq(name, LG_LOGIN_OWN))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "%.*s is the name of a public provider.", LG_FMT(name));
	return LG_OK;
}

static lg_status
check_arns(struct lg_ctx *cx, const struct draft *d, const struct lg_str_list *arns, lg_str kind)
{
	if (arns->count > ARNS_MAX)
		return lg_fail(cx, LG_E_LIMIT_EXCEEDED, "Maximum number of %.*s ARNs is %d.", LG_FMT(kind),
			ARNS_MAX);
	for (size_t i = 0; i < arns->count; i++) {
		const lg_str arn = arns->items[i];
		if (!lg_str_present(lg_login_iam_provider(d->env->settings, kind, arn)))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is not the ARN of an %.*s.",
				LG_FMT(arn), LG_FMT(kind));
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(arns->items[k], arn))
				return lg_fail(
					cx, LG_E_INVALID_PARAMETER, "%.*s stands twice.", LG_FMT(arn));
	}
	return LG_OK;
}

static lg_status
check_oidc(struct lg_ctx *cx, const struct draft *d)
{
	return check_arns(cx, d, &d->type->open_id_connect_provider_arns, LG_STR("oidc-provider"));
}

static lg_status
check_saml(struct lg_ctx *cx, const struct draft *d)
{
	return check_arns(cx, d, &d->type->saml_provider_arns, LG_STR("saml-provider"));
}

static lg_status
check_user_pools(struct lg_ctx *cx, const struct draft *d)
{
	const struct lg_ci_cognito_identity_provider_list *list = &d->type->cognito_identity_providers;
	LG_TRY(lg_quota_check(cx, d->env, LG_QUOTA_USER_POOLS_OF_IDENTITY_POOL, (int64_t)list->count));
	for (size_t i = 0; i < list->count; i++) {
		const struct lg_ci_cognito_identity_provider *item = &list->items[i];
		const lg_str pool_id = lg_login_user_pool(d->env->settings, item->provider_name);
		if (!lg_str_present(item->client_id) || !lg_str_present(pool_id))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"A Cognito identity provider is the name of a user pool, as in its tokens' "
				"issuer without https://, and a client id.");
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(list->items[k].client_id, item->client_id) &&
				lg_str_eq(lg_login_user_pool(d->env->settings, list->items[k].provider_name),
					pool_id))
				return lg_fail(cx, LG_E_INVALID_PARAMETER,
					"%.*s with client %.*s stands twice.", LG_FMT(item->provider_name),
					LG_FMT(item->client_id));
	}
	return LG_OK;
}

lg_status
lg_identity_pool_check_tags(struct lg_ctx *cx, const struct lg_str_map *tags)
{
	if (tags->count > TAGS_MAX)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "An identity pool has at most %d tags.", TAGS_MAX);
	for (size_t i = 0; i < tags->count; i++)
		if (lg_str_starts(tags->items[i].key, LG_STR("aws:")))
			return lg_fail(
				cx, LG_E_INVALID_PARAMETER, "aws: prefixed tag key names are not allowed.");
	return LG_OK;
}

static lg_status
check_tags(struct lg_ctx *cx, const struct draft *d)
{
	return lg_identity_pool_check_tags(cx, &d->type->identity_pool_tags);
}

static const struct {
	lg_status (*run)(struct lg_ctx *cx, const struct draft *d);
} checks[] = {
	{ check_social },
	{ check_developer },
	{ check_user_pools },
	{ check_oidc },
	{ check_saml },
	{ check_tags },
};

lg_status
lg_identity_pool_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_identity_pool *type,
	const struct lg_ci_identity_pool *current)
{
	const struct draft d = { .env = env, .type = type, .current = current };
	for (size_t i = 0; i < LG_LEN(checks); i++)
		LG_TRY(checks[i].run(cx, &d));
	return LG_OK;
}
