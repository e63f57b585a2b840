/*
 * permission.h - may the signer of a call make it? The action is the service and the operation; the
 * resource is what the input names (spec/sts-iam.md C7).
 */
#ifndef LG_PROTO_PERMISSION_H
#define LG_PROTO_PERMISSION_H

#include "proto/call.h"

/*
 * Evaluate identity policies, boundary and session policies for the call, and iam:PassRole for every role
 * that it hands to a service. Root may do everything; what decides for itself (AssumeRole), or needs no
 * permission (GetCallerIdentity), passes. LG_E_ACCESS_DENIED with IAM's text,
 * and call->denial.
 */
LG_MUST lg_status lg_permission_check(
	struct lg_ctx *cx, struct lg_call *call, const struct lg_req *rq);

#endif
