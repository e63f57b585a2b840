/*
 * iam_user.h - users of the account and their access keys.
 */
#ifndef LG_DOMAIN_IAM_USER_H
#define LG_DOMAIN_IAM_USER_H

#include "domain/env.h"
#include "gen/iam_types.h"

#define LG_IAM_KEYS_MAX 2

/*
 * LG_E_ENTITY_ALREADY_EXISTS, LG_E_ENTITY_LIMIT_EXCEEDED, LG_E_INVALID_INPUT,
 * LG_E_NO_SUCH_ENTITY (boundary).
 */
LG_MUST lg_status lg_iam_user_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_user_request *in, struct lg_iam_user **ret);

/* LG_E_NO_SUCH_ENTITY, here and below. */
LG_MUST lg_status lg_iam_user_get(
	struct lg_ctx *cx, struct lg_env *env, lg_str name, struct lg_iam_user **ret);
LG_MUST lg_status lg_iam_user_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_list_users_request *in, struct lg_iam_list_users_response *ret);
/* Another name or path; its keys go with it. LG_E_ENTITY_ALREADY_EXISTS. */
LG_MUST lg_status lg_iam_user_update(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_iam_update_user_request *in);
/* LG_E_DELETE_CONFLICT while it has keys or policies. */
LG_MUST lg_status lg_iam_user_delete(struct lg_ctx *cx, struct lg_env *env, lg_str name);

/* A key, whose secret is shown this once. LG_E_ENTITY_LIMIT_EXCEEDED. */
LG_MUST lg_status lg_iam_key_create(
	struct lg_ctx *cx, struct lg_env *env, lg_str user, struct lg_iam_access_key **ret);
LG_MUST lg_status lg_iam_key_list(struct lg_ctx *cx, struct lg_env *env, lg_str user,
	const struct lg_iam_list_access_keys_request *in, struct lg_iam_list_access_keys_response *ret);
LG_MUST lg_status lg_iam_key_switch(
	struct lg_ctx *cx, struct lg_env *env, lg_str user, lg_str access_key_id, bool active);
LG_MUST lg_status lg_iam_key_delete(
	struct lg_ctx *cx, struct lg_env *env, lg_str user, lg_str access_key_id);
/* Whose it is. */
LG_MUST lg_status lg_iam_key_owner(
	struct lg_ctx *cx, struct lg_env *env, lg_str access_key_id, lg_str *ret_user);

#endif
