/*
 * keyholder.h - the only code that sees private keys and credentials. It answers yes, no, or a signature.
 *
 * Written so that it can become a process of its own: sealed values go in, results come out, nothing
 * unsealed is returned. What the domain stores of a credential is the sealed text made here.
 *
 * A credential is sealed for its pool and user: moved to another row, or damaged, it does not open, and
 * every function that takes one fails with LG_E_MALFORMED.
 */
#ifndef LG_TOKEN_KEYHOLDER_H
#define LG_TOKEN_KEYHOLDER_H

#include "crypto/foreign_hash.h"
#include "crypto/keyring.h"
#include "crypto/pkey.h"
#include "token/archive.h"
#include "token/jws.h"
#include "token/webauthn.h"

struct lg_keyholder;

LG_MUST lg_status lg_keyholder_new(struct lg_keyring *ring, struct lg_keyholder **ret);
void lg_keyholder_free(struct lg_keyholder *holder);

/* Whose credential it is. */
struct lg_owner {
	int64_t pool;
	lg_str uid; /* 16 bytes */
};

/* ---- signing ---- */

/* A fresh key pair: the private half sealed for `pool` (0 = the stock), the public half as DER. */
LG_MUST lg_status lg_keyholder_make_key(struct lg_keyholder *holder, struct lg_ctx *cx, int64_t pool,
	enum lg_alg alg, lg_str *ret_sealed, lg_str *ret_public_der);

/* Re-seal a stock key for the pool that takes it. */
LG_MUST lg_status lg_keyholder_move_key(struct lg_keyholder *holder, struct lg_ctx *cx, int64_t from_pool,
	int64_t to_pool, lg_str sealed, lg_str *ret_sealed);

struct lg_sign_job {
	int64_t pool;
	lg_str kid;    /* names the parsed key in the holder's cache */
	enum lg_alg alg;
	lg_str sealed; /* private key as stored */
	lg_str input;  /* what is signed */
	lg_str signature; /* out */
};

/* Sign all, or fail. One call for all tokens of an answer, so that they can be signed in a batch. */
LG_MUST lg_status lg_keyholder_sign(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_sign_job *jobs,
	size_t count);

/* ---- passwords ---- */

enum lg_password_scheme { /* the numbers are stored */
	LG_PASSWORD_SRP = 0,      /* salt and verifier: every flow works */
	LG_PASSWORD_ARGON2ID = 1, /* hash only: no SRP */
	LG_PASSWORD_FOREIGN = 2,  /* a hash that another service made: no SRP; never a pool's scheme */
};

/* What SRP calls group and identity. */
struct lg_srp_name {
	lg_str group;
	lg_str identity;
};

/*
 * Hashes are made as many at once as there are cores. LG_E_TOO_MANY_REQUESTS, here and below, when too many
 * wait for their turn.
 */

/* Make the credential of a new password. One modexp or one hash. */
LG_MUST lg_status lg_keyholder_password_make(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, enum lg_password_scheme scheme, struct lg_srp_name name, lg_str password,
	lg_str *ret_sealed);

/* Take over a hash as it was written down. LG_E_MALFORMED when it is not of its form, or over its limits. */
LG_MUST lg_status lg_keyholder_password_take(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, enum lg_foreign_hash form, lg_str text, lg_str *ret_sealed);

/*
 * LG_E_MISMATCH when the password is wrong. One modexp or one hash, right or wrong; a hash that was taken
 * over costs what its maker chose. An absent `sealed` stands for a user without a password, or none at all:
 * the same work is done against the pool's decoy, and the answer is LG_E_MISMATCH.
 */
LG_MUST lg_status lg_keyholder_password_check(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, enum lg_password_scheme pool_scheme, struct lg_srp_name name, lg_str password,
	lg_str sealed);

/*
 * The credential of a device, whose owner computed salt and verifier himself (spec/sign-in.md 7); it serves
 * the SRP functions below and no password. Salts are numbers: one of 16 random bytes may come with fewer,
 * or with a zero byte in front. LG_E_MALFORMED unless it has 8 to 64 bytes then, and 1 < verifier < N - 1.
 */
#define LG_DEVICE_SALT_MIN 8
#define LG_DEVICE_SALT_MAX 64
LG_MUST lg_status lg_keyholder_verifier_seal(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, lg_str salt, lg_str verifier, lg_str *ret_sealed);

/* The salt and B that a client gets, and the state that the secret block must carry. */
struct lg_srp_challenge {
	lg_str salt_hex;
	lg_str B_hex;
	lg_str state; /* sealed b and B; opaque to the domain */
};

/*
 * One modexp. An absent `sealed` gives a challenge that looks like any other, with a salt that is stable for
 * pool and identity (RFC 5054, 2.5.1.3) and a proof that always fails. The same holds for credentials
 * without verifier.
 */
