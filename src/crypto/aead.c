#include "crypto/aead.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include <openssl/evp.h>

#define NONCE 12
#define TAG 16

/* Looking a cipher up by name costs more than encrypting a record. */
static EVP_CIPHER *gcm;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

static EVP_CIPHER_CTX *
start(lg_str key, const unsigned char *nonce, lg_str aad, int encrypt)
{
	pthread_once(&once, fetch);
	assert(key.len == LG_AEAD_KEY_SIZE);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len;
	if (!c || !gcm || EVP_CipherInit_ex2(c, gcm, (const unsigned char *)key.ptr, nonce, encrypt, NULL) != 1
	    || (aad.len && EVP_CipherUpdate(c, NULL, &len, (const unsigned char *)aad.ptr, (int)aad.len) != 1)) {
		EVP_CIPHER_CTX_free(c);
		return NULL;
	}
	return c;
}

lg_status
lg_aead_seal(struct lg_ctx *cx, lg_str key, lg_str aad, lg_str plain, lg_str *ret)
{
	if (plain.len > INT32_MAX / 2 || aad.len > INT32_MAX / 2)
		return lg_fail(cx, LG_E_INTERNAL, "too much to seal");
	unsigned char *out = lg_new_array(cx, unsigned char, plain.len + LG_AEAD_OVERHEAD);
	if (!out)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_rand_bytes(cx, out, NONCE);
	EVP_CIPHER_CTX *c = start(key, out, aad, 1);
	int len = 0;
	bool ok = c && (!plain.len || EVP_CipherUpdate(c, out + NONCE, &len, (const unsigned char *)plain.ptr, (int)plain.len) == 1)
		  && EVP_CipherFinal_ex(c, out + NONCE + plain.len, &len) == 1
		  && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, out + NONCE + plain.len) == 1;
	EVP_CIPHER_CTX_free(c);
	if (!ok)
		return lg_fail(cx, LG_E_INTERNAL, "sealing failed");
	*ret = lg_str_from_bytes(out, plain.len + LG_AEAD_OVERHEAD);
	return LG_OK;
}

lg_status
lg_aead_open(struct lg_ctx *cx, lg_str key, lg_str aad, lg_str sealed, lg_str *ret)
{
	if (sealed.len < LG_AEAD_OVERHEAD || sealed.len > INT32_MAX / 2)
		return lg_fail(cx, LG_E_MALFORMED, "sealed text is damaged");
	size_t plain_len = sealed.len - LG_AEAD_OVERHEAD;
	const unsigned char *in = (const unsigned char *)sealed.ptr;
	unsigned char *out = lg_new_array(cx, unsigned char, plain_len + 1), tag[TAG];
	if (!out)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	memcpy(tag, in + NONCE + plain_len, TAG);
	EVP_CIPHER_CTX *c = start(key, in, aad, 0);
	int len = 0;
	bool ok = c && (!plain_len || EVP_CipherUpdate(c, out, &len, in + NONCE, (int)plain_len) == 1)
		  && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1
		  && EVP_CipherFinal_ex(c, out + plain_len, &len) == 1;
	EVP_CIPHER_CTX_free(c);
	if (!ok) {
		memset(out, 0, plain_len); /* nothing unauthenticated leaves */
		return lg_fail(cx, LG_E_MALFORMED, "sealed text is damaged");
	}
	*ret = lg_str_from_bytes(out, plain_len);
	return LG_OK;
}
