#include <string.h>

#include "tests/walk/walk.h"

#define BIT(challenge) (1U << (challenge))
#define FIRST_SENDS_MAX 20

struct pending *
add_pending(struct walk *w, int user, int client, enum flow flow)
{
	if (w->pending_count == PENDING_MAX) {
		fail(w, "too many sign-ins wait");
		w->pending_count--;
	}
	struct pending *p = &w->pending[w->pending_count++];
	*p = (struct pending){ .flow = flow, .user = user, .client = client, .device = -1, .parent = -1 };
	return p;
}

/* ---- what came back ---- */

static int
challenge_of(struct walk *w)
{
	const lg_str name = reply_text(w, "ChallengeName");
	for (int i = 0; i < CHALLENGES; i++) {
		if (lg_str_eq(name, lg_str_from_c(challenge_names[i])))
			return i;
	}
	fail(w, "a challenge %.*s that nobody knows", LG_FMT(name));
	return 0;
}

/* The code that went with the challenge; to nobody none does. */
static void
keep_code(struct walk *w, struct pending *p)
{
	const bool first = !(p->proofs & (BY_PASSWORD | BY_CUSTOM | BY_SIGN_UP | BY_PASSKEY | BY_CODE));
	const struct lg_message *m = message_to(w, w->users[p->user].name, first ? "otp" : "mfa");
	if (!m) {
		fail(w, "no message brought a code");
		return;
	}
	PUT(w, p->code, m->code);
	PUT(w, p->address, m->to);
	if (p->code[first ? 7 : 5] == '\0' || strlen(p->code) != (first ? 8U : 6U))
		fail(w, "a code of %zu digits", strlen(p->code));
}

static void
keep_parameters(struct walk *w, struct pending *p)
{
	PUT(w, p->session, reply_text(w, "Session"));
	PUT(w, p->options, reply_text(w, "ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS"));
	PUT(w, p->block, reply_text(w, "ChallengeParameters.SECRET_BLOCK"));
	PUT(w, p->salt, reply_text(w, "ChallengeParameters.SALT"));
	PUT(w, p->B, reply_text(w, "ChallengeParameters.SRP_B"));
	PUT(w, p->id, reply_text(w, "ChallengeParameters.USER_ID_FOR_SRP"));
	if (p->challenge == SMS_MFA || p->challenge == EMAIL_OTP || p->challenge == SMS_OTP) {
		if (!p->hopeless)
			keep_code(w, p);
	}
}

static int
keep_pending(struct walk *w, const struct pending *before, bool hopeless)
{
	struct pending *p = add_pending(w, before->user, before->client, before->flow);
	p->proofs = before->proofs;
	p->device = before->device;
	p->parent = before->parent;
	p->riddles = before->riddles;
	p->setup = before->setup;
	p->hopeless = hopeless || before->hopeless;
	p->challenge = (enum challenge)challenge_of(w);
	p->expires_ms = now_ms(w) + w->clients[p->client].session_ms;
	p->credential = w->users[p->user].credential;
	keep_parameters(w, p);
	call_end(w);
	/* Who is there after all may get a factor meanwhile: nothing can be said about his. */
	if (p->hopeless && w->users[p->user].exists) {
		w->pending_count--;
		return -1;
	}
	return (int)(p - w->pending);
}

