#include "domain/auth/auth_steps.h"

#include "domain/auth/device.h"

#define S LG_STR_INIT

/* What a later issue of the plan brings. */
enum { ISSUE_SIGN_IN = 3 };

/* spec/sign-in.md 2. The legacy name of an Admin flow needs the same permission. */
static const struct lg_auth_flow flows[] = {
	{ .name = S("USER_SRP_AUTH"), .open = true, .admin = true, .allow = S("ALLOW_USER_SRP_AUTH"),
		.refusal = "USER_SRP_AUTH is not enabled for the client.", .named = true,
		.required = { S("USERNAME"), S("SRP_A") }, .start = lg_auth_start_srp },
	{ .name = S("USER_PASSWORD_AUTH"), .open = true, .allow = S("ALLOW_USER_PASSWORD_AUTH"),
		.refusal = "USER_PASSWORD_AUTH flow not enabled for this client", .named = true,
		.migrates = true,
		.required = { S("USERNAME"), S("PASSWORD") }, .start = lg_auth_start_password },
	{ .name = S("ADMIN_USER_PASSWORD_AUTH"), .admin = true, .allow = S("ALLOW_ADMIN_USER_PASSWORD_AUTH"),
		.refusal = "Auth flow not enabled for this client", .named = true, .migrates = true,
		.required = { S("USERNAME"), S("PASSWORD") }, .start = lg_auth_start_password },
	{ .name = S("ADMIN_NO_SRP_AUTH"), .admin = true, .allow = S("ALLOW_ADMIN_USER_PASSWORD_AUTH"),
		.refusal = "Auth flow not enabled for this client", .named = true, .migrates = true,
		.required = { S("USERNAME"), S("PASSWORD") }, .start = lg_auth_start_password },
	{ .name = S("REFRESH_TOKEN_AUTH"), .open = true, .admin = true,
		.allow = S("ALLOW_REFRESH_TOKEN_AUTH"), .refusal = "Auth flow not enabled for this client",
		.required = { S("REFRESH_TOKEN") }, .start = lg_auth_start_refresh },
	{ .name = S("REFRESH_TOKEN"), .open = true, .admin = true, .allow = S("ALLOW_REFRESH_TOKEN_AUTH"),
		.refusal = "Auth flow not enabled for this client",
		.required = { S("REFRESH_TOKEN") }, .start = lg_auth_start_refresh },
	{ .name = S("CUSTOM_AUTH"), .open = true, .admin = true, .allow = S("ALLOW_CUSTOM_AUTH"),
		.refusal = "CUSTOM_AUTH is not enabled for the client.", .named = true,
		.required = { S("USERNAME") }, .start = lg_auth_start_custom },
	{ .name = S("USER_AUTH"), .open = true, .admin = true, .allow = S("ALLOW_USER_AUTH"),
		.refusal = "USER_AUTH flow not enabled for this client", .named = true,
		.required = { S("USERNAME") }, .start = lg_auth_start_choice },
};

/* Wrong codes that one Session takes. Lockout comes before that; this is for who waits in between. */
#define CODE_TRIES 10

/* Wrong proofs of a device that one Session takes, in all the secret blocks that are made of it. */
#define DEVICE_TRIES 5

