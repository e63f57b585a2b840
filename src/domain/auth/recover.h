/*
 * recover.h - passwords forgotten and changed by their owners (spec/user-pools.md 9 and 10).
 *
 * Clients that hide who exists get an answer about everybody: nobody, the disabled, and those who cannot be
 * reached are told that a code was sent, and it replaces theirs by one that nobody knows.
 */
#ifndef LG_DOMAIN_RECOVER_H
#define LG_DOMAIN_RECOVER_H

#include "domain/caller.h"
#include "domain/message/code.h"

LG_MUST lg_status lg_forgot_password(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str username, const struct lg_caller *caller,
	const struct lg_str_map *metadata, struct lg_delivery *ret);

LG_MUST lg_status lg_forgot_password_confirm(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_client *client, lg_str username, lg_str code,
	lg_str password, const struct lg_caller *caller, const struct lg_str_map *metadata);

/*
 * Where a user can be reached to recover his account: the pool's recovery mechanisms by priority, verified
 * attributes only, and no channel that is his second factor. LG_E_INVALID_PARAMETER when there is none;
 * `user` is read with its MFA.
 */
LG_MUST lg_status lg_recovery_delivery(
	struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user, struct lg_delivery *ret);

/*
 * `user` is the signed-in one, read with credential and history. `previous` is absent when none was sent,
 * which is right for users without a password. Tokens stay valid.
 */
LG_MUST lg_status lg_password_change(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, lg_str previous, lg_str proposed, const struct lg_caller *caller);

#endif
