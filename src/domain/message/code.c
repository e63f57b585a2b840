#include "domain/message/code.h"

#include "base/secret.h"
#include "domain/message/deliver.h"

struct lg_pending_message {
	struct lg_message message;
};

/*
 * `tries` is the budget of the operation that redeems, so that a person reads "attempt limit exceeded"
 * before his code is void; over its whole life a code is guessed at no more often than that.
 */
static const struct purpose {
	lg_str name; /* user_code.purpose, stored */
	unsigned digits;
	int64_t ttl_ms;
	int64_t tries;
	lg_str inbox;
	bool may_link;
} purposes[] = {
	[LG_CODE_SIGN_UP] = { LG_STR_INIT("signup"), 6, 24 * LG_HOUR_MS, 15, LG_STR_INIT("signup"), true },
	[LG_CODE_FORGOT] = { LG_STR_INIT("forgot"), 6, LG_HOUR_MS, 20, LG_STR_INIT("forgot"), false },
	[LG_CODE_EMAIL] = { LG_STR_INIT("email"), 6, 24 * LG_HOUR_MS, 15, LG_STR_INIT("attribute"), false },
	[LG_CODE_PHONE] = { LG_STR_INIT("phone"), 6, 24 * LG_HOUR_MS, 15, LG_STR_INIT("attribute"), false },
};

lg_status
lg_code_draw(struct lg_ctx *cx, const struct lg_env *env, unsigned digits, lg_str *ret)
{
	if (lg_str_present(env->settings->fixed_code)) {
		*ret = env->settings->fixed_code;
		return LG_OK;
	}
	return lg_rand_text(cx, LG_STR("0123456789"), digits, ret);
}

lg_status
lg_code_issue(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, enum lg_code_purpose purpose,
	const struct lg_delivery *delivery, struct lg_pending_message **ret)
{
	const struct purpose *rules = &purposes[purpose];
	lg_str code;
	LG_TRY(lg_code_draw(cx, env, rules->digits, &code));

	struct lg_code_row row = {
		.expires = lg_time_add_ms(cx->now, rules->ttl_ms),
		.detail = { .attribute = delivery->attribute,
			.medium = delivery->medium,
			.to = delivery->to },
	};
	LG_TRY(lg_keyholder_code_mac(env->keys, cx, lg_user_owner(user), rules->name, code, row.mac));
	if (user->decoy || delivery->simulated)
		lg_rand_bytes(cx, row.mac, sizeof(row.mac));
	lg_store_code_put(batch, &user->row, rules->name, &row);

	struct lg_pending_message *pending = lg_new(cx, struct lg_pending_message);
	if (!pending)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_code_message(
		cx, env, pool, reason, user, delivery, code, rules->may_link, &pending->message));
	const bool again = lg_str_eq(reason->occasion, LG_OCCASION_RESEND);
	pending->message.purpose = again ? LG_STR("resend") : rules->inbox;
	*ret = pending;
	return LG_OK;
}

lg_status
lg_invite_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str temporary_password, struct lg_pending_message **ret)
{
	struct lg_pending_message *pending = lg_new(cx, struct lg_pending_message);
	if (!pending)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_invite_message(
		cx, env, pool, reason, user, delivery, temporary_password, &pending->message));
	*ret = pending;
	return LG_OK;
}

lg_status
lg_code_send(struct lg_ctx *cx, struct lg_env *env, struct lg_pending_message *message)
{
	return message ? lg_message_send(cx, env, &message->message) : LG_OK;
}

static bool
is_good(const struct lg_ctx *cx, const struct purpose *rules, const struct lg_code_row *row)
{
	return lg_time_before(cx->now, row->expires) && row->tries < rules->tries;
}

lg_status
lg_code_pending(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	enum lg_code_purpose purpose, bool *ret)
{
	const struct purpose *rules = &purposes[purpose];
	struct lg_code_row row;
	const lg_status s = lg_store_code_read(env->store, cx, &user->row, rules->name, &row);
	*ret = !lg_failed(s) && is_good(cx, rules, &row);
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

void
lg_code_drop(struct lg_batch *batch, const struct lg_user *user, enum lg_code_purpose purpose)
{
	lg_store_code_drop(batch, &user->row, purposes[purpose].name);
}

static lg_status
expired(struct lg_ctx *cx)
{
	return lg_fail_default(cx, LG_E_EXPIRED_CODE);
}

lg_status
lg_code_check(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, const struct lg_user *user,
	enum lg_code_purpose purpose, lg_str code, struct lg_rec_code *ret_detail)
{
	const struct purpose *rules = &purposes[purpose];
	struct lg_code_row seen;
	const lg_status read = lg_store_code_read(env->store, cx, &user->row, rules->name, &seen);
	if (read.code == LG_E_NOT_FOUND)
		return expired(cx);
	LG_TRY(read);
	if (!is_good(cx, rules, &seen))
		return expired(cx);

	unsigned char mac[32];
	LG_TRY(lg_keyholder_code_mac(env->keys, cx, lg_user_owner(user), rules->name, code, mac));
	const bool right =
		lg_ct_eq(lg_str_from_bytes(mac, sizeof(mac)), lg_str_from_bytes(seen.mac, sizeof(seen.mac)));
	lg_wipe(mac, sizeof(mac));
	if (!right || user->decoy) {
		const lg_status counted =
			lg_store_code_miss(env->store, cx, &user->row, rules->name, &seen, rules->tries);
		if (counted.code == LG_E_BUDGET)
			return expired(cx);
		LG_TRY(counted);
		return lg_fail_default(cx, LG_E_CODE_MISMATCH);
	}
	lg_store_code_redeem(batch, &user->row, rules->name, &seen, rules->tries);
	*ret_detail = seen.detail;
	return LG_OK;
}
