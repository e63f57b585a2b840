#include "domain/auth/lockout.h"

#define FREE_FAILURES 5
#define LONGEST_LOCK_MS (900 * LG_SECOND_MS)
#define FORGOTTEN_AFTER_MS (15 * LG_MINUTE_MS)
#define WINDOW_MS LG_HOUR_MS
/* Whoever loses a swap saw a count grow: after five of them the user is locked, whatever came between. */
#define SWAPS 8

static const struct {
	enum lg_throttle_kind kind;
	int64_t max;
} budgets[] = {
	{ LG_THROTTLE_RESEND, 5 },
	{ LG_THROTTLE_CONFIRM, 15 },
	{ LG_THROTTLE_ATTRIBUTE_CODE, 5 },
	{ LG_THROTTLE_ATTRIBUTE_VERIFY, 15 },
	{ LG_THROTTLE_CHANGE_PASSWORD, 5 },
	{ LG_THROTTLE_FORGOT, 20 },
	{ LG_THROTTLE_OTP_SENT, 20 },
	{ LG_THROTTLE_MFA_SENT, 20 },
	{ LG_THROTTLE_TOTP_VERIFY, 15 },
	{ LG_THROTTLE_PASSKEY_NOTED, 20 },
};

/* A row counts until 15 minutes after its last failure, which is also how it tells when that was. */
static bool
is_locked(struct lg_throttle seen, lg_time now)
{
	if (seen.fails < FREE_FAILURES || !lg_time_before(now, seen.until))
		return false;
	const int64_t over = seen.fails - FREE_FAILURES;
	const int64_t lock_ms = over >= 10 ? LONGEST_LOCK_MS : LG_SECOND_MS << over;
	const lg_time last = lg_time_add_ms(seen.until, -FORGOTTEN_AFTER_MS);
	return lg_time_before(
		now, lg_time_add_ms(last, lock_ms < LONGEST_LOCK_MS ? lock_ms : LONGEST_LOCK_MS));
}

/* What the row says when this guess is counted: one failure more, or none after a right guess. */
static struct lg_throttle
next(struct lg_throttle seen, bool right, lg_time now)
{
	if (right)
		return (struct lg_throttle){ .fails = 0, .until = now };
	const int64_t fails = lg_time_before(now, seen.until) ? seen.fails : 0;
	return (struct lg_throttle){ .fails = fails + 1, .until = lg_time_add_ms(now, FORGOTTEN_AFTER_MS) };
}

lg_status
lg_lockout_decide(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	enum lg_throttle_kind kind, lg_status checked)
{
	const bool right = !lg_failed(checked);
	if (!right && checked.code != LG_E_MISMATCH)
		return checked;

	for (int i = 0; i < SWAPS; i++) {
		struct lg_throttle seen;
		LG_TRY(lg_store_throttle_read(
			env->store, cx, user->row.pool, user->row.uid, (int)kind, &seen));
		if (is_locked(seen, cx->now))
			break;
		/* A clean sign-in writes nothing. */
		if (right && seen.fails == 0)
			return LG_OK;
		const lg_status s = lg_store_throttle_swap(env->store, cx, user->row.pool, user->row.uid,
			(int)kind, seen, next(seen, right, cx->now));
		if (s.code == LG_E_CONFLICT)
			continue;
		LG_TRY(s);
		return checked;
	}
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Password attempts exceeded");
}

static int64_t
budget_of(enum lg_throttle_kind kind)
{
	for (size_t i = 0; i < LG_LEN(budgets); i++)
		if (budgets[i].kind == kind)
			return budgets[i].max;
	return 0;
}

lg_status
lg_budget_take(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, enum lg_throttle_kind kind)
{
	/* An hour from the first event on, not from the last. */
	struct lg_throttle seen;
	LG_TRY(lg_store_throttle_read(env->store, cx, user->row.pool, user->row.uid, (int)kind, &seen));
	const bool open = seen.fails > 0 && lg_time_before(cx->now, seen.until);
	const lg_time until = open ? seen.until : lg_time_add_ms(cx->now, WINDOW_MS);

	int64_t count;
	const lg_status s = lg_store_throttle_count(env->store, cx, user->row.pool, user->row.uid, (int)kind,
		budget_of(kind), until, &count);
	if (s.code == LG_E_BUDGET)
		return lg_fail_default(cx, LG_E_LIMIT_EXCEEDED);
	return s;
}
