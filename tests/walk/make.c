#include <stdio.h>

#include "tests/walk/walk.h"

#define ARN "arn:aws:lambda:us-east-1:123456789012:function:"
#define WEEK_MS ((int64_t)7 * 24 * 3600 * 1000)

/* ---- the pool ---- */

static void
draw_pool(struct walk *w)
{
	struct pool *p = &w->pool;
	*p = (struct pool){ .mfa = (enum mfa)draw(w, 3), .recovers_by = -1 };
	while (p->mfa != MFA_OFF && !p->method[SMS] && !p->method[TOTP] && !p->method[EMAIL]) {
		for (int m = 0; m < METHODS; m++)
			p->method[m] = chance(w, 55);
	}
	/* Factors that are no second one can't be allowed where there must be two. */
	p->code_email = p->mfa != MFA_ON && chance(w, 60);
	p->code_sms = p->mfa != MFA_ON && chance(w, 40);
	p->passkeys_count = p->mfa != MFA_OFF && chance(w, 50);
	p->passkeys = (p->mfa != MFA_ON || p->passkeys_count) && chance(w, 60);
	p->devices = chance(w, 50);
	p->device_for_mfa = chance(w, 60);
	p->prompt = chance(w, 40);
	p->custom = chance(w, 60);
	p->papers = chance(w, 50);
	if (chance(w, 30))
		p->recovers_by = chance(w, 50) ? EMAIL : SMS;
}

static void
write_factors(struct walk *w)
{
	call_open(w, "Policies", '{');
	call_open(w, "SignInPolicy", '{');
	call_open(w, "AllowedFirstAuthFactors", '[');
	lg_json_str(w->j, LG_STR("PASSWORD"));
	if (w->pool.code_email)
		lg_json_str(w->j, LG_STR("EMAIL_OTP"));
	if (w->pool.code_sms)
		lg_json_str(w->j, LG_STR("SMS_OTP"));
	if (w->pool.passkeys && w->pool.mfa != MFA_ON)
		lg_json_str(w->j, LG_STR("WEB_AUTHN"));
	call_close(w, ']');
	call_close(w, '}');
	call_close(w, '}');
}

void
write_mfa_config(struct walk *w)
{
	static const char *const names[] = { "OFF", "OPTIONAL", "ON" };
	const struct pool *p = &w->pool;
	call_begin(w, "SetUserPoolMfaConfig");
	call_str(w, "UserPoolId", p->id);
	call_str(w, "MfaConfiguration", names[p->mfa]);
	if (p->method[SMS])
		call_raw(w, "SmsMfaConfiguration",
			"{\"SmsConfiguration\":{\"SnsCallerArn\":\"arn:aws:iam::123456789012:role/sms\"}}");
	if (p->method[TOTP])
		call_raw(w, "SoftwareTokenMfaConfiguration", "{\"Enabled\":true}");
	if (p->method[EMAIL])
		call_raw(w, "EmailMfaConfiguration", "{}");
	call_raw(w, "WebAuthnConfiguration", p->passkeys_count
		? "{\"RelyingPartyId\":\"example.com\",\"FactorConfiguration\":"
		  "\"MULTI_FACTOR_WITH_USER_VERIFICATION\"}"
		: "{\"RelyingPartyId\":\"example.com\"}");
	call_must(w);
}

static void
make_client(struct walk *w, int index)
{
	struct client *c = &w->clients[index];
	*c = (struct client){ .session_ms = (index == 0 ? 3 : 5) * 60 * 1000, .hides = index == 1 };
	call_begin(w, "CreateUserPoolClient");
	call_str(w, "UserPoolId", w->pool.id);
	call_str(w, "ClientName", "walk");
	call_raw(w, "ExplicitAuthFlows",
		"[\"ALLOW_USER_SRP_AUTH\",\"ALLOW_USER_PASSWORD_AUTH\",\"ALLOW_ADMIN_USER_PASSWORD_AUTH\","
		"\"ALLOW_CUSTOM_AUTH\",\"ALLOW_USER_AUTH\",\"ALLOW_REFRESH_TOKEN_AUTH\"]");
	call_str(w, "PreventUserExistenceErrors", c->hides ? "ENABLED" : "LEGACY");
	call_raw(w, "AuthSessionValidity", c->hides ? "5" : "3");
	if (!call_send(w))
		fail(w, "no client: %.*s", LG_FMT(w->x.answer.body));
	PUT(w, c->id, reply_text(w, "UserPoolClient.ClientId"));
	call_end(w);
}

