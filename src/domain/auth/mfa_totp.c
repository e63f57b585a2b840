#include "domain/auth/mfa_totp.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/totp.h"
#include "domain/auth/lockout.h"
#include "domain/pool/mfa_config.h"

#define SOFTWARE_TOKEN LG_IDP_CHALLENGE_NAME_TYPE_SOFTWARE_TOKEN_MFA
#define NAME_MAX_BYTES 256
#define TAG_USE 1
/* A code is accepted until the step behind its own ends; the clocks of two nodes differ. */
#define KEPT_MS (2 * LG_TOTP_STEP_MS + 5 * LG_MINUTE_MS)

/* A step belongs to its secret: after a change of apps, the new one's first code is unused. */
static void
make_use(lg_str sealed, int64_t step, struct lg_totp_use *ret)
{
	unsigned char number[8], digest[LG_SHA256_SIZE];
	for (size_t i = 0; i < sizeof(number); i++)
		number[i] = (unsigned char)((uint64_t)step >> (8 * i));
	const lg_str parts[] = { LG_STR("totp"), lg_str_from_bytes(number, sizeof(number)), sealed };
	lg_sha256(parts, LG_LEN(parts), digest);
	memcpy(ret->nonce, digest, sizeof(ret->nonce));
	ret->kept = (lg_time){ (step + 1) * LG_TOTP_STEP_MS + KEPT_MS };
}

lg_status
lg_totp_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str sealed, lg_str code,
	struct lg_totp_use *ret)
{
	int64_t step, uses;
	if (lg_str_empty(sealed))
		return LG_STATUS(LG_E_MISMATCH);
	LG_TRY(lg_keyholder_totp_check(env->keys, cx, lg_user_owner(user), sealed, code, &step));
	make_use(sealed, step, ret);
	LG_TRY(lg_store_spent_uses(env->store, cx, user->row.pool, user->row.uid,
		lg_str_from_bytes(ret->nonce, sizeof(ret->nonce)), &uses));
	return uses > 0 ? LG_STATUS(LG_E_SPENT) : LG_OK;
}

void
lg_totp_use_in(struct lg_batch *batch, const struct lg_user *user, const struct lg_totp_use *use)
{
	lg_store_spend_rest_in(batch, user->row.pool, user->row.uid,
		lg_str_from_bytes(use->nonce, sizeof(use->nonce)), 1, use->kept);
}

lg_status
lg_totp_pool_check(struct lg_ctx *cx, const struct lg_pool *pool)
{
	if (lg_mfa_config_has(pool->settings, SOFTWARE_TOKEN))
		return LG_OK;
	return lg_fail(cx, LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND,
		"Software Token MFA has not been enabled by the userPool.");
}

lg_status
lg_totp_first_used(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_ENABLE_SOFTWARE_TOKEN_MFA,
		"Your software token has already been used once.");
}

lg_status
lg_totp_first_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str sealed,
	lg_str code, struct lg_totp_use *ret)
{
	lg_status s = lg_budget_take(cx, env, user, LG_THROTTLE_TOTP_VERIFY);
	if (s.code == LG_E_LIMIT_EXCEEDED)
		return lg_fail(cx, LG_E_TOO_MANY_REQUESTS,
			"Attempt limit exceeded, please try after some time.");
	LG_TRY(s);
	s = lg_totp_check(cx, env, user, sealed, code, ret);
	if (s.code == LG_E_MISMATCH)
		return lg_fail(cx, LG_E_ENABLE_SOFTWARE_TOKEN_MFA,
			"Code mismatch and fail enable Software Token MFA");
	return s.code == LG_E_SPENT ? lg_totp_first_used(cx) : s;
}

lg_status
lg_totp_take(struct lg_ctx *cx, struct lg_user *user, lg_str sealed, lg_str name)
{
	if (name.len > NAME_MAX_BYTES)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "FriendlyDeviceName is longer than %d bytes.",
			NAME_MAX_BYTES);
	struct lg_rec_mfa *mfa = &user->row.mfa;
	mfa->totp = sealed;
	mfa->totp_name = name;
	mfa->totp_pending = LG_STR_NONE;
	return LG_OK;
}

lg_status
lg_totp_associate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str *ret_secret)
{
	lg_str secret;
	LG_TRY(lg_totp_pool_check(cx, pool));
	LG_TRY(lg_keyholder_totp_make(env->keys, cx, lg_user_owner(user), &user->row.mfa.totp_pending,
		&secret));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	LG_TRY(lg_store_commit(batch));
	*ret_secret = secret;
	return LG_OK;
}

lg_status
lg_totp_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str code, lg_str name)
{
	const lg_str pending = user->row.mfa.totp_pending;
	LG_TRY(lg_totp_pool_check(cx, pool));
	if (lg_str_empty(pending))
		return lg_fail(cx, LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND,
			"No software token waits for its verification.");
	struct lg_totp_use use;
	LG_TRY(lg_totp_first_code(cx, env, user, pending, code, &use));
	LG_TRY(lg_totp_take(cx, user, pending, name));

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_totp_use_in(batch, user, &use);
	lg_batch_tag(batch, TAG_USE);
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	const lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_USE ? lg_totp_first_used(cx) : s;
}

lg_status
lg_totp_delete(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user)
{
	struct lg_rec_mfa *mfa = &user->row.mfa;
	mfa->totp = mfa->totp_name = mfa->totp_pending = LG_STR_NONE;
	lg_mfa_disable(user, SOFTWARE_TOKEN);
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	return lg_store_commit(batch);
}
