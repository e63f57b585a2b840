/*
 * case.h - a request and the policies it is held against, as one JSON object: what `lifeguard policy eval`
 * reads (DESIGN 2), and the test vectors.
 *
 *   name
 *   action, resource           or required_actions: each of them has to be allowed
 *   context                    key: string, number, true, false; a list is a multivalued key, null none
 *   identity_policies          lists of documents: objects, or strings that hold one
 *   session_policies           an empty list is none
 *   permissions_boundary       one document
 *   control_policies
 *   resource_policies
 *   resource_account           absent: the caller's own
 *   trust_policy               a role's; the resource is the role, and may be left out
 *   federated_provider         the caller has a token of this provider and nothing else
 *   principal                  the caller otherwise: {kind, account, arn, role_arn, user_arn, id,
 *                              canonical_id, name}
 *
 * `kind` is user (also without principal), role, root, federated-user, federated, service or anonymous.
 */
#ifndef LG_POLICY_CASE_H
#define LG_POLICY_CASE_H

#include "policy/evaluate.h"

struct lg_policy_case {
	lg_str name;
	lg_str *actions;
	size_t action_count;
	struct lg_policy_caller caller;
	struct lg_policy_context context;
	struct lg_policy_request request; /* without action */
};

/*
 * LG_E_MALFORMED when a member is missing or of a wrong form, LG_E_MALFORMED_POLICY_DOCUMENT when a policy
 * is. Compiled policies live until lg_ctx_done. `ret` must not move.
 */
LG_MUST lg_status lg_policy_case_read(struct lg_ctx *cx, const json_t *object, struct lg_policy_case *ret);

/* The verdict on the first action that is not allowed; else on the last one, with the reasons of all. */
LG_MUST lg_status lg_policy_case_evaluate(
	struct lg_ctx *cx, struct lg_policy_case *c, struct lg_policy_verdict *ret);

/* "allowed", "implicitDeny", "explicitDeny" */
lg_str lg_policy_decision_text(enum lg_policy_decision decision);

#endif
