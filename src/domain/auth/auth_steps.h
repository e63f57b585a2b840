/*
 * auth_steps.h - what the parts of sign-in share. Included by domain/auth*.c only.
 *
 * A flow or an answer proves something and hands over to lg_auth_next, which alone decides what follows.
 * What was proven before travels in the Session string.
 */
#ifndef LG_DOMAIN_AUTH_STEPS_H
#define LG_DOMAIN_AUTH_STEPS_H

#include "domain/auth/auth.h"
#include "domain/auth/mfa.h"
#include "domain/auth/trigger.h"

/* A spent row stays this much longer than what it forbids, because the clocks of two nodes differ. */
#define LG_SPENT_MARGIN_MS (5 * LG_MINUTE_MS)

struct lg_device; /* domain/auth/device.h */

/* One sign-in in the course of one call. */
struct lg_auth {
	const struct lg_auth_call *call;
	struct lg_user *user;    /* NULL until he is known; may be a decoy, for whom every proof fails */
	lg_str flow;             /* that began the sign-in; travels in the Session */
	lg_str device_key;       /* DEVICE_KEY of this call or an earlier one; absent = none */
	struct lg_device *device; /* the one it names, once it was read; NULL = none that he confirmed */
	struct lg_str_list done; /* what was proven so far: LG_AUTH_* */
	struct lg_rec_custom_state *custom; /* of CUSTOM_AUTH, once it was begun or loaded */
	/*
	 * As opened by lg_auth_session_open, all zero before. A `begin` sets what its challenge must
	 * remember (mac, to, secret, stored) before lg_auth_session_make.
	 */
	struct lg_rec_session session;
};

/* In `done`. First factors: one of them at least, or there are no tokens. */
#define LG_AUTH_PASSWORD LG_STR("PASSWORD") /* by whatever flow */
#define LG_AUTH_OTP LG_STR("OTP")           /* a code, in the place of a password */
#define LG_AUTH_PASSKEY LG_STR("PASSKEY")
#define LG_AUTH_CUSTOM LG_STR("CUSTOM")     /* DefineAuthChallenge said issueTokens */
#define LG_AUTH_SIGN_UP LG_STR("SIGN_UP")   /* the Session of ConfirmSignUp */
/* What may stand behind them. */
#define LG_AUTH_MFA LG_STR("MFA")           /* a second factor; also a passkey that counts as both */
#define LG_AUTH_DEVICE LG_STR("DEVICE")     /* a remembered device */
/* No proof, but PreTokenGeneration is told. */
#define LG_AUTH_NEW_PASSWORD LG_STR("NEW_PASSWORD")

typedef lg_status lg_auth_fn(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret);

/* ---- auth_next.c: the tables ---- */

#define LG_AUTH_MAX_REQUIRED 5

/* How a sign-in may begin. */
struct lg_auth_flow {
	lg_str name;
	bool open, admin;    /* by InitiateAuth, by AdminInitiateAuth */
	lg_str allow;        /* what the client's ExplicitAuthFlows must hold */
	const char *refusal; /* text when they do not */
	bool named;          /* USERNAME tells who: he is read, SECRET_HASH checked, before `start` */
	bool migrates;       /* and UserMigration may bring him along */
	lg_str required[LG_AUTH_MAX_REQUIRED];
	lg_auth_fn *start;   /* NULL = not built, comes with `issue` */
	int issue;
};

/* How a challenge is answered. */
struct lg_auth_challenge {
	lg_str name;
	bool open, admin;
	bool session;        /* needs a Session of this challenge; without, `answer` finds the user */
	int64_t tries;       /* answers that one Session allows, when wrong ones do not end it; 0 = 1 */
	lg_str required[LG_AUTH_MAX_REQUIRED];
	lg_auth_fn *answer;  /* NULL = not built, comes with `issue` */
	int issue;
};

/* NULL when there is none of this name. */
const struct lg_auth_flow *lg_auth_flow_find(lg_str name);
const struct lg_auth_challenge *lg_auth_challenge_find(lg_str name);

/* Begin the challenge of this name, whoever chose it. */
LG_MUST lg_status lg_auth_begin_named(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str challenge, struct lg_auth_step *ret);

/* Something was proven and noted in auth->done: the next challenge, or tokens. */
lg_auth_fn lg_auth_next;

/* ---- auth.c ---- */

lg_str lg_auth_param(const struct lg_auth *auth, lg_str name); /* absent = not sent */
LG_MUST lg_status lg_auth_param_add(struct lg_ctx *cx, struct lg_auth_step *step, size_t max, lg_str key,
	lg_str value);
