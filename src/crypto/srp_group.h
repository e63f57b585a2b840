/*
 * srp_group.h - arithmetic in RFC 5054's 3072-bit group, g = 2, in constant time. Of src/crypto only.
 */
#ifndef LG_CRYPTO_SRP_GROUP_H
#define LG_CRYPTO_SRP_GROUP_H

#include <stdbool.h>

#include <openssl/bn.h>

#include "base/str.h"

#define LG_SRP_EXPONENT_SIZE 32

/* Made at the first use and never changed; for any number of threads. */
struct lg_srp_group {
	const BIGNUM *N;
	const BIGNUM *g;
	BN_MONT_CTX *mont; /* of N; OpenSSL only reads it */
};
const struct lg_srp_group *lg_srp_group(void);

/* The functions below are false when memory is exhausted. */

/* base^exponent mod N */
bool lg_srp_power(BIGNUM *ret, const BIGNUM *base, BIGNUM *exponent, BN_CTX *bn);

/* g^exponent mod N, faster: powers of g are in a table. `exponent` has LG_SRP_EXPONENT_SIZE bytes. */
bool lg_srp_power_of_g(BIGNUM *ret, lg_str exponent, BN_CTX *bn);

/* a * b mod N; a is below N */
bool lg_srp_multiply(BIGNUM *ret, const BIGNUM *a, const BIGNUM *b, BN_CTX *bn);

#endif
