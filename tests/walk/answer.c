#include <string.h>

#include "tests/walk/walk.h"

#define BIT(challenge) (1U << (challenge))
#define CODE_TRIES 10
#define DEVICE_TRIES 5
#define BLOCK_TRIES 5
#define FIRST_SENDS_MAX 20
#define SECOND_SENDS_MAX 20
#define RIDDLES 3

static const struct foretold refused = { .outcome = ERROR };
static const struct foretold refused_late = { .outcome = ERROR, .unsure = true };

static struct foretold
asked(enum challenge challenge)
{
	return (struct foretold){ .outcome = ASKED, .challenge = challenge };
}

/* Wrong answers that one Session takes; 0 = lockout alone counts. */
static const int tries[CHALLENGES] = {
	[SMS_MFA] = CODE_TRIES, [SOFTWARE_TOKEN_MFA] = CODE_TRIES, [EMAIL_OTP] = CODE_TRIES,
	[SMS_OTP] = CODE_TRIES, [WEB_AUTHN] = CODE_TRIES, [DEVICE_SRP_AUTH] = DEVICE_TRIES,
};

/* Is the Session good still, whatever the answer? */
static bool
is_alive(const struct walk *w, const struct pending *p)
{
	const struct user *user = &w->users[p->user];
	return !p->spent && now_ms(w) < p->expires_ms && p->credential == user->credential
		&& (!tries[p->challenge] || p->wrong < tries[p->challenge]);
}

/* A guess at anything but a password. False: refused, wrong or locked. */
static bool
guess(struct walk *w, struct pending *p, int kind, bool right)
{
	struct throttle *throttle = &w->users[p->user].throttle[kind];
	if (is_locked(w, throttle))
		return false;
	note_guess(w, throttle, right);
	if (!right)
		p->wrong++;
	return right;
}

static bool
guess_password(struct walk *w, const struct pending *p, bool right)
{
	struct user *user = &w->users[p->user];
	struct throttle *throttle = &user->throttle[GUESS_PASSWORD];
	if (is_locked(w, throttle))
		return false;
	note_guess(w, throttle, right && user->has_password);
	return right && user->has_password;
}

/* Something was shown, and the Session used up with it. */
static struct foretold
shown(struct walk *w, struct pending *p, unsigned proof)
{
	struct user *user = &w->users[p->user];
	if (!account_is_good(w, user, p->proofs | proof, p->flow))
		return refused_late;
	p->spent = true;
	return foretell(w, user, p->proofs | proof, p->flow, p->device);
}

static struct foretold
foretell_srp(struct walk *w, struct pending *p, bool right, unsigned *proof)
{
	const struct user *user = &w->users[p->user];
	/* The block of plain SRP is all there is: it has no Session to be used up. */
	const bool plain = p->flow == FLOW_SRP;
	if (plain ? now_ms(w) >= p->expires_ms : !is_alive(w, p))
		return refused;
	if (p->credential != user->credential)
		right = false;
	if (!guess_password(w, p, right)) {
		if (!right || !user->has_password)
			p->wrong++;
		return refused;
	}
	if (p->spent || p->wrong >= BLOCK_TRIES)
		return refused;
	p->spent = true;
	*proof = BY_PASSWORD;
	if (!account_is_good(w, user, BY_PASSWORD, p->flow))
		return refused;
	return shown(w, p, BY_PASSWORD);
}

static struct foretold
foretell_sent(struct walk *w, struct user *user, enum challenge challenge)
{
	if ((challenge == EMAIL_OTP || challenge == SMS_OTP)
	    && !take_budget(w, &user->budget[SENT_FIRST], FIRST_SENDS_MAX))
		return refused_late;
	return asked(challenge);
}

static struct foretold
foretell_select(struct walk *w, struct pending *p, bool right, enum challenge choice, unsigned *proof)
{
	struct user *user = &w->users[p->user];
	const unsigned set = offered(&w->pool, user);
	if (!set)
		return w->clients[p->client].hides ? (struct foretold){ .outcome = HOPELESS } : refused;
	if (!(set & BIT(choice)))
		return refused;
	if (choice == PASSWORD) {
		if (!guess_password(w, p, right))
			return refused;
		*proof = BY_PASSWORD;
		return shown(w, p, BY_PASSWORD);
	}
	p->spent = true;
	if (choice == PASSWORD_SRP)
		return right ? asked(PASSWORD_VERIFIER) : refused_late;
	return foretell_sent(w, user, choice);
}

