/*
 * walk.h - random sign-ins against the whole server, right and wrong, judged by an oracle that was written
 * from spec/sign-in.md and knows nothing of the server's tables.
 *
 * An episode is a pool with settings drawn at random, two clients, a few users and nobody. Sign-ins are
 * begun, and what waits for an answer is answered: rightly, wrongly, too late, twice, by another user or
 * client, as another challenge, while users and their factors change. The oracle foretells each answer. At
 * the end of an episode every user must still be able to sign in.
 *
 * walk.c draws; oracle.c foretells; begin.c, answer.c, makers.c, make.c and life.c ask the server and judge;
 * rescue.c looks for users who are stuck.
 */
#ifndef LG_TESTS_WALK_H
#define LG_TESTS_WALK_H

#include "tests/lib/srp_client.h"
#include "tests/wire/world.h"

#define USERS 4        /* of an episode; the last is nobody */
#define NOBODY (USERS - 1)
#define CLIENTS 2      /* the second hides who exists */
#define PENDING_MAX 1024
#define DEVICES_MAX 3
#define STEPS_MAX 32
#define PAPERS 10
#define TRACE_MAX (256 * 1024)

enum challenge {
	PASSWORD_VERIFIER, NEW_PASSWORD_REQUIRED, SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP, SMS_OTP,
	SELECT_MFA_TYPE, MFA_SETUP, SELECT_CHALLENGE, PASSWORD, PASSWORD_SRP, WEB_AUTHN, CUSTOM_CHALLENGE,
	DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER, CHALLENGES
};
extern const char *const challenge_names[CHALLENGES];

enum flow { FLOW_PASSWORD, FLOW_ADMIN, FLOW_SRP, FLOW_CHOICE, FLOW_CUSTOM, FLOWS };
extern const char *const flow_names[FLOWS];

/* What a sign-in has shown so far. */
enum proof {
	BY_PASSWORD = 1, BY_CODE = 2, BY_PASSKEY = 4, BY_CUSTOM = 8, BY_SIGN_UP = 16,
	BY_SECOND = 32, BY_DEVICE = 64
};

enum method { SMS, TOTP, EMAIL, METHODS };
extern const char *const method_names[METHODS];
enum mfa { MFA_OFF, MFA_OPTIONAL, MFA_ON };
enum status { UNCONFIRMED, CONFIRMED, FORCE_CHANGE, RESET_REQUIRED };

struct pool {
	char id[64], group[32];
	enum mfa mfa;
	bool method[METHODS];
	bool code_email, code_sms, passkeys; /* first factors beside the password */
	bool passkeys_count;                 /* as both factors, with user verification */
	bool devices, device_for_mfa, prompt;
	bool custom;
	bool papers; /* recovery codes stand for a second factor (docs/decisions/0013) */
	int recovers_by; /* the method whose address is the primary recovery channel; -1 = none */
};

struct client {
	char id[64];
	int64_t session_ms;
	bool hides;
};

/* Failures of one kind (spec/user-pools.md 9.1). */
struct throttle {
	int fails;
	int64_t last_ms;
};
/* Events of one kind within the hour that the first of them began. */
struct budget {
	int count;
	int64_t until_ms;
};
enum { SENT_FIRST, SENT_SECOND, VERIFIED_APP, BUDGETS };
enum { GUESS_PASSWORD, GUESS_FIRST, GUESS_SECOND, GUESS_DEVICE, GUESSES };

struct device {
	char key[64], group[64];
	bool confirmed, remembered, forgotten;
};

struct user {
	char name[32];
	bool exists, enabled;
	enum status status;
	bool has_password;
	int64_t temporary_until_ms;
	char password[40];
	unsigned credential; /* how often it was set */
	char email[48], phone[24];
	bool enabled_method[METHODS];
	int preferred; /* -1 = none */
	char secret[80]; /* of the app; empty = none */
	int64_t steps[STEPS_MAX]; /* that the app's codes were used for */
	size_t step_count;
	char papers[PAPERS][16]; /* recovery codes that are left */
	int paper_count;
	char used_paper[16]; /* the newest that was used */
	bool passkey;
	char passkey_id[24];
	unsigned passkey_count;
	struct device devices[DEVICES_MAX];
	size_t device_count;
	struct throttle throttle[GUESSES];
	struct budget budget[BUDGETS];
	char access[2400]; /* newest token; empty = none that is good */
	char sign_up[2][2100]; /* Sessions of SignUp and ConfirmSignUp; empty = none */
	int64_t sign_up_ms[2];
	unsigned sign_up_credential;
	int sign_up_client;
	int renewals; /* passwords that he set by a code or a token */
};

/* What waits for an answer. */
struct pending {
	enum challenge challenge;
	enum flow flow;
	int user, client;
	unsigned proofs;
	int64_t expires_ms;
	unsigned credential;
	bool spent, unsure; /* unsure: an answer failed behind the point where it is used up */
	bool hopeless;      /* of nobody, or of somebody answered like him */
	int wrong;
	int device;         /* that was named; -1 = none */
	int parent;         /* the DEVICE_SRP_AUTH that a block belongs to; -1 = none */
	int riddles;
	char session[2100];
	char code[16], address[48];
	bool setup;
	char secret[80];    /* of an app that is being set up */
	unsigned choices;   /* that SELECT_CHALLENGE offered */
	char options[2048];
	char block[3000], salt[64], B[800], id[64];
};

