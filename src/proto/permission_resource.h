/*
 * permission_resource.h - what an input names, read by the shape tables. Inside of proto/permission only.
 */
#ifndef LG_PROTO_PERMISSION_RESOURCE_H
#define LG_PROTO_PERMISSION_RESOURCE_H

#include "policy/context.h"
#include "proto/call.h"

/* The ARNs of what the operation works on; "*" when it is nothing of its own. Two at most. */
#define LG_RESOURCES_MAX 2
LG_MUST lg_status lg_resources_of(struct lg_ctx *cx, const struct lg_call *call, const struct lg_req *rq,
	lg_str ret[LG_RESOURCES_MAX], size_t *ret_count);

/* Condition keys that tell of the input and of what it names: tags, policies. */
LG_MUST lg_status lg_context_add_input(struct lg_ctx *cx, struct lg_policy_context *context,
	const struct lg_call *call, const struct lg_req *rq);

/* Every role in an input of a service that would act as it. */
LG_MUST lg_status lg_roles_passed(struct lg_ctx *cx, const struct lg_call *call, struct lg_str_list *ret);

/* A member of an input; NULL when there is none of this name. */
const void *lg_input_member(const struct lg_call *call, lg_str name, const struct lg_shape **ret_shape);
/* A text member; absent when there is none. */
lg_str lg_input_text(const struct lg_call *call, lg_str name);

#endif
