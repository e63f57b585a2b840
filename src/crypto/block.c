#include "crypto/block.h"

#include <string.h>

#include "crypto/fetched.h"

lg_status
lg_block(struct lg_ctx *cx, const unsigned char key[32], bool encipher,
	const unsigned char in[LG_BLOCK_SIZE], unsigned char ret[LG_BLOCK_SIZE])
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	if (!context)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	unsigned char out[2 * LG_BLOCK_SIZE];
	int done = 0;
	bool good = EVP_CipherInit_ex2(context, lg_fetched()->aes_256_ecb, key, NULL, encipher, NULL) == 1 &&
		    EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
		    EVP_CipherUpdate(context, out, &done, in, LG_BLOCK_SIZE) == 1 && done == LG_BLOCK_SIZE;
	EVP_CIPHER_CTX_free(context);
	if (!good)
		return lg_fail(cx, LG_E_INTERNAL, "AES-256 is not available");
	memcpy(ret, out, LG_BLOCK_SIZE);
	return LG_OK;
}
