#include "crypto/pwhash.h"

#include <liboath/oath.h>
#include <openssl/crypto.h>
#include <sodium.h>

#include "crypto/fetched.h"

#define PASSES 2
#define MEMORY_BYTES ((size_t)19 << 20)

lg_status
lg_pwhash(struct lg_ctx *cx, lg_str password, const unsigned char salt[LG_PWHASH_SALT_SIZE],
	unsigned char ret[LG_PWHASH_SIZE])
{
	cx->work.hashes++;
	if (crypto_pwhash(ret, LG_PWHASH_SIZE, password.ptr ? password.ptr : "", password.len, salt, PASSES,
		    MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13))
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	return LG_OK;
}

lg_status
lg_pwhash_key(struct lg_ctx *cx, struct lg_pwhash_cost cost, lg_str passphrase,
	const unsigned char salt[LG_PWHASH_SALT_SIZE], struct lg_secret *ret)
{
	struct lg_secret key = { 0 };
	LG_TRY(lg_secret_new(LG_PWHASH_SIZE, &key));
	cx->work.hashes++;
	if (crypto_pwhash(key.ptr, LG_PWHASH_SIZE, passphrase.ptr ? passphrase.ptr : "", passphrase.len,
		    salt, cost.passes, (size_t)cost.memory_kib << 10, crypto_pwhash_ALG_ARGON2ID13)) {
		lg_secret_done(&key);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	*ret = key;
	return LG_OK;
}

lg_status
lg_crypto_global_init(void)
{
	if (sodium_init() < 0 || OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
		return LG_STATUS(LG_E_INTERNAL);
	if (oath_init() != OATH_OK)
		return LG_STATUS(LG_E_INTERNAL);
	const struct lg_fetched *fetched = lg_fetched();
	if (!fetched->sha256 || !fetched->aes_256_gcm || !fetched->aes_256_ecb)
		return LG_STATUS(LG_E_INTERNAL);
	return LG_OK;
}
