/*
 * fetched.h - OpenSSL's algorithms, looked up once: a look-up by name costs more than hashing a short text.
 * Of src/crypto only.
 */
#ifndef LG_CRYPTO_FETCHED_H
#define LG_CRYPTO_FETCHED_H

#include <openssl/evp.h>

/* NULL members: the library is broken; lg_crypto_global_init refuses to start then. */
struct lg_fetched {
	EVP_MD *sha256;
	EVP_MD *sha384;
	EVP_MD *sha512;
	EVP_CIPHER *aes_256_gcm;
	EVP_CIPHER *aes_256_ecb;
};

const struct lg_fetched *lg_fetched(void);

#endif
