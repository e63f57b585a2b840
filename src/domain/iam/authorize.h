/*
 * authorize.h - may this signer do this to that? Identity policies, boundary and session policies of the
 * account, evaluated by src/policy (spec/sts-iam.md C6, C7).
 */
#ifndef LG_DOMAIN_AUTHORIZE_H
#define LG_DOMAIN_AUTHORIZE_H

#include "domain/iam/signer.h"
#include "policy/evaluate.h"

/* What a call says beside who makes it. Absent members give no condition key. */
struct lg_call_facts {
	lg_str peer; /* "192.0.2.1" */
	lg_str user_agent;
	lg_str referer;
	lg_str region;
	bool secure;
};

/* Condition keys that every request has: time, address, transport. */
LG_MUST lg_status lg_context_add_facts(
	struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_call_facts *facts);

/* Those that tell who calls: aws:PrincipalArn, aws:userid, aws:PrincipalTag/..., and those of a session. */
LG_MUST lg_status lg_context_add_signer(
	struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_signer *signer);

/* "aws:RequestTag/" and the like before each key; and aws:TagKeys when `keys`. */
LG_MUST lg_status lg_context_add_tags(struct lg_ctx *cx, struct lg_policy_context *context,
	const char *prefix, const struct lg_str_map *tags, bool keys);

struct lg_access_question {
	lg_str action; /* "cognito-idp:CreateUserPool" */
	lg_str resource; /* its ARN, or "*" */
	const struct lg_policy_context *context;
	const struct lg_policy_named *trust; /* of the role that is the resource; NULL = it has no policy */
};

/* Answer the question. The verdict's views live until the request ends. */
LG_MUST lg_status lg_authorize_verdict(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_access_question *question, struct lg_policy_verdict *ret);

/*
 * LG_E_ACCESS_DENIED with IAM's text unless it is allowed; `*ret_why` then tells who may decode it which
 * statements decided (domain/iam/authorize_message.h).
 */
LG_MUST lg_status lg_authorize(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_access_question *question, lg_str *ret_why);

#endif
