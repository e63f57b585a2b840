/*
 * load.h - what the files of the load client share.
 */
#ifndef LG_TESTS_LOAD_H
#define LG_TESTS_LOAD_H

#include <jansson.h>

#include "tests/lib/srp_client.h"

#define LOAD_PASSWORD "Correct-horse-9"
#define LOAD_POOL "us-east-1_Lifeguard"

struct load_device;
struct load_identity;
struct load_totp;

struct conn {
	int fd;
	int step;
	unsigned user;
	double started;
	char out[16384];
	size_t out_len, out_done;
	char in[65536];
	size_t in_len;
	struct srp_client *srp; /* each connection signs one user in, so that g^x stays known */
	struct load_device *device;
	struct load_totp *totp;
	struct load_identity *identity;
};

/* Write a request of the API into c->out. */
void load_request(struct conn *c, const char *operation, const char *body);
/* The same of identity pools. */
void load_identity_request(struct conn *c, const char *operation, const char *body);
/* The number of a user with a password, for this connection; the server's port. */
unsigned load_user(unsigned number);
unsigned load_port(void);
/* Send it and wait for the answer, which must be 200. */
json_t *load_exchange(struct conn *c);
/* The parameters of an SRP challenge, answered: the secret block, and what is sent with it. */
struct load_proof {
	char block[8192], signature[45], when[SRP_TIMESTAMP_SIZE];
};
bool load_prove(struct srp_client *srp, const json_t *challenge, const char *group, const char *identity,
	const char *password, struct load_proof *ret);

/* ---- load_device.c: SRP sign-in with a remembered device, four calls ---- */

/* Of which pool: both as bench.py made them, with a user bench000000 and on for each connection. */
void load_device_pool(const char *pool, const char *client);
void load_device_prepare(struct conn *c, unsigned user); /* sign in, confirm the device */
void load_device_request(struct conn *c);
bool load_device_answered(struct conn *c, const char *body, size_t len);

/* ---- load_totp.c: password sign-in with the code of an authenticator app, two calls ---- */

/* The client of a pool with optional TOTP; each connection takes `each` users of it, from bench000000 on. */
void load_totp_pool(const char *client, unsigned each);
void load_totp_prepare(struct conn *c, unsigned number); /* connect their apps */
void load_totp_request(struct conn *c);
bool load_totp_answered(struct conn *c, const char *body, size_t len);

/* ---- load_identity.c: tokens of an identity pool for users of the demo pool ---- */

void load_identity_pool(const char *pool, const char *client);
void load_identity_prepare(struct conn *c, unsigned number); /* sign in, get an identity */
void load_identity_token(struct conn *c);
void load_identity_credentials(struct conn *c);

/* ---- load_fixed.c: the same bytes again and again, of whatever server ---- */

/* Whole requests of at most 16 KiB, which are sent in turn; a NUL stands between them. */
void load_fixed_file(const char *path);
void load_fixed_request(struct conn *c);

#endif
