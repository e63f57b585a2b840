#include "domain/iam/iam_managed.h"

#define PREFIX "arn:aws:iam::aws:policy/"

const struct lg_managed_policy *
lg_iam_managed_find(lg_str arn)
{
	const lg_str prefix = LG_STR(PREFIX);
	if (!lg_str_starts(arn, prefix))
		return NULL;
	const lg_str name = lg_str_slice(arn, prefix.len, arn.len);
	for (size_t i = 0; i < lg_managed_policy_count; i++)
		if (lg_str_eq(lg_managed_policies[i].name, name))
			return &lg_managed_policies[i];
	return NULL;
}

lg_status
lg_iam_managed_arn(struct lg_ctx *cx, const struct lg_managed_policy *policy, lg_str *ret)
{
	return lg_str_fmt(cx, ret, PREFIX "%.*s", LG_FMT(policy->name));
}
