#include "proto/permission.h"

#include "op/facts.h"
#include "proto/permission_resource.h"

/* What is decided elsewhere, or by nobody: GetCallerIdentity cannot be denied (spec/sts-iam.md A2). */
static const lg_str free_of_charge[] = { LG_STR_INIT("AssumeRole"), LG_STR_INIT("GetCallerIdentity"),
	LG_STR_INIT("GetSessionToken") };

static bool
is_free(const struct lg_operation *operation)
{
	for (size_t i = 0; i < LG_LEN(free_of_charge); i++)
		if (operation->api == LG_API_STS && lg_str_eq(operation->name, free_of_charge[i]))
			return true;
	return false;
}

/*
 * Keys of GetSessionToken and GetFederationToken do nothing with IAM, and little with STS (A2). Sessions of
 * roles do as their policies say.
 */
static lg_status
check_session(struct lg_ctx *cx, const struct lg_operation *operation, const struct lg_signer *signer)
{
	if (!lg_signer_is_temporary(signer) || signer->caller.kind == LG_CALLER_ROLE)
		return LG_OK;
	if (operation->api != LG_API_IAM && operation->api != LG_API_STS)
		return LG_OK;
	if (lg_str_eq(operation->name, LG_STR("GetCallerIdentity")))
		return LG_OK;
	if (lg_str_eq(operation->name, LG_STR("AssumeRole")) &&
		signer->caller.kind != LG_CALLER_FEDERATED_USER)
		return LG_OK;
	return lg_fail(cx, LG_E_ACCESS_DENIED, "Cannot call %.*s with session credentials",
		LG_FMT(operation->name));
}

/* The condition keys of every question that the call leads to. */
static lg_status
make_context(struct lg_ctx *cx, const struct lg_call *call, const struct lg_req *rq,
	struct lg_policy_context *ret)
{
	const struct lg_call_facts facts = lg_op_facts(rq);
	LG_TRY(lg_context_add_facts(cx, ret, &facts));
	LG_TRY(lg_context_add_signer(cx, ret, &rq->signer));
	return lg_context_add_input(cx, ret, call, rq);
}

static lg_status
check_roles(
	struct lg_ctx *cx, struct lg_call *call, const struct lg_req *rq, struct lg_policy_context *context)
{
	struct lg_str_list roles;
	lg_str to;
	LG_TRY(lg_roles_passed(cx, call, &roles));
	if (!roles.count)
		return LG_OK;
	LG_TRY(lg_str_fmt(cx, &to, "%.*s.amazonaws.com", LG_FMT(call->service)));
	LG_TRY(lg_policy_context_add(cx, context, LG_STR("iam:PassedToService"), to));
	for (size_t i = 0; i < roles.count; i++) {
		const struct lg_access_question question = {
			.action = LG_STR("iam:PassRole"), .resource = roles.items[i], .context = context
		};
		LG_TRY(lg_authorize(cx, call->env, &rq->signer, &question, &call->denial));
	}
	return LG_OK;
}

lg_status
lg_permission_check(struct lg_ctx *cx, struct lg_call *call, const struct lg_req *rq)
{
	const struct lg_operation *operation = call->operation;
	LG_TRY(check_session(cx, operation, &rq->signer));
	if (rq->signer.caller.kind == LG_CALLER_ROOT || is_free(operation))
		return LG_OK;
	struct lg_policy_context context = { 0 };
	lg_str action, resources[LG_RESOURCES_MAX];
	size_t count;
	LG_TRY(make_context(cx, call, rq, &context));
	LG_TRY(lg_str_concat(
		cx, (const lg_str[]){ call->service, LG_STR(":"), operation->name }, 3, &action));
	LG_TRY(lg_resources_of(cx, call, rq, resources, &count));
	for (size_t i = 0; i < count; i++) {
		const struct lg_access_question question = {
			.action = action, .resource = resources[i], .context = &context
		};
		LG_TRY(lg_authorize(cx, call->env, &rq->signer, &question, &call->denial));
	}
	return check_roles(cx, call, rq, &context);
}
