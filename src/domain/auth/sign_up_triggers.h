/*
 * sign_up_triggers.h - PreSignUp and PostConfirmation (spec/triggers.md 2, 3).
 *
 * Both do nothing where the pool has no such trigger, or functions cannot be called.
 */
#ifndef LG_DOMAIN_SIGN_UP_TRIGGERS_H
#define LG_DOMAIN_SIGN_UP_TRIGGERS_H

#include "domain/user/user.h"

struct lg_pre_sign_up {
	const struct lg_client *client; /* NULL: an administrator's call, whose answer changes nothing */
	const struct lg_idp_attribute_list_type *validation; /* ValidationData; NULL = none */
	const struct lg_str_map *metadata; /* ClientMetadata; NULL = none */
	bool external; /* he comes from a provider: the answer changes nothing either */
};

/*
 * Ask about a user who is ready to be written. For people who sign up themselves the answer may confirm him
 * and take his addresses for verified; `*ret_confirmed` tells. An address that he has not is
 * LG_E_INVALID_LAMBDA_RESPONSE.
 */
LG_MUST lg_status lg_pre_sign_up(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_pre_sign_up *call, struct lg_user *user, bool *ret_confirmed);

/*
 * Tell that he was confirmed, or set a new password by a code; it is written, and a failure takes nothing
 * back. `client` is NULL for an administrator.
 */
LG_MUST lg_status lg_post_confirmation(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_user *user, lg_str occasion,
	const struct lg_str_map *metadata);
#define LG_OCCASION_CONFIRM LG_STR("ConfirmSignUp")

#endif