/* spec/sign-in.md 4. */
static const struct lg_auth_challenge challenges[] = {
	{ .name = S("PASSWORD_VERIFIER"), .open = true, .admin = true,
		.required = { S("USERNAME"), S("PASSWORD_CLAIM_SIGNATURE"), S("PASSWORD_CLAIM_SECRET_BLOCK"),
			S("TIMESTAMP") },
		.answer = lg_auth_answer_srp },
	{ .name = S("NEW_PASSWORD_REQUIRED"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("NEW_PASSWORD") }, .answer = lg_auth_answer_new_password },
	{ .name = S("SMS_MFA"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("SMS_MFA_CODE") }, .tries = CODE_TRIES,
		.answer = lg_auth_answer_otp },
	{ .name = S("SOFTWARE_TOKEN_MFA"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("SOFTWARE_TOKEN_MFA_CODE") }, .tries = CODE_TRIES,
		.answer = lg_auth_answer_totp },
	{ .name = S("EMAIL_OTP"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("EMAIL_OTP_CODE") }, .tries = CODE_TRIES,
		.answer = lg_auth_answer_otp },
	{ .name = S("SMS_OTP"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("SMS_OTP_CODE") }, .tries = CODE_TRIES,
		.answer = lg_auth_answer_otp },
	{ .name = S("SELECT_MFA_TYPE"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("ANSWER") }, .answer = lg_auth_answer_select_mfa },
	{ .name = S("MFA_SETUP"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME") }, .answer = lg_auth_answer_mfa_setup },
	{ .name = S("SELECT_CHALLENGE"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("ANSWER") }, .answer = lg_auth_answer_select },
	{ .name = S("PASSWORD"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("PASSWORD") }, .answer = lg_auth_answer_password },
	{ .name = S("PASSWORD_SRP"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("SRP_A") }, .answer = lg_auth_answer_password_srp },
	{ .name = S("WEB_AUTHN"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("CREDENTIAL") }, .tries = CODE_TRIES,
		.answer = lg_auth_answer_passkey },
	{ .name = S("CUSTOM_CHALLENGE"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("ANSWER") }, .answer = lg_auth_answer_custom },
	{ .name = S("DEVICE_SRP_AUTH"), .open = true, .admin = true, .session = true,
		.required = { S("USERNAME"), S("DEVICE_KEY"), S("SRP_A") }, .tries = DEVICE_TRIES,
		.answer = lg_auth_answer_device_srp },
	{ .name = S("DEVICE_PASSWORD_VERIFIER"), .open = true, .admin = true,
		.required = { S("USERNAME"), S("DEVICE_KEY"), S("PASSWORD_CLAIM_SIGNATURE"),
			S("PASSWORD_CLAIM_SECRET_BLOCK"), S("TIMESTAMP") },
		.answer = lg_auth_answer_device_proof },
	{ .name = S("ADMIN_NO_SRP_AUTH"), .admin = true, .session = true,
		.required = { S("USERNAME"), S("PASSWORD") }, .answer = lg_auth_answer_admin_password },
};

/* What is true of a sign-in once something was proven. */
enum fact {
	TEMPORARY = 1 << 0, /* the password that was proven has to be replaced */
	MFA_DUE = 1 << 1,   /* a second factor is required and not proven yet (spec/sign-in.md 6.2) */
	PREFERS_SMS = 1 << 2,
	PREFERS_TOTP = 1 << 3,
	PREFERS_EMAIL = 1 << 4,
	SEVERAL = 1 << 5,   /* more than one second factor can be asked for */
	HAS_SMS = 1 << 6,   /* enabled and on in the pool, or nothing is and his address will do */
	HAS_TOTP = 1 << 7,
	HAS_EMAIL = 1 << 8,
	DEVICE_DUE = 1 << 9,      /* a remembered device was named and has not proven itself yet */
	DEVICE_FOR_MFA = 1 << 10, /* and the pool takes it for the second factor */
	CUSTOM_DUE = 1 << 11,     /* DefineAuthChallenge has the next word */
	CAN_SET_UP = 1 << 12,     /* he has enabled nothing, and the pool has a method that he may set up */
};

/* What still stands between a proven factor and the tokens: the first row whose facts all hold. */
static const struct rule {
	unsigned facts;
	lg_str challenge;
	lg_auth_fn *begin;
} rules[] = {
	{ TEMPORARY, S("NEW_PASSWORD_REQUIRED"), .begin = lg_auth_begin_new_password },
	{ MFA_DUE | DEVICE_DUE | DEVICE_FOR_MFA, S("DEVICE_SRP_AUTH"), .begin = lg_auth_begin_device },
	{ MFA_DUE | PREFERS_SMS, S("SMS_MFA"), .begin = lg_auth_begin_otp },
	{ MFA_DUE | PREFERS_TOTP, S("SOFTWARE_TOKEN_MFA"), .begin = lg_auth_begin_totp },
	{ MFA_DUE | PREFERS_EMAIL, S("EMAIL_OTP"), .begin = lg_auth_begin_otp },
	{ MFA_DUE | SEVERAL, S("SELECT_MFA_TYPE"), .begin = lg_auth_begin_select_mfa },
	{ MFA_DUE | HAS_SMS, S("SMS_MFA"), .begin = lg_auth_begin_otp },
	{ MFA_DUE | HAS_TOTP, S("SOFTWARE_TOKEN_MFA"), .begin = lg_auth_begin_totp },
	{ MFA_DUE | HAS_EMAIL, S("EMAIL_OTP"), .begin = lg_auth_begin_otp },
	{ MFA_DUE | CAN_SET_UP, S("MFA_SETUP"), .begin = lg_auth_begin_mfa_setup },
	{ MFA_DUE, S(""), .begin = lg_auth_refuse_mfa },
	{ CUSTOM_DUE, S("CUSTOM_CHALLENGE"), .begin = lg_auth_begin_custom },
	{ DEVICE_DUE, S("DEVICE_SRP_AUTH"), .begin = lg_auth_begin_device },
};

const struct lg_auth_flow *
lg_auth_flow_find(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(flows); i++) {
		if (lg_str_eq(flows[i].name, name))
			return &flows[i];
	}
	return NULL;
}

const struct lg_auth_challenge *
lg_auth_challenge_find(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(challenges); i++) {
		if (lg_str_eq(challenges[i].name, name))
			return &challenges[i];
	}
	return NULL;
}