static void
confirm_device(struct walk *w, struct user *user, struct device *d)
{
	static const char *const password = "forty random bytes in base64, as clients do";
	char verifier[SRP_VERIFIER_SIZE];
	if (!srp_client_verifier(w->srp, lg_str_from_c(d->group), lg_str_from_c(d->key),
		    lg_str_from_c(password), LG_STR("00c3a5d7e9b1c2d4f6a8b0c1d2e3f405"), verifier)) {
		fail(w, "no verifier of a device");
		return;
	}
	call_begin(w, "ConfirmDevice");
	call_str(w, "AccessToken", user->access);
	call_str(w, "DeviceKey", d->key);
	call_open(w, "DeviceSecretVerifierConfig", '{');
	call_str(w, "PasswordVerifier", verifier);
	call_str(w, "Salt", "AMOl1+mxwtT2qLDB0uP0BQ==");
	call_close(w, '}');
	call_must(w);
	d->confirmed = true;
	d->remembered = !w->pool.prompt;
	if (!w->pool.prompt || chance(w, 30))
		return;
	call_begin(w, "UpdateDeviceStatus");
	call_str(w, "AccessToken", user->access);
	call_str(w, "DeviceKey", d->key);
	call_str(w, "DeviceRememberedStatus", "remembered");
	call_must(w);
	d->remembered = true;
}

/* A new device's key comes with the tokens, unless one was named or a back end signs in (7). */
static void
keep_device(struct walk *w, struct user *user, const struct pending *before, const char *key,
	const char *group)
{
	const struct device *named = before->device >= 0 ? &user->devices[before->device] : NULL;
	const bool known = named && named->confirmed && !named->forgotten;
	const bool expected = w->pool.devices && !known && before->flow != FLOW_ADMIN;
	if ((key[0] != '\0') != expected)
		fail(w, "NewDeviceMetadata %s", expected ? "is missing" : "came unasked");
	if (!key[0] || user->device_count == DEVICES_MAX || chance(w, 40))
		return;
	struct device *d = &user->devices[user->device_count++];
	*d = (struct device){ .confirmed = false };
	PUT(w, d->key, lg_str_from_c(key));
	PUT(w, d->group, lg_str_from_c(group));
	confirm_device(w, user, d);
}

/* Tokens are of whom they should be. */
static int
keep_tokens(struct walk *w, const struct pending *before)
{
	struct user *user = &w->users[before->user];
	char key[64], group[64];
	PUT(w, user->access, reply_text(w, "AuthenticationResult.AccessToken"));
	PUT(w, key, reply_text(w, "AuthenticationResult.NewDeviceMetadata.DeviceKey"));
	PUT(w, group, reply_text(w, "AuthenticationResult.NewDeviceMetadata.DeviceGroupKey"));
	call_end(w);
	w->stats.tokens++;
	keep_device(w, user, before, key, group);

	call_begin(w, "GetUser");
	call_str(w, "AccessToken", user->access);
	if (!call_send(w) || !lg_str_eq(reply_text(w, "Username"), lg_str_from_c(user->name)))
		fail(w, "the token is not %s's: %.*s", user->name, LG_FMT(w->x.answer.body));
	call_end(w);
	settle(w, before->user);
	return -2;
}

int
judge(struct walk *w, const struct pending *before, struct foretold expected)
{
	static const char *const names[] = { "an error", "tokens", "a challenge", "an answer as to nobody" };
	const bool ok = w->x.answer.status == 200;
	const bool tokens = ok && lg_str_present(reply_text(w, "AuthenticationResult.AccessToken"));
	const enum outcome seen = !ok ? ERROR : tokens ? TOKENS : ASKED;
	const bool hopeless = expected.outcome == HOPELESS || before->hopeless;
	const bool fits = hopeless ? seen != TOKENS
		: seen == expected.outcome
			&& (seen != ASKED || challenge_of(w) == (int)expected.challenge);
	if (!fits) {
		fail(w, "expected %s %s: %.*s", names[expected.outcome],
			expected.outcome == ASKED ? challenge_names[expected.challenge] : "",
			LG_FMT(w->x.answer.body));
		call_end(w);
		return -1;
	}
	if (seen == TOKENS)
		return keep_tokens(w, before);
	if (seen == ASKED)
		return keep_pending(w, before, hopeless);
	call_end(w);
	return -1;
}