LG_MUST lg_status lg_keyholder_srp_begin(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, struct lg_srp_name name, lg_str sealed, lg_str A_hex,
	struct lg_srp_challenge *ret);

/*
 * Check the client's proof. LG_E_MISMATCH when it is wrong, whatever the reason: wrong password, no such
 * user, state of somebody else, u = 0, a signature of the wrong length. Two modexps in every case.
 */
struct lg_srp_proof {
	lg_str state;        /* from the challenge */
	lg_str A_hex;
	lg_str secret_block; /* decoded, as it is hashed */
	lg_str timestamp;    /* verbatim */
	lg_str signature;    /* decoded */
};
LG_MUST lg_status lg_keyholder_srp_finish(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, struct lg_srp_name name, lg_str sealed, const struct lg_srp_proof *proof);

/* ---- passkeys: key and counter ---- */

/* Seal what a registration made, for its owner. */
LG_MUST lg_status lg_keyholder_passkey_make(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, const struct lg_webauthn_credential *credential, lg_str *ret_sealed);

struct lg_passkey_proof {
	lg_str sealed;      /* with the new counter: stored before anything is granted */
	bool user_verified; /* UV */
};
/*
 * lg_webauthn_assert with the credential in `sealed`: LG_E_MISMATCH whatever is wrong. An absent `sealed`
 * stands for a credential that the user has not: the same work, and LG_E_MISMATCH.
 */
LG_MUST lg_status lg_keyholder_passkey_check(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, const struct lg_webauthn_expect *expect, lg_str user_handle,
	const struct lg_webauthn_assertion *sent, lg_str sealed, struct lg_passkey_proof *ret);

/*
 * ---- short codes ----
 * HMAC of pool, user, purpose and code under a key that is not in the database: six digits fall in seconds
 * otherwise.
 */
LG_MUST lg_status lg_keyholder_code_mac(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, lg_str purpose, lg_str code, unsigned char ret[32]);

/*
 * ---- time-based codes (RFC 6238) ----
 * The secret leaves once, as base32 for a person's app, when it is made.
 */
LG_MUST lg_status lg_keyholder_totp_make(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, lg_str *ret_sealed, lg_str *ret_base32);
/*
 * LG_E_MISMATCH unless `code` is that of this step of cx->now, or of a neighbour; which one it was is
 * returned, as each is good once.
 */
LG_MUST lg_status lg_keyholder_totp_check(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, lg_str sealed, lg_str code, int64_t *ret_step);

/*
 * ---- archives (token/archive.h) ---- A sealed credential leaves for an archive, or comes from one, sealed
 * again under the archive's key; nothing unsealed is returned. In the archive, too, it belongs to its user.
 */
enum lg_moved {
	LG_MOVED_PASSWORD, /* of lg_keyholder_password_make, lg_keyholder_password_take */
	LG_MOVED_DEVICE,   /* of lg_keyholder_verifier_seal */
	LG_MOVED_TOTP,
	LG_MOVED_PASSKEY,
	LG_MOVED_KEY,      /* of lg_keyholder_make_key; the owner's uid is absent */
};
LG_MUST lg_status lg_keyholder_archive_out(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, enum lg_moved kind, lg_str sealed, struct lg_archive_key key, lg_str *ret);

/*
 * `from` and `to` are what SRP calls group there and here. A verifier is bound to its group: where the two
 * differ, a password's serves password flows only until it is made anew, which `*ret_bound` tells (a device
 * goes on with the group that it knows). LG_E_MALFORMED when it is not of this archive, user and kind.
 */
struct lg_srp_move {
	lg_str from;
	lg_str to;
};
LG_MUST lg_status lg_keyholder_archive_in(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, enum lg_moved kind, lg_str archived, struct lg_archive_key key,
	struct lg_srp_move groups, lg_str *ret_sealed, bool *ret_bound);

/* ---- secrets of access keys, with which calls are signed: `owner.uid` is the key's id ---- */

struct lg_sigv4_claim;

/* A fresh one of 40 characters, which leaves once, for its owner. */
LG_MUST lg_status lg_keyholder_access_key_make(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, lg_str *ret_sealed, lg_str *ret_secret);

/* LG_E_INVALID_SIGNATURE, as lg_sigv4_compare says, unless the claim's signature is that of the text. */
LG_MUST lg_status lg_keyholder_sigv4_check(struct lg_keyholder *holder, struct lg_ctx *cx,
	struct lg_owner owner, lg_str sealed, const struct lg_sigv4_claim *claim, lg_str string_to_sign);

/* ---- client secrets: full entropy, compared as an HMAC ---- */

/* LG_E_MISMATCH unless `secret_hash` (base64 text) is HMAC-SHA-256(client secret, username | client id). */
LG_MUST lg_status lg_keyholder_secret_hash_check(struct lg_keyholder *holder, struct lg_ctx *cx,
	lg_str client_secret, lg_str username, lg_str client_id, lg_str secret_hash);

#endif
