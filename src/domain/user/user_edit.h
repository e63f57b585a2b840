/*
 * user_edit.h - what changes of a user have in common, whoever makes them: names that may be given, aliases
 * that are taken, the end of a user.
 */
#ifndef LG_DOMAIN_USER_EDIT_H
#define LG_DOMAIN_USER_EDIT_H

#include "domain/user/user.h"

/*
 * May a new user have this name (spec/user-pools.md 5.1)? Where contact attributes are the user names,
 * `*ret_attribute` says which one it is; otherwise it is absent. LG_E_INVALID_PARAMETER.
 */
LG_MUST lg_status lg_username_check(struct lg_ctx *cx, const struct lg_pool *pool, lg_str username,
	lg_str *ret_attribute);

/*
 * The attributes that were sent, and the one that the user name is (`named`, of lg_username_check; absent =
 * none). LG_E_INVALID_PARAMETER when both say different things.
 */
LG_MUST lg_status lg_username_attributes(struct lg_ctx *cx, const struct lg_pool *pool, lg_str username,
	lg_str named, const struct lg_idp_attribute_list_type *sent, struct lg_idp_attribute_list_type *ret);

/*
 * The row and names of a new user without password or attributes: user name folded where the pool folds.
 * Nothing is written. `username` is ignored where it is the sub. `fixed_uid` is NULL outside of the demo
 * pool.
 */
LG_MUST lg_status lg_user_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str username, enum lg_user_status status, const unsigned char *fixed_uid, struct lg_user **ret);

/* Set a contact attribute ("email", "phone_number") and its flag together; others are set as they are. */
LG_MUST lg_status lg_user_set_contact(struct lg_ctx *cx, struct lg_user *user, lg_str name, lg_str value,
	bool verified);

/* What an administrator, or a function, says of a new user; checked against the schema before. */
LG_MUST lg_status lg_user_set_attributes(struct lg_ctx *cx, const struct lg_pool *pool,
	const struct lg_idp_attribute_list_type *attributes, struct lg_user *user);

/*
 * lg_store_commit, but a name that somebody else holds is LG_E_ALIAS_EXISTS "An account with the email
 * already exists."
 */
LG_MUST lg_status lg_user_commit(struct lg_ctx *cx, struct lg_batch *batch);

/*
 * Take the alias that this attribute of `user` is away from whoever holds it (ForceAliasCreation): his value
 * is no longer verified. Call it before lg_user_write_names of `user`. Nothing happens where the attribute
 * is no alias.
 */
LG_MUST lg_status lg_alias_take(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch,
	const struct lg_pool *pool, const struct lg_user *user, lg_str attribute);

/* Every row of the user, and his names. LG_E_CONFLICT when he was changed since he was read. */
LG_MUST lg_status lg_user_erase(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user);

#endif
