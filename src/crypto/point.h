/*
 * point.h - public keys that others made: is it a key at all?
 *
 * A library that verifies signatures takes points that lie on no curve, and numbers that are no modulus.
 */
#ifndef LG_CRYPTO_POINT_H
#define LG_CRYPTO_POINT_H

#include "base/str.h"

#define LG_P256_POINT_SIZE 64 /* x || y */
#define LG_ED25519_POINT_SIZE 32
#define LG_RSA2048_SIZE 259 /* n || e, e of three bytes */

/* A point of P-256 that is not the one at infinity, each coordinate below the field's prime. */
bool lg_p256_is_point(lg_str x_y);

/* A point of edwards25519, in its one encoding, of the prime-order group and not of small order. */
bool lg_ed25519_is_point(lg_str point);

/* A modulus of exactly 2048 bits, odd, without small factors and no power of a prime; e = 65537. */
bool lg_rsa2048_is_key(lg_str n_e);

#endif
