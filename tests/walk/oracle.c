/* What must happen, read from spec/sign-in.md 1, 3, 4, 6.2, 7 and spec/user-pools.md 9.1. */
#include "tests/walk/walk.h"

#define BIT(challenge) (1U << (challenge))
#define SENDS_MAX 20 /* an hour, of each kind (docs/DIFFERENCES.md) */

/* ---- guesses ---- */

/* After the fifth failure, 2^(n-5) seconds, at most 900; 15 minutes without attempts forgive all. */
bool
is_locked(const struct walk *w, const struct throttle *t)
{
	if (t->fails < 5 || now_ms(w) >= t->last_ms + 900 * 1000)
		return false;
	int64_t lock_ms = 1000;
	for (int i = 5; i < t->fails && lock_ms < 900 * 1000; i++)
		lock_ms *= 2;
	if (lock_ms > 900 * 1000)
		lock_ms = 900 * 1000;
	return now_ms(w) < t->last_ms + lock_ms;
}

void
note_guess(const struct walk *w, struct throttle *t, bool right)
{
	if (right || now_ms(w) >= t->last_ms + 900 * 1000)
		t->fails = 0;
	if (right)
		return;
	t->fails++;
	t->last_ms = now_ms(w);
}

bool
take_budget(const struct walk *w, struct budget *b, int max)
{
	if (b->count == 0 || now_ms(w) >= b->until_ms) {
		b->count = 0;
		b->until_ms = now_ms(w) + 3600 * 1000;
	}
	if (b->count == max)
		return false;
	b->count++;
	return true;
}

/* ---- factors ---- */

bool
is_ready(const struct user *user, enum method method)
{
	const char *needed = method == SMS ? user->phone : method == EMAIL ? user->email : user->secret;
	return needed[0] != '\0';
}

/* 6.1: a method that the pool has off is stored and ignored. */
bool
is_held(const struct pool *pool, const struct user *user)
{
	for (int m = 0; m < METHODS; m++) {
		if (pool->method[m] && user->enabled_method[m])
			return true;
	}
	return false;
}

/* 6.2, 3 to 5: what he enabled, or, having enabled nothing, codes to addresses that nobody recovers by. */
unsigned
askable(const struct pool *pool, const struct user *user)
{
	unsigned set = 0;
	for (int m = 0; m < METHODS; m++) {
		if (!pool->method[m] || !is_ready(user, (enum method)m))
			continue;
		const bool by_address = !is_held(pool, user) && m != TOTP && pool->recovers_by != m;
		if (user->enabled_method[m] || by_address)
			set |= 1U << m;
	}
	return set;
}

unsigned
settable(const struct pool *pool, const struct user *user)
{
	if (is_held(pool, user))
		return 0;
	return (pool->method[TOTP] ? 1U << TOTP : 0) | (pool->method[EMAIL] ? 1U << EMAIL : 0);
}

/* Section 3. */
unsigned
offered(const struct pool *pool, const struct user *user)
{
	const unsigned password = user->has_password ? BIT(PASSWORD) | BIT(PASSWORD_SRP) : 0;
	const unsigned passkey = pool->passkeys && user->passkey ? BIT(WEB_AUTHN) : 0;
	if (user->status == FORCE_CHANGE)
		return password;
	if (pool->mfa == MFA_ON || (pool->mfa == MFA_OPTIONAL && is_held(pool, user)))
		return password | (pool->passkeys_count ? passkey : 0);
	unsigned set = password | passkey;
	if (pool->code_email && user->email[0])
		set |= BIT(EMAIL_OTP);
	if (pool->code_sms && user->phone[0])
		set |= BIT(SMS_OTP);
	return set;
}

/* ---- what follows ---- */

/* Section 1, order of checks behind the password. */
bool
account_is_good(const struct walk *w, const struct user *user, unsigned proofs, enum flow flow)
{
	if (!user->enabled || user->status == UNCONFIRMED || user->status == RESET_REQUIRED)
		return false;
	/* How long a temporary password lives is nothing to whom nobody asked for it. */
	if (user->status == FORCE_CHANGE && !(flow == FLOW_CUSTOM && !(proofs & BY_PASSWORD)))
		return now_ms(w) < user->temporary_until_ms;
	return true;
}

static bool
mfa_is_due(const struct pool *pool, const struct user *user, unsigned proofs, enum flow flow)
{
	if (pool->mfa == MFA_OFF || (proofs & BY_SECOND))
		return false;
	if (flow == FLOW_CUSTOM && !(proofs & BY_PASSWORD)) /* 2.1: Define says which factors there are */
		return false;
	return pool->mfa == MFA_ON || is_held(pool, user);
}

static struct foretold
asked(enum challenge challenge)
{
	return (struct foretold){ .outcome = ASKED, .challenge = challenge };
}

static struct foretold
error(void)
{
	return (struct foretold){ .outcome = ERROR, .unsure = true };
}

static struct foretold
asked_method(struct walk *w, struct user *user, enum method method)
{
	static const enum challenge challenges[METHODS] = { SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP };
	if (method != TOTP && !take_budget(w, &user->budget[SENT_SECOND], SENDS_MAX))
		return error();
	return asked(challenges[method]);
}

/* 6.2. */
static struct foretold
second_factor(struct walk *w, struct user *user)
{
	const unsigned set = askable(&w->pool, user);
	if (user->preferred >= 0 && user->enabled_method[user->preferred] && (set & (1U << user->preferred)))
		return asked_method(w, user, (enum method)user->preferred);
	if (set & (set - 1))
		return asked(SELECT_MFA_TYPE);
	for (int m = 0; m < METHODS; m++) {
		if (set & (1U << m))
			return asked_method(w, user, (enum method)m);
	}
	return settable(&w->pool, user) ? asked(MFA_SETUP) : error();
}

struct foretold
foretell(struct walk *w, struct user *user, unsigned proofs, enum flow flow, int device)
{
	const struct pool *pool = &w->pool;
	if (!account_is_good(w, user, proofs, flow))
		return error();
	if ((proofs & BY_PASSWORD) && user->status == FORCE_CHANGE)
		return asked(NEW_PASSWORD_REQUIRED);

	/* Section 7: a remembered device takes the place of a second factor where the pool says so. */
	const struct device *d = device >= 0 ? &user->devices[device] : NULL;
	const bool remembered = pool->devices && d && d->remembered && !d->forgotten;
	const bool proven = remembered && (proofs & BY_DEVICE);
	const bool due = mfa_is_due(pool, user, proofs, flow) && !(proven && pool->device_for_mfa);
	if (due && remembered && pool->device_for_mfa)
		return asked(DEVICE_SRP_AUTH);
	if (due)
		return second_factor(w, user);
	if (flow == FLOW_CUSTOM && !(proofs & BY_CUSTOM))
		return asked(CUSTOM_CHALLENGE);
	if (remembered && !proven)
		return asked(DEVICE_SRP_AUTH);
	return (struct foretold){ .outcome = TOKENS };
}

/* A step of the app within one of now whose code was not used: 6.3. */
int64_t
free_step(const struct walk *w, const struct user *user, bool *ret)
{
	const int64_t now = now_ms(w) / 30000;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		bool used = false;
		for (size_t i = 0; i < user->step_count; i++)
			used = used || user->steps[i] == step;
		if (!used) {
			*ret = true;
			return step - now;
		}
	}
	*ret = false;
	return 0;
}
