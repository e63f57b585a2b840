/*
 * srp_client.h - the client's half of SRP, for tests and load: written apart from src/crypto/srp.c, so
 * that an error in one is not hidden by the same error in the other.
 */
#ifndef LG_TESTS_SRP_CLIENT_H
#define LG_TESTS_SRP_CLIENT_H

#include "base/ctx.h"

struct srp_client;

/* `a` is the client's secret as hex; NULL = a fixed one. Lives until srp_client_free. */
struct srp_client *srp_client_new(const char *a_hex);
void srp_client_free(struct srp_client *client);

/* A in lower-case hex. */
const char *srp_client_A(const struct srp_client *client);

/* What the server sent, and who signs in. */
struct srp_client_challenge {
	lg_str pool_name; /* behind '_' of the pool id */
	lg_str user_id;   /* USER_ID_FOR_SRP */
	lg_str password;
	lg_str salt_hex;
	lg_str B_hex;
	lg_str secret_block; /* base64, as sent */
	lg_str timestamp;
};

/*
 * PASSWORD_CLAIM_SIGNATURE in base64 (44 characters and a NUL). False when B or the secret block is
 * nonsense. g^x of the newest salt, user and password is kept: a load test signs the same users in again
 * and again.
 */
bool srp_client_sign(struct srp_client *client, const struct srp_client_challenge *challenge, char ret[45]);

/*
 * What ConfirmDevice wants of a device that will sign in with this password: PasswordVerifier in base64, as
 * clients send it (Java's form of the number). False when the salt is no number.
 */
#define SRP_VERIFIER_SIZE 520
bool srp_client_verifier(struct srp_client *client, lg_str group_key, lg_str device_key, lg_str password,
	lg_str salt_hex, char ret[SRP_VERIFIER_SIZE]);

/* "Fri Nov 6 09:05:03 UTC 2026" */
#define SRP_TIMESTAMP_SIZE 40
void srp_client_timestamp(lg_time now, char ret[SRP_TIMESTAMP_SIZE]);

#endif