static struct foretold
foretell_new_password(struct walk *w, struct pending *p, bool right)
{
	struct user *user = &w->users[p->user];
	if (!account_is_good(w, user, p->proofs, p->flow) || !right)
		return refused;
	p->spent = true;
	PUT(w, user->password, LG_STR("Brand-new-horse-9"));
	user->status = CONFIRMED;
	user->credential++;
	return foretell(w, user, p->proofs, p->flow, p->device);
}

/* A recovery code is good once. */
static void
use_paper(struct walk *w, struct user *user)
{
	if (w->paper < 0)
		return;
	w->stats.papers++;
	memcpy(user->used_paper, user->papers[w->paper], sizeof(user->used_paper));
	user->paper_count--;
	memmove(user->papers[w->paper], user->papers[w->paper + 1],
		sizeof(user->papers[0]) * (size_t)(user->paper_count - w->paper));
}

static enum method
method_of(enum challenge challenge)
{
	return challenge == SOFTWARE_TOKEN_MFA ? TOTP : challenge == EMAIL_OTP ? EMAIL : SMS;
}

/* A code by message, as a second factor, to set one up, or as the first. */
static struct foretold
foretell_code(struct walk *w, struct pending *p, bool right, unsigned *proof)
{
	struct user *user = &w->users[p->user];
	const bool first = !p->proofs;
	const enum method method = method_of(p->challenge);
	char *address = method == EMAIL ? user->email : user->phone;
	const unsigned can = p->setup ? settable(&w->pool, user) : askable(&w->pool, user);
	if (!first && (p->setup || p->flow != FLOW_CUSTOM) && !(can & (1U << method)))
		return refused;
	if (p->setup && address[0] && strcmp(address, p->address) != 0)
		return refused;
	/* A code is good for the address that it went to. */
	if (!p->setup && w->paper < 0 && strcmp(address, p->address) != 0)
		right = false;
	/* Strangers who guess at the one kind lock nobody out of the other. */
	if (!guess(w, p, first ? GUESS_FIRST : GUESS_SECOND, right))
		return refused;
	if (first && user->enabled && user->status == UNCONFIRMED)
		user->status = CONFIRMED;
	if (!account_is_good(w, user, p->proofs, p->flow))
		return refused_late;
	if (p->setup) {
		PUT(w, user->email, lg_str_from_c(p->address));
		user->enabled_method[EMAIL] = true;
		user->preferred = EMAIL;
	}
	use_paper(w, user);
	*proof = first ? BY_CODE : BY_SECOND;
	return shown(w, p, *proof);
}

static struct foretold
foretell_app(struct walk *w, struct pending *p, bool right, unsigned *proof)
{
	struct user *user = &w->users[p->user];
	if (!user->secret[0] || (p->flow != FLOW_CUSTOM && !(askable(&w->pool, user) & (1U << TOTP))))
		return refused;
	bool free;
	const int64_t step = free_step(w, user, &free);
	if (!guess(w, p, GUESS_SECOND, right))
		return refused;
	if (!account_is_good(w, user, p->proofs, p->flow))
		return refused_late;
	if (w->paper < 0)
		user->steps[user->step_count++] = now_ms(w) / 30000 + step;
	use_paper(w, user);
	*proof = BY_SECOND;
	return shown(w, p, BY_SECOND);
}

static struct foretold
foretell_select_mfa(struct walk *w, struct pending *p, int choice)
{
	struct user *user = &w->users[p->user];
	static const enum challenge challenges[METHODS] = { SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP };
	if (choice < 0 || !(askable(&w->pool, user) & (1U << choice))
	    || !account_is_good(w, user, p->proofs, p->flow))
		return refused;
	p->spent = true;
	if (choice != TOTP && !take_budget(w, &user->budget[SENT_SECOND], SECOND_SENDS_MAX))
		return refused_late;
	return asked(challenges[choice]);
}

