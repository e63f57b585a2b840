#include "domain/auth/auth_steps.h"

#include "domain/auth/lockout.h"
#include "domain/auth/password.h"

lg_status
lg_auth_password_decide(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_status checked)
{
	const struct lg_user *user = auth->user;
	lg_status s = lg_lockout_decide(cx, env, user, LG_THROTTLE_PASSWORD, checked);
	if (s.code != LG_E_MISMATCH)
		return s;
	lg_auth_note_wrong_password(cx, env, auth);

	/* Imported users have no password to be right about (spec/user-pools.md 13, 18). */
	if (user->row.status == LG_USER_RESET_REQUIRED && lg_str_empty(user->row.credential.sealed)
	    && !auth->call->client->hides_users)
		return lg_fail_default(cx, LG_E_PASSWORD_RESET_REQUIRED);
	return lg_auth_incorrect(cx);
}

lg_status
lg_auth_account_check(struct lg_ctx *cx, const struct lg_auth *auth)
{
	const struct lg_user_row *row = &auth->user->row;
	if (!row->enabled)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User is disabled.");

	switch (row->status) {
	case LG_USER_CONFIRMED:
		return LG_OK;
	case LG_USER_UNCONFIRMED:
		return lg_fail_default(cx, LG_E_USER_NOT_CONFIRMED);
	case LG_USER_RESET_REQUIRED:
	case LG_USER_COMPROMISED:
		return lg_fail_default(cx, LG_E_PASSWORD_RESET_REQUIRED);
	case LG_USER_FORCE_CHANGE_PASSWORD:
		if (row->credential.temporary_until.has
			&& !lg_time_before(cx->now, row->credential.temporary_until.v))
			return lg_fail(cx, LG_E_NOT_AUTHORIZED,
				"Temporary password has expired and must be reset by an administrator.");
		return LG_OK;
	case LG_USER_EXTERNAL_PROVIDER:
	case LG_USER_ARCHIVED:
	case LG_USER_UNKNOWN:
		break;
	}
	return lg_auth_incorrect(cx);
}

lg_status
lg_auth_password_allows(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth)
{
	LG_TRY(lg_auth_account_check(cx, auth));
	/* A new password is asked for before anything that the device could stand in for. */
	if (auth->user->row.status == LG_USER_FORCE_CHANGE_PASSWORD)
		return LG_OK;
	return lg_auth_device_check(cx, env, auth);
}

lg_status
lg_auth_start_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct lg_pool *pool = auth->call->pool;
	const struct lg_user *user = auth->user;

	lg_status checked = lg_keyholder_password_check(env->keys, cx, lg_user_owner(user),
		pool->password_scheme, lg_user_srp_name(pool, user), lg_auth_param(auth, LG_STR("PASSWORD")),
		user->row.credential.sealed);
	LG_TRY(lg_auth_password_decide(cx, env, auth, checked));
	LG_TRY(lg_auth_password_allows(cx, env, auth));
	if (lg_str_present(auth->session.nonce))
		LG_TRY(lg_auth_session_spend(cx, env, auth));
	LG_TRY(lg_password_renew(cx, env, pool, auth->user, lg_auth_param(auth, LG_STR("PASSWORD"))));
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_PASSWORD));
	return lg_auth_next(cx, env, auth, ret);
}