void
make_pool(struct walk *w)
{
	draw_pool(w);
	struct pool *p = &w->pool;
	tell(w, "pool: mfa %d, methods %d%d%d, codes %d%d, passkeys %d%s", (int)p->mfa, p->method[SMS],
		p->method[TOTP], p->method[EMAIL], p->code_email, p->code_sms, p->passkeys,
		p->passkeys_count ? " as both" : "");
	tell(w, "    devices %d (mfa %d, prompt %d), custom %d, papers %d, recovers by %d", p->devices,
		p->device_for_mfa, p->prompt, p->custom, p->papers, p->recovers_by);
	call_begin(w, "CreateUserPool");
	call_str(w, "PoolName", "walk");
	call_open(w, "UserPoolTags", '{');
	call_str(w, "lifeguard:tokens.alg", "ES256");
	call_str(w, "lifeguard:mfa.recovery_codes", p->papers ? "true" : "false");
	call_close(w, '}');
	call_raw(w, "AutoVerifiedAttributes", "[\"email\"]");
	call_raw(w, "EmailConfiguration", "{\"EmailSendingAccount\":\"DEVELOPER\",\"SourceArn\":"
		"\"arn:aws:ses:us-east-1:123456789012:identity/example.com\"}");
	write_factors(w);
	if (p->devices) {
		call_open(w, "DeviceConfiguration", '{');
		call_bool(w, "ChallengeRequiredOnNewDevice", p->device_for_mfa);
		call_bool(w, "DeviceOnlyRememberedOnUserPrompt", p->prompt);
		call_close(w, '}');
	}
	if (p->custom)
		call_raw(w, "LambdaConfig", "{\"DefineAuthChallenge\":\"" ARN "riddle-define\","
			"\"CreateAuthChallenge\":\"" ARN "riddle-create\","
			"\"VerifyAuthChallengeResponse\":\"" ARN "riddle-verify\"}");
	if (p->recovers_by >= 0)
		call_raw(w, "AccountRecoverySetting", p->recovers_by == EMAIL
			? "{\"RecoveryMechanisms\":[{\"Name\":\"verified_email\",\"Priority\":1}]}"
			: "{\"RecoveryMechanisms\":[{\"Name\":\"verified_phone_number\",\"Priority\":1}]}");
	if (!call_send(w))
		fail(w, "no pool: %.*s", LG_FMT(w->x.answer.body));
	PUT(w, p->id, reply_text(w, "UserPool.Id"));
	call_end(w);
	write_mfa_config(w);
	for (int i = 0; i < CLIENTS; i++)
		make_client(w, i);
}

/* ---- users ---- */

static struct user *
new_user(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	*user = (struct user){ .exists = true, .enabled = true, .preferred = -1 };
	snprintf(user->name, sizeof(user->name), "u%d", w->names);
	snprintf(user->passkey_id, sizeof(user->passkey_id), "passkey of %05d", w->names++);
	return user;
}

static void
sign_up(struct walk *w, int index)
{
	struct user *user = new_user(w, index);
	snprintf(user->email, sizeof(user->email), "%.20s@example.com", user->name);
	const bool without = w->pool.code_email && chance(w, 50);
	tell(w, "SignUp %s", user->name);
	call_begin(w, "SignUp");
	call_str(w, "ClientId", w->clients[0].id);
	call_str(w, "Username", user->name);
	if (!without)
		call_str(w, "Password", "Signed-up-horse-9");
	call_open(w, "UserAttributes", '[');
	call_attribute(w, "email", user->email);
	call_close(w, ']');
	if (!call_send(w))
		fail(w, "SignUp: %.*s", LG_FMT(w->x.answer.body));
	PUT(w, user->sign_up[0], reply_text(w, "Session"));
	call_end(w);
	user->has_password = !without;
	snprintf(user->password, sizeof(user->password), "Signed-up-horse-9");
	user->status = UNCONFIRMED;
	user->sign_up_ms[0] = now_ms(w) + w->clients[0].session_ms;
	user->sign_up_credential = user->credential;
}

static void
create(struct walk *w, int index)
{
	struct user *user = new_user(w, index);
	if (chance(w, 75))
		snprintf(user->email, sizeof(user->email), "%.20s@example.com", user->name);
	if (chance(w, 60))
		snprintf(user->phone, sizeof(user->phone), "+1555000%04d", w->names);
	const bool reachable =
		(w->pool.code_email && user->email[0]) || (w->pool.code_sms && user->phone[0]);
	call_named(w, "AdminCreateUser", user);
	call_str(w, "MessageAction", "SUPPRESS");
	if (!reachable)
		call_str(w, "TemporaryPassword", "Temp0rary!");
	call_open(w, "UserAttributes", '[');
	if (user->email[0]) {
		call_attribute(w, "email", user->email);
		call_attribute(w, "email_verified", chance(w, 70) ? "true" : "false");
	}
	if (user->phone[0]) {
		call_attribute(w, "phone_number", user->phone);
		call_attribute(w, "phone_number_verified", chance(w, 70) ? "true" : "false");
	}
	call_close(w, ']');
	call_must(w);
	user->has_password = !reachable;
	snprintf(user->password, sizeof(user->password), "Temp0rary!");
	user->status = reachable ? CONFIRMED : FORCE_CHANGE;
	user->temporary_until_ms = now_ms(w) + WEEK_MS;
	if (chance(w, reachable ? 60 : 75))
		set_password(w, index, true);
}

void
make_users(struct walk *w)
{
	for (int i = 0; i < NOBODY; i++) {
		if (i == NOBODY - 1 && chance(w, 60))
			sign_up(w, i);
		else
			create(w, i);
		for (int k = 0; k < 2; k++)
			prefer(w, i);
	}
	struct user *nobody = new_user(w, NOBODY);
	nobody->exists = false;
}
