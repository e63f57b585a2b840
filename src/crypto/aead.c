#include "crypto/aead.h"

#include <assert.h>
#include <limits.h>

#include "base/secret.h"
#include "crypto/fetched.h"

#define NONCE_SIZE 12
#define TAG_SIZE 16

_Static_assert(NONCE_SIZE + TAG_SIZE == LG_AEAD_OVERHEAD, "what a sealed text holds beside its content");

static void
free_context(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

static lg_status
broken(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INTERNAL, "AES-256-GCM is not available");
}

static const unsigned char *
bytes_of(lg_str s)
{
	return (const unsigned char *)(s.ptr ? s.ptr : "");
}

/* A context with key, nonce and associated data taken in. */
static lg_status
start(struct lg_ctx *cx, lg_str key, const unsigned char *nonce, lg_str aad, int encipher,
	EVP_CIPHER_CTX **ret)
{
	assert(key.len == LG_AEAD_KEY_SIZE && aad.len <= INT_MAX);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	if (!context)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = context;
	int done;
	if (EVP_CipherInit_ex2(context, lg_fetched()->aes_256_gcm, bytes_of(key), nonce, encipher, NULL) !=
			1 ||
		EVP_CipherUpdate(context, NULL, &done, bytes_of(aad), (int)aad.len) != 1)
		return broken(cx);
	return LG_OK;
}

lg_status
lg_aead_seal(struct lg_ctx *cx, lg_str key, lg_str aad, lg_str plain, lg_str *ret)
{
	if (plain.len > INT_MAX - LG_AEAD_OVERHEAD)
		return lg_fail(cx, LG_E_TOO_LARGE, "too long to seal");
	unsigned char *sealed = lg_new_array(cx, unsigned char, plain.len + LG_AEAD_OVERHEAD);
	if (!sealed)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_rand_bytes(cx, sealed, NONCE_SIZE);

	LG_CLEANUP(free_context) EVP_CIPHER_CTX *context = NULL;
	LG_TRY(start(cx, key, sealed, aad, 1, &context));
	unsigned char *text = sealed + NONCE_SIZE;
	unsigned char *tag = text + plain.len;
	int done;
	if (EVP_CipherUpdate(context, text, &done, bytes_of(plain), (int)plain.len) != 1 ||
		EVP_CipherFinal_ex(context, tag, &done) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) != 1)
		return broken(cx);
	*ret = lg_str_from_bytes(sealed, plain.len + LG_AEAD_OVERHEAD);
	return LG_OK;
}

lg_status
lg_aead_open(struct lg_ctx *cx, lg_str key, lg_str aad, lg_str sealed, lg_str *ret)
{
	if (sealed.len < LG_AEAD_OVERHEAD || sealed.len > INT_MAX)
		return lg_fail(cx, LG_E_MALFORMED, "no sealed text");
	size_t len = sealed.len - LG_AEAD_OVERHEAD;
	unsigned char *plain = lg_new_array(cx, unsigned char, len + 1);
	if (!plain)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	LG_CLEANUP(free_context) EVP_CIPHER_CTX *context = NULL;
	LG_TRY(start(cx, key, bytes_of(sealed), aad, 0, &context));
	const unsigned char *text = bytes_of(sealed) + NONCE_SIZE;
	unsigned char tag[TAG_SIZE];
	for (size_t i = 0; i < TAG_SIZE; i++)
		tag[i] = text[len + i];
	int done;
	if (EVP_CipherUpdate(context, plain, &done, text, (int)len) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) != 1)
		return broken(cx);
	if (EVP_CipherFinal_ex(context, plain + len, &done) != 1) {
		/* Nobody reads what was not authenticated. */
		lg_wipe(plain, len);
		return lg_fail(cx, LG_E_MALFORMED, "does not open");
	}
	*ret = lg_str_from_bytes(plain, len);
	return LG_OK;
}
