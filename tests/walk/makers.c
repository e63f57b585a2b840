#include <stdio.h>
#include <string.h>

#include "tests/lib/authenticator_json.h"
#include "tests/lib/totp.h"
#include "tests/walk/walk.h"

#define ORIGIN LG_STR("https://app.example.com")
#define RP_ID LG_STR("example.com")

void
write_srp_proof(struct walk *w, const struct pending *p, bool right)
{
	const struct user *user = &w->users[p->user];
	const bool device = p->challenge == DEVICE_PASSWORD_VERIFIER;
	const struct device *d = device ? &user->devices[p->device] : NULL;
	lg_str pool_name = lg_str_from_c(w->pool.id);
	lg_str_cut(&pool_name, '_');
	char timestamp[SRP_TIMESTAMP_SIZE], signature[45];
	srp_client_timestamp(lg_clock_now(&w->world.clock), timestamp);
	const char *password = device ? "forty random bytes in base64, as clients do" : user->password;
	const struct srp_client_challenge challenge = {
		.pool_name = device ? lg_str_from_c(d->group) : pool_name,
		.user_id = lg_str_from_c(device ? d->key : p->id),
		.password = lg_str_from_c(right ? password : "Wrong-horse-9"),
		.salt_hex = lg_str_from_c(p->salt),
		.B_hex = lg_str_from_c(p->B),
		.secret_block = lg_str_from_c(p->block),
		.timestamp = lg_str_from_c(timestamp),
	};
	if (!srp_client_sign(w->srp, &challenge, signature)) {
		fail(w, "the server's B, salt or block is nonsense");
		return;
	}
	call_str(w, "PASSWORD_CLAIM_SIGNATURE", signature);
	call_str(w, "PASSWORD_CLAIM_SECRET_BLOCK", p->block);
	call_str(w, "TIMESTAMP", timestamp);
}

/* Another one than the code that was sent. */
static void
write_code(struct walk *w, const struct user *user, const char *name, const char *code, bool right)
{
	if (w->paper >= 0) {
		call_str(w, name, user->papers[w->paper]);
		return;
	}
	if (!right && user->used_paper[0] && chance(w, 50)) {
		call_str(w, name, user->used_paper);
		return;
	}
	char text[16];
	snprintf(text, sizeof(text), "%s", code[0] ? code : "00000000");
	if (!right)
		text[0] = text[0] == '9' ? '1' : (char)(text[0] + 1);
	call_str(w, name, text);
}

static bool
write_app_code(struct walk *w, struct user *user, bool right)
{
	if (w->paper >= 0) {
		call_str(w, "SOFTWARE_TOKEN_MFA_CODE", user->papers[w->paper]);
		return true;
	}
	char code[7] = "000000";
	const lg_time now = lg_clock_now(&w->world.clock);
	const lg_str secret = lg_str_from_c(user->secret);
	bool free;
	const int64_t step = free_step(w, user, &free);
	if (right && !free)
		return false;
	if (user->secret[0] && right) {
		totp_app_code(secret, now, step, code);
		if (user->step_count == STEPS_MAX) {
			memmove(user->steps, user->steps + 1, (STEPS_MAX - 1) * sizeof(*user->steps));
			user->step_count--;
		}
	} else if (user->used_paper[0] && chance(w, 40)) {
		call_str(w, "SOFTWARE_TOKEN_MFA_CODE", user->used_paper);
		return true;
	} else if (user->secret[0] && user->step_count && chance(w, 50)) {
		/* One that was used already. */
		totp_app_code(secret, now, user->steps[user->step_count - 1] - now_ms(w) / 30000, code);
	} else if (user->secret[0]) {
		totp_app_code(secret, now, 40, code);
	}
	call_str(w, "SOFTWARE_TOKEN_MFA_CODE", code);
	return true;
}

static void
write_assertion(struct walk *w, const struct pending *p, bool right)
{
	struct user *user = &w->users[p->user];
	json_t *options;
	if (lg_failed(lg_json_parse(&w->x.cx, lg_str_from_c(p->options), &options))) {
		call_str(w, "CREDENTIAL", "{}");
		return;
	}
	struct authenticator_how how =
		authenticator_right(lg_json_member_text(options, LG_STR("challenge")), ORIGIN, RP_ID);
	how.alg = LG_COSE_ES256;
	how.id = lg_str_from_c(user->passkey_id);
	how.count = ++user->passkey_count;
	how.flags = FLAG_UP | FLAG_UV;
	if (!right) {
		switch (draw(w, 4)) {
		case 0:
			how.flags = 0;
			break;
		case 1:
			how.origin = LG_STR("https://example.com.evil.org");
			break;
		case 2:
			how.challenge = LG_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
			break;
		default:
			how.id = LG_STR("somebody else's!");
		}
	}
	const struct lg_webauthn_assertion made = authenticator_get(&w->x.cx, &how);
	lg_json_pair_str(w->j, LG_STR("CREDENTIAL"), authenticator_json_got(&w->x.cx, &made));
}

