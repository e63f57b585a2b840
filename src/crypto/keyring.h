/*
 * keyring.h - the keys under which everything at rest is sealed (DATA 2).
 *
 * One root; under it, per pool and class, versioned keys that the database holds wrapped. A keyring
 * keeps the unwrapped ones in locked memory. Pool 0 is the server itself. Thread-safe.
 *
 * A sealed text begins with a format byte and the key version, so that rotation needs no second look.
 */
#ifndef LG_CRYPTO_KEYRING_H
#define LG_CRYPTO_KEYRING_H

#include "base/ctx.h"
#include "base/secret.h"

struct lg_keyring;

enum lg_key_class {
	LG_KEY_DATA,       /* wraps user keys, seals configuration */
	/* seals verifiers, hashes, private keys; only the key holder opens it (token/keyholder.h) */
	LG_KEY_CREDENTIAL,
	LG_KEY_INDEX,      /* digests for look-up and search */
	LG_KEY_DECOY,      /* answers about users who do not exist */
	LG_KEY_CLASSES,
};

lg_str lg_key_class_name(enum lg_key_class class); /* "data", ... as in the table pool_key */

LG_MUST lg_status lg_keyring_new(const struct lg_secret *root, struct lg_keyring **ret);
void lg_keyring_free(struct lg_keyring *ring);

/* 8 bytes that tell a right root key from a wrong one; they tell nothing else. */
void lg_keyring_check_value(const struct lg_secret *root, unsigned char ret[8]);

/*
 * Make a fresh key, keep it, and return it wrapped under the root for the database. LG_E_EXISTS: there is
 * one.
 */
LG_MUST lg_status lg_keyring_make(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, int64_t version, lg_str *ret_wrapped);

/*
 * Take a wrapped key from the database; again changes nothing. LG_E_MALFORMED when it is not under this
 * root.
 */
LG_MUST lg_status lg_keyring_load(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, int64_t version, lg_str wrapped);

bool lg_keyring_has(struct lg_keyring *ring, int64_t pool, enum lg_key_class class);
void lg_keyring_forget(struct lg_keyring *ring, int64_t pool);

/*
 * Seal under the newest version; open under the version named in the text. LG_E_NOT_FOUND: no such key
 * loaded.
 */
LG_MUST lg_status lg_keyring_seal(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, lg_str aad, lg_str plain, lg_str *ret);
LG_MUST lg_status lg_keyring_open(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, lg_str aad, lg_str sealed, lg_str *ret);

/*
 * HMAC-SHA-256 under a key derived from the class key for `label`. The first key version is used, so
 * that digests stay the same until the dual write of a rotation.
 */
LG_MUST lg_status lg_keyring_mac(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, lg_str label, lg_str message, unsigned char ret[32]);

/*
 * One AES-256 block, enciphered or deciphered under a key derived from the class key for `label`:
 * identifiers that look random and carry 16 bytes (origin_jti, DATA 6). It hides, it does not authenticate,
 * so nothing would tell with which version it was made: the first one is used, as for a digest.
 */
LG_MUST lg_status lg_keyring_block(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, lg_str label, bool encipher, const unsigned char in[16],
	unsigned char ret[16]);

/*
 * A key of its own for `label`, derived from the class key: for texts whose form leaves no room for a key
 * version (token/sealed.h). Who opens one tries age 0 (the newest), 1, 2, ... until LG_E_NOT_FOUND: no key
 * is that old.
 * The caller wipes it.
 */
LG_MUST lg_status lg_keyring_derive(struct lg_keyring *ring, struct lg_ctx *cx, int64_t pool,
	enum lg_key_class class, lg_str label, unsigned age, unsigned char ret[32]);

#endif