struct stats {
	unsigned long begun, right, wrong, illegal, tokens, moves, rescued, by_admin, papers;
	unsigned long answered[CHALLENGES];
};

struct walk {
	struct world world;
	uint64_t random;
	struct srp_client *srp;
	struct pool pool;
	struct client clients[CLIENTS];
	struct user users[USERS];
	struct pending *pending;
	size_t pending_count;
	int names;           /* of users so far */
	struct exchange x;   /* the newest call */
	struct lg_json *j;   /* its input while it is written */
	const char *operation;
	char *trace;
	size_t trace_len;
	bool failed;
	int paper;    /* the recovery code that the answer brings; -1 = none */
	bool careful; /* a client that drops the keys of devices that are gone */
	struct stats stats;
};

/* ---- walk.c ---- */

uint64_t draw(struct walk *w, uint64_t below);
bool chance(struct walk *w, unsigned percent);
int64_t now_ms(const struct walk *w);
void advance_ms(struct walk *w, int64_t ms);
/* A line of the episode's story. */
void tell(struct walk *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The oracle was wrong, or the server is. */
void fail(struct walk *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Copies; fails the walk when it does not fit. */
void put(struct walk *w, char *to, size_t size, lg_str s);
#define PUT(w, to, s) put(w, to, sizeof(to), s)

/* ---- call.c: one call at a time ---- */

void call_begin(struct walk *w, const char *operation);
void call_str(struct walk *w, const char *name, const char *value);
void call_bool(struct walk *w, const char *name, bool value);
void call_raw(struct walk *w, const char *name, const char *json);
void call_open(struct walk *w, const char *name, char bracket);
void call_close(struct walk *w, char bracket);
bool call_send(struct walk *w);    /* did it succeed? */
void call_must(struct walk *w);    /* it has to; ends the call */
void call_end(struct walk *w);
lg_str reply_text(const struct walk *w, const char *path); /* "AuthenticationResult.AccessToken" */
bool replied(const struct walk *w, const char *error);
/* An administrator's, about a user of the pool. */
void call_named(struct walk *w, const char *operation, const struct user *user);
void call_attribute(struct walk *w, const char *name, const char *value);
/* The newest message to a user for a purpose; NULL when there is none. */
const struct lg_message *message_to(const struct walk *w, const char *user, const char *purpose);

/* ---- oracle.c ---- */

/* HOPELESS: he is answered like nobody, by an error or a challenge that no answer passes. */
enum outcome { ERROR, TOKENS, ASKED, HOPELESS };
struct foretold {
	enum outcome outcome;
	enum challenge challenge; /* when ASKED */
	bool unsure;              /* on ERROR: what was answered may be used up */
};

bool is_locked(const struct walk *w, const struct throttle *t);
void note_guess(const struct walk *w, struct throttle *t, bool right);
bool take_budget(const struct walk *w, struct budget *b, int max);
bool is_held(const struct pool *pool, const struct user *user);
bool is_ready(const struct user *user, enum method method);
/* Methods that can be asked for now, and those that may be set up instead. */
unsigned askable(const struct pool *pool, const struct user *user);
unsigned settable(const struct pool *pool, const struct user *user);
/* First factors that are offered: bits of `enum challenge`. */
unsigned offered(const struct pool *pool, const struct user *user);
bool account_is_good(const struct walk *w, const struct user *user, unsigned proofs, enum flow flow);
/* What follows when so much was shown. Sends are taken from their budgets. */
struct foretold foretell(struct walk *w, struct user *user, unsigned proofs, enum flow flow, int device);
int64_t free_step(const struct walk *w, const struct user *user, bool *ret);

/* ---- begin.c ---- */

void begin_random(struct walk *w);
/* Begin rightly, the shortest way; -1, or the new pending, or -2 for tokens. */
int begin_rightly(struct walk *w, int user);
/* Judge what came back, and keep what waits; returns as begin_rightly. */
int judge(struct walk *w, const struct pending *before, struct foretold expected);
/* Whether AvailableChallenges is exactly this. */
void check_available(struct walk *w, unsigned expected);
struct pending *add_pending(struct walk *w, int user, int client, enum flow flow);

/* ---- answer.c ---- */

enum how { RIGHT, WRONG, FOREIGN_USER, FOREIGN_CLIENT, OTHER_CHALLENGE, GARBLED, HOWS };
int answer(struct walk *w, int pending, enum how how);

/* ---- makers.c: ChallengeResponses ---- */

/* Writes the right, or a wrong, answer's own parameters. False: there is no right one now. */
bool make_responses(struct walk *w, struct pending *p, bool right, int choice);
void write_srp_proof(struct walk *w, const struct pending *p, bool right);
bool set_up_app(struct walk *w, int pending, bool right);

/* ---- make.c ---- */

void make_pool(struct walk *w);
void make_users(struct walk *w);
void write_mfa_config(struct walk *w);

/* ---- life.c ---- */

/* Something happens to this user and his factors. */
void live_random(struct walk *w, int user);
/* What people do once they are in: register an app, a passkey. */
void settle(struct walk *w, int user);
void set_password(struct walk *w, int user, bool permanent);
/* A second factor is turned on or off, or preferred. */
void prefer(struct walk *w, int user);
void set_enabled(struct walk *w, int user, bool enabled);
bool recover(struct walk *w, int user);
void confirm(struct walk *w, int user);

/* ---- rescue.c ---- */

void rescue(struct walk *w, int user);

#endif
