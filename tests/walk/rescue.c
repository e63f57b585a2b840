/* No state after which the user is stuck: whoever has what is his gets in, if need be with some help. */
#include <stdio.h>

#include "tests/walk/walk.h"

#define ANSWERS_MAX 12
#define ROUNDS_MAX 4
#define HOUR_MS ((int64_t)3600 * 1000)

/* Answers rightly until there are tokens. False: the oracle foresaw that it leads nowhere. */
static bool
walk_in(struct walk *w, int user)
{
	w->careful = true;
	int at = begin_rightly(w, user);
	for (int i = 0; i < ANSWERS_MAX && at >= 0 && !w->failed; i++) {
		struct pending *p = &w->pending[at];
		const bool app = settable(&w->pool, &w->users[user]) & (1U << TOTP);
		if (p->challenge == MFA_SETUP && !(p->proofs & BY_SECOND) && app) {
			set_up_app(w, at, true);
			at = (int)w->pending_count - 1;
		}
		bool free;
		free_step(w, &w->users[user], &free);
		if (!free)
			advance_ms(w, 60000);
		at = answer(w, at, RIGHT);
	}
	w->careful = false;
	return at == -2;
}

/* An address by which passwords are recovered is asked for only as a factor that was chosen (6.2, 5). */
static void
choose_factor(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	const enum method method = w->pool.method[SMS] ? SMS : EMAIL;
	call_begin(w, "AdminSetUserMFAPreference");
	call_str(w, "UserPoolId", w->pool.id);
	call_str(w, "Username", user->name);
	call_raw(w, method == SMS ? "SMSMfaSettings" : "EmailMfaSettings", "{\"Enabled\":true}");
	call_must(w);
	user->enabled_method[method] = true;
}

/* What an administrator is asked for: an address, as nothing else lets a second factor be asked for. */
static void
give_addresses(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	tell(w, "an administrator gives %s addresses", user->name);
	snprintf(user->email, sizeof(user->email), "given%d@example.com", w->names);
	snprintf(user->phone, sizeof(user->phone), "+1555222%04d", w->names++);
	call_begin(w, "AdminUpdateUserAttributes");
	call_str(w, "UserPoolId", w->pool.id);
	call_str(w, "Username", user->name);
	call_open(w, "UserAttributes", '[');
	const char *const pairs[][2] = { { "email", user->email }, { "phone_number", user->phone } };
	for (size_t i = 0; i < LG_LEN(pairs); i++) {
		lg_json_open(w->j, '{');
		call_str(w, "Name", pairs[i][0]);
		call_str(w, "Value", pairs[i][1]);
		call_close(w, '}');
	}
	call_close(w, ']');
	call_must(w);
}

/* The account itself has to be in order: enabled, confirmed, with a way to begin. */
static bool
put_in_order(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	bool by_admin = false;
	if (!user->enabled) {
		set_enabled(w, index, true);
		by_admin = true;
	}
	if (user->status == UNCONFIRMED && user->email[0])
		confirm(w, index);
	const bool expired = user->status == FORCE_CHANGE && now_ms(w) >= user->temporary_until_ms;
	const bool lost = user->status == RESET_REQUIRED || !offered(&w->pool, user);
	if (lost && user->status != UNCONFIRMED && recover(w, index))
		return by_admin;
	if (lost || expired || user->status == UNCONFIRMED) {
		set_password(w, index, true);
		by_admin = true;
	}
	return by_admin;
}

static bool
is_shut_out(const struct walk *w, const struct user *user)
{
	return !askable(&w->pool, user) && !settable(&w->pool, user);
}

void
rescue(struct walk *w, int index)
{
	const struct user *user = &w->users[index];
	tell(w, "rescue %s", user->name);
	bool by_admin = false;
	for (int i = 0; i < ROUNDS_MAX && !w->failed; i++) {
		advance_ms(w, HOUR_MS + 1);
		by_admin = put_in_order(w, index) || by_admin;
		if (walk_in(w, index)) {
			w->stats.rescued++;
			w->stats.by_admin += by_admin;
			return;
		}
		if (!is_shut_out(w, user))
			break;
		give_addresses(w, index);
		if (is_shut_out(w, user))
			choose_factor(w, index);
		by_admin = true;
	}
	fail(w, "%s is stuck", user->name);
}
