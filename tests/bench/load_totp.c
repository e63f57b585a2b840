#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/lib/totp.h"

/*
 * A code works once, so a user signs in with the code of this step, the one before and the one after, and
 * then it is the next user's turn.
 */
#define CODES_A_USER 3

/* The app of one user, and how many of its codes were used. */
struct load_totp {
	unsigned user;
	char secret[64];
	unsigned used;
};

static const char *client_id;
static unsigned users_each;

void
load_totp_pool(const char *client, unsigned each)
{
	client_id = client;
	users_each = each;
}

static lg_time
now(void)
{
	struct timespec wall;
	clock_gettime(CLOCK_REALTIME, &wall);
	return (lg_time){ (int64_t)wall.tv_sec * 1000 };
}

static void
request_password(struct conn *c, unsigned user)
{
	char body[512];
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"ClientId\":\"%s\","
		"\"AuthParameters\":{\"USERNAME\":\"bench%06u\",\"PASSWORD\":\"" LOAD_PASSWORD "\"}}",
		client_id, user);
	load_request(c, "InitiateAuth", body);
}

/* Sign in with the password alone, connect an app, prefer it. */
static void
enrol(struct conn *c, struct load_totp *app)
{
	char body[4096], code[7];
	request_password(c, app->user);
	json_t *root = load_exchange(c);
	const char *token = json_string_value(
		json_object_get(json_object_get(root, "AuthenticationResult"), "AccessToken"));
	if (!token)
		exit(1);
	snprintf(body, sizeof(body), "{\"AccessToken\":\"%s\"}", token);
	load_request(c, "AssociateSoftwareToken", body);
	json_t *secret = load_exchange(c);
	snprintf(app->secret, sizeof(app->secret), "%s",
		json_string_value(json_object_get(secret, "SecretCode")));
	json_decref(secret);
	/* The code before this one: those that sign in are left. */
	totp_app_code(lg_str_from_c(app->secret), now(), -1, code);
	snprintf(body, sizeof(body), "{\"AccessToken\":\"%s\",\"UserCode\":\"%s\"}", token, code);
	load_request(c, "VerifySoftwareToken", body);
	json_decref(load_exchange(c));
	snprintf(body, sizeof(body),
		"{\"AccessToken\":\"%s\",\"SoftwareTokenMfaSettings\":{\"Enabled\":true,"
		"\"PreferredMfa\":true}}",
		token);
	load_request(c, "SetUserMFAPreference", body);
	json_decref(load_exchange(c));
	json_decref(root);
	app->used = 1;
}

void
load_totp_prepare(struct conn *c, unsigned number)
{
	c->totp = calloc(users_each, sizeof(*c->totp));
	for (unsigned i = 0; i < users_each; i++) {
		c->totp[i].user = number * users_each + i;
		enrol(c, &c->totp[i]);
	}
}

/* The user whose turn it is. */
static struct load_totp *
app_of(struct conn *c)
{
	return &c->totp[c->user % users_each];
}

void
load_totp_request(struct conn *c)
{
	if (c->step > 0)
		return; /* the answer of the first step wrote the second request */
	if (app_of(c)->used == CODES_A_USER)
		c->user++;
	request_password(c, app_of(c)->user);
}

bool
load_totp_answered(struct conn *c, const char *text, size_t len)
{
	char body[4096], code[7];
	if (c->step == 1)
		return true;
	json_t *root = json_loadb(text, len, 0, NULL);
	const char *session = json_string_value(json_object_get(root, "Session"));
	if (!session) {
		fprintf(stderr, "no challenge: %.500s\n", text);
		exit(1);
	}
	struct load_totp *app = app_of(c);
	totp_app_code(lg_str_from_c(app->secret), now(), (int64_t)app->used++ - 1, code);
	snprintf(body, sizeof(body),
		"{\"ChallengeName\":\"SOFTWARE_TOKEN_MFA\",\"ClientId\":\"%s\",\"Session\":\"%s\","
		"\"ChallengeResponses\":{\"USERNAME\":\"bench%06u\",\"SOFTWARE_TOKEN_MFA_CODE\":\"%s\"}}",
		client_id, session, app->user, code);
	json_decref(root);
	load_request(c, "RespondToAuthChallenge", body);
	return false;
}
