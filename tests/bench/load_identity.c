#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX 6000

/* Whose calls these are: a user of the pool, and who he is in the identity pool. */
struct load_identity {
	char provider[128];
	char token[TOKEN_MAX];
	char id[64];
};

static const char *identity_pool, *client_id;

void
load_identity_pool(const char *pool, const char *client)
{
	identity_pool = pool;
	client_id = client;
}

static void
request(struct conn *c, const char *operation, const char *named, const char *name)
{
	char body[TOKEN_MAX + 512];
	snprintf(body, sizeof(body), "{\"%s\":\"%s\",\"Logins\":{\"%s\":\"%s\"}}", named, name,
		c->identity->provider, c->identity->token);
	load_identity_request(c, operation, body);
}

/* The provider's name is in the token: its issuer without the scheme, as clients of ours name it. */
static void
take_token(struct load_identity *identity, const json_t *tokens, unsigned port)
{
	const char *token = json_string_value(json_object_get(tokens, "IdToken"));
	if (!token || strlen(token) >= TOKEN_MAX) {
		fprintf(stderr, "no ID token\n");
		exit(1);
	}
	strcpy(identity->token, token);
	snprintf(identity->provider, sizeof(identity->provider), "localhost:%u/" LOAD_POOL, port);
}

void
load_identity_prepare(struct conn *c, unsigned number)
{
	char body[512];
	c->identity = calloc(1, sizeof(*c->identity));
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"ClientId\":\"%s\","
		"\"AuthParameters\":{\"USERNAME\":\"bench%06u\",\"PASSWORD\":\"" LOAD_PASSWORD "\"}}",
		client_id, load_user(number));
	load_request(c, "InitiateAuth", body);
	json_t *root = load_exchange(c);
	take_token(c->identity, json_object_get(root, "AuthenticationResult"), load_port());
	json_decref(root);

	request(c, "GetId", "IdentityPoolId", identity_pool);
	root = load_exchange(c);
	const char *id = json_string_value(json_object_get(root, "IdentityId"));
	if (!id)
		exit(1);
	snprintf(c->identity->id, sizeof(c->identity->id), "%s", id);
	json_decref(root);
}

void
load_identity_token(struct conn *c)
{
	request(c, "GetOpenIdToken", "IdentityId", c->identity->id);
}

void
load_identity_credentials(struct conn *c)
{
	request(c, "GetCredentialsForIdentity", "IdentityId", c->identity->id);
}