LG_MUST lg_status lg_auth_done_add(struct lg_ctx *cx, struct lg_auth *auth, lg_str what);
bool lg_auth_has_done(const struct lg_auth *auth, lg_str what);
bool lg_auth_has_first(const struct lg_auth *auth); /* one of the first factors is in `done` */
/* Nothing was proven, and the client tells strangers nothing about users. */
bool lg_auth_hides(const struct lg_auth *auth);
/* Read the user whom a Session or a secret block names; who is gone, or never was, is a decoy. */
LG_MUST lg_status lg_auth_read_user(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str uid, lg_str username, unsigned parts);
/* Is `name`, as sent with an answer, a name of auth->user? Only one that is not plain is looked up. */
LG_MUST lg_status lg_auth_is_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	lg_str name, bool *ret);
/* "Incorrect username or password." */
LG_MUST lg_status lg_auth_incorrect(struct lg_ctx *cx);
/* The call as managed login makes it: the client has no secret that a page could know, and tells nothing. */
LG_MUST lg_status lg_auth_hosted_client(struct lg_ctx *cx, struct lg_auth_call *call);
/* 501 that names what is missing and the issue that brings it. */
LG_MUST lg_status lg_auth_not_built(struct lg_ctx *cx, const char *kind, lg_str name, int issue);

/* ---- auth_password.c ---- */

/*
 * Decide about the proof of a password, `checked` being LG_OK or LG_E_MISMATCH: lockout first. LG_OK tells
 * that it was right; what the account's state has to say comes after it, with lg_auth_password_allows
 * (spec/sign-in.md 1).
 */
LG_MUST lg_status lg_auth_password_decide(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	lg_status checked);
LG_MUST lg_status lg_auth_account_check(struct lg_ctx *cx, const struct lg_auth *auth);
/* After a right password: lg_auth_account_check, then lg_auth_device_check. Nothing is spent yet. */
LG_MUST lg_status lg_auth_password_allows(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth);
/*
 * PASSWORD of this call, in any flow. A right one spends the Session that asked for it, if one did; a wrong
 * one leaves it, as lockout counts.
 */
lg_auth_fn lg_auth_start_password;

/* ---- auth_choice.c: USER_AUTH ---- */

lg_auth_fn lg_auth_start_choice;
lg_auth_fn lg_auth_answer_select;
lg_auth_fn lg_auth_answer_password;
lg_auth_fn lg_auth_answer_password_srp;

/* ---- auth_sign_up.c ---- */

/* USER_AUTH with the Session of SignUp or ConfirmSignUp (domain/auth/auth.h). */
lg_auth_fn lg_auth_after_sign_up;

/* ---- auth_triggers.c ---- */

/* Fails when the pool has a trigger that must be asked about sign-ins, and none can be called. */
LG_MUST lg_status lg_auth_triggers_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool);
/* What events of this sign-in tell. */
struct lg_trigger_about lg_auth_about(const struct lg_auth *auth, enum lg_trigger trigger);
/* ClientMetadata of an answer, NULL otherwise: that of a beginning goes elsewhere (spec/triggers.md 1.2). */
const struct lg_str_map *lg_auth_client_metadata(const struct lg_auth *auth);
/* Ask them, where the pool has them: before a password is looked at, and before there are tokens. */
LG_MUST lg_status lg_auth_pre_authentication(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_auth *auth);
LG_MUST lg_status lg_auth_post_authentication(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_auth *auth);

/* ---- auth_custom.c: CUSTOM_AUTH (spec/sign-in.md 2.1) ---- */

lg_auth_fn lg_auth_start_custom;
lg_auth_fn lg_auth_begin_custom; /* something was proven: DefineAuthChallenge has the next word */
lg_auth_fn lg_auth_answer_custom;
lg_auth_fn lg_auth_answer_admin_password; /* ADMIN_NO_SRP_AUTH, when DefineAuthChallenge asked for it */
/* The challenge of this call was answered rightly, whatever follows: DefineAuthChallenge will be told. */
LG_MUST lg_status lg_auth_custom_note(struct lg_ctx *cx, struct lg_auth *auth);

/* ---- auth_custom_state.c ---- */

/* Of auth->session into auth->custom. "Invalid session for the user." when it is gone. */
LG_MUST lg_status lg_auth_custom_load(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth);
/*
 * The other way, before a Session is made. What does not fit there is stored, in one of few places a user:
 * whoever begins many sign-ins at once, or has others begun for him, loses the oldest.
 * LG_E_INVALID_LAMBDA_RESPONSE when it is too long for that, too.
 */
LG_MUST lg_status lg_auth_custom_save(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth);

/* ---- auth_block.c: secret blocks, the server's memory of an SRP exchange ---- */