static struct foretold
foretell_setup(struct walk *w, struct pending *p, int choice)
{
	struct user *user = &w->users[p->user];
	if (!account_is_good(w, user, p->proofs, p->flow))
		return refused;
	if (p->proofs & BY_SECOND)
		return shown(w, p, 0);
	if (choice != EMAIL || !(settable(&w->pool, user) & (1U << EMAIL)))
		return refused;
	if (user->email[0] && strcmp(user->email, p->address) != 0)
		return refused;
	p->spent = true;
	if (!take_budget(w, &user->budget[SENT_SECOND], SECOND_SENDS_MAX))
		return refused_late;
	return asked(EMAIL_OTP);
}

static struct foretold
foretell_passkey(struct walk *w, struct pending *p, bool right, unsigned *proof)
{
	const struct user *user = &w->users[p->user];
	/* Nobody guesses a signature: wrong ones are counted for the Session alone. */
	if (!right || !user->passkey) {
		p->wrong++;
		return refused;
	}
	*proof = BY_PASSKEY | (w->pool.passkeys_count ? BY_SECOND : 0);
	return shown(w, p, *proof);
}

static struct foretold
foretell_custom(struct walk *w, struct pending *p, bool right, unsigned *proof)
{
	p->spent = true;
	if (right) {
		*proof = BY_CUSTOM;
		return shown(w, p, BY_CUSTOM);
	}
	p->riddles++;
	return p->riddles == RIDDLES ? refused : asked(CUSTOM_CHALLENGE);
}

static struct foretold
foretell_device(struct walk *w, struct pending *p, bool right, unsigned *proof)
{
	const struct user *user = &w->users[p->user];
	const struct device *d = p->device >= 0 ? &user->devices[p->device] : NULL;
	if (!d || !d->remembered || d->forgotten)
		return refused;
	if (p->challenge == DEVICE_SRP_AUTH)
		return right ? asked(DEVICE_PASSWORD_VERIFIER) : refused;
	struct pending *session = &w->pending[p->parent];
	if (!guess(w, session, GUESS_DEVICE, right))
		return refused;
	*proof = BY_DEVICE;
	if (!account_is_good(w, user, p->proofs, p->flow))
		return refused_late;
	session->spent = true;
	return shown(w, p, BY_DEVICE);
}

/* Right or wrong, to the challenge that was asked. */
static struct foretold
foretell_answer(struct walk *w, struct pending *p, enum challenge as, bool right, int choice,
	unsigned *proof)
{
	if (p->hopeless)
		return (struct foretold){ .outcome = HOPELESS };
	if (as == PASSWORD_VERIFIER)
		return foretell_srp(w, p, right, proof);
	if (as == DEVICE_PASSWORD_VERIFIER
	    && (now_ms(w) >= p->expires_ms || !is_alive(w, &w->pending[p->parent])))
		return refused;
	if (as != DEVICE_PASSWORD_VERIFIER && !is_alive(w, p))
		return refused;
	switch (as) {
	case NEW_PASSWORD_REQUIRED:
		return foretell_new_password(w, p, right);
	case SMS_MFA:
	case EMAIL_OTP:
	case SMS_OTP:
		return foretell_code(w, p, right, proof);
	case SOFTWARE_TOKEN_MFA:
		return foretell_app(w, p, right, proof);
	case SELECT_MFA_TYPE:
		return foretell_select_mfa(w, p, choice);
	case MFA_SETUP:
		return foretell_setup(w, p, choice);
	case SELECT_CHALLENGE:
		return foretell_select(w, p, right, (enum challenge)choice, proof);
	case PASSWORD:
		if (!guess_password(w, p, right))
			return refused;
		*proof = BY_PASSWORD;
		return shown(w, p, BY_PASSWORD);
	case PASSWORD_SRP:
		p->spent = true;
		return right ? asked(PASSWORD_VERIFIER) : refused_late;
	case WEB_AUTHN:
		return foretell_passkey(w, p, right, proof);
	case CUSTOM_CHALLENGE:
		return foretell_custom(w, p, right, proof);
	case DEVICE_SRP_AUTH:
	case DEVICE_PASSWORD_VERIFIER:
		return foretell_device(w, p, right, proof);
	case PASSWORD_VERIFIER:
		return foretell_srp(w, p, right, proof);
	case CHALLENGES:
		break;
	}
	return refused;
}

