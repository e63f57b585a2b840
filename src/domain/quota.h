/*
 * quota.h - how many of a thing there may be (spec/user-pools.md 19).
 */
#ifndef LG_DOMAIN_QUOTA_H
#define LG_DOMAIN_QUOTA_H

#include "base/ctx.h"

struct lg_env;

enum lg_quota {
	LG_QUOTA_POOLS,             /* of a region */
	LG_QUOTA_CLIENTS,           /* of a pool */
	LG_QUOTA_CLIENT_SECRETS,    /* of a client */
	LG_QUOTA_CUSTOM_ATTRIBUTES, /* of a pool */
	LG_QUOTA_GROUPS,            /* of a pool */
	LG_QUOTA_GROUPS_OF_USER,
	LG_QUOTA_RESOURCE_SERVERS,   /* of a pool */
	LG_QUOTA_IDENTITY_PROVIDERS, /* of a pool */
	LG_QUOTA_LINKED_IDENTITIES,  /* of a user */
	LG_QUOTA_CUSTOM_DOMAINS,     /* of the server */
	LG_QUOTA_BRANDING_STYLES,    /* of a pool */
	LG_QUOTA_REPLICAS,           /* of a pool */
	LG_QUOTA_IMPORT_JOBS,        /* of a pool */
	LG_QUOTA_IDENTITY_POOLS, /* of a region */
	LG_QUOTA_USER_POOLS_OF_IDENTITY_POOL,
	LG_QUOTA_ROLE_MAPPINGS, /* of an identity pool */
	LG_QUOTA_MAPPING_RULES, /* of a role mapping */
	LG_QUOTA_LOGINS,        /* of an identity */
	LG_QUOTA_IAM_ROLES,          /* of the account */
	LG_QUOTA_IAM_USERS,          /* of the account */
	LG_QUOTA_IAM_POLICIES,       /* of the account */
	LG_QUOTA_IAM_PROVIDERS,      /* of each kind */
	LG_QUOTA_COUNT,
};

/* A setting of api/settings.txt, and its default there. */
struct lg_quota_row {
	lg_str setting;
	int64_t usual;
	const char *what;
};
extern const struct lg_quota_row lg_quotas[LG_QUOTA_COUNT];

/* How many there may be. */
int64_t lg_quota_most(const struct lg_env *env, enum lg_quota quota);

/*
 * LG_E_LIMIT_EXCEEDED when `count`, with what is about to be added, is more than the setting allows. The
 * count was read before the write, so callers who add at once may overshoot by as many as they are.
 */
LG_MUST lg_status lg_quota_check(struct lg_ctx *cx, const struct lg_env *env, enum lg_quota quota,
	int64_t count);

/* The same for what IAM keeps: LG_E_ENTITY_LIMIT_EXCEEDED with its text. */
LG_MUST lg_status lg_quota_check_entity(struct lg_ctx *cx, const struct lg_env *env, enum lg_quota quota,
	int64_t count);

#endif