static unsigned
device_facts(const struct lg_auth *auth)
{
	if (!lg_auth_device_remembered(auth) || lg_auth_has_done(auth, LG_AUTH_DEVICE))
		return 0;
	return lg_pool_device_is_factor(auth->call->pool) ? DEVICE_DUE | DEVICE_FOR_MFA : DEVICE_DUE;
}

/* A remembered device that proved itself, where the pool takes it for a second factor. */
static bool
device_is_enough(const struct lg_auth *auth)
{
	return lg_auth_device_remembered(auth) && lg_auth_has_done(auth, LG_AUTH_DEVICE)
		&& lg_pool_device_is_factor(auth->call->pool);
}

static unsigned
mfa_facts(const struct lg_auth *auth)
{
	static const struct {
		lg_str name;
		unsigned has, prefers;
	} methods[] = {
		{ S("SMS_MFA"), HAS_SMS, PREFERS_SMS },
		{ S("SOFTWARE_TOKEN_MFA"), HAS_TOTP, PREFERS_TOTP },
		{ S("EMAIL_OTP"), HAS_EMAIL, PREFERS_EMAIL },
	};
	struct lg_auth_mfa mfa;
	lg_auth_mfa_decide(auth, &mfa);
	if (!mfa.due || device_is_enough(auth))
		return 0;
	unsigned facts = MFA_DUE;
	for (size_t i = 0; i < LG_LEN(methods); i++) {
		if (lg_str_list_has(&mfa.can, methods[i].name))
			facts |= methods[i].has;
		if (lg_str_eq(mfa.preferred, methods[i].name))
			facts |= methods[i].prefers;
	}
	if (mfa.can.count > 1)
		facts |= SEVERAL;
	if (mfa.setup.count > 0)
		facts |= CAN_SET_UP;
	return facts;
}

static unsigned
facts_of(const struct lg_auth *auth)
{
	const bool password = lg_auth_has_done(auth, LG_AUTH_PASSWORD);
	const bool custom = lg_str_eq(auth->flow, LG_STR("CUSTOM_AUTH"));
	unsigned facts = 0;
	/* Without a password DefineAuthChallenge alone says which factors there are (sign-in.md 2.1). */
	if (!custom || password)
		facts |= mfa_facts(auth);
	if (custom && !lg_auth_has_done(auth, LG_AUTH_CUSTOM))
		facts |= CUSTOM_DUE;
	if (password && auth->user->row.status == LG_USER_FORCE_CHANGE_PASSWORD)
		facts |= TEMPORARY;
	return facts | device_facts(auth);
}

