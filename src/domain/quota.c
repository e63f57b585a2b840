#include "domain/quota.h"

#include <inttypes.h>

#include "domain/env.h"

const struct lg_quota_row lg_quotas[LG_QUOTA_COUNT] = {
	[LG_QUOTA_POOLS] = { LG_STR_INIT("quotas.pools"), 1000, "user pools" },
	[LG_QUOTA_CLIENTS] = { LG_STR_INIT("quotas.clients"), 1000, "user pool clients" },
	[LG_QUOTA_CLIENT_SECRETS] = { LG_STR_INIT("quotas.client_secrets"), 2, "client secrets" },
	[LG_QUOTA_CUSTOM_ATTRIBUTES] = { LG_STR_INIT("quotas.custom_attributes"), 50, "custom attributes" },
	[LG_QUOTA_GROUPS] = { LG_STR_INIT("quotas.groups"), 10000, "groups" },
	[LG_QUOTA_GROUPS_OF_USER] = { LG_STR_INIT("quotas.groups_of_user"), 100, "groups of a user" },
	[LG_QUOTA_RESOURCE_SERVERS] = { LG_STR_INIT("quotas.resource_servers"), 25, "resource servers" },
	[LG_QUOTA_IDENTITY_PROVIDERS] = { LG_STR_INIT("quotas.identity_providers"), 300,
		"identity providers" },
	[LG_QUOTA_LINKED_IDENTITIES] = { LG_STR_INIT("quotas.linked_identities"), 5, "linked identities" },
	[LG_QUOTA_CUSTOM_DOMAINS] = { LG_STR_INIT("quotas.custom_domains"), 4, "custom domains" },
	[LG_QUOTA_BRANDING_STYLES] = { LG_STR_INIT("quotas.branding_styles"), 20, "branding styles" },
	[LG_QUOTA_REPLICAS] = { LG_STR_INIT("quotas.replicas"), 10, "replicas of a user pool" },
	[LG_QUOTA_IMPORT_JOBS] = { LG_STR_INIT("quotas.import_jobs"), 1000, "user import jobs" },
	[LG_QUOTA_IDENTITY_POOLS] = { LG_STR_INIT("quotas.identity_pools"), 1000, "identity pools" },
	[LG_QUOTA_USER_POOLS_OF_IDENTITY_POOL] = { LG_STR_INIT("quotas.identity_pool_user_pools"), 50,
		"user pool clients of an identity pool" },
	[LG_QUOTA_ROLE_MAPPINGS] = { LG_STR_INIT("quotas.role_mappings"), 10, "role mappings" },
	[LG_QUOTA_MAPPING_RULES] = { LG_STR_INIT("quotas.mapping_rules"), 25, "rules of a role mapping" },
	[LG_QUOTA_IAM_ROLES] = { LG_STR_INIT("quotas.iam_roles"), 1000, "RolesPerAccount" },
	[LG_QUOTA_IAM_USERS] = { LG_STR_INIT("quotas.iam_users"), 5000, "UsersPerAccount" },
	[LG_QUOTA_IAM_POLICIES] = { LG_STR_INIT("quotas.iam_policies"), 1500, "PoliciesPerAccount" },
	[LG_QUOTA_IAM_PROVIDERS] = { LG_STR_INIT("quotas.iam_providers"), 100, "ProvidersPerAccount" },
	[LG_QUOTA_LOGINS] = { LG_STR_INIT("quotas.identity_logins"), 20, "logins linked to an identity" },
};

int64_t
lg_quota_most(const struct lg_env *env, enum lg_quota quota)
{
	const int64_t set = env->settings->quotas[quota];
	return set ? set : lg_quotas[quota].usual;
}

lg_status
lg_quota_check_entity(struct lg_ctx *cx, const struct lg_env *env, enum lg_quota quota, int64_t count)
{
	const int64_t most = lg_quota_most(env, quota);
	if (count <= most)
		return LG_OK;
	return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED, "Cannot exceed quota for %s: %" PRId64,
		lg_quotas[quota].what, most);
}

lg_status
lg_quota_check(struct lg_ctx *cx, const struct lg_env *env, enum lg_quota quota, int64_t count)
{
	const int64_t most = lg_quota_most(env, quota);
	if (count <= most)
		return LG_OK;
	return lg_fail(cx, LG_E_LIMIT_EXCEEDED, "Maximum number of %s is %" PRId64 ".",
		lg_quotas[quota].what, most);
}