/* ---- the call ---- */

static int
draw_choice(struct walk *w, const struct pending *p, enum challenge as, enum how how)
{
	static const enum challenge choices[] = { PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP, WEB_AUTHN };
	const struct user *user = &w->users[p->user];
	if (as == SELECT_CHALLENGE) {
		enum challenge choice = choices[draw(w, LG_LEN(choices))];
		for (int i = 0; how == RIGHT && i < 50 && !(offered(&w->pool, user) & BIT(choice)); i++)
			choice = choices[draw(w, LG_LEN(choices))];
		return (int)choice;
	}
	if (as == SELECT_MFA_TYPE) {
		int choice = (int)draw(w, METHODS);
		for (int i = 0; how == RIGHT && i < 50 && !(askable(&w->pool, user) & (1U << choice)); i++)
			choice = (int)draw(w, METHODS);
		return choice;
	}
	return as == MFA_SETUP && !(p->proofs & BY_SECOND) && how == RIGHT ? EMAIL : -1;
}

/* In the place of the code of a second factor that he has. */
static int
draw_paper(struct walk *w, const struct pending *p, enum challenge as, enum how how)
{
	const struct user *user = &w->users[p->user];
	const bool code = as == SMS_MFA || as == EMAIL_OTP || as == SOFTWARE_TOKEN_MFA;
	if (how != RIGHT || !code || !p->proofs || p->setup || !user->paper_count || chance(w, 40))
		return -1;
	tell(w, "    with a recovery code");
	return (int)draw(w, (uint64_t)user->paper_count);
}

static void
write_session(struct walk *w, const struct pending *p, enum how how)
{
	char text[2100];
	memcpy(text, p->session, sizeof(text));
	if (how == GARBLED && text[0])
		text[30] = text[30] == 'A' ? 'B' : 'A';
	if (text[0])
		call_str(w, "Session", text);
}

/* As another challenge, whose parameters are all there: those of this one and any others. */
static void
write_other(struct walk *w, const struct pending *p)
{
	const struct user *user = &w->users[p->user];
	static const char *const names[] = { "ANSWER", "SMS_MFA_CODE", "EMAIL_OTP_CODE", "SMS_OTP_CODE",
		"SOFTWARE_TOKEN_MFA_CODE", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK",
		"TIMESTAMP", "CREDENTIAL" };
	for (size_t i = 0; i < LG_LEN(names); i++)
		call_str(w, names[i], p->code[0] ? p->code : "PASSWORD");
	call_str(w, "PASSWORD", user->has_password ? user->password : "x");
	call_str(w, "NEW_PASSWORD", "Brand-new-horse-9");
	call_str(w, "SRP_A", srp_client_A(w->srp));
	call_str(w, "DEVICE_KEY", "us-east-1_00000000-0000-4000-8000-000000000000");
}

/* One that this Session is no answer to. A password challenge, say, may be answered by another choice. */
static enum challenge
draw_other(struct walk *w, const struct pending *p)
{
	const bool choice = p->flow == FLOW_CHOICE
		&& (p->challenge == PASSWORD || p->challenge == PASSWORD_SRP || p->challenge == WEB_AUTHN);
	for (;;) {
		const enum challenge other = (enum challenge)draw(w, CHALLENGES);
		if (other != p->challenge && !(choice && other == SELECT_CHALLENGE))
			return other;
	}
}

static int
other_user(struct walk *w, const struct pending *p)
{
	const int other = (int)draw(w, USERS - 1);
	return other >= p->user ? other + 1 : other;
}

