#include "crypto/srp_group.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/secret.h"
#include "crypto/srp.h"

#define DIGITS (2 * LG_SRP_EXPONENT_SIZE) /* of four bits */
#define VALUES 16
#define WORDS (LG_SRP_N_SIZE / sizeof(uint64_t))

static struct lg_srp_group group;

/*
 * powers[i][d] = g^(d * 16^i), Montgomery form, little-endian: g^e is the product of one number a digit of
 * e.
 */
static uint64_t powers[DIGITS][VALUES][WORDS];

static pthread_once_t group_once = PTHREAD_ONCE_INIT;
static pthread_once_t powers_once = PTHREAD_ONCE_INIT;

static void
make_group(void)
{
	BIGNUM *N = BN_get_rfc3526_prime_3072(NULL); /* RFC 5054 took its group from there */
	BIGNUM *g = BN_new();
	BN_MONT_CTX *mont = BN_MONT_CTX_new();
	BN_CTX *bn = BN_CTX_new();
	if (!N || !g || !mont || !bn || !BN_set_word(g, 2) || !BN_MONT_CTX_set(mont, N, bn))
		abort(); /* Nobody was answered yet. */
	BN_CTX_free(bn);
	group = (struct lg_srp_group){ .N = N, .g = g, .mont = mont };
}

const struct lg_srp_group *
lg_srp_group(void)
{
	pthread_once(&group_once, make_group);
	return &group;
}

static bool
store(uint64_t place[WORDS], const BIGNUM *n)
{
	return BN_bn2lebinpad(n, (unsigned char *)place, LG_SRP_N_SIZE) == LG_SRP_N_SIZE;
}

static void
make_powers(void)
{
	const struct lg_srp_group *in = lg_srp_group();
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *one = BN_new();
	BIGNUM *base = BN_new(); /* g^(16^i) */
	BIGNUM *power = BN_new();
	bool good = bn && one && base && power && BN_one(one) && BN_to_montgomery(one, one, in->mont, bn) &&
		    BN_to_montgomery(base, in->g, in->mont, bn);
	for (size_t i = 0; good && i < DIGITS; i++) {
		good = BN_copy(power, one) != NULL;
		for (size_t d = 0; good && d < VALUES; d++)
			good = store(powers[i][d], power) &&
			       BN_mod_mul_montgomery(power, power, base, in->mont, bn);
		good = good && BN_copy(base, power) != NULL; /* base^16 */
	}
	if (!good)
		abort(); /* Nobody was answered yet. */
	BN_free(power);
	BN_free(base);
	BN_free(one);
	BN_CTX_free(bn);
}

/* powers[i][digit], having read the whole row: which number was wanted shows in no memory access. */
static void
look_up(size_t i, unsigned digit, uint64_t ret[WORDS])
{
	for (size_t w = 0; w < WORDS; w++)
		ret[w] = 0;
	for (unsigned d = 0; d < VALUES; d++) {
		uint64_t mask = 0 - (((uint64_t)(d ^ digit) - 1) >>
					    63); /* all bits when they are the same, or none */
		for (size_t w = 0; w < WORDS; w++)
			ret[w] |= powers[i][d][w] & mask;
	}
}

bool
lg_srp_power_of_g(BIGNUM *ret, lg_str exponent, BN_CTX *bn)
{
	assert(exponent.len == LG_SRP_EXPONENT_SIZE);
	const struct lg_srp_group *in = lg_srp_group();
	pthread_once(&powers_once, make_powers);

	BN_CTX_start(bn);
	BIGNUM *factor = BN_CTX_get(bn);
	uint64_t words[WORDS];
	bool good = factor != NULL;
	for (size_t i = 0; good && i < DIGITS; i++) {
		/* The last byte holds the digits of lowest value. */
		unsigned byte = (unsigned char)exponent.ptr[LG_SRP_EXPONENT_SIZE - 1 - i / 2];
		look_up(i, i % 2 ? byte >> 4 : byte & 15, words);
		good = BN_lebin2bn((unsigned char *)words, LG_SRP_N_SIZE, factor) &&
		       (i == 0 ? BN_copy(ret, factor) != NULL
			       : BN_mod_mul_montgomery(ret, ret, factor, in->mont, bn) == 1);
	}
	good = good && BN_from_montgomery(ret, ret, in->mont, bn) == 1;
	lg_wipe(words, sizeof(words));
	BN_CTX_end(bn);
	return good;
}

bool
lg_srp_power(BIGNUM *ret, const BIGNUM *base, BIGNUM *exponent, BN_CTX *bn)
{
	const struct lg_srp_group *in = lg_srp_group();
	BN_set_flags(exponent, BN_FLG_CONSTTIME);
	return BN_mod_exp_mont_consttime(ret, base, exponent, in->N, bn, in->mont) == 1;
}

bool
lg_srp_multiply(BIGNUM *ret, const BIGNUM *a, const BIGNUM *b, BN_CTX *bn)
{
	const struct lg_srp_group *in = lg_srp_group();
	BN_CTX_start(bn);
	BIGNUM *scaled = BN_CTX_get(bn);
	bool good = scaled && BN_to_montgomery(scaled, a, in->mont, bn) == 1 &&
		    BN_mod_mul_montgomery(ret, scaled, b, in->mont, bn) == 1;
	BN_CTX_end(bn);
	return good;
}
