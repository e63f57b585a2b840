/*
 * limits.c - what this machine's OpenSSL and libsodium can do on one core: the limits that the server is
 * held against.
 *
 * Prints one JSON object: operations a second, and the milliseconds of one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <sqlite3.h>

static double
now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds = 1.0;

/* Operations a second of `run`. */
static double
rate(void (*run)(void *), void *arg)
{
	for (int i = 0; i < 3; i++)
		run(arg);
	double start = now_s(), end;
	long count = 0;
	do {
		run(arg);
		count++;
		end = now_s();
	} while (end - start < seconds);
	return (double)count / (end - start);
}

struct rsa {
	EVP_PKEY *key;
	unsigned char signature[512];
	size_t len;
};

static const unsigned char message[800] = "header.claims";

static void
sign(void *arg)
{
	struct rsa *rsa = arg;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	rsa->len = sizeof(rsa->signature);
	if (EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, rsa->key) != 1
	    || EVP_DigestSign(md, rsa->signature, &rsa->len, message, sizeof(message)) != 1)
		abort();
	EVP_MD_CTX_free(md);
}

static void
verify(void *arg)
{
	struct rsa *rsa = arg;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	if (EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, rsa->key) != 1
	    || EVP_DigestVerify(md, rsa->signature, rsa->len, message, sizeof(message)) != 1)
		abort();
	EVP_MD_CTX_free(md);
}

struct power {
	BN_CTX *ctx;
	BN_MONT_CTX *mont;
	BIGNUM *N, *base, *exponent, *result;
};

static void
modexp(void *arg)
{
	struct power *p = arg;
	if (BN_mod_exp_mont_consttime(p->result, p->base, p->exponent, p->N, p->ctx, p->mont) != 1)
		abort();
}

static void
argon2id(void *arg)
{
	static const unsigned char salt[16] = "0123456789abcdef";
	if (crypto_pwhash(
		    arg, 32, "Correct-horse-9", 15, salt, 2, 19 * 1024 * 1024, crypto_pwhash_ALG_ARGON2ID13))
		abort();
}

/* ---- one point read of a table in WAL mode, as an embedded store does it: its own transaction each ---- */

struct reads {
	sqlite3 *db;
	sqlite3_stmt *stmt;
	int next;
};

static void
point_read(void *arg)
{
	struct reads *reads = arg;
	sqlite3_bind_int(reads->stmt, 1, reads->next++ % 1000);
	if (sqlite3_step(reads->stmt) != SQLITE_ROW)
		abort();
	sqlite3_reset(reads->stmt);
}

static double
point_read_rate(void)
{
	char folder[] = "/tmp/lifeguard-limits.XXXXXX", path[64];
	struct reads reads = { 0 };
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof(path), "%s/data.db", folder);
	if (sqlite3_open(path, &reads.db)
	    || sqlite3_exec(reads.db,
		    "PRAGMA journal_mode = WAL;"
		    "CREATE TABLE t (k INTEGER NOT NULL PRIMARY KEY, v BLOB NOT NULL);"
		    "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
		    "INSERT INTO t SELECT i, randomblob(700) FROM n",
		    NULL, NULL, NULL)
	    || sqlite3_prepare_v2(reads.db, "SELECT v FROM t WHERE k = ?1", -1, &reads.stmt, NULL))
		abort();
	double found = rate(point_read, &reads);
	sqlite3_finalize(reads.stmt);
	sqlite3_close(reads.db);
	unlink(path);
	rmdir(folder);
	return found;
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		seconds = atof(argv[1]);
	if (sodium_init() < 0)
		return 1;
	struct rsa rsa = { .key = EVP_RSA_gen(2048) };
	struct power power = { .ctx = BN_CTX_new(),
		.mont = BN_MONT_CTX_new(),
		.N = BN_get_rfc3526_prime_3072(NULL),
		.base = BN_new(),
		.exponent = BN_new(),
		.result = BN_new() };
	BN_rand(power.base, 3071, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
	BN_rand(power.exponent, 256, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
	BN_MONT_CTX_set(power.mont, power.N, power.ctx);
	unsigned char hash[32];

	const struct {
		const char *name;
		double rate;
	} limits[] = { { "rsa_sign", rate(sign, &rsa) }, { "rsa_verify", rate(verify, &rsa) },
		{ "modexp", rate(modexp, &power) }, { "argon2id", rate(argon2id, hash) },
		{ "point_read", point_read_rate() } };
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		printf("%s\"%s\": %.1f", i ? ", " : "{", limits[i].name, limits[i].rate);
	printf("}\n");
	return 0;
}