static void
write_choice(struct walk *w, const struct pending *p, bool right, enum challenge choice)
{
	const struct user *user = &w->users[p->user];
	call_str(w, "ANSWER", challenge_names[choice]);
	if (choice == PASSWORD)
		call_str(w, "PASSWORD", right && user->has_password ? user->password : "Wrong-horse-9");
	if (choice == PASSWORD_SRP)
		call_str(w, "SRP_A", right ? srp_client_A(w->srp) : "0");
}

bool
make_responses(struct walk *w, struct pending *p, bool right, int choice)
{
	struct user *user = &w->users[p->user];
	switch (p->challenge) {
	case PASSWORD_VERIFIER:
		write_srp_proof(w, p, right);
		return true;
	case DEVICE_PASSWORD_VERIFIER:
		call_str(w, "DEVICE_KEY", user->devices[p->device].key);
		write_srp_proof(w, p, right);
		return true;
	case DEVICE_SRP_AUTH:
		call_str(w, "DEVICE_KEY", right && p->device >= 0 ? user->devices[p->device].key
			: "us-east-1_00000000-0000-4000-8000-000000000000");
		call_str(w, "SRP_A", srp_client_A(w->srp));
		return true;
	case NEW_PASSWORD_REQUIRED:
		call_str(w, "NEW_PASSWORD", right ? "Brand-new-horse-9" : "short");
		return true;
	case SMS_MFA:
		write_code(w, user, "SMS_MFA_CODE", p->code, right);
		return true;
	case EMAIL_OTP:
		write_code(w, user, "EMAIL_OTP_CODE", p->code, right);
		return true;
	case SMS_OTP:
		write_code(w, user, "SMS_OTP_CODE", p->code, right);
		return true;
	case SOFTWARE_TOKEN_MFA:
		return write_app_code(w, user, right);
	case SELECT_MFA_TYPE:
		call_str(w, "ANSWER", choice >= 0 ? method_names[choice] : "SELECT_MFA_TYPE");
		return true;
	case MFA_SETUP:
		if (choice == EMAIL)
			call_str(w, "EMAIL", p->address);
		return true;
	case SELECT_CHALLENGE:
		write_choice(w, p, right, (enum challenge)choice);
		return true;
	case PASSWORD:
		call_str(w, "PASSWORD", right && user->has_password ? user->password : "Wrong-horse-9");
		return true;
	case PASSWORD_SRP:
		call_str(w, "SRP_A", right ? srp_client_A(w->srp) : "0");
		return true;
	case WEB_AUTHN:
		write_assertion(w, p, right);
		return true;
	case CUSTOM_CHALLENGE:
		call_str(w, "ANSWER", right ? "8" : "9");
		return true;
	case CHALLENGES:
		break;
	}
	return false;
}

/* ---- MFA_SETUP with an app: AssociateSoftwareToken, VerifySoftwareToken ---- */

static struct pending *
renew_session(struct walk *w, struct pending *p)
{
	struct pending *next = add_pending(w, p->user, p->client, p->flow);
	*next = *p;
	p->spent = true;
	PUT(w, next->session, reply_text(w, "Session"));
	next->expires_ms = now_ms(w) + w->clients[p->client].session_ms;
	next->wrong = 0;
	return next;
}

static bool
may_set_up(const struct walk *w, const struct pending *p)
{
	const struct user *user = &w->users[p->user];
	return !p->spent && now_ms(w) < p->expires_ms && p->credential == user->credential
		&& account_is_good(w, user, p->proofs, p->flow)
		&& (settable(&w->pool, user) & (1U << TOTP));
}

bool
set_up_app(struct walk *w, int index, bool right)
{
	struct pending *p = &w->pending[index];
	struct user *user = &w->users[p->user];
	if (p->unsure || p->hopeless)
		return false;
	tell(w, "answer %d: %s sets an app up", index, user->name);
	call_begin(w, "AssociateSoftwareToken");
	call_str(w, "Session", p->session);
	const bool may = may_set_up(w, p);
	if (call_send(w) != may)
		fail(w, "AssociateSoftwareToken should %s", may ? "succeed" : "fail");
	char secret[80] = "";
	if (may) {
		PUT(w, secret, reply_text(w, "SecretCode"));
		p = renew_session(w, p);
	}
	call_end(w);
	if (!may || !take_budget(w, &user->budget[VERIFIED_APP], 15))
		return false;

	char code[7];
	totp_app_code(lg_str_from_c(secret), lg_clock_now(&w->world.clock), right ? 0 : 40, code);
	call_begin(w, "VerifySoftwareToken");
	call_str(w, "Session", p->session);
	call_str(w, "UserCode", code);
	if (call_send(w) != right)
		fail(w, "VerifySoftwareToken should %s", right ? "succeed" : "fail");
	if (right) {
		PUT(w, user->secret, lg_str_from_c(secret));
		user->steps[0] = now_ms(w) / 30000;
		user->step_count = 1;
		user->enabled_method[TOTP] = true;
		user->preferred = TOTP;
		p = renew_session(w, p);
		p->proofs |= BY_SECOND;
	}
	call_end(w);
	return right;
}
