/*
 * password.h - password policy, history, and the one place where a password is set.
 */
#ifndef LG_DOMAIN_PASSWORD_H
#define LG_DOMAIN_PASSWORD_H

#include "domain/user/user.h"

/* What a password lacks of what the pool asks for. */
struct lg_password_gaps {
	bool length, lower, upper, digit, symbol;
};
struct lg_password_gaps lg_password_gaps(const struct lg_pool *pool, lg_str password);

/*
 * LG_E_INVALID_PASSWORD with the first failing rule (spec/user-pools.md 9). `admin` picks the other prefix
 * of the text.
 */
LG_MUST lg_status lg_password_policy_check(
	struct lg_ctx *cx, const struct lg_pool *pool, lg_str password, bool admin);

/* A random password that conforms to the pool's policy. */
LG_MUST lg_status lg_password_generate(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret);

/*
 * Make `password` the user's: policy is checked already; history (LG_E_PASSWORD_HISTORY_POLICY_VIOLATION) is
 * checked here. Changes user->row's credential and history records in memory; `*ret_parts` names what the
 * caller must write. `temporary_until` is {0} for a permanent password.
 */
LG_MUST lg_status lg_password_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, lg_str password, lg_time temporary_until, unsigned *ret_parts);

/*
 * Put our own form of `password`, which was just right, in place of a hash that was imported; nothing to do
 * otherwise. When the user is changed at the same time, the next sign-in does it.
 */
LG_MUST lg_status lg_password_renew(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, lg_str password);

/* The end of a temporary password's life for this pool, from now. */
lg_time lg_password_temporary_until(const struct lg_pool *pool, lg_time now);

#endif
