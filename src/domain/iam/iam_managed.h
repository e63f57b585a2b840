/*
 * iam_managed.h - the managed policies that every account has (api/managed_policies.json).
 */
#ifndef LG_DOMAIN_IAM_MANAGED_H
#define LG_DOMAIN_IAM_MANAGED_H

#include "base/ctx.h"
#include "gen/managed.h"

/* NULL when it is the ARN of none. */
const struct lg_managed_policy *lg_iam_managed_find(lg_str arn);

LG_MUST lg_status lg_iam_managed_arn(struct lg_ctx *cx, const struct lg_managed_policy *policy, lg_str *ret);

#endif
