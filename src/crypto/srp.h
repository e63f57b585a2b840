/*
 * srp.h - the server's half of Cognito's SRP-6a (spec/sign-in.md 5; RFC 5054's 3072-bit group, SHA-256).
 *
 * The same arithmetic serves passwords (group = the pool id after '_', identity = user name) and
 * devices (group = device group key, identity = device key). Numbers travel as minimal lower-case hex.
 */
#ifndef LG_CRYPTO_SRP_H
#define LG_CRYPTO_SRP_H

#include "base/ctx.h"
#include "base/secret.h"

#define LG_SRP_SALT_SIZE 16
#define LG_SRP_N_SIZE 384
#define LG_SRP_SECRET_SIZE 32 /* of b */

/* v = g^x mod N as LG_SRP_N_SIZE bytes, big-endian. One modexp. */
LG_MUST lg_status lg_srp_verifier(struct lg_ctx *cx, lg_str group, lg_str identity, lg_str password,
	lg_str salt, lg_str *ret);

/*
 * A verifier that somebody else computed, big-endian, as LG_SRP_N_SIZE bytes. LG_E_MALFORMED unless
 * 1 < v < N - 1: the numbers left out are their own answer to every challenge.
 */
LG_MUST lg_status lg_srp_read_verifier(struct lg_ctx *cx, lg_str bytes, lg_str *ret);

/*
 * B = k*v + g^b mod N as hex. One modexp. b is LG_SRP_SECRET_SIZE bytes.
 */
LG_MUST lg_status lg_srp_begin(struct lg_ctx *cx, lg_str verifier, lg_str b, lg_str *ret_B_hex);

/* Is the client's A (hex) acceptable: a number below 2^3072, not 0 mod N? LG_E_MALFORMED otherwise. */
LG_MUST lg_status lg_srp_check_A(struct lg_ctx *cx, lg_str A_hex);

/*
 * The 16-byte session key K. Two modexps. LG_E_MALFORMED when A = 0 mod N or u = 0.
 */
LG_MUST lg_status lg_srp_key(struct lg_ctx *cx, lg_str verifier, lg_str b, lg_str A_hex, lg_str B_hex,
	unsigned char ret[16]);

/*
 * HMAC-SHA-256(K, group | identity | secret block | timestamp), the PASSWORD_CLAIM_SIGNATURE before base64.
 */
void lg_srp_claim(const unsigned char key[16], lg_str group, lg_str identity, lg_str secret_block,
	lg_str timestamp, unsigned char ret[32]);

#endif
