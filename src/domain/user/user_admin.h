/*
 * user_admin.h - what an administrator does to one user (spec/user-pools.md 5 to 11).
 *
 * Functions that name a user fail with LG_E_USER_NOT_FOUND "User does not exist.": administrators are told.
 */
#ifndef LG_DOMAIN_USER_ADMIN_H
#define LG_DOMAIN_USER_ADMIN_H

#include "domain/user/user.h"

/* Find for an administrator. */
LG_MUST lg_status lg_user_find_named(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, unsigned parts, struct lg_user **ret);

/*
 * AdminCreateUser: a user with a temporary password, and his invitation; or, with RESEND, a fresh password
 * and invitation for one who is there. `fixed_uid` is NULL outside of the demo pool. When the invitation
 * cannot be sent, the user is there all the same (LG_E_CODE_DELIVERY_FAILURE).
 */
LG_MUST lg_status lg_user_create_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_create_user_request *in, const unsigned char *fixed_uid,
	struct lg_user **ret);

/* `metadata` is ClientMetadata, for triggers; NULL = none, here and below. */
LG_MUST lg_status lg_user_update_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, const struct lg_idp_attribute_list_type *attributes, const struct lg_str_map *metadata);
LG_MUST lg_status lg_user_delete_attributes_admin(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, lg_str name, const struct lg_str_list *attributes);
LG_MUST lg_status lg_user_delete_admin(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name);

/* Permanent: the user is CONFIRMED. Otherwise FORCE_CHANGE_PASSWORD, with a fresh clock. */
LG_MUST lg_status lg_user_set_password_admin(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, lg_str name, lg_str password, bool permanent);
LG_MUST lg_status lg_user_reset_password_admin(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, lg_str name, const struct lg_str_map *metadata);
LG_MUST lg_status lg_user_confirm_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, const struct lg_str_map *metadata);

/* Disabling ends the user's tokens. Doing either twice is doing it once. */
LG_MUST lg_status lg_user_enable_admin(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, bool enabled);

#endif
