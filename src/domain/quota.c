#include "domain/quota.h"

#include <inttypes.h>

static const struct quota {
	int64_t most;
	const char *what;
} quotas[] = {
	[LG_QUOTA_POOLS] = { 1000, "user pools" },
	[LG_QUOTA_CLIENTS] = { 1000, "user pool clients" },
	[LG_QUOTA_CUSTOM_ATTRIBUTES] = { 50, "custom attributes" },
	[LG_QUOTA_GROUPS] = { 10000, "groups" },
	[LG_QUOTA_GROUPS_OF_USER] = { 100, "groups of a user" },
};

lg_status
lg_quota_check(struct lg_ctx *cx, enum lg_quota quota, int64_t count)
{
	if (count <= quotas[quota].most)
		return LG_OK;
	return lg_fail(cx, LG_E_LIMIT_EXCEEDED, "Maximum number of %s is %" PRId64 ".", quotas[quota].what,
		quotas[quota].most);
}