void
check_available(struct walk *w, unsigned expected)
{
	static const enum challenge order[] = { PASSWORD_SRP, PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN };
	if (w->x.answer.status != 200 || lg_str_present(reply_text(w, "AuthenticationResult.AccessToken")))
		return;
	const json_t *list = lg_json_member(w->x.body, LG_STR("AvailableChallenges"));
	size_t at = 0;
	bool right = true;
	for (size_t i = 0; i < LG_LEN(order); i++) {
		if (!(expected & BIT(order[i])))
			continue;
		right = right && lg_str_eq(lg_json_text(json_array_get(list, at)),
			lg_str_from_c(challenge_names[order[i]]));
		at++;
	}
	if (!right || json_array_size(list) != at)
		fail(w, "other AvailableChallenges: %.*s", LG_FMT(w->x.answer.body));
}

/* ---- how it begins ---- */

static void
begin_call(struct walk *w, int user, int client, enum flow flow)
{
	w->stats.begun++;
	tell(w, "begin %s as %s, client %d", flow_names[flow], w->users[user].name, client);
	call_begin(w, flow == FLOW_ADMIN ? "AdminInitiateAuth" : "InitiateAuth");
	if (flow == FLOW_ADMIN)
		call_str(w, "UserPoolId", w->pool.id);
	call_str(w, "ClientId", w->clients[client].id);
	call_str(w, "AuthFlow", flow_names[flow]);
	call_open(w, "AuthParameters", '{');
	call_str(w, "USERNAME", w->users[user].name);
}

/* Names one of his devices, or none. */
static int
name_device(struct walk *w, const struct user *user)
{
	if (!user->device_count || chance(w, 30))
		return -1;
	const int device = (int)draw(w, user->device_count);
	if (w->careful && user->devices[device].forgotten)
		return -1;
	tell(w, "    with device %d", device);
	call_str(w, "DEVICE_KEY", user->devices[device].key);
	return device;
}

static const char *
password_of(const struct user *user, bool right)
{
	return right && user->has_password ? user->password : "Wrong-horse-9";
}

/* A password was sent: lockout, the device, the account, and what follows. */
static struct foretold
foretell_password(struct walk *w, struct user *user, bool right, enum flow flow, int device)
{
	struct throttle *throttle = &user->throttle[GUESS_PASSWORD];
	const struct foretold refused = { .outcome = ERROR };
	if (!user->exists || is_locked(w, throttle))
		return refused;
	note_guess(w, throttle, right && user->has_password);
	if (!right || !user->has_password)
		return refused;
	/* "Device does not exist.": clients drop the key and try again. */
	if (device >= 0 && w->pool.devices && user->devices[device].forgotten)
		return refused;
	return foretell(w, user, BY_PASSWORD, flow, device);
}

static int
begin_password(struct walk *w, int index, int client, enum flow flow, bool right)
{
	struct user *user = &w->users[index];
	begin_call(w, index, client, flow);
	tell(w, "    %s password", right ? "right" : "wrong");
	call_str(w, "PASSWORD", password_of(user, right));
	const int device = flow == FLOW_ADMIN ? -1 : name_device(w, user);
	call_close(w, '}');
	const struct foretold expected = foretell_password(w, user, right, flow, device);
	const struct pending before = { .user = index, .client = client, .flow = flow,
		.proofs = BY_PASSWORD, .device = device, .parent = -1 };
	call_send(w);
	return judge(w, &before, expected);
}

static struct foretold
asked(struct walk *w, int user, int client, enum challenge challenge)
{
	if (w->users[user].exists)
		return (struct foretold){ .outcome = ASKED, .challenge = challenge };
	return (struct foretold){ .outcome = w->clients[client].hides ? HOPELESS : ERROR };
}

static int
begin_srp(struct walk *w, int index, int client)
{
	begin_call(w, index, client, FLOW_SRP);
	call_str(w, "SRP_A", srp_client_A(w->srp));
	const int device = name_device(w, &w->users[index]);
	call_close(w, '}');
	const struct pending before = { .user = index, .client = client, .flow = FLOW_SRP,
		.device = device, .parent = -1 };
	call_send(w);
	return judge(w, &before, asked(w, index, client, PASSWORD_VERIFIER));
}

