#include <stdio.h>
#include <string.h>

#include "codec/bytes.h"
#include "tests/lib/authenticator_json.h"
#include "tests/lib/totp.h"
#include "tests/walk/walk.h"

#define WEEK_MS ((int64_t)7 * 24 * 3600 * 1000)

static const char *const settings[METHODS] = {
	"SMSMfaSettings", "SoftwareTokenMfaSettings", "EmailMfaSettings" };

void
set_password(struct walk *w, int index, bool permanent)
{
	struct user *user = &w->users[index];
	snprintf(user->password, sizeof(user->password), "Passw0rd!%u", user->credential);
	call_named(w, "AdminSetUserPassword", user);
	call_str(w, "Password", user->password);
	call_bool(w, "Permanent", permanent);
	call_must(w);
	user->has_password = true;
	user->credential++;
	user->status = permanent ? CONFIRMED : FORCE_CHANGE;
	user->temporary_until_ms = now_ms(w) + WEEK_MS;
}

void
set_enabled(struct walk *w, int index, bool enabled)
{
	struct user *user = &w->users[index];
	call_named(w, enabled ? "AdminEnableUser" : "AdminDisableUser", user);
	call_must(w);
	user->enabled = enabled;
	if (!enabled)
		user->access[0] = '\0';
}

static void
reset_password(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	call_named(w, "AdminResetUserPassword", user);
	if (call_send(w))
		user->status = RESET_REQUIRED;
	call_end(w);
}

/* By himself, with the code that ForgotPassword sends. */
bool
recover(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	if (user->renewals == 6)
		return false;
	tell(w, "%s forgot his password", user->name);
	call_begin(w, "ForgotPassword");
	call_str(w, "ClientId", w->clients[0].id);
	call_str(w, "Username", user->name);
	const bool sent = call_send(w);
	call_end(w);
	const struct lg_message *m = sent ? message_to(w, user->name, "forgot") : NULL;
	if (!m)
		return false;
	char code[16];
	PUT(w, code, m->code);
	call_begin(w, "ConfirmForgotPassword");
	call_str(w, "ClientId", w->clients[0].id);
	call_str(w, "Username", user->name);
	call_str(w, "ConfirmationCode", code);
	call_str(w, "Password", "Recovered-horse-9");
	const bool done = call_send(w);
	call_end(w);
	if (!done)
		return false;
	snprintf(user->password, sizeof(user->password), "Recovered-horse-9");
	user->has_password = true;
	user->credential++;
	user->status = CONFIRMED;
	user->throttle[GUESS_PASSWORD] = (struct throttle){ 0 };
	user->renewals++;
	return true;
}

/* Codes on paper stand for a factor that he has. */
static void
forget_papers(struct user *user)
{
	if (!user->enabled_method[SMS] && !user->enabled_method[TOTP] && !user->enabled_method[EMAIL])
		user->paper_count = 0;
}

void
prefer(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	const int m = (int)draw(w, METHODS);
	const bool enable = chance(w, 75), preferred = enable && chance(w, 40);
	call_named(w, "AdminSetUserMFAPreference", user);
	call_open(w, settings[m], '{');
	call_bool(w, "Enabled", enable);
	call_bool(w, "PreferredMfa", preferred);
	call_close(w, '}');
	const bool held = w->pool.mfa == MFA_ON && user->enabled_method[m];
	const bool may = enable ? is_ready(user, (enum method)m) : !held;
	tell(w, "    %s %s%s", method_names[m], enable ? "on" : "off", preferred ? ", preferred" : "");
	if (call_send(w) != may)
		fail(w, "AdminSetUserMFAPreference should %s: %.*s", may ? "succeed" : "fail",
			LG_FMT(w->x.answer.body));
	call_end(w);
	if (!may)
		return;
	user->enabled_method[m] = enable;
	forget_papers(user);
	if (preferred)
		user->preferred = m;
	else if (user->preferred == m)
		user->preferred = -1;
}

static void
forget_factor(struct user *user, enum method method)
{
	user->enabled_method[method] = false;
	if (user->preferred == (int)method)
		user->preferred = -1;
	forget_papers(user);
}

