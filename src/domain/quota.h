/*
 * quota.h - how many of a thing there may be (spec/user-pools.md 19).
 */
#ifndef LG_DOMAIN_QUOTA_H
#define LG_DOMAIN_QUOTA_H

#include "base/ctx.h"

enum lg_quota {
	LG_QUOTA_POOLS,             /* of a region */
	LG_QUOTA_CLIENTS,           /* of a pool */
	LG_QUOTA_CUSTOM_ATTRIBUTES, /* of a pool */
	LG_QUOTA_GROUPS,            /* of a pool */
	LG_QUOTA_GROUPS_OF_USER,
};

/*
 * LG_E_LIMIT_EXCEEDED when `count`, with what is about to be added, is more than allowed. The count was
 * read before the write, so callers who add at once may overshoot by as many as they are.
 */
LG_MUST lg_status lg_quota_check(struct lg_ctx *cx, enum lg_quota quota, int64_t count);

#endif