/* Whose secret is proven: a password's or a device's. */
struct lg_auth_exchange {
	lg_str purpose; /* seals the block, so that one kind does not pass for the other */
	struct lg_srp_name name;
	lg_str sealed;  /* credential; absent = nobody's */
};

/*
 * The client's number begins an exchange with auth->user: SALT, SECRET_BLOCK, SRP_B and USERNAME in `ret`,
 * to which the caller adds one more. `secret` keeps what the caller set; the rest is filled in.
 */
#define LG_AUTH_BLOCK_PARAMS 5
LG_MUST lg_status lg_auth_block_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_auth_exchange *exchange, lg_str A_hex, struct lg_rec_srp_secret *secret,
	struct lg_auth_step *ret);
/*
 * Open what came back, `ret_bytes` being what is hashed. Whatever is wrong with it is "Incorrect username or
 * password."; nothing was guessed then, so nothing is counted.
 */
LG_MUST lg_status lg_auth_block_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	lg_str purpose, struct lg_rec_srp_secret *ret, lg_str *ret_bytes);
/* LG_E_MISMATCH unless PASSWORD_CLAIM_SIGNATURE is right. */
LG_MUST lg_status lg_auth_block_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_auth_exchange *exchange, const struct lg_rec_srp_secret *secret, lg_str bytes);

/* ---- auth_srp.c ---- */

/*
 * SRP_A of this call begins it, in any flow. Outside USER_SRP_AUTH the answer brings a Session of
 * PASSWORD_VERIFIER back.
 */
lg_auth_fn lg_auth_start_srp;
/* The same with a number that an earlier call brought. */
LG_MUST lg_status lg_auth_begin_srp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str A_hex, struct lg_auth_step *ret);
lg_auth_fn lg_auth_answer_srp;

/* ---- auth_device.c ---- */

/*
 * DEVICE_KEY of this call names a device of the user, whose first factor was proven: lg_device_unknown
 * otherwise. Clients drop the key then and repeat the same answer, so nothing may be spent before.
 */
LG_MUST lg_status lg_auth_device_check(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth);
/* The device that an earlier call named; one that is unknown, or not any more, counts as none. */
LG_MUST lg_status lg_auth_device_recall(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth);
/* A browser's device was used; nothing depends on it. */
LG_MUST lg_status lg_auth_device_seen(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth);
/* Was a device named that is remembered, so that it has to prove itself? */
bool lg_auth_device_remembered(const struct lg_auth *auth);
/* The device key of the tokens; that of a new device is in `ret`, too. */
LG_MUST lg_status lg_auth_device_of_tokens(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	struct lg_auth_step *ret, lg_str *ret_key);

lg_auth_fn lg_auth_begin_device;        /* DEVICE_SRP_AUTH */
lg_auth_fn lg_auth_answer_device_srp;   /* its answer, DEVICE_PASSWORD_VERIFIER being what follows */
lg_auth_fn lg_auth_answer_device_proof; /* needs no Session: the secret block holds it */

/* ---- auth_note.c: what threat protection keeps of a sign-in ---- */

/* Nothing here fails, and each costs as much about nobody (domain/auth/auth_event.h). */
void lg_auth_note_wrong_password(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth);
void lg_auth_note_wrong_factor(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth);
/* The first of an hour. */
void lg_auth_note_wrong_passkey(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth);
/* `event_id` is that of the tokens. */
void lg_auth_note_signed_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	lg_str event_id);

/* ---- auth_new_password.c ---- */

lg_auth_fn lg_auth_begin_new_password;
lg_auth_fn lg_auth_answer_new_password;

/* ---- auth_refresh.c ---- */

lg_auth_fn lg_auth_start_refresh;

/* ---- auth_session.c ---- */

/* A Session for this challenge that remembers flow, device key, done, and what `begin` set. */
LG_MUST lg_status lg_auth_session_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	lg_str challenge, lg_str *ret);
/*
 * Whose Session is this? For calls that name neither client nor user. LG_E_NOT_AUTHORIZED: not ours.
 */
LG_MUST lg_status lg_auth_session_client(struct lg_ctx *cx, struct lg_env *env, lg_str session,
	const struct lg_pool **ret_pool, const struct lg_client **ret);
/*
 * Open call->session: it is ours, of this client and challenge, neither expired nor used up, and USERNAME is
 * its user, who is read with `parts`. Fills session, flow, device_key, done and user. Failures are
 * NotAuthorizedException with Cognito's texts.
 */