static void
change_address(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	const bool email = chance(w, 50), delete = chance(w, 25);
	char *address = email ? user->email : user->phone;
	const char *name = email ? "email" : "phone_number";
	call_named(w, delete ? "AdminDeleteUserAttributes" : "AdminUpdateUserAttributes", user);
	tell(w, "    %s", name);
	char value[48] = "";
	if (delete) {
		call_open(w, "UserAttributeNames", '[');
		lg_json_str(w->j, lg_str_from_c(name));
		call_close(w, ']');
	} else {
		snprintf(value, sizeof(value), email ? "n%d@example.com" : "+1555111%04d", w->names++);
		call_open(w, "UserAttributes", '[');
		call_attribute(w, name, value);
		call_attribute(w, email ? "email_verified" : "phone_number_verified", "true");
		call_close(w, ']');
	}
	if (call_send(w)) {
		snprintf(address, email ? sizeof(user->email) : sizeof(user->phone), "%s", value);
		if (delete)
			forget_factor(user, email ? EMAIL : SMS);
	} else if (!delete) {
		fail(w, "no new address: %.*s", LG_FMT(w->x.answer.body));
	}
	call_end(w);
}

static void
delete_app(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	call_named(w, "AdminDeleteSoftwareToken", user);
	if (call_send(w)) {
		user->secret[0] = '\0';
		forget_factor(user, TOTP);
	}
	call_end(w);
}

/* With an access token; enabling it is another step (6.3). */
static void
register_app(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	if (!user->access[0] || !take_budget(w, &user->budget[VERIFIED_APP], 15))
		return;
	tell(w, "%s registers an app", user->name);
	call_begin(w, "AssociateSoftwareToken");
	call_str(w, "AccessToken", user->access);
	const bool associated = call_send(w);
	char secret[80] = "";
	if (associated)
		PUT(w, secret, reply_text(w, "SecretCode"));
	call_end(w);
	if (!associated) {
		user->budget[VERIFIED_APP].count--;
		return;
	}
	char code[7];
	totp_app_code(lg_str_from_c(secret), lg_clock_now(&w->world.clock), 0, code);
	call_begin(w, "VerifySoftwareToken");
	call_str(w, "AccessToken", user->access);
	call_str(w, "UserCode", code);
	call_must(w);
	PUT(w, user->secret, lg_str_from_c(secret));
	user->steps[0] = now_ms(w) / 30000;
	user->step_count = 1;
}

static void
forget_device(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	if (!user->device_count)
		return;
	struct device *d = &user->devices[draw(w, user->device_count)];
	if (d->forgotten)
		return;
	call_named(w, "AdminForgetDevice", user);
	call_str(w, "DeviceKey", d->key);
	call_must(w);
	d->forgotten = true;
}

/* Remembered, or known and no more. */
static void
tell_device(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	struct device *d = user->device_count ? &user->devices[draw(w, user->device_count)] : NULL;
	if (!d || d->forgotten)
		return;
	d->remembered = chance(w, 50);
	call_named(w, "AdminUpdateDeviceStatus", user);
	call_str(w, "DeviceKey", d->key);
	call_str(w, "DeviceRememberedStatus", d->remembered ? "remembered" : "not_remembered");
	call_must(w);
}

/* The last thing that somebody could sign in with stays. */
static void
delete_passkey(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	if (!user->access[0] || !user->passkey)
		return;
	tell(w, "%s deletes his passkey", user->name);
	call_begin(w, "DeleteWebAuthnCredential");
	call_str(w, "AccessToken", user->access);
	lg_str id;
	if (lg_failed(lg_base64url_encode(&w->x.cx, lg_str_from_c(user->passkey_id), &id)))
		fail(w, "no id");
	lg_json_pair_str(w->j, LG_STR("CredentialId"), id);
	if (call_send(w))
		user->passkey = false;
	call_end(w);
}

/* The pool asks for other second factors. */
static void
turn_methods(struct walk *w, int index)
{
	(void)index;
	struct pool *p = &w->pool;
	const int m = (int)draw(w, METHODS);
	if (p->mfa == MFA_OFF)
		return;
	p->method[m] = !p->method[m];
	if (!p->method[SMS] && !p->method[TOTP] && !p->method[EMAIL])
		p->method[m] = true;
	tell(w, "the pool's methods are %d%d%d", p->method[SMS], p->method[TOTP], p->method[EMAIL]);
	write_mfa_config(w);
}

