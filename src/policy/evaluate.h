/*
 * evaluate.h - may this caller do this to that? The evaluation of IAM, with reasons.
 *
 * Policies come in layers. A Deny in any of them denies; else each layer that limits needs an Allow of its
 * own:
 *
 *   CONTROL    service control policies
 *   RESOURCE   the policy of the resource; of a role, its trust policy
 *   IDENTITY   all policies of the user and his groups, or of the role of a session
 *   BOUNDARY   permissions boundary
 *   SESSION    session policies, inline and managed
 *
 * In one account an Allow of identity or resource is enough, but for trust policies, without which nobody
 * assumes a role. A resource policy that names user or session itself, or everyone, allows past boundary and
 * session policies; one that names the role, or the user of a federated session, does not; one that names
 * the account leaves it to the identity's policies. Between accounts both sides have to allow. Root is
 * allowed everything but what control and resource policies deny; anonymous callers, services and those who
 * have a token only have no policies of their own.
 */
#ifndef LG_POLICY_EVALUATE_H
#define LG_POLICY_EVALUATE_H

#include "policy/condition.h"
#include "policy/policy.h"
#include "policy/principal.h"

#define LG_POLICY_MAX_ACTION 256
#define LG_POLICY_MAX_REASONS 8

enum lg_policy_layer {
	LG_LAYER_CONTROL,
	LG_LAYER_RESOURCE,
	LG_LAYER_IDENTITY,
	LG_LAYER_BOUNDARY,
	LG_LAYER_SESSION,
};
#define LG_LAYERS 5

/* A policy and what reasons call it: an ARN, a name. */
struct lg_policy_named {
	const struct lg_policy *policy;
	lg_str name;
};

/* Policies of one layer, ORed. A layer that is there and empty allows nothing. */
struct lg_policy_layer_list {
	const struct lg_policy_named *items;
	size_t count;
	bool has; /* looked at for CONTROL, BOUNDARY and SESSION */
};

struct lg_policy_request {
	lg_str action; /* "s3:GetObject" */
	lg_str resource; /* its ARN, or "*" */
	const struct lg_policy_caller *caller;
	const struct lg_policy_context *context;
	lg_str resource_account; /* absent: the caller's own */
	struct lg_policy_layer_list layers[LG_LAYERS];
};

enum lg_policy_decision { LG_DECISION_ALLOWED, LG_DECISION_IMPLICIT_DENY, LG_DECISION_EXPLICIT_DENY };

/*
 * One statement's part in a decision. In an explicit deny: a Deny that matched. In an allowed request: the
 * Allow of a layer. In an implicit deny: an Allow of a layer that missed by a condition, `failure`.
 */
struct lg_policy_reason {
	enum lg_policy_layer layer;
	lg_str policy;
	lg_str sid; /* empty = none */
	size_t index; /* of the statement */
	bool deny;
	bool failed; /* by a condition */
	struct lg_condition_failure failure;
};

/* Views into policies and request, as long as these live. */
struct lg_policy_verdict {
	enum lg_policy_decision decision;
	enum lg_policy_layer layer; /* of a denial: the layer that denies */
	struct lg_policy_reason reasons[LG_POLICY_MAX_REASONS]; /* the first ones */
	size_t count;
};

/*
 * Takes no memory. Fails with LG_E_BUDGET when a decision would take too long (policy/pattern.h) and with
 * LG_E_TOO_LARGE for an action beyond LG_POLICY_MAX_ACTION: then nothing is allowed.
 */
LG_MUST lg_status lg_policy_evaluate(
	struct lg_ctx *cx, const struct lg_policy_request *request, struct lg_policy_verdict *ret);

/* "User: <arn> is not authorized to perform: ...", for a denial. */
LG_MUST lg_status lg_policy_denial(struct lg_ctx *cx, const struct lg_policy_request *request,
	const struct lg_policy_verdict *verdict, lg_str *ret);

#endif