static int
begin_custom(struct walk *w, int index, int client)
{
	const struct user *user = &w->users[index];
	const bool srp = chance(w, 50);
	begin_call(w, index, client, FLOW_CUSTOM);
	if (srp) {
		call_str(w, "CHALLENGE_NAME", "SRP_A");
		call_str(w, "SRP_A", srp_client_A(w->srp));
	}
	const int device = name_device(w, user);
	call_close(w, '}');
	struct foretold expected = asked(w, index, client, srp ? PASSWORD_VERIFIER : CUSTOM_CHALLENGE);
	/* Who may be told what state his account is in is told at once. */
	const bool told = user->exists && !w->clients[client].hides;
	if (!w->pool.custom || (told && !account_is_good(w, user, 0, FLOW_CUSTOM)))
		expected = (struct foretold){ .outcome = ERROR };
	const struct pending before = { .user = index, .client = client, .flow = FLOW_CUSTOM,
		.device = device, .parent = -1 };
	call_send(w);
	return judge(w, &before, expected);
}

/* ---- USER_AUTH ---- */

struct wish {
	int preferred; /* a challenge; -1 = none */
	bool proof, right;
};

/* A code is sent, within its budget. */
static struct foretold
foretell_begun(struct walk *w, struct user *user, enum challenge challenge)
{
	if ((challenge == EMAIL_OTP || challenge == SMS_OTP)
	    && !take_budget(w, &user->budget[SENT_FIRST], FIRST_SENDS_MAX))
		return (struct foretold){ .outcome = ERROR, .unsure = true };
	return (struct foretold){ .outcome = ASKED, .challenge = challenge };
}

static struct foretold
foretell_choice(struct walk *w, struct user *user, const struct client *client, const struct wish *wish,
	int device, unsigned *ret_proofs)
{
	const unsigned set = user->exists ? offered(&w->pool, user) : 0;
	const bool password = wish->preferred == PASSWORD || wish->preferred == PASSWORD_SRP;
	const bool sent = password && wish->proof;
	int challenge = -1;
	if (wish->preferred >= 0 && (set & BIT((unsigned)wish->preferred)))
		challenge = wish->preferred;
	else if (client->hides && sent) /* 18: wrong for who has none */
		challenge = wish->preferred;
	if (challenge == PASSWORD && sent) {
		*ret_proofs = BY_PASSWORD;
		return foretell_password(w, user, wish->right, FLOW_CHOICE, device);
	}
	if (!set)
		return (struct foretold){ .outcome = client->hides ? HOPELESS : ERROR };
	if (challenge < 0 && !(set & (set - 1))) {
		for (challenge = 0; !(set & BIT((unsigned)challenge));)
			challenge++;
	}
	if (challenge == PASSWORD_SRP && sent)
		challenge = PASSWORD_VERIFIER;
	if (challenge < 0)
		challenge = SELECT_CHALLENGE;
	return foretell_begun(w, user, (enum challenge)challenge);
}

static int
begin_choice(struct walk *w, int index, int client, const struct wish *wish)
{
	struct user *user = &w->users[index];
	begin_call(w, index, client, FLOW_CHOICE);
	if (wish->preferred >= 0) {
		tell(w, "    prefers %s%s", challenge_names[wish->preferred],
			!wish->proof ? "" : wish->right ? ", with the proof" : ", with a wrong proof");
		call_str(w, "PREFERRED_CHALLENGE", challenge_names[wish->preferred]);
	}
	if (wish->proof && wish->preferred == PASSWORD)
		call_str(w, "PASSWORD", password_of(user, wish->right));
	if (wish->proof && wish->preferred == PASSWORD_SRP)
		call_str(w, "SRP_A", srp_client_A(w->srp));
	const int device = name_device(w, user);
	call_close(w, '}');
	struct pending before = { .user = index, .client = client, .flow = FLOW_CHOICE, .device = device,
		.parent = -1 };
	const unsigned set = user->exists ? offered(&w->pool, user) : 0;
	const struct foretold expected =
		foretell_choice(w, user, &w->clients[client], wish, device, &before.proofs);
	call_send(w);
	if (expected.outcome == ASKED && set)
		check_available(w, set);
	return judge(w, &before, expected);
}