/* What the newest part of the sign-in was, as PreTokenGeneration is told. */
static lg_str
occasion(const struct lg_auth *auth)
{
	if (lg_auth_has_done(auth, LG_AUTH_DEVICE))
		return LG_STR("AuthenticateDevice");
	return lg_auth_has_done(auth, LG_AUTH_NEW_PASSWORD) ? LG_STR("NewPasswordChallenge")
							    : LG_STR("Authentication");
}

/* The pages of managed login have another client than who signs in: a browser. */
static lg_status
give_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str event_id,
	struct lg_auth_step *ret)
{
	if (lg_auth_has_done(auth, LG_AUTH_DEVICE))
		LG_TRY(lg_auth_device_seen(cx, env, auth));
	lg_auth_note_signed_in(cx, env, auth, event_id);
	ret->user = auth->user;
	ret->proven = auth->done;
	ret->done = true;
	return LG_OK;
}

static lg_status
give_tokens(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, struct lg_auth_step *ret)
{
	/* Whatever went wrong before: nobody gets tokens for nothing. */
	if (auth->user->decoy || !lg_auth_has_first(auth))
		return lg_auth_incorrect(cx);
	LG_TRY(lg_auth_post_authentication(cx, env, auth));
	lg_str device_key, event_id;
	LG_TRY(lg_event_id_make(cx, env, auth->user, &event_id));
	if (auth->call->hosted)
		return give_user(cx, env, auth, event_id, ret);
	LG_TRY(lg_auth_device_of_tokens(cx, env, auth, ret, &device_key));
	const struct lg_grant grant = {
		.pool = auth->call->pool,
		.client = auth->call->client,
		.user = auth->user,
		.auth_time = cx->now,
		.scope = LG_SCOPE_USER_ADMIN,
		.event_id = event_id,
		.caller = auth->call->caller,
		.device_key = device_key,
		.occasion = occasion(auth),
		.metadata = lg_auth_client_metadata(auth),
		.with_refresh = true,
	};
	LG_TRY(lg_grant_issue(cx, env, &grant, &ret->tokens));
	lg_auth_note_signed_in(cx, env, auth, event_id);
	ret->done = true;
	return LG_OK;
}

static lg_status
begin_rule(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, const struct rule *rule,
	struct lg_auth_step *ret)
{
	ret->challenge = rule->challenge;
	return rule->begin(cx, env, auth, ret);
}

lg_status
lg_auth_begin_named(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str challenge,
	struct lg_auth_step *ret)
{
	for (size_t i = 0; i < LG_LEN(rules); i++) {
		if (lg_str_eq(rules[i].challenge, challenge))
			return begin_rule(cx, env, auth, &rules[i], ret);
	}
	return lg_fail(cx, LG_E_INTERNAL, "no challenge of this name can be begun");
}

/* A browser's cookie was proof enough that it is the device it names; it is one of this user's. */
static lg_status
take_browser(struct lg_ctx *cx, struct lg_auth *auth)
{
	if (!auth->call->hosted || !lg_auth_device_remembered(auth) || !lg_auth_has_first(auth)
	    || lg_auth_has_done(auth, LG_AUTH_DEVICE))
		return LG_OK;
	return lg_auth_done_add(cx, auth, LG_AUTH_DEVICE);
}

lg_status
lg_auth_next(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_custom_note(cx, auth));
	LG_TRY(lg_auth_device_recall(cx, env, auth));
	LG_TRY(take_browser(cx, auth));
	unsigned facts = facts_of(auth);
	LG_TRY(lg_auth_tell_page(cx, auth, ret));
	for (size_t i = 0; i < LG_LEN(rules); i++) {
		if ((facts & rules[i].facts) == rules[i].facts)
			return begin_rule(cx, env, auth, &rules[i], ret);
	}
	return give_tokens(cx, env, auth, ret);
}
