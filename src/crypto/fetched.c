#include "crypto/fetched.h"

#include <pthread.h>

/* Written once, before anybody reads it; never freed, never changed. */
static struct lg_fetched fetched;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	fetched = (struct lg_fetched){
		.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
		.sha384 = EVP_MD_fetch(NULL, "SHA384", NULL),
		.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL),
		.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL),
		.aes_256_ecb = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL),
	};
}

const struct lg_fetched *
lg_fetched(void)
{
	pthread_once(&once, fetch);
	return &fetched;
}
