/*
 * iam_simulate.h - what policies would decide, without anything being done: those of somebody who is there,
 * and those that are given.
 */
#ifndef LG_DOMAIN_IAM_SIMULATE_H
#define LG_DOMAIN_IAM_SIMULATE_H

#include "domain/env.h"
#include "gen/iam_types.h"

/* Actions times resources; each is a decision with a budget of its own. */
#define LG_IAM_SIMULATIONS_MAX 500

/*
 * Policies of the user or role that `in` names (absent = only those that are given), evaluated for each
 * action and each resource. LG_E_INVALID_INPUT: a policy, a context entry or a caller that is none, or too
 * much to ask at once; LG_E_NO_SUCH_ENTITY; LG_E_POLICY_EVALUATION: a decision takes too long.
 */
LG_MUST lg_status lg_iam_simulate(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_simulate_principal_policy_request *in,
	struct lg_iam_simulate_policy_response *ret);

#endif
