/*
 * iam_role.h - roles: made, shown, changed, deleted.
 */
#ifndef LG_DOMAIN_IAM_ROLE_H
#define LG_DOMAIN_IAM_ROLE_H

#include "domain/env.h"
#include "gen/iam_types.h"

#define LG_IAM_SESSION_S 3600 /* MaxSessionDuration, unless it is given */

/*
 * LG_E_ENTITY_ALREADY_EXISTS, LG_E_MALFORMED_POLICY_DOCUMENT, LG_E_ENTITY_LIMIT_EXCEEDED,
 * LG_E_INVALID_INPUT (tags), LG_E_NO_SUCH_ENTITY (boundary).
 */
LG_MUST lg_status lg_iam_role_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_role_request *in, struct lg_iam_role **ret);

/* LG_E_NO_SUCH_ENTITY, here and below. */
LG_MUST lg_status lg_iam_role_get(
	struct lg_ctx *cx, struct lg_env *env, lg_str name, struct lg_iam_role **ret);
LG_MUST lg_status lg_iam_role_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_roles_request *in, struct lg_iam_list_roles_response *ret);
/* What is absent stays. */
LG_MUST lg_status lg_iam_role_update(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_update_role_request *in);
LG_MUST lg_status lg_iam_role_set_trust(struct lg_ctx *cx, struct lg_env *env, lg_str name, lg_str document);
/* LG_E_DELETE_CONFLICT while it has policies. */
LG_MUST lg_status lg_iam_role_delete(struct lg_ctx *cx, struct lg_env *env, lg_str name);

#endif