/* Wrong in form: refused, and nothing is used up; but a proof of plain SRP under another name is a guess. */
static struct foretold
foretell_illegal(struct walk *w, struct pending *p, enum how how)
{
	if (how == FOREIGN_USER && p->challenge == PASSWORD_VERIFIER && p->flow == FLOW_SRP && !p->hopeless
	    && now_ms(w) < p->expires_ms) {
		guess_password(w, p, false);
		p->wrong++;
	}
	return refused;
}

static void
begin_answer(struct walk *w, const struct pending *p, enum how how, enum challenge as)
{
	const int client = how == FOREIGN_CLIENT ? 1 - p->client : p->client;
	const int user = how == FOREIGN_USER ? other_user(w, p) : p->user;
	const bool admin = p->flow == FLOW_ADMIN;
	call_begin(w, admin ? "AdminRespondToAuthChallenge" : "RespondToAuthChallenge");
	if (admin)
		call_str(w, "UserPoolId", w->pool.id);
	call_str(w, "ClientId", w->clients[client].id);
	call_str(w, "ChallengeName", challenge_names[as]);
	call_open(w, "ChallengeResponses", '{');
	call_str(w, "USERNAME", w->users[user].name);
}

/* What the next one that waits inherits. */
static struct pending
heir(struct walk *w, const struct pending *p, enum challenge as, unsigned proof, int choice)
{
	struct pending before = { .user = p->user, .client = p->client, .flow = p->flow,
		.proofs = p->proofs | proof, .device = p->device, .parent = -1, .riddles = p->riddles,
		.hopeless = p->hopeless };
	if (as == DEVICE_SRP_AUTH)
		before.parent = (int)(p - w->pending);
	before.setup = as == MFA_SETUP && choice == EMAIL && !(p->proofs & BY_SECOND);
	return before;
}

static bool
is_counted(enum how how)
{
	return how == RIGHT || how == WRONG;
}

int
answer(struct walk *w, int index, enum how how)
{
	static const char *const hows[HOWS] = { "rightly", "wrongly", "as another user", "as another client",
		"as another challenge", "with a broken Session" };
	struct pending *p = &w->pending[index];
	struct user *user = &w->users[p->user];
	enum challenge as = how == OTHER_CHALLENGE ? draw_other(w, p) : p->challenge;
	const bool again = is_counted(how) && p->flow == FLOW_CHOICE && !p->proofs && !p->hopeless
		&& (as == PASSWORD || as == PASSWORD_SRP || as == WEB_AUTHN) && chance(w, 20);
	if (again)
		as = SELECT_CHALLENGE;
	const bool right = how != WRONG;
	const int choice = draw_choice(w, p, as, how);
	tell(w, "answer %d: %s of %s %s%s%s", index, challenge_names[p->challenge], user->name, hows[how],
		as == SELECT_CHALLENGE ? ", choice " : "", as == SELECT_CHALLENGE && choice >= 0 ?
		challenge_names[choice] : "");
	w->paper = draw_paper(w, p, as, how);
	begin_answer(w, p, how, as);
	if (as == MFA_SETUP && choice == EMAIL)
		PUT(w, p->address, lg_str_from_c(user->email[0] ? user->email : "set.up@example.com"));
	struct pending asked_as = *p;
	asked_as.challenge = as;
	if (how == GARBLED && !p->session[0] && asked_as.block[0])
		asked_as.block[30] = asked_as.block[30] == 'A' ? 'B' : 'A';
	bool made = true;
	if (how == OTHER_CHALLENGE)
		write_other(w, p);
	else
		made = make_responses(w, &asked_as, right, choice);
	call_close(w, '}');
	write_session(w, &asked_as, how);
	if (!made) {
		call_end(w);
		return -1;
	}
	unsigned proof = 0;
	const struct foretold expected = is_counted(how)
		? foretell_answer(w, p, as, right, choice, &proof)
		: foretell_illegal(w, p, how);
	const struct pending before = heir(w, p, as, proof, choice);
	p->unsure = p->unsure || expected.unsure;
	w->stats.answered[p->challenge]++;
	if (how == RIGHT)
		w->stats.right++;
	else if (how == WRONG)
		w->stats.wrong++;
	else
		w->stats.illegal++;
	call_send(w);
	return judge(w, &before, expected);
}