LG_MUST lg_status lg_auth_session_open(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str challenge, unsigned parts);
/* Parts of lg_auth_session_open: ours, of client and challenge; not used up; the general failure. */
LG_MUST lg_status lg_auth_session_read(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_auth_call *call, lg_str challenge, struct lg_rec_session *ret);
LG_MUST lg_status lg_auth_session_unused(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_auth_call *call, const struct lg_rec_session *session);
/* The same without USERNAME. */
LG_MUST lg_status lg_auth_session_open_unnamed(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str challenge, unsigned parts);
LG_MUST lg_status lg_auth_session_invalid(struct lg_ctx *cx); /* "Invalid session for the user." */
/* The Session was answered rightly: nobody else may. Alone, or with what the answer writes. */
LG_MUST lg_status lg_auth_session_spend(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth);
void lg_auth_session_spend_in(struct lg_batch *batch, const struct lg_auth *auth);
LG_MUST lg_status lg_auth_session_used(struct lg_ctx *cx); /* the failure of a second use */
/* It was answered wrongly: one try less. LG_E_NOT_AUTHORIZED when there was none left. */
LG_MUST lg_status lg_auth_session_miss(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth);
/* Commit a batch whose first write spends the Session, tagged LG_AUTH_TAG_SESSION. */
#define LG_AUTH_TAG_SESSION 1
LG_MUST lg_status lg_auth_session_commit(struct lg_ctx *cx, struct lg_batch *batch);
/*
 * Decide about a guess at a second factor or a code, `checked` being LG_OK or LG_E_MISMATCH: lockout of the
 * user (LG_THROTTLE_MFA, _OTP, _DEVICE), then tries of the Session. LG_OK: right and in time; the Session is
 * spent with what the answer writes. LG_E_MISMATCH: wrong and counted; the caller has the text. What can be
 * guessed, but passwords, is decided here.
 */
LG_MUST lg_status lg_auth_factor_judge(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	lg_status checked);

/* ---- auth_mfa.c ---- */

/* What is to be said about a second factor now (spec/sign-in.md 6.2). */
struct lg_auth_mfa {
	bool due;
	lg_str preferred; /* one of `can`; absent = none */
	struct lg_str_list can;   /* methods that can be asked for */
	struct lg_str_list setup; /* methods that he may set up instead, having none */
	lg_str items[2 * LG_MFA_METHODS];
};
void lg_auth_mfa_decide(const struct lg_auth *auth, struct lg_auth_mfa *ret);
/* Is the method of this Session still one that can be asked for, or set up? LG_E_NOT_AUTHORIZED. */
LG_MUST lg_status lg_auth_mfa_check(struct lg_ctx *cx, const struct lg_auth *auth, lg_str method);
/* Pages are told what was proven, and which second factors there are if there is a choice. */
LG_MUST lg_status lg_auth_tell_page(struct lg_ctx *cx, const struct lg_auth *auth,
	struct lg_auth_step *ret);
/* ["SMS_MFA","EMAIL_OTP"] */
LG_MUST lg_status lg_auth_json_list(struct lg_ctx *cx, const struct lg_str_list *list, lg_str *ret);

/*
 * A recovery code in the place of the asked factor's own: lockout, the Session and the code are spent.
 * LG_E_NOT_FOUND: it has not the form of one, or the pool has none. LG_E_MISMATCH: wrong, and counted.
 */
LG_MUST lg_status lg_auth_recover(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str code);

lg_auth_fn lg_auth_begin_select_mfa;
lg_auth_fn lg_auth_answer_select_mfa;
/* Nothing can be asked for, and nothing set up. */
lg_auth_fn lg_auth_refuse_mfa;

/* ---- auth_mfa_setup.c ---- */

lg_auth_fn lg_auth_begin_mfa_setup;
lg_auth_fn lg_auth_answer_mfa_setup;

/* ---- auth_totp.c ---- */

lg_auth_fn lg_auth_begin_totp;
lg_auth_fn lg_auth_answer_totp;

/* ---- auth_otp.c ---- */

/*
 * SMS_MFA, EMAIL_OTP, SMS_OTP, as ret->challenge names it: a code goes to the user's address. It is a first
 * factor unless auth->done holds one. TooManyRequestsException when he was sent too many within the hour.
 */
lg_auth_fn lg_auth_begin_otp;
/* EMAIL_OTP to an address that becomes the user's, and his second factor, with the right code. */
LG_MUST lg_status lg_auth_begin_email_setup(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str address, struct lg_auth_step *ret);
lg_auth_fn lg_auth_answer_otp;

/* ---- auth_passkey.c ---- */

/* WEB_AUTHN: a first factor; both in one where the pool says so and the user was verified. */
lg_auth_fn lg_auth_begin_passkey;
lg_auth_fn lg_auth_answer_passkey;

/* ---- secret_hash.c ---- */

/* Only whether one was sent when the client has a secret. */
LG_MUST lg_status lg_secret_hash_present(struct lg_ctx *cx, const struct lg_client *client,
	lg_str secret_hash);

#endif