static void
register_passkey(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	if (!user->access[0] || user->passkey || !w->pool.passkeys)
		return;
	tell(w, "%s registers a passkey", user->name);
	call_begin(w, "StartWebAuthnRegistration");
	call_str(w, "AccessToken", user->access);
	char challenge[1024] = "";
	const bool started = call_send(w);
	if (started)
		PUT(w, challenge, reply_text(w, "CredentialCreationOptions.challenge"));
	call_end(w);
	if (!started)
		return;
	call_begin(w, "CompleteWebAuthnRegistration");
	call_str(w, "AccessToken", user->access);
	struct authenticator_how how = authenticator_right(lg_str_from_c(challenge),
		LG_STR("https://app.example.com"), LG_STR("example.com"));
	how.alg = LG_COSE_ES256;
	how.id = lg_str_from_c(user->passkey_id);
	how.flags = FLAG_UP | FLAG_UV;
	how.count = ++user->passkey_count;
	const struct lg_webauthn_registration made = authenticator_create(&w->x.cx, &how);
	lg_json_key(w->j, LG_STR("Credential"));
	lg_json_raw(w->j, authenticator_json_created(&w->x.cx, &made, LG_STR_NONE, LG_STR_NONE));
	call_must(w);
	user->passkey = true;
}

static void
print_papers(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	if (!user->access[0] || !w->pool.papers)
		return;
	call_begin(w, "GetUserAttributeVerificationCode");
	call_str(w, "AccessToken", user->access);
	call_str(w, "AttributeName", "lifeguard:recovery_codes");
	if (call_send(w)) {
		lg_str codes = reply_text(w, "CodeDeliveryDetails.Destination");
		for (user->paper_count = 0; user->paper_count < PAPERS; user->paper_count++)
			PUT(w, user->papers[user->paper_count], lg_str_cut(&codes, ' '));
	}
	call_end(w);
}

void
settle(struct walk *w, int index)
{
	if (chance(w, 70))
		print_papers(w, index);
	if (chance(w, 25))
		register_passkey(w, index);
	if (chance(w, 15))
		register_app(w, index);
}

/* By the code that was sent when he signed up. */
void
confirm(struct walk *w, int index)
{
	struct user *user = &w->users[index];
	tell(w, "ConfirmSignUp %s", user->name);
	call_begin(w, "ResendConfirmationCode");
	call_str(w, "ClientId", w->clients[0].id);
	call_str(w, "Username", user->name);
	const bool resent = call_send(w);
	call_end(w);
	const struct lg_message *m = message_to(w, user->name, "resend");
	if (!resent || !m)
		return;
	char code[16];
	PUT(w, code, m->code);
	call_begin(w, "ConfirmSignUp");
	call_str(w, "ClientId", w->clients[0].id);
	call_str(w, "Username", user->name);
	call_str(w, "ConfirmationCode", code);
	if (call_send(w)) {
		user->status = CONFIRMED;
		if (!lg_str_present(reply_text(w, "Session")))
			fail(w, "ConfirmSignUp brings no Session");
		PUT(w, user->sign_up[1], reply_text(w, "Session"));
		user->sign_up_ms[1] = now_ms(w) + w->clients[0].session_ms;
		/* That of SignUp is bound to the same credential. */
		if (user->sign_up_credential != user->credential)
			user->sign_up_ms[0] = 0;
		user->sign_up_credential = user->credential;
	}
	call_end(w);
}

static void
enable(struct walk *w, int index)
{
	set_enabled(w, index, !w->users[index].enabled || chance(w, 30));
}

static void
set_any_password(struct walk *w, int index)
{
	set_password(w, index, chance(w, 60));
}

static void
renew_password(struct walk *w, int index)
{
	recover(w, index);
}

static void
confirm_if_new(struct walk *w, int index)
{
	if (w->users[index].status == UNCONFIRMED && w->users[index].sign_up[0][0])
		confirm(w, index);
}

void
live_random(struct walk *w, int user)
{
	static const struct {
		void (*happens)(struct walk *w, int index);
		unsigned weight;
	} events[] = {
		{ enable, 2 }, { set_any_password, 1 }, { reset_password, 1 }, { renew_password, 1 },
		{ prefer, 7 }, { change_address, 2 }, { delete_app, 1 }, { register_app, 5 },
		{ print_papers, 3 },
		{ forget_device, 1 }, { tell_device, 2 }, { register_passkey, 4 }, { delete_passkey, 1 },
		{ confirm_if_new, 6 }, { turn_methods, 2 },
	};
	unsigned total = 0;
	for (size_t i = 0; i < LG_LEN(events); i++)
		total += events[i].weight;
	uint64_t at = draw(w, total);
	for (size_t i = 0; i < LG_LEN(events); i++) {
		if (at < events[i].weight) {
			events[i].happens(w, user);
			return;
		}
		at -= events[i].weight;
	}
}
