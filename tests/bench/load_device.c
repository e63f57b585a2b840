#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALT_HEX "8f3b1c5d7e9a0b2c4d6e8f00112233aa"
#define SALT_BASE64 "jzscXX6aCyxNbo8AESIzqg=="
#define DEVICE_PASSWORD "forty random bytes in base64"

/* Of each connection. */
struct load_device {
	struct srp_client *srp;
	char key[64], group[64];
};

static const char *pool_name, *client_id;

void
load_device_pool(const char *pool, const char *client)
{
	pool_name = strchr(pool, '_') + 1;
	client_id = client;
}

static const char *
text_of(const json_t *object, const char *outer, const char *name)
{
	const char *text = json_string_value(json_object_get(json_object_get(object, outer), name));
	return text ? text : "";
}

void
load_device_prepare(struct conn *c, unsigned user)
{
	char body[4096], verifier[SRP_VERIFIER_SIZE];
	struct load_device *device = calloc(1, sizeof(*device));
	c->user = user;
	c->srp = srp_client_new(NULL);
	c->device = device;
	device->srp = srp_client_new(NULL);
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"ClientId\":\"%s\","
		"\"AuthParameters\":{\"USERNAME\":\"bench%06u\",\"PASSWORD\":\"" LOAD_PASSWORD "\"}}",
		client_id, user);
	load_request(c, "InitiateAuth", body);
	json_t *root = load_exchange(c);
	const json_t *result = json_object_get(root, "AuthenticationResult");
	snprintf(device->key, sizeof(device->key), "%s", text_of(result, "NewDeviceMetadata", "DeviceKey"));
	snprintf(device->group, sizeof(device->group), "%s",
		text_of(result, "NewDeviceMetadata", "DeviceGroupKey"));
	if (!srp_client_verifier(device->srp, lg_str_from_c(device->group), lg_str_from_c(device->key),
		    LG_STR(DEVICE_PASSWORD), LG_STR(SALT_HEX), verifier))
		exit(1);
	snprintf(body, sizeof(body),
		"{\"AccessToken\":\"%s\",\"DeviceKey\":\"%s\",\"DeviceSecretVerifierConfig\":"
		"{\"PasswordVerifier\":\"%s\",\"Salt\":\"" SALT_BASE64 "\"}}",
		text_of(root, "AuthenticationResult", "AccessToken"), device->key, verifier);
	json_decref(root);
	load_request(c, "ConfirmDevice", body);
	json_decref(load_exchange(c));
}

void
load_device_request(struct conn *c)
{
	char body[2048];
	if (c->step > 0)
		return; /* the answer of each step wrote the next request */
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"USER_SRP_AUTH\",\"ClientId\":\"%s\",\"AuthParameters\":"
		"{\"USERNAME\":\"bench%06u\",\"SRP_A\":\"%s\",\"DEVICE_KEY\":\"%s\"}}",
		client_id, c->user, srp_client_A(c->srp), c->device->key);
	load_request(c, "InitiateAuth", body);
}

/* The answer to a challenge of SRP, of the user or of his device. */
static bool
prove(struct conn *c, const json_t *challenge, bool of_device)
{
	char body[12288], user[32];
	struct load_proof proof;
	const struct load_device *device = c->device;
	snprintf(user, sizeof(user), "bench%06u", c->user);
	bool made = of_device ? load_prove(device->srp, challenge, device->group, device->key,
					DEVICE_PASSWORD, &proof)
			      : load_prove(c->srp, challenge, pool_name, user, LOAD_PASSWORD, &proof);
	if (!made)
		return false;
	snprintf(body, sizeof(body),
		"{\"ChallengeName\":\"%sPASSWORD_VERIFIER\",\"ClientId\":\"%s\",\"ChallengeResponses\":"
		"{\"USERNAME\":\"%s\",\"DEVICE_KEY\":\"%s\",\"PASSWORD_CLAIM_SECRET_BLOCK\":\"%s\","
		"\"PASSWORD_CLAIM_SIGNATURE\":\"%s\",\"TIMESTAMP\":\"%s\"}}",
		of_device ? "DEVICE_" : "", client_id, user, device->key, proof.block, proof.signature,
		proof.when);
	load_request(c, "RespondToAuthChallenge", body);
	return true;
}

bool
load_device_answered(struct conn *c, const char *text, size_t len)
{
	char body[6144];
	if (c->step == 3)
		return true;
	json_t *root = json_loadb(text, len, 0, NULL);
	bool ok = true;
	if (c->step == 1) {
		snprintf(body, sizeof(body),
			"{\"ChallengeName\":\"DEVICE_SRP_AUTH\",\"ClientId\":\"%s\",\"Session\":\"%s\","
			"\"ChallengeResponses\":{\"USERNAME\":\"bench%06u\",\"DEVICE_KEY\":\"%s\","
			"\"SRP_A\":\"%s\"}}",
			client_id, json_string_value(json_object_get(root, "Session")), c->user,
			c->device->key, srp_client_A(c->device->srp));
		load_request(c, "RespondToAuthChallenge", body);
	} else {
		ok = prove(c, root, c->step == 2);
	}
	json_decref(root);
	if (!ok) {
		fprintf(stderr, "no challenge of SRP: %.500s\n", text);
		exit(1);
	}
	return false;
}
