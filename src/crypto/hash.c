#include "crypto/hash.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include <openssl/hmac.h>

#include "crypto/fetched.h"

#define BLOCK 64

void
lg_sha256(const lg_str *parts, size_t count, unsigned char ret[LG_SHA256_SIZE])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestInit_ex(md, lg_fetched()->sha256, NULL) == 1;
	for (size_t i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(md, parts[i].ptr, parts[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(md, ret, NULL) == 1;
	EVP_MD_CTX_free(md);
	assert(ok); /* It fails only without memory for a context; there is no safe answer then. */
	(void)ok;
}

/* HMAC of RFC 2104 over our own parts: OpenSSL's EVP_MAC costs three allocations a call. */
void
lg_hmac_sha256(lg_str key, const lg_str *parts, size_t count, unsigned char ret[LG_SHA256_SIZE])
{
	unsigned char block[BLOCK] = { 0 }, inner[LG_SHA256_SIZE];
	if (key.len > BLOCK)
		lg_sha256(&key, 1, block);
	else if (key.len)
		memcpy(block, key.ptr, key.len);

	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char pad[BLOCK];
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = block[i] ^ 0x36;
	bool ok = md && EVP_DigestInit_ex(md, lg_fetched()->sha256, NULL) == 1 &&
		  EVP_DigestUpdate(md, pad, BLOCK) == 1;
	for (size_t i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(md, parts[i].ptr, parts[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(md, inner, NULL) == 1;

	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = block[i] ^ 0x5c;
	ok = ok && EVP_DigestInit_ex(md, lg_fetched()->sha256, NULL) == 1 &&
	     EVP_DigestUpdate(md, pad, BLOCK) == 1 && EVP_DigestUpdate(md, inner, sizeof(inner)) == 1 &&
	     EVP_DigestFinal_ex(md, ret, NULL) == 1;
	EVP_MD_CTX_free(md);
	lg_wipe(block, sizeof(block));
	lg_wipe(pad, sizeof(pad));
	lg_wipe(inner, sizeof(inner));
	assert(ok);
	(void)ok;
}

lg_status
lg_sha1(struct lg_ctx *cx, const lg_str *parts, size_t count, unsigned char ret[LG_SHA1_SIZE])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestInit_ex(md, EVP_sha1(), NULL) == 1;
	for (size_t i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(md, parts[i].ptr, parts[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(md, ret, NULL) == 1;
	EVP_MD_CTX_free(md);
	return ok ? LG_OK : lg_fail(cx, LG_E_INTERNAL, "SHA1 is not available");
}

lg_status
lg_hmac_sha1(struct lg_ctx *cx, lg_str key, lg_str message, unsigned char ret[LG_SHA1_SIZE])
{
	if (key.len > INT_MAX
		|| !HMAC(EVP_sha1(), key.ptr, (int)key.len, (const unsigned char *)message.ptr, message.len,
			ret, NULL))
		return lg_fail(cx, LG_E_INTERNAL, "HMAC-SHA1 is not available");
	return LG_OK;
}

void
lg_hkdf_sha256(lg_str key, lg_str salt, lg_str info, unsigned char *ret, size_t len)
{
	assert(len <= 255 * LG_SHA256_SIZE);
	unsigned char prk[LG_SHA256_SIZE], block[LG_SHA256_SIZE];
	lg_hmac_sha256(salt, &key, 1, prk);
	for (unsigned char i = 1; len; i++) {
		lg_str parts[] = { lg_str_from_bytes(block, i > 1 ? sizeof(block) : 0), info,
			lg_str_from_bytes(&i, 1) };
		lg_hmac_sha256(lg_str_from_bytes(prk, sizeof(prk)), parts, LG_LEN(parts), block);
		size_t take = len < sizeof(block) ? len : sizeof(block);
		memcpy(ret, block, take);
		ret += take;
		len -= take;
	}
	lg_wipe(prk, sizeof(prk));
	lg_wipe(block, sizeof(block));
}