static struct wish
draw_wish(struct walk *w, const struct user *user)
{
	static const enum challenge known[] = { PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP, WEB_AUTHN,
		CUSTOM_CHALLENGE };
	struct wish wish = { .preferred = -1, .proof = chance(w, 60), .right = chance(w, 75) };
	if (chance(w, 80))
		wish.preferred = (int)known[draw(w, LG_LEN(known))];
	if (user->passkey && chance(w, 50))
		wish.preferred = WEB_AUTHN;
	return wish;
}

/* ---- the Session of a sign-up ---- */

static int
begin_signed_up(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	const int which = user->sign_up[1][0] ? (int)draw(w, 2) : 0;
	const int as = chance(w, 20) ? (int)draw(w, USERS) : index;
	const int client = chance(w, 15) ? 1 - user->sign_up_client : user->sign_up_client;
	begin_call(w, as, client, FLOW_CHOICE);
	tell(w, "    with %s's Session of sign-up %d", user->name, which);
	call_close(w, '}');
	call_str(w, "Session", user->sign_up[which]);
	const bool good = user->sign_up[which][0] && as == index && client == user->sign_up_client
		&& now_ms(w) < user->sign_up_ms[which] && user->credential == user->sign_up_credential;
	struct foretold expected = { .outcome = ERROR };
	if (good && account_is_good(w, user, BY_SIGN_UP, FLOW_CHOICE)) {
		expected = foretell(w, user, BY_SIGN_UP, FLOW_CHOICE, -1);
		user->sign_up_ms[which] = 0;
	}
	const struct pending before = { .user = index, .client = client, .flow = FLOW_CHOICE,
		.proofs = BY_SIGN_UP, .device = -1, .parent = -1 };
	call_send(w);
	return judge(w, &before, expected);
}

void
begin_random(struct walk *w)
{
	const int user = (int)draw(w, USERS), client = (int)draw(w, CLIENTS);
	if (w->users[user].sign_up[0][0] && chance(w, w->users[user].sign_up_ms[0] ? 60 : 10)) {
		begin_signed_up(w, user);
		return;
	}
	const bool right = chance(w, 75);
	const enum flow flow = (enum flow)draw(w, FLOWS + 2);
	if (flow == FLOW_PASSWORD || flow == FLOW_ADMIN) {
		begin_password(w, user, client, flow, right);
	} else if (flow == FLOW_SRP) {
		begin_srp(w, user, client);
	} else if (flow == FLOW_CUSTOM) {
		begin_custom(w, user, client);
	} else {
		const struct wish wish = draw_wish(w, &w->users[user]);
		begin_choice(w, user, client, &wish);
	}
}

int
begin_rightly(struct walk *w, int index)
{
	const struct user *user = &w->users[index];
	const unsigned set = offered(&w->pool, user);
	struct wish wish = { .preferred = -1, .proof = true, .right = true };
	if (user->has_password) {
		switch (draw(w, 4)) {
		case 0:
			return begin_password(w, index, 0, FLOW_PASSWORD, true);
		case 1:
			return begin_srp(w, index, 0);
		case 2:
			return begin_password(w, index, 0, FLOW_ADMIN, true);
		default:
			wish.preferred = chance(w, 50) ? PASSWORD : PASSWORD_SRP;
			return begin_choice(w, index, 0, &wish);
		}
	}
	for (int i = 0; i < CHALLENGES; i++) {
		if (set & BIT((unsigned)i))
			wish.preferred = i;
	}
	return begin_choice(w, index, 0, &wish);
}
